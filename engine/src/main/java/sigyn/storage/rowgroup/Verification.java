package sigyn.storage.rowgroup;

import java.util.Arrays;

/// Decodes a row group and compares it with the rows it was made of.
final class Verification {
    private Verification() {}

    /// The first row that differs, or -1.
    static int firstDifference(RowGroupInput in, EncodedRowGroup encoded) {
        try {
            var group = RowGroup.open(encoded.data());
            if (group.rows() != in.rows() || !group.belongsTo(RowGroupSummary.open(encoded.prune()))) {
                return 0;
            }
            return RowGroup.checked(() -> compare(in, group));
        } catch (CorruptRowGroupException _) {
            return 0;
        }
    }

    private static int compare(RowGroupInput in, RowGroup group) {
        int n = in.rows();
        int time = Arrays.mismatch(in.timestamp(), 0, n, group.times(), 0, n);
        int stream = Arrays.mismatch(in.stream(), 0, n, group.streams(), 0, n);
        if (time >= 0 || stream >= 0) {
            return Math.max(time, stream);
        }
        int[] rowAt = group.rowAt();
        var metadata = group.metadata();
        byte[] text = new byte[Math.toIntExact(metadata.maxLength() + Sections.SLACK)];
        for (var template : group.stored()) {
            long longest = template.maxLength() + Sections.SLACK;
            if (longest > text.length) {
                text = new byte[Math.toIntExact(longest)];
            }
            for (int k = 0; k < template.rows; k++) {
                int row = rowAt[template.position + k];
                int end = template.write(k, text, 0);
                if (!same(in.bytes(), in.lineStart()[row], in.lineLength()[row], text, end)) {
                    return row;
                }
                end = metadata.write(template.position + k, text, 0);
                if (!same(in.bytes(), in.metadataStart()[row], in.metadataLength()[row], text, end)) {
                    return row;
                }
            }
        }
        return -1;
    }

    private static boolean same(byte[] expected, int from, int length, byte[] found, int end) {
        return length == end && Arrays.equals(expected, from, from + length, found, 0, end);
    }
}
