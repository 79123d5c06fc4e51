package sigyn.storage.rowgroup;

import sigyn.codec.Bytes;

/// The runs of letters and digits of one line, as bitmaps of its bytes: words of letters only, which are most, are
/// passed over without a look at each. Eight bytes are classified at once by arithmetic on all of them (after "SIMD
/// within a register", H. S. Warren, Hacker's Delight, 2nd edition, 6-1). Places count from the line's first byte.
final class Runs {
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    /// Collects the lowest bit of each byte in the highest byte.
    private static final long GATHER = 0x0102040810204080L;

    /// Words that are kept from line to line; what a longer line needs is given up again.
    private static final int KEPT = 1 << 12;

    private byte[] bytes = {};
    private int from;
    private long[] digit = new long[2];
    private long[] hexLower = new long[2];
    private long[] hexUpper = new long[2];
    /// Letters that are no hexadecimal digits.
    private long[] letter = new long[2];
    /// All of them.
    private long[] run = new long[2];
    private long[] marked = new long[2];

    /// Looks at `b[from, end)`.
    void scan(byte[] b, int lineFrom, int end) {
        bytes = b;
        from = lineFrom;
        int words = (end - from >>> 6) + 1;
        if (run.length <= words) {
            resize(words * 2);
        } else if (run.length > KEPT && words < KEPT / 2) {
            resize(KEPT);
        }
        for (int w = 0; w < words; w++) {
            classify(b, from + (w << 6), end, w);
        }
        run[words] = 0;
        mark(words);
    }

    private void resize(int words) {
        digit = new long[words];
        hexLower = new long[words];
        hexUpper = new long[words];
        letter = new long[words];
        run = new long[words];
        marked = new long[words];
    }

    private void classify(byte[] b, int at, int end, int w) {
        long digits = 0;
        long lower = 0;
        long upper = 0;
        long letters = 0;
        for (int shift = 0; shift < 64 && at < end; shift += 8, at += 8) {
            long eight = eight(b, at);
            if (end - at < 8) {
                eight &= (1L << (end - at) * 8) - 1;
            }
            long ascii = ~eight & HIGH;
            long seven = eight & ~HIGH;
            long folded = seven | ONES * 0x20;
            long isDigit = from(seven, '0') & ~from(seven, '9' + 1) & ascii;
            long isLetter = from(folded, 'a') & ~from(folded, 'z' + 1) & ascii;
            long isHex = isLetter & ~from(folded, 'g');
            long isLower = eight << 2;
            digits |= bits(isDigit) << shift;
            letters |= bits(isLetter & ~isHex) << shift;
            lower |= bits(isHex & isLower) << shift;
            upper |= bits(isHex & ~isLower) << shift;
        }
        digit[w] = digits;
        hexLower[w] = lower;
        hexUpper[w] = upper;
        letter[w] = letters;
        run[w] = digits | lower | upper | letters;
    }

    /// The run of letters and digits that starts at `b[at]` and ends before `end`: its classes, and how long it is
    /// from bit 8 on.
    static int at(byte[] b, int at, int end) {
        int mask = 0;
        for (int i = at; ; i += 8) {
            long eight = eight(b, i);
            long ascii = ~eight & HIGH;
            long seven = eight & ~HIGH;
            long folded = seven | ONES * 0x20;
            long isDigit = from(seven, '0') & ~from(seven, '9' + 1) & ascii;
            long isLetter = from(folded, 'a') & ~from(folded, 'z' + 1) & ascii;
            long isRun = isDigit | isLetter;
            int run = Math.min(Long.numberOfTrailingZeros(isRun ^ HIGH) >>> 3, end - i);
            long in = run >= 8 ? -1 : (1L << run * 8) - 1;
            isLetter &= in;
            long isHex = isLetter & ~from(folded, 'g');
            long isLower = eight << 2;
            mask |= ((isDigit & in) != 0 ? CharClass.DIGIT : 0)
                    | ((isHex & isLower) != 0 ? CharClass.HEX_LOWER : 0)
                    | ((isHex & ~isLower) != 0 ? CharClass.HEX_UPPER : 0)
                    | (isLetter != isHex ? CharClass.LETTER : 0);
            if (run < 8) {
                return i + run - at << 8 | mask;
            }
        }
    }

    /// Eight bytes, zeros behind the last one of the array.
    static long eight(byte[] b, int at) {
        return at + 8 <= b.length ? Bytes.i64(b, at) : last(b, at);
    }

    private static long last(byte[] b, int at) {
        long eight = 0;
        for (int i = at; i < b.length; i++) {
            eight |= (b[i] & 0xffL) << (i - at) * 8;
        }
        return eight;
    }

    /// The highest bit of each byte that is at least `least`, of bytes below 128.
    private static long from(long seven, int least) {
        return seven + ONES * (0x80 - least) & HIGH;
    }

    private static long bits(long highest) {
        return (highest >>> 7) * GATHER >>> 56;
    }

    /// Marks what makes a run worth a look: digits, four hexadecimal letters in a row, three letters alone.
    private void mark(int words) {
        long before = 0;
        for (int w = 0; w < words; w++) {
            long hex = hexLower[w] | hexUpper[w];
            long nextHex = w + 1 < words ? hexLower[w + 1] | hexUpper[w + 1] : 0;
            long four = hex & ahead(hex, nextHex, 1) & ahead(hex, nextHex, 2) & ahead(hex, nextHex, 3);
            long runs = run[w];
            long next = run[w + 1];
            long starts = runs & ~(runs << 1 | before);
            long three = starts & ahead(runs, next, 1) & ahead(runs, next, 2) & ~ahead(runs, next, 3);
            before = runs >>> 63;
            marked[w] = digit[w] | four | three;
        }
        marked[words] = 0;
    }

    private static long ahead(long word, long next, int n) {
        return word >>> n | next << 64 - n;
    }

    /// The first marked place from `at` on, or -1.
    int next(int at, int end) {
        int w = at >>> 6;
        long word = marked[w] & -1L << at;
        int last = end >>> 6;
        while (word == 0) {
            if (++w > last) {
                return -1;
            }
            word = marked[w];
        }
        return (w << 6) + Long.numberOfTrailingZeros(word);
    }

    /// Where the run begins that holds a place.
    int start(int at) {
        int w = at >>> 6;
        long others = ~run[w] & (1L << at) - 1;
        while (others == 0) {
            if (--w < 0) {
                return 0;
            }
            others = ~run[w];
        }
        return (w << 6) + 64 - Long.numberOfLeadingZeros(others);
    }

    /// Where the run ends that holds a place.
    int end(int at) {
        int w = at >>> 6;
        long others = ~run[w] & -1L << at;
        while (others == 0) {
            others = ~run[++w];
        }
        return (w << 6) + Long.numberOfTrailingZeros(others);
    }

    /// Classes of the bytes of a part of a run.
    int mask(int start, int end) {
        int w = start >>> 6;
        if (end - 1 >>> 6 != w) {
            return CharClass.mask(bytes, from + start, end - start);
        }
        long part = -1L << start & -1L >>> -end;
        return ((digit[w] & part) != 0 ? CharClass.DIGIT : 0)
                | ((hexLower[w] & part) != 0 ? CharClass.HEX_LOWER : 0)
                | ((hexUpper[w] & part) != 0 ? CharClass.HEX_UPPER : 0)
                | ((letter[w] & part) != 0 ? CharClass.LETTER : 0);
    }
}
