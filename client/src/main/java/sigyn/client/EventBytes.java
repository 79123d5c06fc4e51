package sigyn.client;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A [LogEvent] as bytes, as it waits in memory; [Line] reads it.
///
/// ```
/// size u32, nanos i64, level u8, message text, then items until the end:
/// item:  kind u8; LOGGER, THREAD, THROWN: text; METADATA, LABEL: name text, text; FIELD: name text, value
/// text:  u32 of 2 * chars + (1 when UTF-16), chars; 0xffffffff for null
/// value: tag u8, then text, 8 bytes, or nothing
/// ```
///
/// All numbers are big-endian.
final class EventBytes {
    static final int NANOS_AT = 4;
    static final int LEVEL_AT = 12;
    static final int HEAD = 13;
    static final int NULL = -1;

    static final byte LOGGER = 1;
    static final byte THREAD = 2;
    static final byte THROWN = 3;
    static final byte FIELD = 4;
    static final byte METADATA = 5;
    static final byte LABEL = 6;

    static final byte NOTHING = 0;
    static final byte TEXT = 1;
    static final byte JSON = 2;
    static final byte TRUE = 3;
    static final byte FALSE = 4;
    static final byte INT = 5;
    static final byte LONG = 6;
    static final byte SHORT = 7;
    static final byte BYTE = 8;
    static final byte DOUBLE = 9;
    static final byte FLOAT = 10;

    private byte[] bytes;
    private int at;

    EventBytes(int capacity) {
        bytes = new byte[capacity];
    }

    byte[] array() {
        return bytes;
    }

    int size() {
        return at;
    }

    long nanos() {
        return ByteBuffer.wrap(bytes).getLong(NANOS_AT);
    }

    static long nanos(ByteBuffer memory, int start) {
        return memory.getLong(start + NANOS_AT);
    }

    /// A new event takes the place of the old one.
    void start(int level) {
        at = HEAD;
        bytes[LEVEL_AT] = (byte) level;
    }

    /// Takes back what was written since there were so many bytes.
    void truncate(int size) {
        at = size;
    }

    void seal(long nanos) {
        int size = at;
        at = 0;
        integer(size);
        number(nanos);
        at = size;
    }

    void kind(byte kind) {
        room(1);
        bytes[at++] = kind;
    }

    void text(@Nullable String text) {
        if (text == null) {
            integer(NULL);
            return;
        }
        int length = text.length();
        integer(length << 1);
        room(length);
        byte[] to = bytes;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > 0xff) {
                wide(text);
                return;
            }
            to[at + i] = (byte) c;
        }
        at += length;
    }

    /// The text of a whole number.
    void digits(long number) {
        if (number < 0) {
            text(Long.toString(number));
            return;
        }
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) digits++;
        integer(digits << 1);
        room(digits);
        for (int i = at + digits - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + number % 10);
            number /= 10;
        }
        at += digits;
    }

    void value(@Nullable Object value) {
        room(9);
        if (value == null) {
            bytes[at++] = NOTHING;
        } else if (value instanceof String text) {
            bytes[at++] = TEXT;
            text(text);
        } else if (value instanceof JsonText json) {
            bytes[at++] = JSON;
            text(json.text());
        } else if (value instanceof Boolean truth) {
            bytes[at++] = truth ? TRUE : FALSE;
        } else if (value instanceof Double number) {
            bytes[at++] = DOUBLE;
            number(Double.doubleToRawLongBits(number));
        } else if (value instanceof Float number) {
            bytes[at++] = FLOAT;
            number(Float.floatToRawIntBits(number));
        } else if (value instanceof Number number) {
            bytes[at++] = number instanceof Integer
                    ? INT
                    : number instanceof Long ? LONG : number instanceof Short ? SHORT : BYTE;
            number(number.longValue());
        } else {
            throw new AssertionError("not a captured value: " + value.getClass());
        }
    }

    private void room(int more) {
        if (bytes.length - at < more) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
    }

    private void integer(int value) {
        room(4);
        for (int shift = 24; shift >= 0; shift -= 8) bytes[at++] = (byte) (value >>> shift);
    }

    private void number(long value) {
        integer((int) (value >>> 32));
        integer((int) value);
    }

    /// The same text with two bytes for each char.
    private void wide(String text) {
        int length = text.length();
        at -= 4;
        integer(length << 1 | 1);
        room(2 * length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            bytes[at++] = (byte) (c >> 8);
            bytes[at++] = (byte) c;
        }
    }
}
