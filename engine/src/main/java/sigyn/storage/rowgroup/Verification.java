package sigyn.storage.rowgroup;

import java.util.Arrays;

/// Decodes a row group and compares it with the rows it was made of.
final class Verification {
    /// Rows whose lines are decoded together, unless they are long.
    private static final int ROWS = 32;

    private static final int ROWS_BYTES = 64 << 10;

    private static final int CACHE_LINE = 64;

    private final RowGroupInput in;
    private final RowGroup group;
    private byte[] text = new byte[ROWS_BYTES];
    private final int[] end = new int[ROWS];
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
        room(group.metadata().maxLength() + Sections.SLACK);
        for (var template : group.stored()) {
            long room = template.maxLength() + Sections.SLACK;
            room(room);
            int together = Math.clamp(ROWS_BYTES / room, 1, ROWS);
            for (int from = 0; from < template.rows; from += together) {
                int row = compare(template, from, Math.min(template.rows, from + together), (int) room);
                if (row >= 0) {
                    return row;
                }
            }
        }
        return -1;
    }

    private void room(long length) {
        if (length > text.length) {
            text = new byte[Math.toIntExact(length)];
        }
    }

    private int compare(StoredTemplate template, int from, int to, int room) {
        int[] rowAt = group.rowAt();
        fetch(template.position + from, template.position + to);
        for (int i = 0; i < to - from; i++) {
            end[i] = i * room;
        }
        template.write(from, to, text, end);
        for (int i = 0; i < to - from; i++) {
            int row = rowAt[template.position + from + i];
            if (!equals(in.lineStart()[row], in.lineLength()[row], i * room, end[i])) {
                return row;
            }
        }
        for (int position = template.position + from; position < template.position + to; position++) {
            int row = rowAt[position];
            int length = group.metadata().write(position, text, 0);
            if (!equals(in.metadataStart()[row], in.metadataLength()[row], 0, length)) {
                return row;
            }
        }
        return -1;
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

    private boolean equals(int from, int length, int at, int end) {
        return length == end - at && Arrays.equals(in.bytes(), from, from + length, text, at, end);
    }
}
