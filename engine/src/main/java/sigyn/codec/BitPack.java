package sigyn.codec;

/// Unsigned numbers of a fixed width of 0 to 64 bits, low bits first, without gaps; a run ends on a whole byte.
public final class BitPack {
    private BitPack() {}

    /// Bits that `max`, read as unsigned, needs.
    public static int width(long max) {
        return 64 - Long.numberOfLeadingZeros(max);
    }

    /// Bytes that `n` numbers take.
    public static int size(int n, int width) {
        return Math.toIntExact(((long) n * width + 7) >>> 3);
    }

    public static void write(ByteSink sink, long[] values, int from, int n, int width) {
        sink.reserve(size(n, width) + 16);
        byte[] out = sink.array();
        int at = sink.size();
        int start = at;
        if (width > 56) {
            writeWide(out, at, values, from, n, width);
            sink.advance(size(n, width));
            return;
        }
        long pending = 0;
        int bits = 0;
        for (int i = from; i < from + n; i++) {
            pending |= values[i] << bits;
            bits += width;
            if (bits >= 8) {
                Bytes.putI64(out, at, pending);
                int whole = bits >>> 3;
                at += whole;
                pending = whole == 8 ? 0 : pending >>> (whole << 3);
                bits &= 7;
            }
        }
        if (bits > 0) {
            out[at] = (byte) pending;
        }
        sink.advance(size(n, width));
        assert at - start <= size(n, width);
    }

    private static void writeWide(byte[] out, int at, long[] values, int from, int n, int width) {
        java.util.Arrays.fill(out, at, at + size(n, width), (byte) 0);
        long bit = (long) at << 3;
        for (int i = from; i < from + n; i++) {
            long value = values[i];
            for (int left = width; left > 0; ) {
                int shift = (int) (bit & 7);
                int take = Math.min(8 - shift, left);
                out[(int) (bit >>> 3)] |= (byte) ((value & (1L << take) - 1) << shift);
                value >>>= take;
                left -= take;
                bit += take;
            }
        }
    }

    /// One number. `limit` is the end of the array's valid bytes.
    public static long get(byte[] bytes, int start, int index, int width, int limit) {
        if (width == 0) {
            return 0;
        }
        long bit = (long) index * width;
        int at = start + (int) (bit >>> 3);
        int shift = (int) (bit & 7);
        if (width + shift <= 64 && at + 8 <= limit) {
            long word = Bytes.i64(bytes, at) >>> shift;
            return width == 64 ? word : word & (1L << width) - 1;
        }
        long value = 0;
        int have = 0;
        while (have < width) {
            int take = Math.min(8 - shift, width - have);
            long part = (bytes[at] & 0xffL) >>> shift & (1L << take) - 1;
            value |= part << have;
            have += take;
            shift = 0;
            at++;
        }
        return value;
    }

    /// `n` numbers into `out`.
    public static void read(byte[] bytes, int start, int n, int width, int limit, long[] out, int to) {
        if (size(n, width) > limit - start) {
            throw new DamagedException(n + " numbers of " + width + " bits in " + (limit - start) + " bytes");
        }
        for (int i = 0; i < n; i++) {
            out[to + i] = get(bytes, start, i, width, limit);
        }
    }

    public static void read(byte[] bytes, int start, int n, int width, int limit, int[] out, int to) {
        if (size(n, width) > limit - start) {
            throw new DamagedException(n + " numbers of " + width + " bits in " + (limit - start) + " bytes");
        }
        for (int i = 0; i < n; i++) {
            out[to + i] = (int) get(bytes, start, i, width, limit);
        }
    }
}
