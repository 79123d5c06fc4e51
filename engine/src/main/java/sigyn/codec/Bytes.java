package sigyn.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// Little-endian numbers inside byte arrays, at any offset.
public final class Bytes {
    private static final VarHandle I64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle I32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle I16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    public static long i64(byte[] bytes, int at) {
        return (long) I64.get(bytes, at);
    }

    public static int i32(byte[] bytes, int at) {
        return (int) I32.get(bytes, at);
    }

    public static int u16(byte[] bytes, int at) {
        return (short) I16.get(bytes, at) & 0xffff;
    }

    public static void putI64(byte[] bytes, int at, long value) {
        I64.set(bytes, at, value);
    }

    public static void putI32(byte[] bytes, int at, int value) {
        I32.set(bytes, at, value);
    }

    public static void putU16(byte[] bytes, int at, int value) {
        I16.set(bytes, at, (short) value);
    }

    /// True when `n` bytes at two places are the same; for the short texts that most are, faster than
    /// [java.util.Arrays#equals].
    public static boolean equal(byte[] a, int at, byte[] b, int from, int n) {
        if (n < 8) {
            return equalFew(a, at, b, from, n);
        }
        int last = n - 8;
        for (int i = 0; i < last; i += 8) {
            if (i64(a, at + i) != i64(b, from + i)) {
                return false;
            }
        }
        return i64(a, at + last) == i64(b, from + last);
    }

    /// Apart, so that either is small enough for the compiler to put it where it is called.
    private static boolean equalFew(byte[] a, int at, byte[] b, int from, int n) {
        if (n >= 4) {
            return i32(a, at) == i32(b, from) && i32(a, at + n - 4) == i32(b, from + n - 4);
        }
        int middle = n >> 1;
        return n == 0 || a[at] == b[from] && a[at + middle] == b[from + middle] && a[at + n - 1] == b[from + n - 1];
    }

    /// CRC-32C (Castagnoli) of a range.
    public static int crc32c(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
