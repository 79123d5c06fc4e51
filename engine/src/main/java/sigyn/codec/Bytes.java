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

    /// CRC-32C (Castagnoli) of a range.
    public static int crc32c(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
