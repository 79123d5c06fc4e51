package sigyn.storage.block;

import java.util.Arrays;

/// Reads an encoded row group back and compares it with what went in, before anything depends on it.
final class RowGroupCheck {
    private RowGroupCheck() {}

    /// Throws [AssertionError] when the encoded rows are not the rows.
    static void verify(RowGroupEncoder.Encoded encoded, Rows rows) {
        var group = RowGroup.inMemory(encoded);
        var reader = group.reader();
        long[] times = reader.times();
        int[] ordinals = reader.streams();
        for (int row = 0; row < rows.count(); row++) {
            if (times[row] != rows.time(row) || group.stream(ordinals[row]) != rows.stream(row)) {
                throw new AssertionError("row " + row + " lost its time or stream when encoded");
            }
        }
        for (int from = 0; from < rows.count(); from += RowReader.BATCH) {
            int n = Math.min(RowReader.BATCH, rows.count() - from);
            int[] wanted = new int[n];
            Arrays.setAll(wanted, i -> i);
            for (int i = 0; i < n; i++) {
                wanted[i] += from;
            }
            reader.materialise(wanted, n, true, true);
            for (int i = 0; i < n; i++) {
                if (!rows.sameContent(
                        from + i,
                        reader.bytes(),
                        reader.lineStart()[i],
                        reader.lineLength()[i],
                        reader.metadataStart()[i],
                        reader.metadataLength()[i])) {
                    throw new AssertionError("row " + (from + i) + " is not what it was when encoded");
                }
            }
        }
    }
}
