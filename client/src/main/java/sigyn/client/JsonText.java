package sigyn.client;

import java.lang.reflect.Array;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A map, list or array rendered as JSON at the moment of the call. Depth and size are bounded, so a structure that
/// contains itself ends; whatever its own methods throw ends as text.
record JsonText(String text) {
    private static final int MAX_DEPTH = 8;

    static Object of(Object value) {
        try {
            var out = new StringBuilder(128);
            if (write(out, value, 0)) return new JsonText(out.toString());
        } catch (RuntimeException | StackOverflowError e) {
            return "<" + value.getClass().getName() + " threw " + e.getClass().getName() + ">";
        }
        return "<" + value.getClass().getName() + " too large to log>";
    }

    /// False when the text has outgrown [LogEvent#MAX_VALUE_CHARS].
    private static boolean write(StringBuilder out, @Nullable Object value, int depth) {
        if (out.length() > LogEvent.MAX_VALUE_CHARS) return false;
        if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            out.append(value);
            return true;
        }
        if (value instanceof Double number && Double.isFinite(number)) {
            out.append(number.doubleValue());
            return true;
        }
        if (depth < MAX_DEPTH) {
            if (value instanceof Map<?, ?> map) return writeMap(out, map, depth);
            if (value instanceof Iterable<?> items) return writeItems(out, items, depth);
            if (value.getClass().isArray()) return writeArray(out, value, depth);
            quote(out, LogEvent.text(value));
        } else {
            quote(out, "…");
        }
        return true;
    }

    private static boolean writeMap(StringBuilder out, Map<?, ?> map, int depth) {
        char separator = '{';
        for (var entry : map.entrySet()) {
            out.append(separator);
            quote(out, String.valueOf(entry.getKey()));
            out.append(':');
            if (!write(out, entry.getValue(), depth + 1)) return false;
            separator = ',';
        }
        out.append(separator == '{' ? "{}" : "}");
        return true;
    }

    private static boolean writeItems(StringBuilder out, Iterable<?> items, int depth) {
        char separator = '[';
        for (var item : items) {
            out.append(separator);
            if (!write(out, item, depth + 1)) return false;
            separator = ',';
        }
        out.append(separator == '[' ? "[]" : "]");
        return true;
    }

    private static boolean writeArray(StringBuilder out, Object array, int depth) {
        out.append('[');
        for (int i = 0; i < Array.getLength(array); i++) {
            if (i > 0) out.append(',');
            if (!write(out, Array.get(array, i), depth + 1)) return false;
        }
        out.append(']');
        return true;
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) out.append(c < 0x10 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
                    else out.append(c);
                }
            }
        }
        out.append('"');
    }
}
