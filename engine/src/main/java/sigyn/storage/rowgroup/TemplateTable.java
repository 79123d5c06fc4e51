package sigyn.storage.rowgroup;

import java.util.Arrays;

/// Counts lines by the hash of their template. Ids are given in order of first appearance.
final class TemplateTable {
    int count;
    long[] hash = new long[256];
    int[] rows = new int[256];
    private int[] slots = new int[1024];

    /// The id of a template, with one more row.
    int add(long templateHash) {
        int mask = slots.length - 1;
        int at = (int) (templateHash ^ templateHash >>> 32) & mask;
        int id;
        while ((id = slots[at] - 1) >= 0) {
            if (hash[id] == templateHash) {
                rows[id]++;
                return id;
            }
            at = at + 1 & mask;
        }
        if (count == hash.length) {
            hash = Arrays.copyOf(hash, count * 2);
            rows = Arrays.copyOf(rows, count * 2);
        }
        hash[count] = templateHash;
        rows[count] = 1;
        slots[at] = ++count;
        if (count * 2 > slots.length) {
            grow();
        }
        return count - 1;
    }

    void clear() {
        if (slots.length > 1 << 14) {
            slots = new int[1024];
        } else {
            Arrays.fill(slots, 0);
        }
        count = 0;
    }

    private void grow() {
        slots = new int[slots.length * 4];
        int mask = slots.length - 1;
        for (int id = 0; id < count; id++) {
            int at = (int) (hash[id] ^ hash[id] >>> 32) & mask;
            while (slots[at] != 0) {
                at = at + 1 & mask;
            }
            slots[at] = id + 1;
        }
    }
}
