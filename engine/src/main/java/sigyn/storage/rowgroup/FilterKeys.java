package sigyn.storage.rowgroup;

import java.util.Arrays;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.Hash64;

/// What the two filters of a row group are made of, gathered while columns are encoded.
///
/// A line is text and tokens, split as [Tokenizer] does. All three-byte pieces of the text go to the trigram filter,
/// letters folded to lower case; a piece that touches a token does not. Of tokens, the long ones go to the token
/// filter, folded, and the three-letter pieces inside any token to the trigram filter, unless tokens of its class are
/// so many that they would fill it: then the class is marked opaque instead. [NeedleRouter] is the other half.
final class FilterKeys {
    /// Tokens of this length and more are in the token filter,
    private static final int TOKEN = 6;
    /// but those of digits only from this length on: shorter numbers are many, and quick to find in their columns.
    private static final int NUMBER = 9;
    /// Tokens of a column whose letters are spelled out in the trigram filter; of larger columns, the class is opaque.
    private static final int SPELLED = 400;

    static final int NUMBERS = 0;
    static final int HEX = 1;
    static final int MIXED = 2;

    private final long[] trigramSeen = new long[1 << 18];
    private int[] trigrams = new int[1024];
    private int trigramCount;
    private long[] tokens = new long[1 << 12];
    private int tokenCount;
    /// Keys on their way into the table, whose slots are all over it: waited for together.
    private final long[] arriving = new long[32];

    private int arrivingCount;
    /// Keeps the compiler from leaving out what [#arrive] touches.
    @SuppressWarnings("UnusedVariable")
    private long fetched;

    private boolean hasZero;
    /// Bit n: a token of n bytes exists; bit 63: of 63 and more. By class.
    private final long[] lengths = new long[3];
    /// Bit n: a run of n digits or hexadecimal letters is part of a joined token and in no filter.
    private long hiddenLengths;
    /// Bit per class.
    private int opaque;

    private final Tokens scratch = new Tokens();
    private final Tokenizer plain = new Tokenizer(0, false);
    private byte[] folded = new byte[256];

    void begin() {
        for (int i = 0; i < trigramCount; i++) {
            trigramSeen[trigrams[i] >>> 6] = 0;
        }
        trigramCount = 0;
        tokenCount = 0;
        arrivingCount = 0;
        hasZero = false;
        if (tokens.length > 1 << 18) {
            tokens = new long[1 << 12];
        } else {
            Arrays.fill(tokens, 0);
        }
        Arrays.fill(lengths, 0);
        hiddenLengths = 0;
        opaque = 0;
    }

    static int classOf(int mask) {
        return (mask & ~CharClass.DIGIT) == 0
                ? NUMBERS
                : (mask & (CharClass.LETTER | CharClass.OTHER)) == 0 ? HEX : MIXED;
    }

    /// Length from which on tokens of a class are in the token filter.
    static int shortest(int tokenClass) {
        return tokenClass == NUMBERS ? NUMBER : TOKEN;
    }

    private static long lengthBit(int length) {
        return 1L << Math.min(length, 63);
    }

    /// Hash of a token; a number without leading zeros is hashed by value.
    static long hash(byte[] b, int from, int length) {
        if (length <= ColumnKind.MAX_DIGITS && CharClass.mask(b, from, length) == CharClass.DIGIT && b[from] != '0') {
            return hash(Decimal.parse(b, from, length));
        }
        byte[] lower = new byte[length];
        for (int i = 0; i < length; i++) {
            lower[i] = CharClass.fold(b[from + i]);
        }
        return Hash64.of(0, lower, 0, length);
    }

    static long hash(long number) {
        return Hash64.of(1, number);
    }

    static long trigramKey(int trigram) {
        return trigram;
    }

    /// All of `b[from, end)` is text between two tokens.
    void text(byte[] b, int from, int end) {
        if (end - from < 3) {
            return;
        }
        int window = fold(b[from]) << 8 | fold(b[from + 1]);
        for (int i = from + 2; i < end; i++) {
            window = (window << 8 | fold(b[i])) & 0xffffff;
            trigram(window);
        }
    }

