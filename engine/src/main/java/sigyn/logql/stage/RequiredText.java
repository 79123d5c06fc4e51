package sigyn.logql.stage;

import java.util.ArrayList;
import java.util.List;

/// A text that every match of a regular expression holds, found by reading the expression from left to right.
///
/// Only outermost sequences count: what stands in groups, classes or inner alternatives, or may be absent, ends a text.
/// With flags nothing is required.
public final class RequiredText {
    private RequiredText() {}

    /// The longest such text, empty when none is sure.
    public static String of(String regex) {
        var all = ofAlternatives(regex);
        return all.size() == 1 ? all.getFirst() : "";
    }

    /// One text for each alternative at the outermost level: every match holds one of them. Empty when none is sure.
    public static List<String> ofAlternatives(String regex) {
        String plain = withPlainGroups(regex);
        if (plain.contains("(?") || plain.contains("\\Q")) {
            return List.of();
        }
        var texts = new ArrayList<String>();
        int from = 0;
        while (from <= plain.length()) {
            int to = alternativeEnd(plain, from);
            String text = ofOne(plain.substring(from, to));
            if (text.isEmpty()) {
                return List.of();
            }
            texts.add(text);
            from = to + 1;
        }
        return List.copyOf(texts);
    }

    /// The expression with `(` for groups that have no flags.
    private static String withPlainGroups(String regex) {
        var plain = new StringBuilder();
        int i = 0;
        while (i < regex.length()) {
            int end = switch (regex.charAt(i)) {
                case '\\' -> i + 2;
                case '[' -> classEnd(regex, i);
                default -> i + 1;
            };
            plain.append(regex, i, Math.min(end, regex.length()));
            if (regex.startsWith("(?:", i)) {
                end = i + 3;
            } else if (regex.startsWith("(?P<", i) || regex.startsWith("(?<", i)) {
                int close = regex.indexOf('>', i);
                end = close < 0 ? end : close + 1;
            }
            i = end;
        }
        return plain.toString();
    }

    private static int alternativeEnd(String regex, int from) {
        int depth = 0;
        int i = from;
        while (i < regex.length()) {
            char c = regex.charAt(i);
            switch (c) {
                case '\\' -> i += 2;
                case '[' -> i = classEnd(regex, i);
                case '|' -> {
                    if (depth == 0) {
                        return i;
                    }
                    i++;
                }
                default -> {
                    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                    i++;
                }
            }
        }
        return regex.length();
    }

    private static String ofOne(String regex) {
        String best = "";
        var run = new StringBuilder();
        int depth = 0;
        int i = 0;
        while (i < regex.length()) {
            int c = regex.codePointAt(i);
            int next = i + Character.charCount(c);
            boolean literal = false;
            switch (c) {
                case '(' -> depth++;
                case ')' -> depth--;
                case '[' -> next = classEnd(regex, i);
                case '\\' -> {
                    if (next >= regex.length()) {
                        return "";
                    }
                    c = regex.codePointAt(next);
                    next += Character.charCount(c);
                    boolean special = Character.isLetterOrDigit(c);
                    if (special && (c == 'x' || c == 'p' || c == 'P' || c >= '0' && c <= '9')) {
                        return longer(best, run);
                    }
                    literal = !special;
                }
                case '.', '^', '$' -> {}
                case '*', '+', '?' -> {}
                case '{' -> {
                    int close = regex.indexOf('}', i);
                    next = close < 0 ? regex.length() : close + 1;
                }
                default -> literal = true;
            }
            boolean optional = next < regex.length() && "*?{".indexOf(regex.charAt(next)) >= 0;
            boolean repeated = next < regex.length() && regex.charAt(next) == '+';
            if (literal && depth == 0 && !optional) {
                run.appendCodePoint(c);
                if (repeated) {
                    best = longer(best, run);
                    run.setLength(0);
                }
            } else {
                best = longer(best, run);
                run.setLength(0);
            }
            i = next;
        }
        return longer(best, run);
    }

    private static String longer(String best, StringBuilder run) {
        return run.length() > best.length() ? run.toString() : best;
    }

    private static int classEnd(String regex, int open) {
        int i = open + 1;
        if (i < regex.length() && regex.charAt(i) == '^') {
            i++;
        }
        if (i < regex.length() && regex.charAt(i) == ']') {
            i++;
        }
        while (i < regex.length() && regex.charAt(i) != ']') {
            if (regex.charAt(i) == '\\') {
                i++;
            } else if (regex.startsWith("[:", i)) {
                int close = regex.indexOf(":]", i + 2);
                i = close < 0 ? i : close + 1;
            }
            i++;
        }
        return Math.min(i + 1, regex.length());
    }
}
