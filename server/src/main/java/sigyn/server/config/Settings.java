package sigyn.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What can be set, from a table beside this class: path, default and what it does here. Prints configurations as YAML,
/// secrets covered, and explains files.
public final class Settings {
    private static final Settings ALL = load();

    private record Setting(Yaml standard, String meaning) {}

    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final Map<String, String> idle = new LinkedHashMap<>();

    private Settings() {}

    private static Settings load() {
        try (InputStream in = Settings.class.getResourceAsStream("settings.txt")) {
            if (in == null) {
                throw new AssertionError("settings.txt is missing from the class path");
            }
            var settings = new Settings();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(settings::line);
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        if (line.startsWith("* ")) {
            int bar = line.indexOf(" | ");
            idle.put(line.substring(2, bar), line.substring(bar + 3));
            return;
        }
        int first = line.indexOf(" |");
        int second = line.indexOf("| ", first + 2);
        String standard = line.substring(first + 2, second).strip();
        var value = standard.startsWith("[") || standard.startsWith("{")
                ? Yaml.value("v: " + standard, "settings.txt")
                : new Yaml.Scalar(standard, standard.isEmpty(), 0);
        settings.put(line.substring(0, first), new Setting(value, line.substring(second + 2)));
    }

    /// What applies when nothing is set.
    public static String defaults() {
        return YamlText.print(ALL.tree());
    }

    private Yaml.Mapping tree() {
        var tree = Yaml.EMPTY;
        for (var setting : settings.entrySet()) {
            tree = Yaml.merge(tree, Yaml.at(setting.getKey(), setting.getValue().standard()));
        }
        return tree;
    }

    /// What applies with a configuration: it, and the defaults of what it does not set.
    public static String effective(String yaml) {
        return YamlText.print(Yaml.merge(ALL.tree(), Yaml.parse(yaml, "configuration")));
    }

    /// What a configuration sets to other than the default.
    public static String difference(String yaml) {
        return YamlText.print(ALL.without("", Yaml.parse(yaml, "configuration")));
    }

    private Yaml.Mapping without(String path, Yaml.Mapping mapping) {
        var kept = new LinkedHashMap<String, Yaml.Entry>();
        mapping.entries().forEach((key, entry) -> {
            String full = path.isEmpty() ? key : path + "." + key;
            var known = settings.get(full);
            if (known != null) {
                if (!YamlText.same(known.standard(), entry.value())) {
                    kept.put(key, entry);
                }
            } else if (entry.value() instanceof Yaml.Mapping inner) {
                var rest = without(full, inner);
                if (!rest.entries().isEmpty()) {
                    kept.put(key, new Yaml.Entry(entry.line(), rest));
                }
            } else {
                kept.put(key, entry);
            }
        });
        return new Yaml.Mapping(kept, mapping.line());
    }

    /// The limits of one tenant.
    ///
    /// @param runtime the texts of the files with overrides
    public static String limits(String yaml, List<String> runtime, String tenant) {
        var limits = Yaml.merge(ALL.tree(), Yaml.parse(yaml, "configuration")).mapping("limits_config");
        for (String text : runtime) {
            limits = Yaml.merge(
                    limits,
                    Yaml.parse(text, "runtime configuration")
                            .mapping("overrides")
                            .mapping(tenant));
        }
        return YamlText.print(limits);
    }

    /// A line for each value that a file sets: where, what, and what it does here.
    public static List<String> explain(String text, String file) {
        var lines = new ArrayList<String>();
        ALL.explain("", Yaml.parse(text, file), file, lines);
        return lines;
    }

    private void explain(String path, Yaml.Mapping mapping, String file, List<String> lines) {
        mapping.entries().forEach((key, entry) -> {
            String full = path.isEmpty() ? key : path + "." + key;
            var known = settings.get(full);
            if (known == null
                    && entry.value() instanceof Yaml.Mapping inner
                    && !inner.entries().isEmpty()) {
                explain(full, inner, file, lines);
                return;
            }
            String meaning = known != null ? known.meaning() : "no effect: " + reason(full);
            lines.add(file + ":" + entry.line() + ": " + full + " = " + YamlText.inline(full, entry.value()) + ": "
                    + meaning);
        });
    }

    private String reason(String path) {
        String block = path;
        while (!idle.containsKey(block) && block.indexOf('.') >= 0) {
            block = block.substring(0, block.lastIndexOf('.'));
        }
        return idle.getOrDefault(block, "Sigyn has nothing that it would change");
    }

    /// True for keys whose values are nobody's business.
    static boolean isSecret(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        return name.contains("password")
                || name.contains("secret")
                || name.equals("access_key_id")
                || name.equals("account_key")
                || name.equals("connection_string")
                || name.endsWith("token")
                || name.equals("tokens");
    }
}
