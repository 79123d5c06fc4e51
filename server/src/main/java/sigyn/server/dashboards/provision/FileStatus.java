package sigyn.server.dashboards.provision;

import java.util.List;

/// What came of one provisioned file.
///
/// @param provider name of the dashboards' provider, else empty
/// @param line where it is broken, from 1; 0 when that is not known
/// @param uid of the dashboard it made, else empty
/// @param notes what was understood although Grafana would not have, and what was ignored
/// @param at when this was found out, milliseconds since 1970
public record FileStatus(
        Kind kind,
        String path,
        String provider,
        State state,
        String message,
        int line,
        int column,
        String uid,
        String title,
        List<String> notes,
        long at) {

    public enum Kind {
        DATASOURCES,
        ALERTING,
        PROVIDERS,
        DASHBOARD,
        FOLDER
    }

    public enum State {
        /// Read and in use.
        LOADED,
        /// As it was when it was read last.
        UNCHANGED,
        /// Broken; what it said before, if anything, is still in use.
        FAILED,
        /// Another file, named in the message, already has its uid.
        CONFLICT
    }

    public FileStatus {
        notes = List.copyOf(notes);
    }

    FileStatus seenAgain() {
        return state == State.LOADED
                ? new FileStatus(kind, path, provider, State.UNCHANGED, message, line, column, uid, title, notes, at)
                : this;
    }
}
