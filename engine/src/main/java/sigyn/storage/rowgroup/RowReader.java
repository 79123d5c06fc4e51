package sigyn.storage.rowgroup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.storage.port.MetadataCodec;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.RowBatch.MetadataColumn;

/// Gives selected rows batch by batch. The arrays of a batch are used again for the next.
public final class RowReader {
    /// Rows of one batch at most.
    public static final int BATCH = 1024;
    /// A batch ends with the row that takes it beyond this many bytes.
    private static final int BATCH_BYTES = 1 << 20;

    private final RowGroup group;
    private final int[] rows;
    private final boolean backward;
    private final boolean needsLines;
    private final boolean needsMetadata;
    private final List<Labels> streams;
    private final int[] stream;
    private final long[] time;
    private final int[] lineStart;
    private final int[] lineLength;
    private byte[] bytes = new byte[4096];
    private int used;
    private int next;

    RowReader(
            RowGroup group,
            RowSelection selection,
            Direction direction,
            boolean needsLines,
            boolean needsMetadata,
            List<Labels> streams) {
        this.group = group;
        this.needsLines = needsLines;
        this.needsMetadata = needsMetadata;
        this.streams = streams;
        rows = selection.rows();
        backward = direction == Direction.BACKWARD;
        int capacity = Math.min(BATCH, rows.length);
        stream = new int[capacity];
        time = new long[capacity];
        lineStart = new int[capacity];
        lineLength = new int[capacity];
    }

    /// The next rows, or null when there are no more.
    public @Nullable RowBatch next() {
        if (next == rows.length) {
            return null;
        }
        return RowGroup.checked(this::read);
    }

    /// Numbers in the group of the rows of the last batch: this many from this index of the selection's rows on are
    /// done.
    public int done() {
        return next;
    }

    private int row(int i) {
        return rows[backward ? rows.length - 1 - i : i];
    }

    private RowBatch read() {
        int first = next;
        used = 0;
        int n = 0;
        int[] streamOf = group.streams();
        long[] timeOf = group.times();
        while (next < rows.length && n < lineStart.length && used < BATCH_BYTES) {
            int row = row(next++);
            stream[n] = streamOf[row];
            time[n] = timeOf[row];
            lineStart[n] = used;
            if (needsLines) {
                line(row);
            }
            lineLength[n] = used - lineStart[n];
            n++;
        }
        List<MetadataColumn> metadata = needsMetadata ? metadata(first, n) : List.of();
        return new RowBatch(n, streams, stream, time, bytes, lineStart, lineLength, metadata);
    }

    private void line(int row) {
        var template = group.stored()[group.templateIds()[row]];
        reserve(template.maxLength());
        used = template.write(group.positions()[row] - template.position, bytes, used);
    }

    private void reserve(long more) {
        long need = used + more + Sections.SLACK;
        if (need > bytes.length) {
            if (need > Integer.MAX_VALUE - 8) {
                throw new CorruptRowGroupException("a row of " + more + " bytes");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.max(need, Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
    }

    private List<MetadataColumn> metadata(int first, int n) {
        var stored = group.metadata();
        if (stored.isEmpty()) {
            return List.of();
        }
        var columns = new ArrayList<MetadataColumn>();
        var keys = stored.keys();
        for (int key = 0; key < keys.size(); key++) {
            var column = stored.column(key);
            if (column == null) {
                continue;
            }
            int[] start = new int[n];
            int[] length = new int[n];
            byte[] out = new byte[1024];
            int at = 0;
            boolean any = false;
            for (int i = 0; i < n; i++) {
                int k = stored.index(key, group.positions()[row(first + i)]);
                start[i] = at;
                length[i] = -1;
                if (k >= 0) {
                    long need = at + (long) column.maxLength() + Sections.SLACK;
                    if (need > out.length) {
                        out = Arrays.copyOf(out, Math.toIntExact(Math.max(need, out.length * 2L)));
                    }
                    int end = column.write(k, out, at);
                    length[i] = end - at;
                    at = end;
                    any = true;
                }
            }
            if (any) {
                columns.add(new MetadataColumn(new String(keys.get(key), StandardCharsets.UTF_8), out, start, length));
            }
        }
        if (stored.column(keys.size()) != null) {
            whole(first, n, columns);
        }
        return columns;
    }

    /// Rows whose metadata is stored whole: their pairs join the columns.
    private void whole(int first, int n, List<MetadataColumn> columns) {
        var stored = group.metadata();
        int key = stored.keys().size();
        byte[] buffer = new byte[Math.toIntExact(stored.maxLength() + Sections.SLACK)];
        var byName = new java.util.LinkedHashMap<String, byte[][]>();
        for (int i = 0; i < n; i++) {
            int position = group.positions()[row(first + i)];
            if (stored.index(key, position) < 0) {
                continue;
            }
            int length = stored.write(position, buffer, 0);
            Labels pairs;
            try {
                pairs = MetadataCodec.decode(buffer, 0, length);
            } catch (IllegalArgumentException _) {
                continue;
            }
            for (int p = 0; p < pairs.size(); p++) {
                byName.computeIfAbsent(pairs.name(p), _ -> new byte[n][])[i] =
                        pairs.value(p).getBytes(StandardCharsets.UTF_8);
            }
        }
        byName.forEach((name, values) -> columns.add(join(name, values, n, columns)));
    }

    /// Some rows' values of a key, together with what a column of that key has already; takes it out of `columns`.
    private static MetadataColumn join(String name, byte[][] values, int n, List<MetadataColumn> columns) {
        int[] start = new int[n];
        int[] length = new int[n];
        Arrays.fill(length, -1);
        byte[] out = new byte[0];
        for (int c = 0; c < columns.size(); c++) {
            if (columns.get(c).name().equals(name)) {
                var known = columns.remove(c);
                start = known.start();
                length = known.length();
                out = known.bytes();
                break;
            }
        }
        int at = out.length;
        int more = 0;
        for (byte[] value : values) {
            more += value == null ? 0 : value.length;
        }
        out = Arrays.copyOf(out, at + more);
        for (int i = 0; i < n; i++) {
            byte[] value = values[i];
            if (value != null) {
                start[i] = at;
                length[i] = value.length;
                System.arraycopy(value, 0, out, at, value.length);
                at += value.length;
            }
        }
        return new MetadataColumn(name, out, start, length);
    }
}
