package sigyn.logql.stage;

import com.google.re2j.Pattern;
import sigyn.model.GoRegex;

/// Regular expressions with RE2's syntax and Go's messages.
public final class Regexes {
    private Regexes() {}

    /// An expression whose groups nobody asks for: a name may occur twice.
    static Pattern compileUnnamed(String regex) {
        return compile(unnamed(regex));
    }

    /// The expression with plain groups for named ones.
    public static String unnamed(String regex) {
        return regex.replaceAll("\\(\\?P?<[A-Za-z_][A-Za-z0-9_]*>", "(");
    }

    /// Throws `BAD_REQUEST` with `error parsing regexp: ..`.
    public static Pattern compile(String regex) {
        return GoRegex.compile(regex);
    }
}
