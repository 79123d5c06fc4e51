package sigyn.server.ingest;

/// What became of a push: an HTTP status and, unless all went well, a message. Entries that were fine are stored in any
/// case, except when the whole request was refused.
public record PushStatus(int status, String message) {
    public static final PushStatus STORED = new PushStatus(204, "");
}
