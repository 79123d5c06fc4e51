package sigyn.storage.head;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Memory of parts that have become blocks, for parts that grow. A part lives long enough to be old for the collector,
/// which would find out that it died only by marking the whole heap.
public final class SpareMemory {
    /// Rows of a page.
    static final int PAGE = 1 << 12;
    /// Bytes of a slab.
    static final int SLAB = 256 << 10;
    /// Slots of the smallest table that is kept, as a power of two; smaller ones are not worth it.
    static final int TABLE_BITS = 12;

    private static final int LARGEST_TABLE_BITS = 30;

    private final ArrayDeque<RowPage> pages = new ArrayDeque<>();
    private final ArrayDeque<byte[]> slabs = new ArrayDeque<>();
    /// By power of two, as are those of spans.
    private final List<ArrayDeque<RowTable>> tables = new ArrayList<>();

    private final List<ArrayDeque<StreamSpans.Table>> spans = new ArrayList<>();

    private final long limit;
    private long bytes;

    /// @param limit bytes that may be kept; what comes beyond is left to the collector
    public SpareMemory(long limit) {
        this.limit = limit;
        for (int bits = TABLE_BITS; bits <= LARGEST_TABLE_BITS; bits++) {
            tables.add(new ArrayDeque<>());
            spans.add(new ArrayDeque<>());
        }
    }

    RowPage page() {
        var spare = taken(pages, PAGE * RowPage.ROW_BYTES);
        return spare == null ? new RowPage(PAGE) : spare;
    }

    byte[] slab() {
        byte[] spare = taken(slabs, SLAB);
        return spare == null ? new byte[SLAB] : spare;
    }

    /// An empty table of so many slots, a power of two.
    RowTable table(int slots) {
        int bits = Integer.numberOfTrailingZeros(slots);
        if (bits < TABLE_BITS) {
            return new RowTable(slots);
        }
        var spare = taken(tables.get(bits - TABLE_BITS), slots * RowTable.SLOT_BYTES);
        if (spare == null) {
            return new RowTable(slots);
        }
        spare.clear();
        return spare;
    }

    /// The same for spans of streams.
    StreamSpans.Table spans(int slots) {
        int bits = Integer.numberOfTrailingZeros(slots);
        if (bits < TABLE_BITS) {
            return new StreamSpans.Table(slots);
        }
        var spare = taken(spans.get(bits - TABLE_BITS), slots * StreamSpans.Table.SLOT_BYTES);
        if (spare == null) {
            return new StreamSpans.Table(slots);
        }
        spare.clear();
        return spare;
    }

    private synchronized <T> @Nullable T taken(ArrayDeque<T> kept, int size) {
        var spare = kept.poll();
        if (spare != null) {
            bytes -= size;
        }
        return spare;
    }

    void give(RowPage page) {
        give(pages, page, PAGE * RowPage.ROW_BYTES);
    }

    void give(byte[] slab) {
        give(slabs, slab, SLAB);
    }

    void give(RowTable table) {
        int bits = Integer.numberOfTrailingZeros(table.size());
        if (bits >= TABLE_BITS) {
            give(tables.get(bits - TABLE_BITS), table, table.size() * RowTable.SLOT_BYTES);
        }
    }

    void give(StreamSpans.Table table) {
        int bits = Integer.numberOfTrailingZeros(table.size());
        if (bits >= TABLE_BITS) {
            give(spans.get(bits - TABLE_BITS), table, table.size() * StreamSpans.Table.SLOT_BYTES);
        }
    }

    private synchronized <T> void give(ArrayDeque<T> kept, T spare, int size) {
        if (bytes + size <= limit) {
            kept.add(spare);
            bytes += size;
        }
    }

    /// Bytes that are kept.
    public synchronized long bytes() {
        return bytes;
    }
}
