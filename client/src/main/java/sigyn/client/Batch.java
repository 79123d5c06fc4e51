package sigyn.client;

/// One request's worth of lines. The id stays the same over all attempts, so that a server that knows ids stores the
/// batch once.
final class Batch {
    final String id;
    /// What the body was made of, as [EventBytes] one after the other; a batch waits as long as its server is away, and
    /// garbage collections copy many small objects slowly. Empty when the batch was read back from a spool.
    final byte[] events;
    final int lines;
    /// Reserved room in the [EventQueue]; 0 for a spooled batch.
    final long heldBytes;
    final byte[] body;
    final boolean gzipped;

    Batch(String id, byte[] events, int lines, long heldBytes, byte[] body, boolean gzipped) {
        this.id = id;
        this.events = events;
        this.lines = lines;
        this.heldBytes = heldBytes;
        this.body = body;
        this.gzipped = gzipped;
    }

    /// Whether it can be taken apart.
    boolean hasEvents() {
        return events.length > 0;
    }
}
