package sigyn.codec;

/// Unsigned LEB128: seven bits a byte, low bits first, the top bit says that more follow. At most ten bytes for 64
/// bits.
public final class Varint {
    /// Bytes that the longest 64-bit value takes.
    public static final int MAX_BYTES = 10;

    private Varint() {}

    /// Bytes that `value`, read as unsigned, takes.
    public static int size(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /// Writes `value` at `at` and returns the offset behind it.
    public static int write(byte[] out, int at, long value) {
        while ((value & ~0x7fL) != 0) {
            out[at++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        out[at++] = (byte) value;
        return at;
    }

    public static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    public static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}
