package sigyn.storage.head;

import java.util.Arrays;

/// Rows as columns.
record RowPage(long[] time, int[] stream, int[] position, int[] lineLength, int[] metadataLength) {
    static final int ROW_BYTES = Long.BYTES + 4 * Integer.BYTES;

    RowPage(int rows) {
        this(new long[rows], new int[rows], new int[rows], new int[rows], new int[rows]);
    }

    int rows() {
        return time.length;
    }

    RowPage wider() {
        int n = time.length * 2;
        return new RowPage(
                Arrays.copyOf(time, n),
                Arrays.copyOf(stream, n),
                Arrays.copyOf(position, n),
                Arrays.copyOf(lineLength, n),
                Arrays.copyOf(metadataLength, n));
    }
}
