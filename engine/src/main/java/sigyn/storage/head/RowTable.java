package sigyn.storage.head;

import java.util.Arrays;

/// A table of rows with open addressing: the row of each slot and one, 0 where the slot is free, and the row's hash.
record RowTable(int[] rows, int[] hashes) {
    static final int SLOT_BYTES = 2 * Integer.BYTES;

    RowTable(int slots) {
        this(new int[slots], new int[slots]);
    }

    int size() {
        return rows.length;
    }

    void put(int slot, int row, int hash) {
        rows[slot] = row + 1;
        hashes[slot] = hash;
    }

    /// Adds a row that is not here; there must be room.
    void add(int row, int hash) {
        int mask = rows.length - 1;
        int slot = hash & mask;
        while (rows[slot] != 0) {
            slot = slot + 1 & mask;
        }
        put(slot, row, hash);
    }

    void addTo(RowTable other) {
        for (int slot = 0; slot < rows.length; slot++) {
            if (rows[slot] != 0) {
                other.add(rows[slot] - 1, hashes[slot]);
            }
        }
    }

    void clear() {
        Arrays.fill(rows, 0);
    }
}
