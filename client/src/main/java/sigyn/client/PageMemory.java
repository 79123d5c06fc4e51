package sigyn.client;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Pieces of memory of one size for [Page]s. They are outside the heap, where no garbage collection copies them, and
/// are
/// used again and again: what an outage needed once is kept for the next one, until the client is closed.
final class PageMemory {
    /// How many pages a full queue has at least, so that evicting one is not evicting much.
    static final int PARTS = 64;

    private static final int LEAST = 1 << 10;
    private static final int MOST = 32 << 10;

    final int size;
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private volatile boolean onHeap;
    private volatile boolean closed;

    PageMemory(long queueBytes) {
        size = (int) Math.max(LEAST, Math.min(MOST, queueBytes / PARTS));
        for (int i = 0; i < Level.COUNT; i++) free.add(allocate());
    }

    ByteBuffer take() {
        var memory = free.poll();
        return memory != null ? memory : allocate();
    }

    private ByteBuffer allocate() {
        if (!onHeap) {
            try {
                return ByteBuffer.allocateDirect(size);
            } catch (OutOfMemoryError e) {
                // The program's limit of such memory is reached, and reaching it takes long: not again.
                onHeap = true;
            }
        }
        return ByteBuffer.allocate(size);
    }

    void giveBack(ByteBuffer memory) {
        free.add(memory);
        if (closed) free.clear();
    }

    /// Leaves to the garbage collector what is free and what is given back from now on.
    void close() {
        closed = true;
        free.clear();
    }
}
