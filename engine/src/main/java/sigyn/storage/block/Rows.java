package sigyn.storage.block;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import sigyn.storage.rowgroup.RowGroupInput;

/// Rows as columns in memory, in the order they are stored: by time, equal times in order of arrival. A row's metadata
/// follows its line directly. Filled once, then only read.
public final class Rows {
    private int count;
    private int[] stream;
    private long[] time;
    private byte[] bytes;
    private int used;
    /// By number of a stream, its place among those of the rows.
    private int[] rank = new int[0];
    private int[] start;
    private int[] lineLength;
    private int[] metadataLength;

    public Rows(int rows, int byteCount) {
        stream = new int[rows];
        time = new long[rows];
        start = new int[rows];
        lineLength = new int[rows];
        metadataLength = new int[rows];
        bytes = new byte[byteCount];
    }

    /// Forgets all rows and makes room for others; returns where their bytes go, for rows that are added by [#place].
    public byte[] reset(int rows, int byteCount) {
        count = 0;
        used = 0;
        if (stream.length < rows) {
            stream = new int[rows];
            time = new long[rows];
            start = new int[rows];
            lineLength = new int[rows];
            metadataLength = new int[rows];
        }
        if (bytes.length < byteCount) {
            bytes = new byte[byteCount];
        }
        return bytes;
    }

    /// Adds a row that [#reset] made room for and whose bytes are there already.
    public void place(int streamId, long at, int from, int lineSize, int metadataSize) {
        stream[count] = streamId;
        time[count] = at;
        start[count] = from;
        lineLength[count] = lineSize;
        metadataLength[count] = metadataSize;
        used += lineSize + metadataSize;
        count++;
    }

    /// Adds a row; line and metadata are copied.
    public void add(
            int streamId, long at, byte[] from, int lineStart, int lineSize, int metadataStart, int metadataSize) {
        if (count == stream.length) {
            int n = Math.max(16, count * 2);
            stream = Arrays.copyOf(stream, n);
            time = Arrays.copyOf(time, n);
            start = Arrays.copyOf(start, n);
            lineLength = Arrays.copyOf(lineLength, n);
            metadataLength = Arrays.copyOf(metadataLength, n);
        }
        int need = Math.addExact(used, lineSize + metadataSize);
        if (need > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(need, Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
        stream[count] = streamId;
        time[count] = at;
        start[count] = used;
        lineLength[count] = lineSize;
        metadataLength[count] = metadataSize;
        System.arraycopy(from, lineStart, bytes, used, lineSize);
        System.arraycopy(from, metadataStart, bytes, used + lineSize, metadataSize);
        used = need;
        count++;
    }

    /// Row `row` of `from`, as it is there.
    public void add(Rows from, int row) {
        add(
                from.stream[row],
                from.time[row],
                from.bytes,
                from.start[row],
                from.lineLength[row],
                from.metadataStart(row),
                from.metadataLength[row]);
    }

    /// All rows by time; equal times in the order of the list, then of each part.
    public static Rows merge(List<Rows> parts) {
        record Cursor(Rows rows, int part, int row) {
            long time() {
                return rows.time[row];
            }
        }
        int count = 0;
        int bytes = 0;
        var queue = new PriorityQueue<>(Comparator.comparingLong(Cursor::time).thenComparingInt(Cursor::part));
        for (int i = 0; i < parts.size(); i++) {
            var rows = parts.get(i);
            count += rows.count;
            bytes = Math.addExact(bytes, rows.used);
            if (rows.count > 0) {
                queue.add(new Cursor(rows, i, 0));
            }
        }
        var merged = new Rows(count, bytes);
        while (!queue.isEmpty()) {
            var next = queue.remove();
            long until = queue.isEmpty() ? Long.MAX_VALUE : queue.element().time();
            int row = next.row();
            do {
                merged.add(next.rows(), row++);
            } while (row < next.rows().count && next.rows().time[row] < until);
            if (row < next.rows().count) {
                queue.add(new Cursor(next.rows(), next.part(), row));
            }
        }
        return merged;
    }

    public int count() {
        return count;
    }

    public int stream(int row) {
        return stream[row];
    }

    public long time(int row) {
        return time[row];
    }

    /// Of all rows; [#lineStart] and the like point into it. Not to be changed.
    public byte[] bytes() {
        return bytes;
    }

    public int lineStart(int row) {
        return start[row];
    }

    public int lineLength(int row) {
        return lineLength[row];
    }

    public int metadataStart(int row) {
        return start[row] + lineLength[row];
    }

    public int metadataLength(int row) {
        return metadataLength[row];
    }

    /// Bytes of all lines and metadata.
    public int byteCount() {
        return used;
    }

    /// The different streams, ascending.
    int[] distinctStreams() {
        var seen = new BitSet();
        for (int row = 0; row < count; row++) {
            seen.set(stream[row]);
        }
        return seen.stream().toArray();
    }

    /// The rows as an encoder takes them; a stream's number is its place in `streams`, which ascend.
    RowGroupInput toInput(int[] streams) {
        int numbers = streams.length == 0 ? 0 : streams[streams.length - 1] + 1;
        if (rank.length < numbers) {
            rank = new int[numbers];
        }
        for (int i = 0; i < streams.length; i++) {
            rank[streams[i]] = i;
        }
        int[] ordinal = new int[count];
        int[] metadataStart = new int[count];
        for (int row = 0; row < count; row++) {
            ordinal[row] = rank[stream[row]];
            metadataStart[row] = metadataStart(row);
        }
        return new RowGroupInput(count, time, ordinal, bytes, start, lineLength, metadataStart, metadataLength);
    }
}
