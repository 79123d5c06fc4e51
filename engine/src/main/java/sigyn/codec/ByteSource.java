package sigyn.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads what [ByteSink] wrote. Every read is checked; what runs over the end throws [DamagedException].
public final class ByteSource {
    private final byte[] bytes;
    private int end;
    private int at;

    public ByteSource(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    public ByteSource(byte[] bytes, int from, int length) {
        this(bytes);
        move(from, length);
    }

    /// Reads another piece of the same array from now on.
    public void move(int from, int length) {
        if (from < 0 || length < 0 || length > bytes.length - from) {
            throw new DamagedException(length + " bytes at " + from + " of " + bytes.length);
        }
        at = from;
        end = from + length;
    }

    public byte[] array() {
        return bytes;
    }

    public int at() {
        return at;
    }

    public int remaining() {
        return end - at;
    }

    /// Moves over `n` bytes and returns where they start.
    public int skip(long n) {
        if (n < 0 || n > end - at) {
            throw new DamagedException(n + " bytes wanted at " + at + ", " + (end - at) + " left");
        }
        int start = at;
        at += (int) n;
        return start;
    }

    public int u8() {
        return bytes[skip(1)] & 0xff;
    }

    public int u16() {
        return Bytes.u16(bytes, skip(2));
    }

    public int i32() {
        return Bytes.i32(bytes, skip(4));
    }

    public long i64() {
        return Bytes.i64(bytes, skip(8));
    }

    public long varint() {
        return at < end && bytes[at] >= 0 ? bytes[at++] : longVarint();
    }

    private long longVarint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte b = bytes[skip(1)];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new DamagedException("a number of more than ten bytes before " + at);
    }

    /// A varint that counts something: at least 0, at most `max`.
    public int count(long max) {
        long n = varint();
        if (n < 0 || n > max || n > Integer.MAX_VALUE) {
            throw new DamagedException("a count of " + n + " before " + at + ", at most " + max + " make sense");
        }
        return (int) n;
    }

    public long zigzag() {
        return Varint.unzigzag(varint());
    }

    public byte[] block() {
        int n = count(remaining());
        int start = skip(n);
        return Arrays.copyOfRange(bytes, start, start + n);
    }

    public String text() {
        int n = count(remaining());
        return new String(bytes, skip(n), n, StandardCharsets.UTF_8);
    }

    public void expectEnd() {
        if (at != end) {
            throw new DamagedException((end - at) + " bytes left over at " + at);
        }
    }
}
