package sigyn.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One line as it was at the moment of the call, as bytes, so nothing of the caller is kept alive or can change
/// afterwards. Filled by one thread, then handed to [SigynClient#log(LogEvent)] and not touched again. One made by
/// [SigynClient#event(Level, String)] is used again for other lines, so that a call leaves no garbage.
///
/// A *field* becomes a member of the JSON line; *metadata* becomes structured metadata of the entry; a *label* decides
/// the stream and must have few values.
@SuppressWarnings("EnumOrdinal") // bytes of this process only
public final class LogEvent {
    /// A value longer than this, other than the message and the stack trace, is cut.
    static final int MAX_VALUE_CHARS = 16 * 1024;

    private static final int CAPACITY = 512;

    /// Whose it is when it is used again; null for one that a caller has made.
    final @Nullable EventPool pool;

    final EventBytes bytes;
    /// Made once, because each map would need one of its own.
    private final @Nullable BiConsumer<String, String> context;
    private boolean own;

    /// @param message may be null or huge; it is cut at the limit of a line
    public LogEvent(Level level, @Nullable String message) {
        pool = null;
        context = null;
        int chars = message == null ? 0 : Math.min(message.length(), LineLimit.BYTES);
        bytes = new EventBytes(EventBytes.HEAD + 64 + chars);
        start(level, message);
    }

    LogEvent(EventPool pool) {
        this.pool = pool;
        context = this::context;
        bytes = new EventBytes(CAPACITY);
    }

    LogEvent start(Level level, @Nullable String message) {
        own = false;
        bytes.start(level.ordinal());
        bytes.text(message == null ? "null" : cut(message, LineLimit.BYTES));
        return this;
    }

    int level() {
        return bytes.array()[EventBytes.LEVEL_AT];
    }

    /// Whether it is about delivering lines, which is not delivered.
    boolean isOwn() {
        return own;
    }

    /// The name of the logger, shown as field `logger`.
    public LogEvent logger(@Nullable String name) {
        if (name == null) return this;
        own = name.startsWith("sigyn.client")
                || name.startsWith("jdk.internal.httpclient")
                || name.startsWith("jdk.httpclient");
        return text(EventBytes.LOGGER, name);
    }

    /// The name of the calling thread, shown as field `thread`.
    public LogEvent thread(@Nullable String name) {
        return name == null ? this : text(EventBytes.THREAD, name);
    }

    /// The stack trace, taken as text now and shown as field `exception`.
    public LogEvent thrown(@Nullable Throwable cause) {
        return cause == null ? this : trace(traceOf(cause));
    }

    /// A stack trace that is text already.
    public LogEvent trace(@Nullable String text) {
        return text == null ? this : text(EventBytes.THROWN, cut(text, LineLimit.BYTES / 2));
    }

    /// A member of the JSON line.
    public LogEvent field(String name, @Nullable Object value) {
        return item(EventBytes.FIELD, name, capture(value));
    }

    /// A pair of structured metadata; a null value is left out.
    public LogEvent metadata(String name, @Nullable Object value) {
        return value == null ? this : item(EventBytes.METADATA, name, digitsOrText(value));
    }

    /// A label beside `service`, `level`, `hostname` and the configured ones. Each distinct value makes a stream of its
    /// own in the store.
    public LogEvent label(String name, @Nullable Object value) {
        return value == null ? this : item(EventBytes.LABEL, name, digitsOrText(value));
    }

    /// The values of a logging context (MDC) that the client's settings send, as metadata.
    public LogEvent context(@Nullable Map<String, String> values) {
        if (values != null && !values.isEmpty()) values.forEach(context != null ? context : this::context);
        return this;
    }

    /// One value of a logging context, if the client's settings send it.
    public void context(String name, @Nullable Object value) {
        if (pool == null || pool.sendsContext(name)) metadata(name, value);
    }

    /// Pairs of the form name, value, name, value. A lone [Throwable] at the end is the cause; any other lone value at
    /// the end is shown under the name `extra`.
    LogEvent pairs(@Nullable Object @Nullable [] keyValues) {
        if (keyValues == null) return this;
        int pairs = keyValues.length & ~1;
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

    void seal(long nanos) {
        bytes.seal(nanos);
    }

    private LogEvent text(byte kind, String text) {
        int before = bytes.size();
        try {
            bytes.kind(kind);
            bytes.text(text);
            return this;
        } catch (RuntimeException | Error e) {
            bytes.truncate(before);
            throw e;
        }
    }

    private LogEvent item(byte kind, String name, @Nullable Object value) {
        int before = bytes.size();
        try {
            bytes.kind(kind);
            bytes.text(name);
            if (kind == EventBytes.FIELD) bytes.value(value);
            else if (value instanceof Number number) bytes.digits(number.longValue());
            else bytes.text((String) value);
            return this;
        } catch (RuntimeException | Error e) {
            bytes.truncate(before);
            throw e;
        }
    }

    private static Object digitsOrText(Object value) {
        return value instanceof Integer || value instanceof Long ? value : text(value);
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
}
