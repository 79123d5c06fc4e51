package sigyn.storage.rowgroup;

import java.util.Arrays;

/// The variable parts of many lines, one behind the other. Each is one number, its place: where it starts, its length
/// and the classes of its bytes; behind the place of a joined token stands its value. So what belongs to a line is
/// together in memory.
///
/// A kind is `type | timestamp format << 9`, as files have it; see the constants. What makes two lines share a template
/// is the static text between tokens and each token's kind.
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

    private static final int TYPE_BITS = 15;
    static final int FORMAT_SHIFT = 9;

    private static final int START_SHIFT = 33;
    private static final int LENGTH_SHIFT = 2;
    /// By the last two bits of a place: digits only, and lower or upper hexadecimal letters; both stand for anything.
    private static final int[] CLASSES = {
        CharClass.DIGIT, CharClass.DIGIT | CharClass.HEX_LOWER, CharClass.DIGIT | CharClass.HEX_UPPER, CharClass.ANY
    };

    /// Entries that [#gather] takes at once: what stands behind one another is in the cache already.
    static final int GATHERED = 4;

    private static final int PAGE_BITS = 12;
    private static final int PAGE = 1 << PAGE_BITS;

    /// Places and values, in pages: there are millions, and one array would be copied again and again.
    private long[][] pages = {new long[PAGE]};

    int count;

    /// Kinds of the tokens since [#beginLine].
    int[] kinds = new int[64];

    int lineCount;

    void clear() {
        count = 0;
        lineCount = 0;
    }

    void beginLine() {
        lineCount = 0;
    }

    void add(int from, int end, int kind, int mask) {
        if (lineCount == kinds.length) {
            kinds = Arrays.copyOf(kinds, lineCount * 2);
        }
        kinds[lineCount++] = kind;
        append(place(from, end - from, mask));
    }

    /// A joined token.
    void add(int from, int end, int kind, int mask, long value) {
        add(from, end, kind, mask);
        append(value);
    }

    private void append(long entry) {
        if (count == pages.length << PAGE_BITS) {
            int known = pages.length;
            pages = Arrays.copyOf(pages, known + (known >> 2) + 1);
            for (int i = known; i < pages.length; i++) {
                pages[i] = new long[PAGE];
            }
        }
        pages[count >>> PAGE_BITS][count & PAGE - 1] = entry;
        count++;
    }

    /// The place or value that was added as number `entry`.
    long entry(int entry) {
        return pages[entry >>> PAGE_BITS][entry & PAGE - 1];
    }

    /// Puts the entries number `first[k] + entry` into `into[0][k]`, those behind them into `into[1][k]` and so on, for
    /// `rows` rows; what is behind the last token of a row means nothing.
    void gather(int[] first, int entry, int rows, long[][] into) {
        long[] a = into[0];
        long[] b = into[1];
        long[] c = into[2];
        long[] d = into[3];
        for (int k = 0; k < rows; k++) {
            int at = first[k] + entry;
            long[] page = pages[at >>> PAGE_BITS];
            int i = at & PAGE - 1;
            if (i <= PAGE - GATHERED) {
                a[k] = page[i];
                b[k] = page[i + 1];
                c[k] = page[i + 2];
                d[k] = page[i + 3];
            } else {
                for (int j = 0; j < GATHERED && at + j < count; j++) {
                    into[j][k] = entry(at + j);
                }
            }
        }
    }

    /// Takes back what was added since there were `entries`.
    void rewind(int entries) {
        count = entries;
        lineCount = 0;
    }

    /// Puts another place where the last one is.
    void replaceLast(long place) {
        int last = count - 1;
        pages[last >>> PAGE_BITS][last & PAGE - 1] = place;
    }

    static long place(int start, int length, int mask) {
        int code = (mask & (CharClass.LETTER | CharClass.OTHER)) != 0 ? 3 : (mask & CharClass.HEX_LETTER) >>> 1;
        return (long) start << START_SHIFT | (long) length << LENGTH_SHIFT | code;
    }

    static int start(long place) {
        return (int) (place >>> START_SHIFT);
    }

    static int length(long place) {
        return (int) (place >>> LENGTH_SHIFT) & Integer.MAX_VALUE;
    }

    /// Classes of the bytes, see [CharClass], and perhaps more; of several places, when they are joined by `or`.
    static int mask(long place) {
        return CLASSES[(int) place & 3];
    }

    static int type(int kind) {
        return kind & TYPE_BITS;
    }

    static int format(int kind) {
        return kind >>> FORMAT_SHIFT;
    }

    /// How many entries a token of a kind takes.
    static int entries(int kind) {
        return isJoined(kind) ? 2 : 1;
    }

    /// True when a value stands behind the place.
    static boolean isJoined(int kind) {
        int type = type(kind);
        return type == IPV4 || type == CLOCK || type == TIMESTAMP;
    }
}
