package sigyn.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing array that numbers, texts and bytes are appended to. Numbers are little-endian.
public final class ByteSink {
    private byte[] bytes;
    private int size;

    public ByteSink() {
        this(256);
    }

    public ByteSink(int capacity) {
        this(new byte[capacity]);
    }

    /// Writes over `room`, and goes on in a larger array when it is full.
    public ByteSink(byte[] room) {
        bytes = room;
    }

    /// What was written is at 0 and on for [#size] bytes. Stays valid until the next write.
    public byte[] array() {
        return bytes;
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    public void truncate(int length) {
        if (length > size) {
            throw new IllegalArgumentException(length + " > " + size);
        }
        size = length;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /// Makes room for `more` bytes behind what is there.
    public void reserve(int more) {
        int need = Math.addExact(size, more);
        if (need > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(need, Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
    }

    /// Counts `n` bytes that were written straight into [#array] behind [#size], after a [#reserve].
    public void advance(int n) {
        size += n;
    }

    /// Adds `n` bytes for the caller to fill and returns where they start in [#array].
    public int extend(int n) {
        reserve(n);
        int start = size;
        size += n;
        return start;
    }

    public void u8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    public void u16(int value) {
        reserve(2);
        Bytes.putU16(bytes, size, value);
        size += 2;
    }

    public void i32(int value) {
        reserve(4);
        Bytes.putI32(bytes, size, value);
        size += 4;
    }

    public void i64(long value) {
        reserve(8);
        Bytes.putI64(bytes, size, value);
        size += 8;
    }

    public void varint(long value) {
        reserve(Varint.MAX_BYTES);
        size = Varint.write(bytes, size, value);
    }

    public void zigzag(long value) {
        varint(Varint.zigzag(value));
    }

    public void write(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    public void write(byte[] from) {
        write(from, 0, from.length);
    }

    /// A length as varint and the bytes.
    public void block(byte[] from, int offset, int length) {
        varint(length);
        write(from, offset, length);
    }

    /// A length as varint and the text as UTF-8.
    public void text(String text) {
        int start = size;
        int n = text.length();
        varint(n);
        reserve(n);
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                size = start;
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                block(utf8, 0, utf8.length);
                return;
            }
            bytes[size + i] = (byte) c;
        }
        size += n;
    }

    /// The same of a text that is known to be ASCII.
    @SuppressWarnings("deprecation") // takes the low byte of each character, which is all that these have
    public void ascii(String text) {
        int n = text.length();
        varint(n);
        reserve(n);
        text.getBytes(0, n, bytes, size);
        size += n;
    }
}
