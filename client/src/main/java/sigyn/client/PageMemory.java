package sigyn.client;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Pieces of memory of one size for [Page]s. They are outside the heap, where no garbage collection copies them, and
/// are used again and again: what an outage needed once is kept for the next one, until the client is closed.
final class PageMemory {
    /// How many pages a full queue has at least, so that evicting one is not evicting much.
    static final int PARTS = 64;

    private static final int LEAST = 1 << 10;
    /// The part of a page that is made by whoever cannot wait for one.
    private static final int HURRY = 8;

    private static final int MOST = 32 << 10;

    final int size;
    private final int most;
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ready = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private volatile boolean onHeap;
    private volatile boolean closed;
    /// The thread of [#keepReady()] while it sleeps.
    private volatile @Nullable Thread sleeper;

    PageMemory(long queueBytes) {
        size = (int) Math.max(LEAST, Math.min(MOST, queueBytes / PARTS));
        most = (int) (queueBytes / size);
        for (int i = 0; i < Level.COUNT; i++) makeReady();
    }

    ByteBuffer take() {
        var memory = free.poll();
        if (memory == null) return allocate(size / HURRY);
        if (ready.decrementAndGet() < PARTS / 2) wake();
        return memory;
    }

    private ByteBuffer allocate(int bytes) {
        if (!onHeap) {
            try {
                return ByteBuffer.allocateDirect(bytes);
            } catch (OutOfMemoryError e) {
                // The program's limit of such memory is reached, and reaching it takes long: not again.
                onHeap = true;
            }
        }
        return ByteBuffer.allocate(bytes);
    }

    private void makeReady() {
        made.incrementAndGet();
        giveBack(allocate(size));
    }

    void giveBack(ByteBuffer memory) {
        if (memory.capacity() < size) return;
        ready.incrementAndGet();
        free.add(memory);
        if (closed) free.clear();
    }

    /// Makes pieces before callers need them, until this is closed: whoever touches memory first that the process never
    /// had waits for the system to find it, sometimes milliseconds.
    void keepReady() {
        while (!closed) {
            sleeper = Thread.currentThread();
            if (isEnough()) LockSupport.park(this);
            sleeper = null;
            while (!isEnough()) makeReady();
        }
    }

    private boolean isEnough() {
        return closed || onHeap || ready.get() >= PARTS || made.get() >= most;
    }

    private void wake() {
        var thread = sleeper;
        if (thread != null && made.get() < most && !onHeap) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }

    /// Leaves to the garbage collector what is free and what is given back from now on.
    void close() {
        closed = true;
        free.clear();
        LockSupport.unpark(sleeper);
    }
}
