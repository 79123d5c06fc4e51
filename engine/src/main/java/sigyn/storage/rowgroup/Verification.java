package sigyn.storage.rowgroup;

import java.util.Arrays;
import sigyn.codec.Bytes;

/// Decodes a row group and compares it with the rows it was made of.
final class Verification {
    /// Rows whose lines are fetched together.
    private static final int FETCHED = 32;

    private static final int CACHE_LINE = 64;

    private final RowGroupInput in;
    private final RowGroup group;
    private byte[] text = new byte[0];
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
                int to = Math.min(template.rows, from + FETCHED);
                fetch(template.position + from, template.position + to);
                for (int k = from; k < to; k++) {
                    int row = group.rowAt()[template.position + k];
                    if (!isSame(template, k, row)) {
                        return row;
                    }
                }
            }
        }
        return -1;
    }

    private void room(long length) {
        if (length + Sections.SLACK > text.length) {
            text = new byte[Math.toIntExact(length + Sections.SLACK)];
        }
    }

    /// Lines of one template are all over the input: waited for one after the other they take longer than the rest.
    private void fetch(int from, int to) {
        byte[] bytes = in.bytes();
        int[] rowAt = group.rowAt();
        int sum = 0;
        for (int position = from; position < to; position++) {
            int at = in.lineStart()[rowAt[position]];
            int end = at + in.lineLength()[rowAt[position]];
            for (; at < end; at += CACHE_LINE) {
                sum += bytes[at];
            }
        }
        fetched += sum;
    }

    private boolean isSame(StoredTemplate template, int k, int row) {
        int end = template.write(k, text, 0);
        if (!equals(in.lineStart()[row], in.lineLength()[row], end)) {
            return false;
        }
        end = group.metadata().write(template.position + k, text, 0);
        return equals(in.metadataStart()[row], in.metadataLength()[row], end);
    }

    private boolean equals(int from, int length, int end) {
        return length == end && Bytes.equal(in.bytes(), from, text, 0, length);
    }
}
