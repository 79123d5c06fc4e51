package sigyn.server.dashboards.provision;

import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// Fills environment variables and files into the values of provisioning files.
///
/// ```
/// $NAME  ${NAME}  $__env{NAME}   the variable, empty when it is not set
/// $__file{/path}                 the file's content, stripped
/// $$                             one dollar sign
/// ```
/// `${__value.raw}` and its kin belong to data links, not to the environment, and stay as they are.
public final class Interpolation {
    private static final Set<String> LINK_WORDS =
            Set.of("__value", "__data", "__field", "__series", "__from", "__to", "__url", "__interval", "__range");

    private Interpolation() {}

    public static String expand(String text, Map<String, String> environment, UnaryOperator<String> file) {
        int dollar = text.indexOf('$');
        if (dollar < 0) {
            return text;
        }
        var out = new StringBuilder(text.length() + 16);
        int at = 0;
        while (dollar >= 0) {
            out.append(text, at, dollar);
            at = one(text, dollar, out, environment, file);
            dollar = text.indexOf('$', at);
        }
        return out.append(text, at, text.length()).toString();
    }

    /// Expands what stands at `at`, a dollar sign; returns where the text goes on.
    private static int one(
            String text, int at, StringBuilder out, Map<String, String> environment, UnaryOperator<String> file) {
        if (text.startsWith("$$", at)) {
            out.append('$');
            return at + 2;
        }
        for (String expander : new String[] {"env", "file", "vault"}) {
            String open = "$__" + expander + "{";
            int close = text.startsWith(open, at) ? text.indexOf('}', at) : -1;
            if (close > 0) {
                String argument = text.substring(at + open.length(), close).strip();
                out.append(
                        switch (expander) {
                            case "env" -> environment.getOrDefault(argument, "");
                            case "file" -> file.apply(argument);
                            default ->
                                throw new SigynException(
                                        ErrorKind.OPERATOR,
                                        "$__vault{" + argument + "} is not supported: use $__env{} or $__file{}");
                        });
                return close + 1;
            }
        }
        if (text.startsWith("${", at)) {
            int close = text.indexOf('}', at);
            if (close > 0) {
                String name = text.substring(at + 2, close);
                int end = nameEnd(name, 0);
                if (LINK_WORDS.contains(name.substring(0, end))) {
                    out.append(text, at, close + 1);
                } else {
                    out.append(environment.getOrDefault(name, ""));
                }
                return close + 1;
            }
        }
        int end = nameEnd(text, at + 1);
        if (end == at + 1) {
            out.append('$');
            return end;
        }
        out.append(environment.getOrDefault(text.substring(at + 1, end), ""));
        return end;
    }

    private static int nameEnd(String text, int at) {
        int end = at;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        return end;
    }
}
