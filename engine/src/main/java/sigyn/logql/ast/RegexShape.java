package sigyn.logql.ast;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What plain texts a regular expression comes down to: `a|b`, `foo.*`, `(?i)foo`, `.*`. Such expressions are tested by
/// searching bytes; all others need the regex engine.
///
/// @param alternatives any of them; one alternative is texts that must follow each other, with anything between them
/// @param ignoreCase whether letters of either case are equal
public record RegexShape(List<Alternative> alternatives, boolean ignoreCase) {
    /// @param text what is looked for; empty for `.*` and `.+`
    /// @param before anything may stand before the text
    /// @param after anything may stand behind it
    /// @param nonEmpty at least one character is wanted: `.+`
    public record Alternative(String text, boolean before, boolean after, boolean nonEmpty) {
        private boolean covers(String value, boolean ignoreCase) {
            int n = text.length();
            if (nonEmpty) {
                return !value.isEmpty();
            }
            if (before && after) {
                for (int i = 0; i + n <= value.length(); i++) {
                    if (value.regionMatches(ignoreCase, i, text, 0, n)) {
                        return true;
                    }
                }
                return false;
            }
            if (before) {
                return value.regionMatches(ignoreCase, value.length() - n, text, 0, n);
            }
            return value.regionMatches(ignoreCase, 0, text, 0, n) && (after || value.length() == n);
        }
    }

    private static final String SPECIAL = "\\.+*?()|[]{}^$";

    /// The shape of an expression, or null when it needs an engine.
    public static @Nullable RegexShape of(String regex) {
        boolean ignoreCase = regex.startsWith("(?i)");
        String rest = ignoreCase ? regex.substring(4) : regex;
        while (rest.startsWith("(") && rest.endsWith(")") && !rest.startsWith("(?") && closes(rest)) {
            rest = rest.substring(1, rest.length() - 1);
        }
        var alternatives = new ArrayList<Alternative>();
        for (String part : rest.split("\\|", -1)) {
            var alternative = alternative(part);
            if (alternative == null) {
                return null;
            }
            alternatives.add(alternative);
        }
        return new RegexShape(alternatives, ignoreCase);
    }

    /// True when the whole text is one of the alternatives. An empty alternative among others counts for nothing.
    public boolean covers(String text) {
        for (var alternative : alternatives) {
            boolean nothing = alternative.text.isEmpty() && !alternative.before && !alternative.nonEmpty;
            if (!(nothing && alternatives.size() > 1) && alternative.covers(text, ignoreCase)) {
                return true;
            }
        }
        return false;
    }

    private static boolean closes(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return i == text.length() - 1;
            }
        }
        return false;
    }

    private static @Nullable Alternative alternative(String part) {
        if (part.equals(".+")) {
            return new Alternative("", true, true, true);
        }
        boolean before = part.startsWith(".*");
        if (before) {
            part = part.substring(2);
        }
        boolean after = part.endsWith(".*") && !part.endsWith("\\.*");
        if (after) {
            part = part.substring(0, part.length() - 2);
        }
        String text = literal(part);
        return text == null ? null : new Alternative(text, before, after, false);
    }

    private static @Nullable String literal(String part) {
        var text = new StringBuilder();
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '\\') {
                i++;
                if (i == part.length() || Character.isLetterOrDigit(part.charAt(i))) {
                    return null;
                }
                text.append(part.charAt(i));
            } else if (SPECIAL.indexOf(c) >= 0) {
                return null;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
