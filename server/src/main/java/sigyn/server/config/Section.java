package sigyn.server.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A block of a configuration file, read key by key; a value of the wrong kind is a [ConfigException] that names file,
/// line and key.
final class Section {
    private final String file;
    private final String path;
    private final Yaml.Mapping yaml;

    Section(String file, String path, Yaml.Mapping yaml) {
        this.file = file;
        this.path = path;
        this.yaml = yaml;
    }

    boolean has(String key) {
        return yaml.entries().containsKey(key);
    }

    /// The block under a key, empty when there is none.
    Section section(String key) {
        var entry = yaml.entries().get(key);
        if (entry == null) {
            return new Section(file, dotted(key), Yaml.EMPTY);
        }
        return switch (entry.value()) {
            case Yaml.Mapping m -> new Section(file, dotted(key), m);
            case Yaml.Scalar s
            when s.text().isEmpty() || s.text().equals("null") || s.text().equals("~") ->
                new Section(file, dotted(key), Yaml.EMPTY);
            case Yaml.Scalar _, Yaml.Sequence _ -> throw wrong(key, entry.line(), "keys and values");
        };
    }

    /// The blocks of a list.
    List<Section> sections(String key) {
        var entry = yaml.entries().get(key);
        if (entry == null || !(entry.value() instanceof Yaml.Sequence list)) {
            return List.of();
        }
        var out = new ArrayList<Section>();
        for (var item : list.items()) {
            if (!(item instanceof Yaml.Mapping m)) {
                throw wrong(key, item.line(), "keys and values in each item");
            }
            out.add(new Section(file, dotted(key), m));
        }
        return out;
    }

    /// The blocks under this one, by their keys.
    Map<String, Section> children() {
        var out = new LinkedHashMap<String, Section>();
        for (String key : yaml.entries().keySet()) {
            out.put(key, section(key));
        }
        return out;
    }

    /// The keys of this block, in their order.
    Set<String> keys() {
        return Collections.unmodifiableSet(yaml.entries().keySet());
    }

    @Nullable
    String text(String key) {
        var entry = yaml.entries().get(key);
        if (entry == null) {
            return null;
        }
        if (entry.value() instanceof Yaml.Scalar scalar) {
            String text = scalar.text();
            return !scalar.quoted() && (text.equals("null") || text.equals("~")) ? null : text;
        }
        throw wrong(key, entry.line(), "one value");
    }

    String text(String key, String otherwise) {
        String text = text(key);
        return text == null || text.isEmpty() ? otherwise : text;
    }

    boolean flag(String key, boolean otherwise) {
        return read(key, otherwise, "true or false", text -> switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "yes", "on", "y" -> true;
            case "false", "no", "off", "n" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    /// Whole numbers, also written as exact floats (`1.572864e+06`).
    int number(String key, int otherwise) {
        return read(key, otherwise, "a whole number", text -> new BigDecimal(text).intValueExact());
    }

    double real(String key, double otherwise) {
        return read(key, otherwise, "a number", Double::valueOf);
    }

    Duration duration(String key, Duration otherwise) {
        return read(key, otherwise, "a duration such as 30s or 1h", Quantities::duration);
    }

    long bytes(String key, long otherwise) {
        return read(key, otherwise, "a size such as 256KB", Quantities::bytes);
    }

    /// A YAML list, or one string with commas.
    List<String> list(String key, List<String> otherwise) {
        var entry = yaml.entries().get(key);
        if (entry == null) {
            return otherwise;
        }
        var out = new ArrayList<String>();
        switch (entry.value()) {
            case Yaml.Sequence list -> {
                for (var item : list.items()) {
                    if (!(item instanceof Yaml.Scalar scalar)) {
                        throw wrong(key, item.line(), "a list of words");
                    }
                    out.add(scalar.text());
                }
            }
            case Yaml.Scalar scalar -> {
                for (String part : scalar.text().split(",")) {
                    if (!part.isBlank()) {
                        out.add(part.strip());
                    }
                }
            }
            case Yaml.Mapping _ -> throw wrong(key, entry.line(), "a list of words");
        }
        return List.copyOf(out);
    }

    private <T> T read(String key, T otherwise, String expected, Function<String, T> parse) {
        String text = text(key);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException | ArithmeticException e) {
            var entry = yaml.entries().get(key);
            throw wrong(key, entry == null ? 0 : entry.line(), expected + ", found \"" + text + "\"");
        }
    }

    /// The value of a key is of the right kind, but not one that can be used.
    ConfigException refused(String key, String why) {
        var entry = yaml.entries().get(key);
        int line = entry == null ? yaml.line() : entry.line();
        return new ConfigException(file + ":" + line + ": " + dotted(key) + ": " + why);
    }

    private ConfigException wrong(String key, int line, String expected) {
        return new ConfigException(file + ":" + line + ": " + dotted(key) + ": expected " + expected);
    }

    private String dotted(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
