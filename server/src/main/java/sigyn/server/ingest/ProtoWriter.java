package sigyn.server.ingest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes one protobuf message. Fields with their default value are left out.
public final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public ProtoWriter number(int field, long value) {
        if (value != 0) {
            varint(field << 3 | VARINT);
            varint(value);
        }
        return this;
    }

    /// A `double`.
    public ProtoWriter real(int field, double value) {
        if (value != 0) {
            varint(field << 3 | FIXED64);
            long bits = Double.doubleToRawLongBits(value);
            for (int shift = 0; shift < 64; shift += 8) {
                out.write((int) (bits >>> shift) & 0xff);
            }
        }
        return this;
    }

    public ProtoWriter text(int field, String value) {
        return value.isEmpty() ? this : bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /// An element of a repeated field, or a message: written also when it is empty.
    public ProtoWriter bytes(int field, byte[] value) {
        varint(field << 3 | BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    public ProtoWriter message(int field, ProtoWriter message) {
        return bytes(field, message.toBytes());
    }

    /// A `google.protobuf.Timestamp`.
    public ProtoWriter time(int field, long nanos) {
        return message(
                field,
                new ProtoWriter()
                        .number(1, Math.floorDiv(nanos, 1_000_000_000L))
                        .number(2, Math.floorMod(nanos, 1_000_000_000L)));
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
