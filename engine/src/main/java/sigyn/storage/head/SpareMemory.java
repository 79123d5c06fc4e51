package sigyn.storage.head;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Memory of parts that have become blocks, for parts that grow. A part lives long enough to be old for the collector,
/// which would find out that it died only by marking the whole heap.
public final class SpareMemory {
    /// Rows of a page.
    static final int PAGE = 1 << 12;
    /// Bytes of a slab.
    static final int SLAB = 256 << 10;

    private final ConcurrentLinkedQueue<RowPage> pages = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<byte[]> slabs = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long limit;

    /// @param limit bytes that are kept at most; what comes beyond is left to the collector
    public SpareMemory(long limit) {
        this.limit = limit;
    }

    RowPage page() {
        RowPage spare = taken(pages.poll(), PAGE * RowPage.ROW_BYTES);
        return spare == null ? new RowPage(PAGE) : spare;
    }

    byte[] slab() {
        byte[] spare = taken(slabs.poll(), SLAB);
        return spare == null ? new byte[SLAB] : spare;
    }

    private <T> @Nullable T taken(@Nullable T spare, int size) {
        if (spare != null) {
            bytes.addAndGet(-size);
        }
        return spare;
    }

    void give(RowPage page) {
        give(pages, page, PAGE * RowPage.ROW_BYTES);
    }

    void give(byte[] slab) {
        give(slabs, slab, SLAB);
    }

    private <T> void give(ConcurrentLinkedQueue<T> queue, T spare, int size) {
        if (bytes.addAndGet(size) <= limit) {
            queue.add(spare);
        } else {
            bytes.addAndGet(-size);
        }
    }

    /// Bytes that are kept.
    public long bytes() {
        return bytes.get();
    }
}
