package sigyn.storage.rowgroup;

/// A set of numbers from 0 to a bound, one bit each.
final class RowBits {
    private final int size;
    private final long[] words;

    RowBits(int size) {
        this.size = size;
        words = new long[(size + 63) >>> 6];
    }

    int size() {
        return size;
    }

    void set(int i) {
        words[i >>> 6] |= 1L << i;
    }

    void clear(int i) {
        words[i >>> 6] &= ~(1L << i);
    }

    boolean get(int i) {
        return (words[i >>> 6] >>> i & 1) != 0;
    }

    void setAll() {
        java.util.Arrays.fill(words, -1L);
        trim();
    }

    /// Adds all from `from` to before `to`.
    void setRange(int from, int to) {
        for (int i = from; i < to; i++) {
            if ((i & 63) == 0 && i + 64 <= to) {
                words[i >>> 6] = -1L;
                i += 63;
            } else {
                set(i);
            }
        }
    }

    void flip() {
        for (int i = 0; i < words.length; i++) {
            words[i] = ~words[i];
        }
        trim();
    }

    void and(RowBits other) {
        for (int i = 0; i < words.length; i++) {
            words[i] &= other.words[i];
        }
    }

    void or(RowBits other) {
        for (int i = 0; i < words.length; i++) {
            words[i] |= other.words[i];
        }
    }

    boolean isEmpty() {
        for (long word : words) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    int cardinality() {
        int n = 0;
        for (long word : words) {
            n += Long.bitCount(word);
        }
        return n;
    }

    /// The first member at or after `from`, or -1.
    int next(int from) {
        int word = from >>> 6;
        if (from >= size) {
            return -1;
        }
        long rest = words[word] & -1L << from;
        while (rest == 0) {
            if (++word == words.length) {
                return -1;
            }
            rest = words[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(rest);
    }

    private void trim() {
        if ((size & 63) != 0) {
            words[words.length - 1] &= -1L >>> -size;
        }
    }
}
