package sigyn.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A [LogEvent] as bytes, as it waits in memory.
///
/// ```
/// size u32, nanos i64, level u8, message, logger, thread, thrown,
/// fields: count u32, then name and value each; metadata: the same; labels: the same
/// text:  u32 of 2 * chars + (1 when UTF-16), chars; 0xffffffff for null
/// value: tag u8, then text, 8 bytes, or nothing
/// ```
///
/// All numbers are big-endian.
@SuppressWarnings("EnumOrdinal") // bytes of this process only
final class EventBytes {
    private static final int HEAD = 13;
    private static final int NULL = -1;
    private static final Level[] LEVELS = Level.values();

    private static final byte NOTHING = 0;
    private static final byte TEXT = 1;
    private static final byte JSON = 2;
    private static final byte TRUE = 3;
    private static final byte FALSE = 4;
    private static final byte INT = 5;
    private static final byte LONG = 6;
    private static final byte SHORT = 7;
    private static final byte BYTE = 8;
    private static final byte DOUBLE = 9;
    private static final byte FLOAT = 10;

    private byte[] bytes;
    private int at;

    private EventBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    static EventBytes of(LogEvent event) {
        var out = new EventBytes(new byte[guess(event)]);
        out.at = 4;
        out.number(event.timeNanos);
        out.bytes[out.at++] = (byte) event.level.ordinal();
        out.text(event.message);
        out.text(event.logger);
        out.text(event.thread);
        out.text(event.thrown);
        out.values(event.fields, event.fieldsEnd);
        out.values(event.metadata, event.metadataEnd);
        out.values(event.labels, event.labels.length);
        int size = out.at;
        out.at = 0;
        out.integer(size);
        out.at = size;
        return out;
    }

    /// Less than the size that the event will have.
    static int atLeast(LogEvent event) {
        return HEAD + event.message.length();
    }

    /// The event on its own, for [#read(byte\[\])].
    byte[] exact() {
        return Arrays.copyOf(bytes, at);
    }

    byte[] array() {
        return bytes;
    }

    int size() {
        return at;
    }

    long nanos() {
        return ByteBuffer.wrap(bytes).getLong(4);
    }

    static long nanos(ByteBuffer memory, int start) {
        return memory.getLong(start + 4);
    }

    static LogEvent read(ByteBuffer memory, int start) {
        var copy = new byte[memory.getInt(start)];
        memory.get(start, copy);
        return read(copy);
    }

    /// @param copy exactly one event, not to be changed any more
    static LogEvent read(byte[] copy) {
        var in = new EventBytes(copy);
        in.at = 4;
        long nanos = in.number();
        var level = LEVELS[copy[in.at++]];
        var message = in.text();
        var event = new LogEvent(level, message == null ? "" : message, nanos, copy);
        event.logger = in.text();
        event.thread = in.text();
        event.thrown = in.text();
        event.fields = in.values();
        event.fieldsEnd = event.fields.length;
        event.metadata = in.values();
        event.metadataEnd = event.metadata.length;
        var labels = in.values();
        if (labels.length > 0) event.labels = Arrays.copyOf(labels, labels.length, String[].class);
        return event;
    }

    private static int guess(LogEvent event) {
        int size = HEAD + 28 + length(event.message) + length(event.logger) + length(event.thread);
        size += length(event.thrown);
        for (int i = 0; i < event.fieldsEnd; i++) size += 9 + length(event.fields[i]);
        for (int i = 0; i < event.metadataEnd; i++) size += 9 + length(event.metadata[i]);
        for (var label : event.labels) size += 9 + label.length();
        return size;
    }

    private static int length(@Nullable Object value) {
        if (value instanceof String text) return text.length();
        return value instanceof JsonText json ? json.text().length() : 0;
    }

    private void room(int more) {
        if (bytes.length - at < more) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
    }

    private void integer(int value) {
        room(4);
        for (int shift = 24; shift >= 0; shift -= 8) bytes[at++] = (byte) (value >>> shift);
    }

    private int integer() {
        int value = 0;
        for (int i = 0; i < 4; i++) value = value << 8 | bytes[at++] & 0xff;
        return value;
    }

    private void number(long value) {
        integer((int) (value >>> 32));
        integer((int) value);
    }

    private long number() {
        return (long) integer() << 32 | integer() & 0xffffffffL;
    }

    private void text(@Nullable String text) {
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

    private @Nullable String text() {
        int header = integer();
        if (header == NULL) return null;
        int length = header >>> 1;
        if ((header & 1) == 0) {
            var text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
            at += length;
            return text;
        }
        var chars = new char[length];
        for (int i = 0; i < length; i++) chars[i] = (char) (bytes[at++] << 8 | bytes[at++] & 0xff);
        return new String(chars);
    }

    private void values(@Nullable Object[] values, int end) {
        integer(end);
        for (int i = 0; i < end; i++) value(values[i]);
    }

    private void value(@Nullable Object value) {
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

    private @Nullable Object[] values() {
        int count = integer();
        if (count == 0) return LogEvent.NONE;
        var values = new @Nullable Object[count];
        for (int i = 0; i < count; i++) values[i] = value();
        return values;
    }

    private @Nullable Object value() {
        byte tag = bytes[at++];
        return switch (tag) {
            case NOTHING -> null;
            case TEXT -> text();
            case JSON -> new JsonText(String.valueOf(text()));
            case TRUE -> true;
            case FALSE -> false;
            case INT -> (int) number();
            case LONG -> number();
            case SHORT -> (short) number();
            case BYTE -> (byte) number();
            case DOUBLE -> Double.longBitsToDouble(number());
            case FLOAT -> Float.intBitsToFloat((int) number());
            default -> throw new AssertionError("tag " + tag);
        };
    }
}
