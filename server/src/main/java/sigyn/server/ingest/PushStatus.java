package sigyn.server.ingest;

import java.util.List;

/// What became of a push: an HTTP status and, unless all went well, a message. Entries that were fine are stored in any
/// case, except when the whole request was refused.
///
/// @param stored entries taken
/// @param refusedEntries entries not taken; `refused` names the first of them
public record PushStatus(int status, String message, int stored, int refusedEntries, List<Refused> refused) {
    static final int MOST_REPORTED = 1_000;

    public static final PushStatus STORED = new PushStatus(204, "");

    /// One entry that was not taken.
    ///
    /// @param streamIndex of the stream in the request
    /// @param entry index in its stream
    public record Refused(String stream, int streamIndex, int entry, long time, String reason, String message) {}

    public PushStatus {
        refused = List.copyOf(refused);
    }

    public PushStatus(int status, String message) {
        this(status, message, 0, 0, List.of());
    }
}
