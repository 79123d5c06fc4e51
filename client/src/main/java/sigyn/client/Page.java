package sigyn.client;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Lines of one level in one piece of memory, one after the other. Any thread appends without waiting: it reserves its
/// place, writes, and adds what it wrote to `written`. Whoever takes the page out of its [Lane] owns it, seals it, and
/// reads or drops its lines; its memory is given back once the last writer is done.
final class Page {
    private static final long ONE = 1L << 32;
    private static final long SEALED = Long.MIN_VALUE;
    private static final long GIVEN_UP = Long.MIN_VALUE;
    private static final long WRITERS_NANOS = 10_000_000_000L;
    private static final int SPINS = 1000;

    /// Where the memory goes back to; null when it is only as large as the one line in it.
    private final @Nullable PageMemory pool;
    private final ByteBuffer memory;
    private final int mostLines;
    /// Lines in the upper half, bytes in the lower; negative when sealed.
    private final AtomicLong reserved;
    /// The part of `reserved` that is there; negative when nobody will read it.
    private final AtomicLong written;

    private long content;
    private long read;
    private volatile long nextNanos;

    /// A page with its first line.
    Page(@Nullable PageMemory pool, ByteBuffer memory, int mostLines, EventBytes line) {
        this.pool = pool;
        this.memory = memory;
        this.mostLines = mostLines;
        nextNanos = line.nanos();
        memory.put(0, line.array(), 0, line.size());
        reserved = new AtomicLong(ONE + line.size());
        written = new AtomicLong(ONE + line.size());
    }

    static int lines(long content) {
        return (int) (content >>> 32);
    }

    static int bytes(long content) {
        return (int) content;
    }

    /// The time of the first line that was not read; [Long#MAX_VALUE] when there is none.
    long nextNanos() {
        return nextNanos;
    }

    /// False when there is no room, or the page is sealed.
    boolean append(EventBytes line) {
        int size = line.size();
        long before;
        do {
            before = reserved.get();
            if (before < 0 || lines(before) >= mostLines || memory.capacity() - bytes(before) < size) return false;
        } while (!reserved.compareAndSet(before, before + ONE + size));
        memory.put(bytes(before), line.array(), 0, size);
        long now = written.addAndGet(ONE + size);
        if (now < 0 && (now ^ GIVEN_UP) == (reserved.get() ^ SEALED)) giveBack();
        return true;
    }

    /// Ends the page without reading it; returns its lines and bytes.
    long evict() {
        long all = reserved.getAndAdd(SEALED);
        if (written.getAndAdd(GIVEN_UP) == all) giveBack();
        return all;
    }

    /// Makes the page ready to be read; false when a writer never finished, which only the end of its stack can do.
    boolean open() {
        content = reserved.getAndAdd(SEALED);
        long deadline = System.nanoTime() + WRITERS_NANOS;
        for (int spins = 0; written.get() != content; spins++) {
            if (spins < SPINS) Thread.onSpinWait();
            else if (System.nanoTime() - deadline > 0) return false;
            else Thread.yield();
        }
        return true;
    }

    /// The next line of an opened page, null at its end.
    @Nullable
    Line next() {
        if (read == content) {
            giveBack();
            return null;
        }
        var event = Line.read(memory, bytes(read));
        read += ONE + event.bytes;
        nextNanos = read == content ? Long.MAX_VALUE : EventBytes.nanos(memory, bytes(read));
        return event;
    }

    private void giveBack() {
        if (pool != null) pool.giveBack(memory);
    }

    /// Lines and bytes of an opened page that were not read.
    long unread() {
        return content - read;
    }
}
