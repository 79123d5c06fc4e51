package sigyn.model;

/// Nine Cyrillic letters, U+1C80 to U+1C88, whose other cases do not lead back to them: re2j 1.8 never ends compiling
/// an expression that ignores case and names one of them, alone or within a range. Such expressions are refused.
final class RegexFolds {
    private static final int FIRST = 0x1c80;
    private static final int LAST = 0x1c88;
    /// A range over everything that has cases is not looked through by the engine.
    private static final int FIRST_WITH_CASE = 'A';

    private static final int LAST_WITH_CASE = 0x1044f;

    private final String regex;
    private int at;

    private RegexFolds(String regex) {
        this.regex = regex;
    }

    static void check(String regex) {
        if (ignoresCase(regex)) {
            new RegexFolds(regex).walk();
        }
    }

    private static boolean ignoresCase(String regex) {
        for (int i = regex.indexOf("(?"); i >= 0; i = regex.indexOf("(?", i + 2)) {
            for (int j = i + 2;
                    j < regex.length() && (Character.isLetter(regex.charAt(j)) || regex.charAt(j) == '-');
                    j++) {
                if (regex.charAt(j) == 'i') {
                    return true;
                }
            }
        }
        return false;
    }

    private void walk() {
        while (at < regex.length()) {
            if (regex.charAt(at) == '[') {
                bracket();
            } else {
                int c = character();
                refuse(c, c);
            }
        }
    }

    private void bracket() {
        at++;
        if (regex.startsWith("^", at)) {
            at++;
        }
        for (boolean first = true; at < regex.length() && (first || regex.charAt(at) != ']'); first = false) {
            int from = character();
            boolean range = regex.startsWith("-", at) && at + 1 < regex.length() && regex.charAt(at + 1) != ']';
            if (!range) {
                refuse(from, from);
                continue;
            }
            at++;
            refuse(from, character());
        }
        at++;
    }

    /// The next character, or -1 for what stands for none or for several.
    private int character() {
        int c = regex.codePointAt(at);
        at += Character.charCount(c);
        if (c != '\\' || at == regex.length()) {
            return c;
        }
        c = regex.codePointAt(at);
        at += Character.charCount(c);
        if (c != 'x' || !regex.startsWith("{", at)) {
            return c < 128 ? -1 : c;
        }
        int end = regex.indexOf('}', at);
        String digits = end < 0 ? "" : regex.substring(at + 1, end);
        if (!digits.matches("[0-9a-fA-F]{1,8}")) {
            return -1;
        }
        at = end + 1;
        return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(digits, 16));
    }

    private void refuse(int from, int to) {
        boolean all = from <= FIRST_WITH_CASE && to >= LAST_WITH_CASE;
        if (from <= LAST && to >= FIRST && !all) {
            throw GoRegex.refused("letters U+1C80 to U+1C88 cannot be compared without case", regex, null);
        }
    }
}
