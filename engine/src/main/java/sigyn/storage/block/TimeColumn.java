package sigyn.storage.block;

import sigyn.codec.BitPack;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.codec.DamagedException;

/// Times of a row group, ascending, in pages of 512 rows that can be read one by one.
///
/// ```
/// per page, 13 bytes: first time i64, offset i32 (of its bits, from the section's start), width u8
/// then the bits: differences from row to row, `width` bits each, none for a page's first row
/// ```
final class TimeColumn {
    static final int PAGE = 512;
    private static final int ENTRY = 13;

    private final byte[] bytes;
    private final int rows;
    private final int pages;

    TimeColumn(byte[] bytes, int rows) {
        this.bytes = bytes;
        this.rows = rows;
        this.pages = (rows + PAGE - 1) / PAGE;
        if (bytes.length < pages * ENTRY) {
            throw new DamagedException("a time section of " + bytes.length + " bytes for " + rows + " rows");
        }
    }

    static void write(ByteSink sink, Rows rows) {
        int n = rows.count();
        int pages = (n + PAGE - 1) / PAGE;
        int start = sink.size();
        sink.reserve(pages * ENTRY);
        sink.advance(pages * ENTRY);
        long[] deltas = new long[PAGE];
        for (int page = 0; page < pages; page++) {
            int from = page * PAGE;
            int to = Math.min(n, from + PAGE);
            long max = 0;
            for (int row = from + 1; row < to; row++) {
                long delta = rows.time(row) - rows.time(row - 1);
                deltas[row - from - 1] = delta;
                max |= delta;
            }
            int width = BitPack.width(max);
            int entry = start + page * ENTRY;
            Bytes.putI64(sink.array(), entry, rows.time(from));
            Bytes.putI32(sink.array(), entry + 8, sink.size() - start);
            sink.array()[entry + 12] = (byte) width;
            BitPack.write(sink, deltas, 0, to - from - 1, width);
        }
    }

    int pages() {
        return pages;
    }

    /// Time of a page's first row.
    long pageStart(int page) {
        return Bytes.i64(bytes, page * ENTRY);
    }

    /// Times of one page into `out` from index `at`; returns how many.
    int page(int page, long[] out, int at) {
        int n = Math.min(PAGE, rows - page * PAGE);
        int from = Bytes.i32(bytes, page * ENTRY + 8);
        int width = bytes[page * ENTRY + 12];
        if (from < 0 || from > bytes.length || width < 0 || width > 64) {
            throw new DamagedException("a time page at " + from + " of width " + width);
        }
        BitPack.read(bytes, from, n - 1, width, bytes.length, out, at + 1);
        long time = pageStart(page);
        out[at] = time;
        for (int i = 1; i < n; i++) {
            time += out[at + i];
            out[at + i] = time;
        }
        return n;
    }

    long[] all() {
        long[] times = new long[rows];
        for (int page = 0; page < pages; page++) {
            page(page, times, page * PAGE);
        }
        return times;
    }

    /// The first row whose time is at least `time`.
    int lowerBound(long time) {
        int low = 0;
        int high = pages;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (pageStart(middle) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            return 0;
        }
        long[] times = new long[PAGE];
        int n = page(low - 1, times, 0);
        int i = 0;
        while (i < n && times[i] < time) {
            i++;
        }
        return (low - 1) * PAGE + i;
    }
}
