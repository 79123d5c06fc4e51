package sigyn.server.config;

import java.util.stream.Collectors;

/// YAML trees as text.
final class YamlText {
    private static final String COVERED = "********";

    private YamlText() {}

    /// For people: secrets are covered.
    static String print(Yaml.Mapping mapping) {
        if (mapping.entries().isEmpty()) {
            return "{}\n";
        }
        var out = new StringBuilder();
        print(out, mapping, "");
        return out.toString();
    }

    private static void print(StringBuilder out, Yaml.Mapping mapping, String indent) {
        mapping.entries().forEach((key, entry) -> {
            out.append(indent).append(quoted(key)).append(':');
            print(out, key, entry.value(), indent);
        });
    }

    private static void print(StringBuilder out, String key, Yaml value, String indent) {
        switch (value) {
            case Yaml.Scalar s -> out.append(' ').append(scalar(key, s)).append('\n');
            case Yaml.Mapping m when m.entries().isEmpty() -> out.append(" {}\n");
            case Yaml.Mapping m -> print(out.append('\n'), m, indent + "  ");
            case Yaml.Sequence s when s.items().isEmpty() -> out.append(" []\n");
            case Yaml.Sequence s -> {
                out.append('\n');
                for (var item : s.items()) {
                    out.append(indent).append("  - ").append(inline(key, item)).append('\n');
                }
            }
        }
    }

    /// A value on one line.
    static String inline(String key, Yaml value) {
        return switch (value) {
            case Yaml.Scalar s -> scalar(key.substring(key.lastIndexOf('.') + 1), s);
            case Yaml.Sequence s ->
                s.items().stream().map(item -> inline(key, item)).collect(Collectors.joining(", ", "[", "]"));
            case Yaml.Mapping m ->
                m.entries().entrySet().stream()
                        .map(e -> quoted(e.getKey()) + ": "
                                + inline(e.getKey(), e.getValue().value()))
                        .collect(Collectors.joining(", ", "{", "}"));
        };
    }

    /// True when two values say the same, wherever they stand.
    static boolean same(Yaml a, Yaml b) {
        return inline("", a).equals(inline("", b));
    }

    private static String scalar(String key, Yaml.Scalar s) {
        if (!s.text().isEmpty() && Settings.isSecret(key)) {
            return '"' + COVERED + '"';
        }
        return s.quoted() || !isPlain(s.text()) ? quote(s.text()) : s.text();
    }

    private static String quoted(String key) {
        return isPlain(key) ? key : quote(key);
    }

    private static boolean isPlain(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_-./+".indexOf(c) >= 0)
                && text.charAt(0) != '-';
    }

    private static String quote(String text) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ') {
                        out.append("\\x%02x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
