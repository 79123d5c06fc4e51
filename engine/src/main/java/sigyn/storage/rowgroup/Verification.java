package sigyn.storage.rowgroup;

import java.util.Arrays;
import sigyn.codec.Bytes;

/// Decodes a row group and compares it with the rows it was made of.
final class Verification {
    /// Rows whose lines are fetched together.
    private static final int FETCHED = 32;

    private final RowGroupInput in;
    private final RowGroup group;
    private byte[] text = new byte[0];
    // the rows at hand, and how far each is compared
    private final int[] row = new int[FETCHED];
    private final int[] at = new int[FETCHED];
    private final int[] end = new int[FETCHED];
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
            return Math.max(time, stream);
        }
        room(group.metadata().maxLength());
        for (var template : group.stored()) {
            room(template.maxLength());
            for (int from = 0; from < template.rows; from += FETCHED) {
                int different = compare(template, from, Math.min(FETCHED, template.rows - from));
                if (different >= 0) {
                    return different;
                }
            }
        }
        return -1;
    }

    /// Compares some rows of a template, piece by piece of all of them: a column is decoded fastest when nothing else
    /// is
    /// done in between.
    private int compare(StoredTemplate template, int from, int rows) {
        fetch(template.position + from, rows);
        int last = template.columns.length;
        for (int v = 0; v <= last; v++) {
            int start = template.piece[v];
            int different = skip(template.text, start, template.piece[v + 1] - start, rows);
            if (different < 0 && v < last) {
                different = skip(template.columns[v], from, rows);
            }
            if (different >= 0) {
                return row[different];
            }
        }
        for (int k = 0; k < rows; k++) {
            if (at[k] != end[k] || !isSameMetadata(template.position + from + k, row[k])) {
                return row[k];
            }
        }
        return -1;
    }

    /// Goes on behind static text in each line; returns the first one that has something else there, or -1.
    private int skip(byte[] piece, int start, int length, int rows) {
        for (int k = 0; k < rows; k++) {
            if (end[k] - at[k] < length || !Bytes.equal(piece, start, in.bytes(), at[k], length)) {
                return k;
            }
            at[k] += length;
        }
        return -1;
    }

    private int skip(Column column, int from, int rows) {
        for (int k = 0; k < rows; k++) {
            int length = column.write(from + k, text, 0);
            if (end[k] - at[k] < length || !Bytes.equal(text, 0, in.bytes(), at[k], length)) {
                return k;
            }
            at[k] += length;
        }
        return -1;
    }

    private void room(long length) {
        if (length + Sections.SLACK > text.length) {
            text = new byte[Math.toIntExact(length + Sections.SLACK)];
        }
    }

    /// Finds the lines of some rows. They are all over the input: waited for one after the other they take longer than
    /// the rest.
    private void fetch(int position, int rows) {
        byte[] bytes = in.bytes();
        int[] rowAt = group.rowAt();
        int sum = 0;
        for (int k = 0; k < rows; k++) {
            row[k] = rowAt[position + k];
            at[k] = in.lineStart()[row[k]];
            end[k] = at[k] + in.lineLength()[row[k]];
            sum += CacheLines.touch(bytes, at[k], end[k]);
        }
        fetched += sum;
    }

    private boolean isSameMetadata(int position, int row) {
        int length = group.metadata().write(position, text, 0);
        return length == in.metadataLength()[row] && Bytes.equal(in.bytes(), in.metadataStart()[row], text, 0, length);
    }
}
