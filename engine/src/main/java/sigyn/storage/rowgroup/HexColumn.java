package sigyn.storage.rowgroup;

import sigyn.codec.ByteSource;
import sigyn.codec.Bytes;
import sigyn.codec.Search;

/// Hexadecimal values of one length, two digits to a byte; perhaps with the dashes of a UUID.
final class HexColumn extends Column {
    /// The two digits of each byte, first digit in the low half: lower case, then capitals.
    private static final short[] DIGITS = new short[512];

    static {
        byte[] low = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] high = "0123456789ABCDEF".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int i = 0; i < 256; i++) {
            DIGITS[i] = (short) (low[i >> 4] | low[i & 15] << 8);
            DIGITS[256 + i] = (short) (high[i >> 4] | high[i & 15] << 8);
        }
    }

    /// Shorter needles are looked for in text.
    private static final int SHORTEST_PACKED = 5;

    private final ColumnSource source;
    private final boolean capitals;
    private final boolean uuid;
    private final int digits;
    private final int each;
    private final long piece;

    HexColumn(ByteSource in, ColumnSource source, int count) {
        super(count);
        this.source = source;
        int layout = in.u8();
        capitals = (layout & ColumnKind.HEX_CAPITALS) != 0;
        uuid = (layout & ColumnKind.HEX_UUID) != 0;
        digits = in.count(1 << 20);
        if (layout > 3 || uuid && digits != 32) {
            throw new CorruptRowGroupException(
                    "hexadecimal column of layout " + layout + " with " + digits + " digits");
        }
        each = (digits + 1) / 2;
        piece = source.next(SectionKind.RANDOM, (long) count * each);
    }

    @Override
    int lengthBound() {
        return maxLength();
    }

    @Override
    int lengthFloor() {
        return maxLength();
    }

    @Override
    String others() {
        return uuid ? "-" : "";
    }

    @Override
    int maxLength() {
        return uuid ? 36 : digits;
    }

    @Override
    int minLength() {
        return maxLength();
    }

    @Override
    int mask() {
        return CharClass.DIGIT | (capitals ? CharClass.HEX_UPPER : CharClass.HEX_LOWER) | (uuid ? CharClass.OTHER : 0);
    }

    @Override
    int write(int k, byte[] out, int at) {
        byte[] bytes = source.section(piece);
        int from = ColumnSource.offset(piece) + k * each;
        int table = capitals ? 256 : 0;
        int pairs = digits / 2;
        if (uuid) {
            for (int i = 0; i < 16; i++) {
                if (i == 4 || i == 6 || i == 8 || i == 10) {
                    out[at++] = '-';
                }
                Bytes.putU16(out, at, DIGITS[table + (bytes[from + i] & 0xff)]);
                at += 2;
            }
            return at;
        }
        for (int i = 0; i < pairs; i++) {
            Bytes.putU16(out, at, DIGITS[table + (bytes[from + i] & 0xff)]);
            at += 2;
        }
        if ((digits & 1) != 0) {
            out[at++] = (byte) (DIGITS[table + (bytes[from + pairs] & 15)] >>> 8);
        }
        return at;
    }

    @Override
    void write(int first, byte[] out, int[] at, int n, long[] numbers) {
        for (int i = 0; i < n; i++) {
            at[i] = write(first + i, out, at[i]);
        }
    }

    @Override
    int length(int k) {
        return maxLength();
    }

    @Override
    long held() {
        return 0;
    }

    @Override
    void match(ValueTest test, RowBits into) {
        byte[] needle = test.needle();
        if (!uuid && (digits & 1) == 0 && needle.length >= SHORTEST_PACKED && test.isInside()) {
            if (isPossible(needle, test.ignoresCase())) {
                inside(needle, into);
            }
        } else {
            asText(test, into);
        }
    }

    /// Looks for a needle of digits in the packed values. It begins with the first or with the second digit of a byte;
    /// the whole bytes in it are searched for, the digits at its ends are looked at then.
    private void inside(byte[] needle, RowBits into) {
        byte[] bytes = source.section(piece);
        int start = ColumnSource.offset(piece);
        for (int skip = 0; skip < 2; skip++) {
            int whole = (needle.length - skip) / 2;
            byte[] packed = new byte[whole];
            for (int i = 0; i < whole; i++) {
                packed[i] = (byte) (digit(needle[skip + 2 * i]) << 4 | digit(needle[skip + 2 * i + 1]));
            }
            int rest = needle.length - skip - 2 * whole;
            int rarest = Search.rarest(packed);
            int end = start + count * each;
            for (int at = start; (at = Search.indexOf(bytes, at, end, packed, rarest)) >= 0; at++) {
                int k = (at - start) / each;
                int from = start + k * each;
                boolean fits = at - skip >= from && at + whole + rest <= from + each;
                if (fits
                        && (skip == 0 || (bytes[at - 1] & 15) == digit(needle[0]))
                        && (rest == 0 || (bytes[at + whole] >>> 4 & 15) == digit(needle[needle.length - 1]))) {
                    into.set(k);
                }
            }
        }
    }

    private boolean isPossible(byte[] needle, boolean ignoreCase) {
        for (byte b : needle) {
            if (!mayHave(b) && !(ignoreCase && b >= 'a' && mayHave((byte) (b - 32)))) {
                return false;
            }
        }
        return true;
    }

    private static int digit(byte b) {
        return Character.digit(b, 16);
    }

    private void asText(ValueTest test, RowBits into) {
        int length = maxLength();
        int chunk = Math.min(count, 1024);
        byte[] text = new byte[chunk * length + 16];
        for (int from = 0; from < count; from += chunk) {
            int n = Math.min(chunk, count - from);
            int at = 0;
            for (int k = 0; k < n; k++) {
                at = write(from + k, text, at);
            }
            test.matchFixed(text, length, n, from, into);
        }
    }
}
