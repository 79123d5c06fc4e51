package sigyn.server.config;

import java.util.Map;

/// Replaces `${VAR}` in the text of a configuration file before it is read as YAML (`-config.expand-env`): also
/// `${VAR:-default}`, `${VAR=default}`, `${VAR^^}`, `${VAR,,}`, `${#VAR}`, `${VAR:pos:len}` and `${VAR/a/b}`. `$$` is a
/// dollar; `$VAR` without braces stays.
final class EnvExpansion {
    private EnvExpansion() {}

    static String expand(String text, Map<String, String> environment, String file) {
        var out = new StringBuilder(text.length());
        int line = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line++;
            }
            if (c != '$' || i + 1 >= text.length()) {
                out.append(c);
                continue;
            }
            char next = text.charAt(i + 1);
            if (next == '$') {
                out.append('$');
                i++;
            } else if (next == '{') {
                int end = text.indexOf('}', i);
                if (end < 0) {
                    throw new ConfigException(file + ":" + line + ": missing closing brace");
                }
                out.append(value(text.substring(i + 2, end), environment, file + ":" + line));
                i = end;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static String value(String expression, Map<String, String> environment, String where) {
        if (expression.startsWith("#")) {
            String value = environment.getOrDefault(expression.substring(1), "");
            return Integer.toString(value.codePointCount(0, value.length()));
        }
        int n = 0;
        while (n < expression.length()
                && (Character.isLetterOrDigit(expression.charAt(n)) || expression.charAt(n) == '_')) {
            n++;
        }
        String value = environment.getOrDefault(expression.substring(0, n), "");
        String rest = expression.substring(n);
        if (rest.isEmpty()) {
            return value;
        }
        if (rest.startsWith(":-") || rest.startsWith(":=")) {
            return value.isEmpty() ? rest.substring(2) : value;
        }
        if (rest.startsWith("=")) {
            return value.isEmpty() ? rest.substring(1) : value;
        }
        if (rest.equals("^^")) {
            return value.toUpperCase(java.util.Locale.ROOT);
        }
        if (rest.equals(",,")) {
            return value.toLowerCase(java.util.Locale.ROOT);
        }
        if (rest.startsWith("/")) {
            String[] parts = rest.substring(rest.startsWith("//") ? 2 : 1).split("/", 2);
            String with = parts.length == 2 ? parts[1] : "";
            return rest.startsWith("//")
                    ? value.replace(parts[0], with)
                    : value.replaceFirst(
                            java.util.regex.Pattern.quote(parts[0]), java.util.regex.Matcher.quoteReplacement(with));
        }
        if (rest.startsWith(":")) {
            return slice(value, rest.substring(1).split(":", 2), where);
        }
        throw new ConfigException(where + ": missing closing brace");
    }

    private static String slice(String value, String[] bounds, String where) {
        try {
            int from = Math.min(Integer.parseInt(bounds[0]), value.length());
            int to = bounds.length == 1 ? value.length() : Math.min(value.length(), from + Integer.parseInt(bounds[1]));
            return value.substring(from, to);
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new ConfigException(where + ": bad substring in ${" + value + "}");
        }
    }
}
