package sigyn.server.ingest;

import java.nio.charset.StandardCharsets;
import sigyn.model.SigynException;

/// Reads one protobuf message out of a byte array without copying. Numbers may be written longer than needed; fields
/// that nobody asks for are skipped.
public final class ProtoReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final byte[] bytes;
    private int end;
    private int at;
    private int wireType;

    public ProtoReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /// The number of the next field, 0 at the end of the message.
    public int nextField() {
        if (at >= end) {
            return 0;
        }
        long tag = varint();
        wireType = (int) (tag & 7);
        long field = tag >>> 3;
        if (field == 0 || field > 0x1fffffff) {
            throw malformed("illegal field " + field);
        }
        return (int) field;
    }

    int wireType() {
        return wireType;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at >= end) {
                throw malformed("unexpected EOF");
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed("integer overflow");
    }

    /// A number that the field holds as a varint; any other wire type is malformed.
    public long number() {
        expect(VARINT);
        return varint();
    }

    /// A number of eight bytes.
    public long fixed64() {
        expect(FIXED64);
        need(8);
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        at += 8;
        return value;
    }

    int fixed32() {
        expect(FIXED32);
        need(4);
        int value = 0;
        for (int i = 3; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        at += 4;
        return value;
    }

    /// Steps over a field of bytes and returns where they start; they end at [#position].
    int skipBytes() {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > end - at) {
            throw malformed("unexpected EOF");
        }
        int start = at;
        at += (int) length;
        return start;
    }

    int position() {
        return at;
    }

    public String text() {
        int start = skipBytes();
        return new String(bytes, start, at - start, StandardCharsets.UTF_8);
    }

    public byte[] copy() {
        int start = skipBytes();
        return java.util.Arrays.copyOfRange(bytes, start, at);
    }

    /// A reader of the message in this field.
    public ProtoReader message() {
        int start = skipBytes();
        return new ProtoReader(bytes, start, at);
    }

    /// Goes on inside the message in this field; returns what [#leave] needs.
    int enter() {
        int start = skipBytes();
        int outerEnd = end;
        end = at;
        at = start;
        return outerEnd;
    }

    /// Goes on behind the message that was entered last.
    void leave(int outerEnd) {
        at = end;
        end = outerEnd;
    }

    byte[] array() {
        return bytes;
    }

    public void skip() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> {
                need(8);
                at += 8;
            }
            case BYTES -> skipBytes();
            case FIXED32 -> {
                need(4);
                at += 4;
            }
            default -> throw malformed("illegal wireType " + wireType);
        }
    }

    private void expect(int type) {
        if (wireType != type) {
            throw malformed("wrong wireType = " + wireType);
        }
    }

    private void need(int n) {
        if (end - at < n) {
            throw malformed("unexpected EOF");
        }
    }

    private SigynException malformed(String what) {
        return SigynException.badRequest("proto: " + what + " (pos=" + at + ")");
    }
}
