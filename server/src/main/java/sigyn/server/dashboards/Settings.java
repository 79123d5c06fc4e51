package sigyn.server.dashboards;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;
import sigyn.server.dashboards.provision.Interpolation;
import sigyn.server.dashboards.wire.Spans;

/// Grafana's settings: `GF_<SECTION>_<KEY>` variables over `grafana.ini`. A variable's name with `__FILE` after it
/// names a file that holds the value.
public final class Settings {
    private static final Pattern REFERENCE = Pattern.compile("%\\(([a-z_]+)\\)s");

    private final Map<String, String> environment;
    private final Map<String, String> ini;

    private Settings(Map<String, String> environment, Map<String, String> ini) {
        this.environment = environment;
        this.ini = ini;
    }

    /// Reads the file, when there is one, and takes variables from `environment`.
    public static Settings read(Map<String, String> environment, @Nullable Path iniFile) {
        if (iniFile == null) {
            return new Settings(environment, Map.of());
        }
        try {
            return new Settings(environment, parse(Files.readAllLines(iniFile)));
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OPERATOR, "cannot read " + iniFile + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, String> parse(List<String> lines) {
        var values = new HashMap<String, String>();
        String section = "";
        for (String raw : lines) {
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith(";") || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = line.substring(1, line.length() - 1).strip();
                continue;
            }
            int equals = line.indexOf('=');
            if (equals > 0) {
                String key = line.substring(0, equals).strip();
                values.put(
                        section + "." + key, unquote(line.substring(equals + 1).strip()));
            }
        }
        return values;
    }

    private static String unquote(String value) {
        for (String quote : List.of("\"\"\"", "\"", "`")) {
            if (value.length() >= 2 * quote.length() && value.startsWith(quote) && value.endsWith(quote)) {
                return value.substring(quote.length(), value.length() - quote.length());
            }
        }
        return value;
    }

    public @Nullable String text(String section, String key) {
        String name = "GF_" + (section + "_" + key).toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        String value = environment.get(name);
        if (value != null) {
            return value;
        }
        String file = environment.get(name + "__FILE");
        if (file != null) {
            return fileText(file);
        }
        value = ini.get(section + "." + key);
        return value == null || value.isEmpty() ? null : Interpolation.expand(value, environment, this::fileText);
    }

    public String text(String section, String key, String otherwise) {
        String value = text(section, key);
        return value == null ? otherwise : value;
    }

    /// Replaces `%(key)s` by the setting of that name in `section`.
    public String expanded(String section, String text) {
        return REFERENCE.matcher(text).replaceAll(m -> Matcher.quoteReplacement(text(section, m.group(1), "")));
    }

    public boolean flag(String section, String key, boolean otherwise) {
        String value = text(section, key);
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "t", "yes", "on" -> true;
            case "false", "0", "f", "no", "off" -> false;
            default -> throw wrong(section, key, value, "true or false");
        };
    }

    public int number(String section, String key, int otherwise) {
        String value = text(section, key);
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw wrong(section, key, value, "a whole number");
        }
    }

    /// A span such as `7d`, `30m`, `10s`; a bare number is seconds.
    public Duration span(String section, String key, Duration otherwise) {
        String value = text(section, key);
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        Duration span = Spans.parse(value.strip());
        if (span == null) {
            throw wrong(section, key, value, "a duration such as 30s, 10m or 7d");
        }
        return span;
    }

    private String fileText(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OPERATOR, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static SigynException wrong(String section, String key, String value, String expected) {
        return new SigynException(
                ErrorKind.OPERATOR,
                "[" + section + "] " + key + ": expected " + expected + ", found \"" + value + "\"");
    }
}
