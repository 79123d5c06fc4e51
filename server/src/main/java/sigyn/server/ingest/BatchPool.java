package sigyn.server.ingest;

import java.util.concurrent.ArrayBlockingQueue;
import sigyn.storage.port.PushBatch;

/// A few batches that are filled again and again: their arrays are large, and a collector moves large garbage at a
/// price. Thread-safe.
final class BatchPool {
    private static final int KEPT = 8;
    private static final int LARGEST = 4 << 20;

    private final ArrayBlockingQueue<PushBatch> free = new ArrayBlockingQueue<>(KEPT);

    /// An empty batch, with room for about so many bytes of lines and metadata if it is a new one.
    PushBatch take(int expectedBytes) {
        var batch = free.poll();
        return batch == null ? new PushBatch(expectedBytes + expectedBytes / 8) : batch;
    }

    /// Returns a batch that was stored or is not needed. What is kept, or larger than usual, is left to the collector.
    void give(PushBatch batch) {
        if (!batch.isKept() && batch.capacity() <= LARGEST) {
            batch.clear();
            free.offer(batch);
        }
    }
}
