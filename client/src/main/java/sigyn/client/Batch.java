package sigyn.client;

import java.util.List;

/// One request's worth of lines. The id stays the same over all attempts, so that a server that knows ids stores the
/// batch once.
final class Batch {
    final String id;
    /// What the body was made of; empty when it was read back from a spool.
    final List<LogEvent> events;
    final int lines;
    /// Reserved room in the [EventQueue]; 0 for a spooled batch.
    final long heldBytes;
    final byte[] body;
    final boolean gzipped;

    Batch(String id, List<LogEvent> events, int lines, long heldBytes, byte[] body, boolean gzipped) {
        this.id = id;
        this.events = events;
        this.lines = lines;
        this.heldBytes = heldBytes;
        this.body = body;
        this.gzipped = gzipped;
    }
}
