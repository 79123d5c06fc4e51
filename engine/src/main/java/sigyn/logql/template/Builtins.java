package sigyn.logql.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The functions every Go template has. `and` and `or`, which do not evaluate all arguments, are in [Template].
final class Builtins {
    private Builtins() {}

    static void register(Map<String, Function> functions) {
        functions.put("not", new Function(1, 1, (a, _) -> !Values.isTrue(a.getFirst())));
        functions.put("eq", new Function(1, -1, (a, _) -> equal(a)));
        functions.put("ne", new Function(2, 2, (a, _) -> !equal(a)));
        functions.put("lt", new Function(2, 2, (a, _) -> Values.compare(a.get(0), a.get(1)) < 0));
        functions.put("le", new Function(2, 2, (a, _) -> Values.compare(a.get(0), a.get(1)) <= 0));
        functions.put("gt", new Function(2, 2, (a, _) -> Values.compare(a.get(0), a.get(1)) > 0));
        functions.put("ge", new Function(2, 2, (a, _) -> Values.compare(a.get(0), a.get(1)) >= 0));
        functions.put("len", new Function(1, 1, (a, _) -> length(a.getFirst())));
        functions.put("index", new Function(1, -1, (a, _) -> index(a)));
        functions.put("slice", new Function(1, 4, (a, _) -> slice(a)));
        functions.put("print", new Function(0, -1, (a, _) -> print(a)));
        functions.put(
                "println",
                new Function(0, -1, (a, _) -> a.stream().map(Values::text).collect(Collectors.joining(" ")) + "\n"));
        functions.put("printf", new Function(1, -1, (a, _) -> {
            if (a.getFirst() instanceof String format) {
                return GoFormat.format(format, a.subList(1, a.size()));
            }
            throw new TemplateException("wrong type for value; expected string; got " + Values.type(a.getFirst()));
        }));
        functions.put("html", new Function(0, -1, (a, _) -> html(print(a))));
        functions.put("js", new Function(0, -1, (a, _) -> js(print(a))));
        functions.put(
                "urlquery",
                new Function(
                        0,
                        -1,
                        (a, _) -> URLEncoder.encode(print(a), StandardCharsets.UTF_8)
                                .replace("*", "%2A")
                                .replace("%7E", "~")));
        functions.put("call", new Function(1, -1, (a, _) -> {
            throw new TemplateException("non-function of type " + Values.type(a.getFirst()));
        }));
    }

    private static boolean equal(List<@Nullable Object> a) throws TemplateException {
        if (a.size() < 2) {
            throw new TemplateException("missing argument for comparison");
        }
        Object first = a.getFirst();
        for (Object other : a.subList(1, a.size())) {
            if (first == null || other == null) {
                if (first == other) {
                    return true;
                }
                continue;
            }
            if (Values.compare(first, other) == 0) {
                return true;
            }
        }
        return false;
    }

    private static Object length(@Nullable Object value) throws TemplateException {
        return switch (value) {
            case String s -> (long) GoStrings.length(s);
            case List<?> l -> (long) l.size();
            case Map<?, ?> m -> (long) m.size();
            case null -> throw new TemplateException("len of nil pointer");
            default -> throw new TemplateException("len of type " + Values.type(value));
        };
    }

    private static @Nullable Object index(List<@Nullable Object> a) throws TemplateException {
        Object value = a.getFirst();
        for (Object key : a.subList(1, a.size())) {
            switch (value) {
                case Map<?, ?> map -> {
                    if (!(key instanceof String)) {
                        throw new TemplateException("value has type " + Values.type(key) + "; should be string");
                    }
                    value = map.get(key);
                }
                case List<?> list -> value = list.get(position(key, list.size()));
                case String s -> {
                    byte[] bytes = GoStrings.bytes(s);
                    value = (long) (bytes[position(key, bytes.length)] & 0xff);
                }
                case null -> throw new TemplateException("index of nil pointer");
                default -> throw new TemplateException("can't index item of type " + Values.type(value));
            }
        }
        return value;
    }

    private static int position(@Nullable Object key, int size) throws TemplateException {
        if (!(key instanceof Long at)) {
            throw new TemplateException("cannot index slice/array with type " + Values.type(key));
        }
        if (at < 0 || at >= size) {
            throw new TemplateException("index out of range: " + at);
        }
        return at.intValue();
    }

    private static Object slice(List<@Nullable Object> a) throws TemplateException {
        Object value = a.getFirst();
        if (value instanceof String && a.size() == 4) {
            throw new TemplateException("cannot 3-index slice a string");
        }
        int size = switch (value) {
            case String s -> GoStrings.length(s);
            case List<?> l -> l.size();
            case null -> throw new TemplateException("slice of untyped nil");
            default -> throw new TemplateException("can't slice item of type " + Values.type(value));
        };
        int from = a.size() > 1 ? position(a.get(1), size + 1) : 0;
        int to = a.size() > 2 ? position(a.get(2), size + 1) : size;
        if (from > to) {
            throw new TemplateException("invalid slice index: " + from + " > " + to);
        }
        if (value instanceof List<?> list) {
            return list.subList(from, to);
        }
        return GoStrings.slice((String) value, from, to);
    }

    /// Blanks come between two arguments that are both no texts.
    static String print(List<@Nullable Object> a) {
        var out = new StringBuilder();
        for (int i = 0; i < a.size(); i++) {
            if (i > 0 && !(a.get(i) instanceof String) && !(a.get(i - 1) instanceof String)) {
                out.append(' ');
            }
            out.append(Values.text(a.get(i)));
        }
        return out.toString();
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("'", "&#39;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("\0", "\ufffd");
    }

    private static boolean isPrintable(int c) {
        return c == ' '
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SPACE_SEPARATOR -> false;
                    default -> true;
                };
    }

    private static String js(String text) {
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\'' -> out.append("\\'");
                case '"' -> out.append("\\\"");
                case '<', '>', '&', '=' -> out.append(String.format(Locale.ROOT, "\\u%04X", c));
                default -> {
                    if (!isPrintable(c)) {
                        out.append(String.format(Locale.ROOT, "\\u%04X", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        }
        return out.toString();
    }
}
