package sigyn.storage.rowgroup;

import java.util.Arrays;
import sigyn.codec.Bytes;

/// Distinct values shared by columns of one shape (all numbers, all hexadecimal of one length, ...), while they are
/// being collected. Final ids are given in order of the first row a value appears in, which makes the id of a row
/// predictable from the row's number: values recur near each other.
final class IdPool {
    /// What the values look like; decides how the pool is encoded.
    enum Shape {
        NUMBER,
        IPV4,
        HEX,
        TEXT
    }

    private static final int SMALLEST = 4096;
    /// Entries of a pool that is filled again: there are several, and each would grow to what the largest needs.
    private static final int LARGEST_KEPT = 1 << 14;

    Shape shape = Shape.NUMBER;
    /// Kind of the tokens, for [Shape#HEX] and [Shape#TEXT].
    int kind;

    int count;
    /// Of numbers: themselves. Of texts: their hash.
    long[] value = new long[1024];
    /// Of texts: see [Tokens].
    long[] place = new long[1024];
    int[] uses = new int[1024];
    int[] firstRow = new int[1024];
    private int[] slots = new int[SMALLEST];

    /// Starts anew with the memory it has.
    void begin(Shape newShape, int newKind) {
        shape = newShape;
        kind = newKind;
        count = 0;
        Arrays.fill(slots, 0);
    }

    /// False when it has grown so large that it is better forgotten than filled again.
    boolean isKept() {
        return value.length <= LARGEST_KEPT;
    }

    int addNumber(long number, int row) {
        int mask = slots.length - 1;
        int at = slot(number * 0x9E3779B97F4A7C15L, mask);
        int found;
        while ((found = slots[at]) != 0 && value[found - 1] != number) {
            at = at + 1 & mask;
        }
        return found == 0 ? insert(at, number, 0, row) : use(found - 1, row);
    }

    int addText(byte[] b, long text, int row) {
        int from = Tokens.start(text);
        int n = Tokens.length(text);
        long key = Tokenizer.staticPiece(b, from, from + n, 0);
        int mask = slots.length - 1;
        int at = slot(key, mask);
        int found;
        while ((found = slots[at]) != 0) {
            int id = found - 1;
            if (value[id] == key && isAt(b, from, n, place[id])) {
                return use(id, row);
            }
            at = at + 1 & mask;
        }
        return insert(at, key, text, row);
    }

    private static boolean isAt(byte[] b, int from, int n, long other) {
        int start = Tokens.start(other);
        return n == Tokens.length(other) && Bytes.equal(b, from, b, start, n);
    }

    private static int slot(long hash, int mask) {
        return (int) (hash >>> 32 ^ hash >>> 17) & mask;
    }

    private int use(int id, int row) {
        uses[id]++;
        if (row < firstRow[id]) {
            firstRow[id] = row;
        }
        return id;
    }

    private int insert(int at, long key, long text, int row) {
        int id = count++;
        if (id == value.length) {
            int size = id * 2;
            value = Arrays.copyOf(value, size);
            place = Arrays.copyOf(place, size);
            uses = Arrays.copyOf(uses, size);
            firstRow = Arrays.copyOf(firstRow, size);
        }
        value[id] = key;
        place[id] = text;
        uses[id] = 1;
        firstRow[id] = row;
        slots[at] = count;
        if (count * 2 > slots.length) {
            grow();
        }
        return id;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        boolean numeric = shape == Shape.NUMBER || shape == Shape.IPV4;
        for (int id = 0; id < count; id++) {
            int at = slot(numeric ? value[id] * 0x9E3779B97F4A7C15L : value[id], mask);
            while (slots[at] != 0) {
                at = at + 1 & mask;
            }
            slots[at] = id + 1;
        }
    }

    /// Old ids in their final order, unused ones left out.
    int[] inOrder() {
        long[] order = new long[count];
        int used = 0;
        for (int id = 0; id < count; id++) {
            if (uses[id] > 0) {
                order[used++] = (long) firstRow[id] << 32 | id;
            }
        }
        Arrays.sort(order, 0, used);
        int[] ids = new int[used];
        for (int i = 0; i < used; i++) {
            ids[i] = (int) order[i];
        }
        return ids;
    }
}
