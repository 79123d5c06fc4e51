package sigyn.client;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Pieces of memory for [Page]s, of one size and of an eighth of it. They are used again and again: what an outage
/// needed once is kept for the next one, until the client is closed. Together they are never more than the queue may
/// hold: what is outside the heap and nobody needs stays until the heap is collected, which a program that makes no
/// garbage may not see for hours.
///
/// Whole pages are outside the heap, where no garbage collection copies them, and cut from larger blocks, which are
/// made by a thread of the client: who makes such memory waits for locks of the virtual machine and of the system.
/// A caller who finds no page takes an eighth of one from the heap, where nobody else is asked.
final class PageMemory {
    /// How many pages a full queue has at least, so that evicting one is not evicting much; also how many are made at
    /// once and lie ready.
    static final int PARTS = 64;

    private static final int LEAST = 1 << 10;
    private static final int HURRY = 8;

    private static final int MOST = 32 << 10;
    private static final int LOOKS = 100;
    private static final long LOOK_NANOS = 1_000_000;

    final int size;
    /// In eighths of a page, as `made`.
    private final int most;
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<ByteBuffer> freeEighths = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ready = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private volatile boolean onHeap;
    private volatile boolean closed;
    /// The thread of [#keepReady()] while it sleeps.
    private volatile @Nullable Thread sleeper;

    PageMemory(long queueBytes) {
        size = (int) Math.max(LEAST, Math.min(MOST, queueBytes / PARTS));
        most = (int) Math.min(Integer.MAX_VALUE / 2, queueBytes / size * HURRY);
        makeReady();
    }

    /// Null when all there may be is in use.
    @Nullable
    ByteBuffer take() {
        var memory = free.poll();
        if (memory == null) return takeEighth();
        if (ready.decrementAndGet() < PARTS) wake();
        return memory;
    }

    private @Nullable ByteBuffer takeEighth() {
        var memory = freeEighths.poll();
        if (memory != null || made.get() >= most) return memory;
        made.incrementAndGet();
        return ByteBuffer.allocate(size / HURRY);
    }

    private void makeReady() {
        int pages = Math.min(PARTS, (most - made.get()) / HURRY);
        made.addAndGet(pages * HURRY);
        var block = allocate(pages * size);
        for (int i = 0; i < pages; i++) giveBack(block.slice(i * size, size));
    }

    private ByteBuffer allocate(int bytes) {
        try {
            return ByteBuffer.allocateDirect(bytes);
        } catch (OutOfMemoryError e) {
            // The program's limit of such memory is reached, and reaching it takes long: not again.
            onHeap = true;
            return ByteBuffer.allocate(bytes);
        }
    }

    void giveBack(ByteBuffer memory) {
        if (memory.capacity() == size) {
            ready.incrementAndGet();
            free.add(memory);
        } else {
            freeEighths.add(memory);
        }
        if (closed) clear();
    }

    /// Makes pieces before callers need them, until this is closed: whoever touches memory first
    /// that the process never had waits for the system to find it, sometimes milliseconds. Once
    /// woken it looks by itself for a while: whoever wakes a thread that is about to sleep waits
    /// for that thread, which may have no processor.
    void keepReady() {
        while (!closed) {
            sleeper = Thread.currentThread();
            if (!closed && isEnough()) LockSupport.park(this);
            sleeper = null;
            for (int quiet = 0; quiet < LOOKS && !isAllThereMayBe(); quiet++) {
                if (ready.get() < PARTS) {
                    makeReady();
                    quiet = 0;
                }
                LockSupport.parkNanos(this, LOOK_NANOS);
            }
        }
    }

    private boolean isEnough() {
        return isAllThereMayBe() || ready.get() >= PARTS;
    }

    private boolean isAllThereMayBe() {
        return closed || onHeap || isAllMade();
    }

    private boolean isAllMade() {
        return made.get() > most - HURRY;
    }

    private void wake() {
        var thread = sleeper;
        if (thread != null && !isAllMade() && !onHeap) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }

    /// Leaves to the garbage collector what is free and what is given back from now on.
    void close() {
        closed = true;
        clear();
        LockSupport.unpark(sleeper);
    }

    private void clear() {
        free.clear();
        freeEighths.clear();
    }
}
