package sigyn.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Arguments in Go's style: `-name=value`, `-name value`, `--name`; a flag alone is `true`.
public final class Flags {
    private static final List<String> BOOLEAN = List.of(
            "config.expand-env",
            "verify-config",
            "print-config-stderr",
            "log-config-reverse-order",
            "list-targets",
            "version",
            "health",
            "help",
            "h");

    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<String> rest = new ArrayList<>();

    public static Flags parse(List<String> arguments) {
        var flags = new Flags();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("-") || argument.equals("-")) {
                flags.rest.add(argument);
                continue;
            }
            String name = argument.startsWith("--") ? argument.substring(2) : argument.substring(1);
            int equals = name.indexOf('=');
            if (equals >= 0) {
                flags.values.put(name.substring(0, equals), name.substring(equals + 1));
            } else if (!BOOLEAN.contains(name)
                    && i + 1 < arguments.size()
                    && !arguments.get(i + 1).startsWith("-")) {
                flags.values.put(name, arguments.get(++i));
            } else {
                flags.values.put(name, "true");
            }
        }
        return flags;
    }

    public @Nullable String text(String name) {
        return values.get(name);
    }

    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    public boolean on(String name) {
        String value = values.get(name);
        return value != null && !value.equals("false") && !value.equals("0");
    }

    public Map<String, String> values() {
        return values;
    }

    /// Arguments that are not flags.
    public List<String> rest() {
        return rest;
    }
}
