package sigyn.logql.template;

import com.google.re2j.Matcher;
import java.util.Map;

/// Replacement texts of regular expressions as Go has them: `$1`, `${1}`, `$name`, `${name}`, `$$`.
public final class Expansion {
    private Expansion() {}

    /// Appends a replacement with the groups of the current match; groups that do not exist are empty.
    public static void append(StringBuilder out, String replacement, Matcher match, Map<String, Integer> names) {
        int at = 0;
        while (at < replacement.length()) {
            char c = replacement.charAt(at);
            if (c != '$') {
                out.append(c);
                at++;
                continue;
            }
            if (replacement.startsWith("$$", at)) {
                out.append('$');
                at += 2;
                continue;
            }
            boolean braces = replacement.startsWith("${", at);
            int start = at + (braces ? 2 : 1);
            int end = start;
            while (end < replacement.length() && isName(replacement.charAt(end))) {
                end++;
            }
            boolean closed = !braces || end < replacement.length() && replacement.charAt(end) == '}';
            if (start == end || !closed) {
                out.append('$');
                at++;
                continue;
            }
            String group = group(match, replacement.substring(start, end), names);
            out.append(group);
            at = braces ? end + 1 : end;
        }
    }

    private static String group(Matcher match, String name, Map<String, Integer> names) {
        int index = -1;
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            index = name.length() > 6 ? -1 : Integer.parseInt(name);
        } else {
            index = names.getOrDefault(name, -1);
        }
        if (index < 0 || index > match.groupCount()) {
            return "";
        }
        String text = match.group(index);
        return text == null ? "" : text;
    }

    private static boolean isName(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }
}
