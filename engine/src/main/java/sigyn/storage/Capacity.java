package sigyn.storage;

/// How much of everything the store keeps before it acts.
///
/// Memory of sealed parts is kept for others beside `headBytes`, up to a quarter of it.
///
/// - `partBytes`: bytes of lines after which a cluster's part of the head becomes a row group
/// - `headBytes`: memory of the head at which writers wait for sealing; from two thirds of it the largest parts are
/// sealed
/// - `queueBytes`: bytes of batches on their way to the log
/// - `walBytes`: size of the log at which the oldest parts are sealed
/// - `segmentBytes`: size at which a segment of the log ends
/// - `partMillis`: age at which a part is sealed
record Capacity(long partBytes, long headBytes, long queueBytes, long walBytes, long segmentBytes, long partMillis) {
    /// Fits the heap that this process may use.
    static Capacity ofThisProcess() {
        long heap = Runtime.getRuntime().maxMemory();
        long part = Math.clamp(heap / 44, 8L << 20, 16L << 20);
        long head = Math.clamp(heap / 9, 32L << 20, 256L << 20);
        long queue = Math.clamp(heap / 8, 16L << 20, 128L << 20);
        return new Capacity(part, head, queue, 1L << 30, 16L << 20, 30 * 60_000L);
    }

    /// Memory of sealed parts to keep for others at most.
    long spareBytes() {
        return headBytes / 4;
    }

    /// Names of batches to remember from one hour.
    int batchNames() {
        return Math.clamp(headBytes >> 10, 1 << 16, 1 << 22);
    }
}
