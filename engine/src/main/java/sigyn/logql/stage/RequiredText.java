package sigyn.logql.stage;

/// A text that every match of a regular expression holds, found by reading the expression from left to right.
///
/// Only the outermost sequence counts: what stands in groups, classes or alternatives, or may be absent, ends a text.
/// With flags, or with alternatives at the outermost level, nothing is required.
public final class RequiredText {
    private RequiredText() {}

    /// The longest such text, empty when none is sure.
    public static String of(String regex) {
        if (regex.contains("(?") || regex.contains("\\Q")) {
            return "";
        }
        String best = "";
        var run = new StringBuilder();
        int depth = 0;
        int i = 0;
        while (i < regex.length()) {
            int c = regex.codePointAt(i);
            int next = i + Character.charCount(c);
            boolean literal = false;
            switch (c) {
                case '|' -> {
                    if (depth == 0) {
                        return "";
                    }
                }
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
