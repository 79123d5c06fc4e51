package sigyn.client;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The pages of one level, oldest first. Lock-free: who cannot append to the last page opens the next one, and whoever
/// comes meanwhile, or finds all memory in use, makes a page that is as large as its line.
final class Lane {
    /// A line larger than this part of a page would leave too much of one empty.
    private static final int SHARE = 8;

    private final PageMemory memory;
    private final int mostLines;
    private final ConcurrentLinkedQueue<Page> pages = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean opening = new AtomicBoolean();
    private volatile @Nullable Page last;

    Lane(PageMemory memory, int queueEvents) {
        this.memory = memory;
        mostLines = Math.max(1, queueEvents / PageMemory.PARTS);
    }

    void add(EventBytes line) {
        var page = last;
        if (page != null && page.append(line)) return;
        if (line.size() > memory.size / SHARE || !opening.compareAndSet(false, true)) {
            addAlone(line);
            return;
        }
        try {
            var meanwhile = last;
            if (meanwhile != null && meanwhile != page && meanwhile.append(line)) return;
            var room = memory.take();
            if (room == null) {
                addAlone(line);
                return;
            }
            var next = new Page(memory, room, mostLines, line);
            pages.add(next);
            last = next;
        } finally {
            opening.set(false);
        }
    }

    private void addAlone(EventBytes line) {
        pages.add(new Page(null, ByteBuffer.allocate(line.size()), 1, line));
    }

    /// Takes the oldest page out; it is the caller's alone.
    @Nullable
    Page poll() {
        return pages.poll();
    }

    boolean isEmpty() {
        return pages.isEmpty();
    }

    /// The time of the oldest line, [Long#MAX_VALUE] when there is none.
    long oldestNanos() {
        var head = pages.peek();
        return head == null ? Long.MAX_VALUE : head.nextNanos();
    }
}
