package sigyn.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One line as it was at the moment of the call: text and numbers only, so nothing of the caller is kept alive or can
/// change afterwards. Filled by one thread, then handed to [SigynClient#log(LogEvent)] and not touched again.
///
/// A *field* becomes a member of the JSON line; *metadata* becomes structured metadata of the entry; a *label* decides
/// the stream and must have few values.
public final class LogEvent {
    /// A value longer than this, other than the message and the stack trace, is cut.
    static final int MAX_VALUE_CHARS = 16 * 1024;

    static final @Nullable Object[] NONE = {};

    final Level level;
    final String message;

    @Nullable
    String logger;

    @Nullable
    String thread;

    @Nullable
    String thrown;

    @Nullable
    Object[] fields = NONE;

    int fieldsEnd;

    @Nullable
    Object[] metadata = NONE;

    int metadataEnd;
    String[] labels = NO_LABELS;
    long timeNanos;
    /// The size of this event in the [EventQueue]; 0 before it was there.
    int bytes;
    /// What it was read from.
    private byte @Nullable [] source;

    static final String[] NO_LABELS = {};

    /// @param message may be null or huge; it is cut at the limit of a line
    public LogEvent(Level level, @Nullable String message) {
        this.level = level;
        this.message = message == null ? "null" : cut(message, LineLimit.BYTES);
    }

    /// A line that was cut and stamped already.
    LogEvent(Level level, String message, long timeNanos, byte[] source) {
        this.level = level;
        this.message = message;
        this.timeNanos = timeNanos;
        this.source = source;
        bytes = source.length;
    }

    /// As [EventBytes].
    byte[] source() {
        var read = source;
        return read != null ? read : EventBytes.of(this).exact();
    }

    /// The name of the logger, shown as field `logger`.
    public LogEvent logger(@Nullable String name) {
        logger = name;
        return this;
    }

    /// The name of the calling thread, shown as field `thread`.
    public LogEvent thread(@Nullable String name) {
        thread = name;
        return this;
    }

    /// The stack trace, taken as text now and shown as field `exception`.
    public LogEvent thrown(@Nullable Throwable cause) {
        if (cause != null) thrown = cut(traceOf(cause), LineLimit.BYTES / 2);
        return this;
    }

    /// A stack trace that is text already.
    public LogEvent trace(@Nullable String text) {
        if (text != null) thrown = cut(text, LineLimit.BYTES / 2);
        return this;
    }

    /// A member of the JSON line.
    public LogEvent field(String name, @Nullable Object value) {
        if (fieldsEnd == fields.length) fields = grown(fields);
        fields[fieldsEnd++] = name;
        fields[fieldsEnd++] = capture(value);
        return this;
    }

    /// A pair of structured metadata; a null value is left out.
    public LogEvent metadata(String name, @Nullable Object value) {
        if (value == null) return this;
        if (metadataEnd == metadata.length) metadata = grown(metadata);
        metadata[metadataEnd++] = name;
        metadata[metadataEnd++] = text(value);
        return this;
    }

    /// A label beside `service`, `level`, `hostname` and the configured ones. Each distinct value makes a stream of its
    /// own in the store.
    public LogEvent label(String name, @Nullable Object value) {
        if (value == null) return this;
        labels = Arrays.copyOf(labels, labels.length + 2);
        labels[labels.length - 2] = name;
        labels[labels.length - 1] = text(value);
        return this;
    }

    /// Pairs of the form name, value, name, value. A lone [Throwable] at the end is the cause; any other lone value at
    /// the end is shown under the name `extra`.
    LogEvent pairs(@Nullable Object @Nullable [] keyValues) {
        if (keyValues == null) return this;
        int pairs = keyValues.length & ~1;
        if (pairs > 0) fields = new @Nullable Object[pairs];
        for (int i = 0; i < pairs; i += 2) {
            String name = String.valueOf(keyValues[i]);
            if (name.equals("model_id")) label(name, keyValues[i + 1]);
            field(name, keyValues[i + 1]);
        }
        if (pairs < keyValues.length) {
            var last = keyValues[pairs];
            if (last instanceof Throwable cause) thrown(cause);
            else field("extra", last);
        }
        return this;
    }

    /// Makes labels of fields and metadata too.
    void extrasAsLabels() {
        for (int i = 0; i < fieldsEnd; i += 2) label(String.valueOf(fields[i]), fields[i + 1]);
        for (int i = 0; i < metadataEnd; i += 2) label(String.valueOf(metadata[i]), metadata[i + 1]);
    }

    void seal(long nanos) {
        timeNanos = nanos;
    }

    /// Text, numbers, truth values and null stay; maps, lists and arrays become JSON text; the rest its `toString`.
    private static @Nullable Object capture(@Nullable Object value) {
        if (value == null || value instanceof Boolean) return value;
        if (value instanceof String text) return cut(text, MAX_VALUE_CHARS);
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            return value;
        }
        if (value instanceof Double number) return Double.isFinite(number) ? value : value.toString();
        if (value instanceof Float number) return Float.isFinite(number) ? value : value.toString();
        if (value instanceof BigInteger || value instanceof BigDecimal) return text(value);
        if (value instanceof Map
                || value instanceof Iterable
                || value.getClass().isArray()) {
            return JsonText.of(value);
        }
        return text(value);
    }

    static String text(Object value) {
        if (value instanceof String text) return cut(text, MAX_VALUE_CHARS);
        if (value instanceof Throwable cause) return cut(traceOf(cause), MAX_VALUE_CHARS);
        try {
            return cut(String.valueOf(value), MAX_VALUE_CHARS);
        } catch (RuntimeException | StackOverflowError e) {
            return "<" + value.getClass().getName() + ".toString() threw "
                    + e.getClass().getName() + ">";
        }
    }

    static String cut(String text, int limit) {
        if (text.length() <= limit) return text;
        int end = Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
        return text.substring(0, end) + "…[cut " + (text.length() - end) + " characters]";
    }

    private static String traceOf(Throwable cause) {
        try {
            var out = new StringWriter(1024);
            cause.printStackTrace(new PrintWriter(out));
            return out.toString();
        } catch (RuntimeException | StackOverflowError e) {
            return cause.getClass().getName();
        }
    }

    private static @Nullable Object[] grown(@Nullable Object[] pairs) {
        return Arrays.copyOf(pairs, Math.max(8, pairs.length * 2));
    }
}