    static int fold(byte b) {
        return CharClass.fold(b) & 0xff;
    }

    private void trigram(int code) {
        long bit = 1L << code;
        if ((trigramSeen[code >>> 6] & bit) == 0) {
            trigramSeen[code >>> 6] |= bit;
            if (trigramCount == trigrams.length) {
                trigrams = Arrays.copyOf(trigrams, trigramCount * 2);
            }
            trigrams[trigramCount++] = code;
        }
    }

    /// One token, or one distinct value of many.
    void token(byte[] b, int from, int length, int kind) {
        switch (Tokens.type(kind)) {
            case Tokens.VAR -> {
                key(b, from, length);
                spell(b, from, length);
            }
            case Tokens.UUID -> {
                uuids();
                key(b, from, length);
                spell(b, from, length);
            }
            case Tokens.TIMESTAMP -> timestamps(Tokens.format(kind));
            default -> {}
        }
    }

    /// Tokens of a column without a dictionary, all of one kind.
    void opaque(byte[] b, long[] place, int kind, int n) {
        for (int i = 0; i < n; i++) {
            int start = Tokens.start(place[i]);
            int length = Tokens.length(place[i]);
            int tokenClass = key(b, start, length);
            if (n <= SPELLED) {
                spell(b, start, length);
            } else if (tokenClass != NUMBERS) {
                opaque |= 1 << tokenClass;
            }
        }
        if (n > 0 && Tokens.type(kind) == Tokens.UUID) {
            uuids();
        }
    }

    /// Decimal tokens; all of `width` digits if that is not 0.
    void numbers(long[] values, int n, int width) {
        long seen = 0;
        for (int i = 0; i < n; i++) {
            int digits = Decimal.digits(values[i]);
            if (width > digits) {
                if (width >= NUMBER) {
                    Decimal.writeFixed(values[i], width, folded, 0);
                    add(hash(folded, 0, width));
                }
                seen |= lengthBit(width);
            } else {
                seen |= lengthBit(digits);
                if (digits >= NUMBER) {
                    add(hash(values[i]));
                }
            }
        }
        lengths[NUMBERS] |= seen;
    }

    void uuids() {
        hiddenLengths |= 1L << 8 | 1L << 12;
        lengths[HEX] |= lengthBit(36);
        opaque |= 1 << HEX;
    }

    /// Text that a joined timestamp hides: names of months, long runs of digits.
    void timestamps(int format) {
        int layout = TimestampText.layout(format);
        int fraction = TimestampText.fraction(format);
        hiddenLengths |= lengthBit(layout == TimestampText.EPOCH ? 10 + fraction : fraction);
        if (layout == TimestampText.CLF || layout >= TimestampText.SYSLOG && layout <= TimestampText.CTIME) {
            byte around = (byte) (layout == TimestampText.CLF ? '/' : ' ');
            for (int i = 0; i < 12; i++) {
                byte[] name = TimestampText.month(i);
                byte[] inPlace = {around, name[0], name[1], name[2], around, ' '};
                text(inPlace, layout == TimestampText.CLF ? 0 : 1, layout == TimestampText.CLF ? 5 : 6);
            }
        }
    }

    /// A timestamp that begins with a month's name stands behind `b[from, end)`.
    void beforeMonth(byte[] b, int from, int end) {
        int keep = Math.min(2, end - from);
        for (int i = 0; i < 12; i++) {
            byte[] name = TimestampText.month(i);
            byte[] joined = new byte[keep + 2];
            System.arraycopy(b, end - keep, joined, 0, keep);
            System.arraycopy(name, 0, joined, keep, 2);
            text(joined, 0, joined.length);
        }
    }

