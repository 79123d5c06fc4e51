package sigyn.storage.head;

import java.util.Arrays;

/// A table of rows with open addressing: the row of each slot, and a piece of its hash, 0 where the slot is free.
record RowTable(int[] slots, byte[] tags) {
    static final int SLOT_BYTES = Integer.BYTES + Byte.BYTES;

    RowTable(int slots) {
        this(new int[slots], new byte[slots]);
    }

    int size() {
        return tags.length;
    }

    void clear() {
        Arrays.fill(tags, (byte) 0);
    }
}
