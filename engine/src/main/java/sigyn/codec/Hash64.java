package sigyn.codec;

/// A fast 64-bit hash of bytes for tables in memory and filters in files; not for adversaries who can choose seeds.
///
/// After wyhash (Wang Yi, public domain): 16 bytes a step through a 64x64 to 128 bit multiplication, folded.
public final class Hash64 {
    private static final long P0 = 0xa0761d6478bd642fL;
    private static final long P1 = 0xe7037ed1a0b428dbL;
    private static final long P2 = 0x8ebc6af09c88c6e3L;

    private Hash64() {}

    /// Mixes two words into one.
    public static long mix(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }

    public static long of(long seed, long value) {
        return mix(value ^ P0, seed ^ P1);
    }

    public static long of(long seed, byte[] bytes, int from, int length) {
        long h = seed ^ P0;
        int at = from;
        int left = length;
        while (left > 16) {
            h = mix(Bytes.i64(bytes, at) ^ P1, Bytes.i64(bytes, at + 8) ^ h);
            at += 16;
            left -= 16;
        }
        long a;
        long b;
        if (left >= 8) {
            a = Bytes.i64(bytes, at);
            b = Bytes.i64(bytes, at + left - 8);
        } else if (left >= 4) {
            a = Bytes.i32(bytes, at) & 0xffffffffL;
            b = Bytes.i32(bytes, at + left - 4) & 0xffffffffL;
        } else if (left > 0) {
            a = (bytes[at] & 0xffL) << 16 | (bytes[at + left / 2] & 0xffL) << 8 | bytes[at + left - 1] & 0xffL;
            b = 0;
        } else {
            a = 0;
            b = 0;
        }
        return mix(P2 ^ length, mix(a ^ P1, b ^ h));
    }
}
