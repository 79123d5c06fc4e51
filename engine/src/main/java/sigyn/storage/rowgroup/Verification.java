package sigyn.storage.rowgroup;

import java.util.Arrays;
import sigyn.codec.Bytes;

/// Decodes a row group and compares it with the rows it was made of.
final class Verification {
    /// Rows that are decoded and compared together.
    private static final int ROWS = 32;
    /// Bytes of their lines at most, unless one has more.
    private static final int BATCH = 1 << 16;

    private final RowGroupInput in;
    private final RowGroup group;
    private byte[] text = new byte[BATCH];
    /// Where the line of each of some rows ends in `text`.
    private final int[] end = new int[ROWS];
    private final long[] numbers = new long[ROWS];
    /// Keeps the compiler from leaving out what [#fetch] is for.
    @SuppressWarnings("UnusedVariable")
    private int fetched;

    private Verification(RowGroupInput in, RowGroup group) {
        this.in = in;
        this.group = group;
    }

    /// The first row that differs, or -1.
    static int firstDifference(RowGroupInput in, EncodedRowGroup encoded) {
        try {
            var group = RowGroup.open(encoded.data());
            if (group.rows() != in.rows() || !group.belongsTo(RowGroupSummary.open(encoded.prune()))) {
                return 0;
            }
            return RowGroup.checked(() -> new Verification(in, group).compare());
        } catch (CorruptRowGroupException _) {
            return 0;
        }
    }

    private int compare() {
        int n = in.rows();
        int time = Arrays.mismatch(in.timestamp(), 0, n, group.times(), 0, n);
        int stream = Arrays.mismatch(in.stream(), 0, n, group.streams(), 0, n);
        if (time >= 0 || stream >= 0) {
            return time < 0 || stream >= 0 && stream < time ? stream : time;
        }
        room(group.metadata().maxLength());
        for (var template : group.stored()) {
            long room = room(template.writeBound());
            int rows = Math.clamp(BATCH / room, 1, ROWS);
            for (int from = 0; from < template.rows; from += rows) {
                int different = compare(template, from, Math.min(rows, template.rows - from), (int) room);
                if (different >= 0) {
                    return different;
                }
            }
        }
        return -1;
    }

    /// Decodes and compares some rows of a template; `room` is what one line may take.
    private int compare(StoredTemplate template, int from, int rows, int room) {
        int position = template.position + from;
        int[] rowAt = group.rowAt();
        fetch(rowAt, position, rows);
        for (int k = 0; k < rows; k++) {
            end[k] = k * room;
        }
        template.write(from, text, end, rows, numbers);
        for (int k = 0; k < rows; k++) {
            int row = rowAt[position + k];
            int start = in.lineStart()[row];
            int lineEnd = start + in.lineLength()[row];
            if (!Arrays.equals(text, k * room, end[k], in.bytes(), start, lineEnd)) {
                return row;
            }
        }
        for (int k = 0; k < rows; k++) {
            int row = rowAt[position + k];
            if (!isSameMetadata(position + k, row)) {
                return row;
            }
        }
        return -1;
    }

    /// Makes room for a line or metadata of so many bytes and returns how many that takes.
    private long room(long length) {
        long room = length + Sections.SLACK;
        if (room > text.length) {
            text = new byte[Math.toIntExact(room)];
        }
        return room;
    }

    /// Lines are all over the input: waited for one after the other they take longer than the rest.
    private void fetch(int[] rowAt, int position, int rows) {
        int sum = 0;
        for (int k = 0; k < rows; k++) {
            int row = rowAt[position + k];
            int start = in.lineStart()[row];
            sum += CacheLines.touch(in.bytes(), start, start + in.lineLength()[row]);
            sum += CacheLines.touch(
                    in.bytes(), in.metadataStart()[row], in.metadataStart()[row] + in.metadataLength()[row]);
        }
        fetched += sum;
    }

    private boolean isSameMetadata(int position, int row) {
        int length = group.metadata().write(position, text, 0);
        return length == in.metadataLength()[row] && Bytes.equal(text, 0, in.bytes(), in.metadataStart()[row], length);
    }
}
