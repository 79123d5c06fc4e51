package sigyn.logql.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// JSON text to template values: objects are sorted maps, numbers doubles.
final class JsonValues {
    private static final int MAX_DEPTH = 200;

    private final String text;
    private int at;
    private int depth;

    private static final class Bad extends RuntimeException {
        Bad() {
            super(null, null, false, false);
        }
    }

    private JsonValues(String text) {
        this.text = text;
    }

    /// The value, or null when the text is no JSON.
    static @Nullable Object parse(String text) {
        var reader = new JsonValues(text);
        try {
            Object value = reader.value();
            reader.blanks();
            return reader.at == text.length() ? value : null;
        } catch (Bad e) {
            return null;
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char next() {
        blanks();
        if (at >= text.length()) {
            throw new Bad();
        }
        return text.charAt(at);
    }

    private @Nullable Object value() {
        if (++depth > MAX_DEPTH) {
            throw new Bad();
        }
        try {
            return switch (next()) {
                case '{' -> object();
                case '[' -> array();
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> number();
            };
        } finally {
            depth--;
        }
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw new Bad();
        }
        at += word.length();
        return value;
    }

    private Map<String, @Nullable Object> object() {
        var map = new TreeMap<String, @Nullable Object>();
        at++;
        if (next() == '}') {
            at++;
            return map;
        }
        while (true) {
            if (next() != '"') {
                throw new Bad();
            }
            String key = string();
            if (next() != ':') {
                throw new Bad();
            }
            at++;
            map.put(key, value());
            char c = next();
            at++;
            if (c == '}') {
                return map;
            }
            if (c != ',') {
                throw new Bad();
            }
        }
    }

    private List<@Nullable Object> array() {
        var list = new ArrayList<@Nullable Object>();
        at++;
        if (next() == ']') {
            at++;
            return list;
        }
        while (true) {
            list.add(value());
            char c = next();
            at++;
            if (c == ']') {
                return list;
            }
            if (c != ',') {
                throw new Bad();
            }
        }
    }

    private String string() {
        var out = new StringBuilder();
        at++;
        while (true) {
            if (at >= text.length()) {
                throw new Bad();
            }
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            if (c < ' ') {
                throw new Bad();
            }
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char e = at < text.length() ? text.charAt(at++) : 0;
            int simple = "\"\\/bfnrt".indexOf(e);
            if (simple >= 0) {
                out.append("\"\\/\b\f\n\r\t".charAt(simple));
            } else if (e == 'u' && at + 4 <= text.length()) {
                try {
                    out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                } catch (NumberFormatException x) {
                    throw new Bad();
                }
                at += 4;
            } else {
                throw new Bad();
            }
        }
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(start, at);
        if (!number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw new Bad();
        }
        return Double.parseDouble(number);
    }
}
