package sigyn.storage.rowgroup;

import java.util.Arrays;

/// The variable parts of many lines, as columns that grow at their end.
///
/// `kind` is `type | class mask << 4 | timestamp format << 9`; see the constants. What makes two lines share a template
/// is the static text between tokens and the [#signature] of each token's kind.
final class Tokens {
    /// A run of letters and digits with a digit in it, or of four and more hexadecimal letters.
    static final int VAR = 1;
    /// Four decimal numbers up to 255 without leading zeros, joined by dots; the value has 32 bits.
    static final int IPV4 = 2;
    /// Three pairs of digits joined by colons; the value is the number of their six digits.
    static final int CLOCK = 3;
    /// 8-4-4-4-12 hexadecimal digits; format 1 means that letters are capitals.
    static final int UUID = 4;
    /// A word of the second tokeniser, or a long rest of a line: any bytes.
    static final int WORD = 5;
    /// A date and a time of day near the time of the entry; the value is the distance to it in ticks.
    static final int TIMESTAMP = 6;

    static final int TYPE_BITS = 15;
    static final int MASK_SHIFT = 4;
    static final int FORMAT_SHIFT = 9;

    int count;
    int[] start = new int[1 << 12];
    int[] length = new int[1 << 12];
    int[] kind = new int[1 << 12];
    long[] value = new long[1 << 12];

    void add(int from, int end, int tokenKind, long tokenValue) {
        if (count == start.length) {
            int n = count + (count >> 2);
            start = Arrays.copyOf(start, n);
            length = Arrays.copyOf(length, n);
            kind = Arrays.copyOf(kind, n);
            value = Arrays.copyOf(value, n);
        }
        start[count] = from;
        length[count] = end - from;
        kind[count] = tokenKind;
        value[count++] = tokenValue;
    }

    static int type(int kind) {
        return kind & TYPE_BITS;
    }

    static int mask(int kind) {
        return kind >>> MASK_SHIFT & CharClass.ANY;
    }

    static int format(int kind) {
        return kind >>> FORMAT_SHIFT;
    }

    /// The part of a kind that belongs to the template.
    static int signature(int kind) {
        return kind & ~(CharClass.ANY << MASK_SHIFT);
    }
}
