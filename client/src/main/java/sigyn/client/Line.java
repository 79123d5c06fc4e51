package sigyn.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A [LogEvent] as its readers see it, made from its [EventBytes].
final class Line {
    private static final Level[] LEVELS = Level.values();
    private static final @Nullable Object[] NONE = {};
    private static final String[] NO_LABELS = {};

    final Level level;
    final long timeNanos;
    final String message;
    /// Its size in the [EventQueue].
    final int bytes;
    /// What it was read from.
    final byte[] source;

    @Nullable
    String logger;

    @Nullable
    String thread;

    @Nullable
    String thrown;

    @Nullable
    Object[] fields = NONE;

    int fieldsEnd;

    String[] metadata = NO_LABELS;

    int metadataEnd;
    String[] labels = NO_LABELS;

    private int at;

    private Line(byte[] source) {
        this.source = source;
        bytes = source.length;
        timeNanos = ByteBuffer.wrap(source).getLong(EventBytes.NANOS_AT);
        level = LEVELS[source[EventBytes.LEVEL_AT]];
        at = EventBytes.HEAD;
        message = required();
        while (at < source.length) item(source[at++]);
    }

    static Line read(ByteBuffer memory, int start) {
        var copy = new byte[memory.getInt(start)];
        memory.get(start, copy);
        return new Line(copy);
    }

    static Line read(EventBytes event) {
        return new Line(Arrays.copyOf(event.array(), event.size()));
    }

    /// Its labels, and fields and metadata as further ones.
    String[] withExtrasAsLabels() {
        var all = Arrays.copyOf(labels, labels.length + fieldsEnd + metadataEnd);
        int end = labels.length;
        for (int i = 0; i < fieldsEnd; i += 2) {
            var value = fields[i + 1];
            if (value == null) continue;
            all[end++] = String.valueOf(fields[i]);
            all[end++] = value instanceof JsonText json ? json.text() : value.toString();
        }
        System.arraycopy(metadata, 0, all, end, metadataEnd);
        return Arrays.copyOf(all, end + metadataEnd);
    }

    private void item(byte kind) {
        switch (kind) {
            case EventBytes.LOGGER -> logger = text();
            case EventBytes.THREAD -> thread = text();
            case EventBytes.THROWN -> thrown = text();
            case EventBytes.FIELD -> {
                if (fieldsEnd == fields.length) fields = Arrays.copyOf(fields, Math.max(8, 2 * fieldsEnd));
                fields[fieldsEnd++] = text();
                fields[fieldsEnd++] = value();
            }
            case EventBytes.METADATA -> {
                if (metadataEnd == metadata.length) metadata = Arrays.copyOf(metadata, Math.max(8, 2 * metadataEnd));
                metadata[metadataEnd++] = required();
                metadata[metadataEnd++] = required();
            }
            case EventBytes.LABEL -> {
                labels = Arrays.copyOf(labels, labels.length + 2);
                labels[labels.length - 2] = required();
                labels[labels.length - 1] = required();
            }
            default -> throw new AssertionError("item " + kind);
        }
    }

    private String required() {
        return String.valueOf(text());
    }

    private @Nullable String text() {
        int header = integer();
        if (header == EventBytes.NULL) return null;
        int length = header >>> 1;
        if ((header & 1) == 0) {
            var text = new String(source, at, length, StandardCharsets.ISO_8859_1);
            at += length;
            return text;
        }
        var chars = new char[length];
        for (int i = 0; i < length; i++) chars[i] = (char) (source[at++] << 8 | source[at++] & 0xff);
        return new String(chars);
    }

    private @Nullable Object value() {
        byte tag = source[at++];
        return switch (tag) {
            case EventBytes.NOTHING -> null;
            case EventBytes.TEXT -> text();
            case EventBytes.JSON -> new JsonText(required());
            case EventBytes.TRUE -> true;
            case EventBytes.FALSE -> false;
            case EventBytes.INT -> (int) number();
            case EventBytes.LONG -> number();
            case EventBytes.SHORT -> (short) number();
            case EventBytes.BYTE -> (byte) number();
            case EventBytes.DOUBLE -> Double.longBitsToDouble(number());
            case EventBytes.FLOAT -> Float.intBitsToFloat((int) number());
            default -> throw new AssertionError("tag " + tag);
        };
    }

    private int integer() {
        int value = 0;
        for (int i = 0; i < 4; i++) value = value << 8 | source[at++] & 0xff;
        return value;
    }

    private long number() {
        return (long) integer() << 32 | integer() & 0xffffffffL;
    }
}