    /// A whole line that no template of the first model covers.
    void line(byte[] b, int from, int end) {
        scratch.clear();
        plain.tokenize(b, from, end, 0, scratch);
        int textFrom = from;
        for (int i = 0; i < scratch.count; i++) {
            int at = Tokens.start(scratch.entry(i));
            int length = Tokens.length(scratch.entry(i));
            text(b, textFrom, at);
            textFrom = at + length;
            key(b, at, length);
            spell(b, at, length);
        }
        text(b, textFrom, end);
    }

    private int key(byte[] b, int from, int length) {
        int mask = CharClass.mask(b, from, length);
        int tokenClass = classOf(length == 36 && b[from + 8] == '-' ? CharClass.HEX_LOWER : mask);
        lengths[tokenClass] |= lengthBit(length);
        if (length >= shortest(tokenClass)) {
            boolean mayFold = (mask & (CharClass.HEX_UPPER | CharClass.LETTER)) != 0;
            add(mayFold || tokenClass == NUMBERS ? hash(b, from, length) : Hash64.of(0, b, from, length));
        }
        return tokenClass;
    }

    /// Trigrams of the letters inside a token.
    private void spell(byte[] b, int from, int length) {
        int window = 0;
        int letters = 0;
        for (int i = from; i < from + length; i++) {
            int c = CharClass.RUN[b[i] & 0xff];
            letters = (c & (CharClass.HEX_LETTER | CharClass.LETTER)) != 0 ? letters + 1 : 0;
            window = (window << 8 | fold(b[i])) & 0xffffff;
            if (letters >= 3) {
                trigram(window);
            }
        }
    }

    private void add(long key) {
        if (key == 0) {
            hasZero = true;
            return;
        }
        arriving[arrivingCount++] = key;
        if (arrivingCount == arriving.length) {
            arrive();
        }
    }

    private void arrive() {
        long sum = 0;
        for (int i = 0; i < arrivingCount; i++) {
            sum += tokens[(int) arriving[i] & tokens.length - 1];
        }
        fetched = sum;
        for (int i = 0; i < arrivingCount; i++) {
            insert(arriving[i]);
        }
        arrivingCount = 0;
    }

    private void insert(long key) {
        int mask = tokens.length - 1;
        int at = (int) key & mask;
        while (tokens[at] != 0) {
            if (tokens[at] == key) {
                return;
            }
            at = at + 1 & mask;
        }
        tokens[at] = key;
        if (++tokenCount * 2 > tokens.length) {
            long[] old = tokens;
            tokens = new long[old.length * 2];
            for (long known : old) {
                if (known != 0) {
                    int to = (int) known & tokens.length - 1;
                    while (tokens[to] != 0) {
                        to = to + 1 & tokens.length - 1;
                    }
                    tokens[to] = known;
                }
            }
        }
    }

    long[] trigramKeys() {
        long[] keys = new long[trigramCount];
        for (int i = 0; i < trigramCount; i++) {
            keys[i] = trigramKey(trigrams[i]);
        }
        return keys;
    }

    long[] tokenKeys() {
        arrive();
        long[] keys = new long[tokenCount + (hasZero ? 1 : 0)];
        int n = 0;
        for (long key : tokens) {
            if (key != 0) {
                keys[n++] = key;
            }
        }
        return keys;
    }

    /// Appends the shape of the tokens: `varint` lengths of numbers, of hexadecimal tokens, of mixed ones, hidden
    /// lengths, then u8 opaque classes.
    void writeShape(ByteSink out) {
        for (long set : lengths) {
            out.varint(set);
        }
        out.varint(hiddenLengths);
        out.u8(opaque);
    }

    /// What [#writeShape] wrote.
    record Shape(long numbers, long hex, long mixed, long hidden, int opaque) {
        static Shape read(ByteSource in) {
            return new Shape(in.varint(), in.varint(), in.varint(), in.varint(), in.u8());
        }

        boolean isOpaque(int tokenClass) {
            return (opaque >>> tokenClass & 1) != 0;
        }
    }
}
