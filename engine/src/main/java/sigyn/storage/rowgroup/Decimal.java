package sigyn.storage.rowgroup;

import sigyn.codec.Bytes;

/// Unsigned numbers of up to 19 digits as decimal text.
final class Decimal {
    static final long MAX = 0x8AC7230489E7FFFFL;

    private static final long EIGHT = 100_000_000;
    private static final long COLONS = (long) ':' << 16 | (long) ':' << 40;

    private static final long[] TEN = new long[19];
    /// The least number of so many digits that does not begin with 0; 0 for one digit and for none.
    private static final long[] LEAST = new long[20];

    private static final short[] PAIRS = new short[100];
    /// The digits of numbers up to 255, and in the highest byte how many they are.
    private static final int[] BYTES = new int[256];

    static {
        TEN[0] = 1;
        for (int i = 1; i < TEN.length; i++) {
            TEN[i] = TEN[i - 1] * 10;
        }
        System.arraycopy(TEN, 1, LEAST, 2, TEN.length - 1);
        for (int i = 0; i < 100; i++) {
            PAIRS[i] = (short) ('0' + i / 10 | ('0' + i % 10) << 8);
        }
        for (int i = 0; i < 256; i++) {
            int n = i < 10 ? 1 : i < 100 ? 2 : 3;
            int last = '0' + i % 10;
            int middle = '0' + i / 10 % 10;
            BYTES[i] =
                    n << 24 | (n == 1 ? last : n == 2 ? middle | last << 8 : '0' + i / 100 | middle << 8 | last << 16);
        }
    }

    private Decimal() {}

    /// Digits of a value; 1 for 0.
    static int digits(long value) {
        if (value < 0) {
            return 19;
        }
        int guess = (64 - Long.numberOfLeadingZeros(value | 1)) * 1233 >>> 12;
        return guess < 19 && value >= TEN[guess] ? guess + 1 : Math.max(1, guess);
    }

    /// The value of a run of at most 19 digits.
    static long parse(byte[] b, int at, int length) {
        if (length <= 8 && at + 8 <= b.length) {
            return eight(Bytes.i64(b, at), length);
        }
        if (length > 8 && length <= 16) {
            return eight(Bytes.i64(b, at), 8) * TEN[length - 8]
                    + eight(Bytes.i64(b, at + length - 8) >>> (16 - length) * 8, length - 8);
        }
        long value = 0;
        for (int i = at; i < at + length; i++) {
            value = value * 10 + (b[i] - '0');
        }
        return value;
    }

    /// The number in the first `length` digits of eight bytes: neighbours become pairs, those fours, and these eight.
    private static long eight(long text, int length) {
        long digits = (text & 0x0F0F0F0F0F0F0F0FL) << 64 - 8 * length;
        if (length == 0) {
            return 0;
        }
        long pairs = digits * 2561 >>> 8 & 0x00FF00FF00FF00FFL;
        long fours = pairs * 6553601 >>> 16 & 0x0000FFFF0000FFFFL;
        return fours * 42949672960001L >>> 32;
    }

    /// Negative when a number of so many digits has zeros in front. Without a branch: where numbers come from all over
    /// the memory, the next are fetched meanwhile.
    static long zerosInFront(long value, int digits) {
        return value - LEAST[digits];
    }

    /// Writes a value and returns the offset behind it; up to 7 bytes behind it may be overwritten.
    static int write(long value, byte[] out, int at) {
        int n = digits(value);
        writePadded(value, n, out, at);
        return at + n;
    }

    /// Writes the last `n` digits of a value, zeros in front; up to 7 bytes behind them may be overwritten, and 8 when
    /// there are none.
    static void writePadded(long value, int n, byte[] out, int at) {
        if (n <= 8 && value >= 0) {
            Bytes.putI64(out, at, text(value < EIGHT ? (int) value : (int) (value % EIGHT)) >>> 8 * (8 - n));
        } else if (n <= 16 && value >= 0) {
            long high = value / EIGHT;
            Bytes.putI64(out, at, text((int) (high % EIGHT)) >>> 8 * (16 - n));
            Bytes.putI64(out, at + n - 8, text((int) (value - high * EIGHT)));
        } else {
            writeFixed(value, n, out, at);
        }
    }

    /// Writes the six digits of a value as three pairs with colons between them.
    static void writeClock(int value, byte[] out, int at) {
        long digits = text(value);
        Bytes.putI64(out, at, digits >>> 16 & 0xffff | COLONS | (digits >>> 32 & 0xffff) << 24 | digits >>> 48 << 48);
    }

    /// The eight digits of a value below 10^8, the first in the lowest byte: halves become pairs, and those digits,
    /// all at once; the reverse of [#eight].
    private static long text(int value) {
        int high = value / 10_000;
        long fours = high | (long) (value - high * 10_000) << 32;
        long hundreds = fours * 10_486 >>> 20 & 0x0000007F0000007FL;
        long pairs = hundreds | fours - hundreds * 100 << 16;
        long tens = pairs * 103 >>> 10 & 0x000F000F000F000FL;
        return tens | pairs - tens * 10 << 8 | 0x3030303030303030L;
    }

    /// Writes a value up to 255 and a byte behind it, returns the offset behind that; four bytes may be overwritten.
    static int writeByte(int value, char then, byte[] out, int at) {
        int digits = BYTES[value];
        int n = digits >>> 24;
        Bytes.putI32(out, at, digits & 0xffffff | then << 8 * n);
        return at + n + 1;
    }

    /// Writes the last `n` digits of a value, zeros in front.
    static void writeFixed(long value, int n, byte[] out, int at) {
        int i = at + n;
        if (value < 0 && n > 0) {
            long rest = Long.divideUnsigned(value, 10);
            out[--i] = (byte) ('0' + (value - rest * 10));
            value = rest;
        }
        if (value > Integer.MAX_VALUE) {
            while (i - at >= 2 && value > Integer.MAX_VALUE) {
                long rest = value / 100;
                short pair = PAIRS[(int) (value - rest * 100)];
                out[--i] = (byte) (pair >>> 8);
                out[--i] = (byte) pair;
                value = rest;
            }
        }
        // one digit is left at most when the rest is still too large for an int
        int v = (int) (value > Integer.MAX_VALUE ? value % 10 : value);
        while (i - at >= 2) {
            int rest = v / 100;
            short pair = PAIRS[v - rest * 100];
            out[--i] = (byte) (pair >>> 8);
            out[--i] = (byte) pair;
            v = rest;
        }
        if (i > at) {
            out[at] = (byte) ('0' + v % 10);
        }
    }
}
