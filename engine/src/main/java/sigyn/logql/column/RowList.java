package sigyn.logql.column;

import java.util.Arrays;

/// Numbers of rows, growing at the end.
final class RowList {
    private int[] rows = new int[64];
    private int size;

    void add(int k) {
        if (size == rows.length) {
            rows = Arrays.copyOf(rows, size * 2);
        }
        rows[size++] = k;
    }

    void addAll(int[] more) {
        for (int k : more) {
            add(k);
        }
    }

    /// Ascending.
    int[] sorted() {
        int[] all = Arrays.copyOf(rows, size);
        Arrays.sort(all);
        return all;
    }
}
