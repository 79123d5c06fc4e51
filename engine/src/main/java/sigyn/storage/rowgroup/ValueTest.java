package sigyn.storage.rowgroup;

import java.util.IdentityHashMap;
import sigyn.codec.Search;

/// A test of a value against a piece of a needle: contained, at the begin, at the end, or equal.
final class ValueTest {
    enum Where {
        INSIDE,
        PREFIX,
        SUFFIX,
        EQUAL
    }

    private final Where where;
    private final byte[] needle;
    private final boolean fold;
    private final int rarest;
    private final IdentityHashMap<Column, RowBits> pools = new IdentityHashMap<>();
    private byte[] folded = new byte[0];

    /// With `fold`, `needle` is in lower case and values are folded before the test.
    ValueTest(Where where, byte[] needle, boolean fold) {
        this.where = where;
        this.needle = needle;
        this.fold = fold;
        rarest = Search.rarest(needle);
    }

    /// In lower case when letters of either case are equal. Not to be changed.
    byte[] needle() {
        return needle;
    }

    boolean ignoresCase() {
        return fold;
    }

    boolean isInside() {
        return where == Where.INSIDE;
    }

    int length() {
        return needle.length;
    }

    boolean passes(byte[] b, int from, int length) {
        int n = needle.length;
        if (n > length) {
            return false;
        }
        return switch (where) {
            case EQUAL -> n == length && same(b, from);
            case PREFIX -> same(b, from);
            case SUFFIX -> same(b, from + length - n);
            case INSIDE -> {
                if (!fold) {
                    yield Search.indexOf(b, from, from + length, needle, rarest) >= 0;
                }
                yield Search.indexOf(fold(b, from, length), 0, length, needle, rarest) >= 0;
            }
        };
    }

    private boolean same(byte[] b, int at) {
        if (!fold) {
            return java.util.Arrays.equals(b, at, at + needle.length, needle, 0, needle.length);
        }
        for (int i = 0; i < needle.length; i++) {
            if (CharClass.fold(b[at + i]) != needle[i]) {
                return false;
            }
        }
        return true;
    }

    private byte[] fold(byte[] b, int from, int length) {
        if (folded.length < length) {
            folded = new byte[length * 2];
        }
        for (int i = 0; i < length; i++) {
            folded[i] = CharClass.fold(b[from + i]);
        }
        return folded;
    }

    /// Marks the passing ones of `count` values that lie back to back at `offset[k]`.
    void matchAll(byte[] b, int[] offset, int count, RowBits into) {
        if (where != Where.INSIDE || needle.length == 0) {
            for (int k = 0; k < count; k++) {
                if (passes(b, offset[k], offset[k + 1] - offset[k])) {
                    into.set(k);
                }
            }
            return;
        }
        int shift = fold ? offset[0] : 0;
        byte[] hay = fold ? fold(b, shift, offset[count] - shift) : b;
        int end = offset[count] - shift;
        int at = offset[0] - shift;
        int k = 0;
        while ((at = Search.indexOf(hay, at, end, needle, rarest)) >= 0) {
            k = valueAt(offset, k, count, at + shift);
            int valueEnd = offset[k + 1] - shift;
            if (at + needle.length <= valueEnd) {
                into.set(k);
                at = valueEnd;
            } else {
                at++;
            }
        }
    }

    /// The value from `k` on that holds offset `at`.
    private static int valueAt(int[] offset, int k, int count, int at) {
        int step = 1;
        while (k + step < count && offset[k + step] <= at) {
            k += step;
            step *= 2;
        }
        int high = Math.min(count, k + step);
        while (high - k > 1) {
            int middle = (k + high) >>> 1;
            if (offset[middle] <= at) {
                k = middle;
            } else {
                high = middle;
            }
        }
        return k;
    }

    /// Marks, from `first` on, the passing ones of `count` values of `length` bytes each.
    void matchFixed(byte[] b, int length, int count, int first, RowBits into) {
        if (length == 0 || where != Where.INSIDE || fold) {
            for (int k = 0; k < count; k++) {
                if (passes(b, k * length, length)) {
                    into.set(first + k);
                }
            }
            return;
        }
        int end = count * length;
        int at = 0;
        while ((at = Search.indexOf(b, at, end, needle, rarest)) >= 0) {
            int k = at / length;
            if (at + needle.length <= (k + 1) * length) {
                into.set(first + k);
                at = (k + 1) * length;
            } else {
                at++;
            }
        }
    }

    /// Which values of a pool pass; found once.
    RowBits inPool(Column pool) {
        var known = pools.get(pool);
        if (known == null) {
            known = new RowBits(pool.count);
            pool.match(this, known);
            pools.put(pool, known);
        }
        return known;
    }
}
