package sigyn.storage.rowgroup;

/// Chosen rows of one row group.
public final class RowSelection {
    private final RowBits bits;

    RowSelection(RowBits bits) {
        this.bits = bits;
    }

    static RowSelection all(int rows) {
        var bits = new RowBits(rows);
        bits.setAll();
        return new RowSelection(bits);
    }

    /// How many rows were chosen.
    public int count() {
        return bits.cardinality();
    }

    public boolean isEmpty() {
        return bits.isEmpty();
    }

    public boolean contains(int row) {
        return bits.get(row);
    }

    /// The chosen rows, ascending.
    public int[] rows() {
        int[] rows = new int[bits.cardinality()];
        int row = -1;
        for (int i = 0; i < rows.length; i++) {
            row = bits.next(row + 1);
            rows[i] = row;
        }
        return rows;
    }
}
