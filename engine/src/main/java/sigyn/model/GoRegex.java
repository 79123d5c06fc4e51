package sigyn.model;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// Regular expressions in RE2's syntax, refused with Go's messages.
public final class GoRegex {
    private GoRegex() {}

    /// Throws `BAD_REQUEST`, `error parsing regexp: ..`.
    public static Pattern compile(String regex) {
        return wrapped("", regex, "");
    }

    /// An expression for a whole value; `.` matches line ends too.
    public static Pattern anchored(String regex) {
        return wrapped("^(?s:", regex, ")$");
    }

    private static Pattern wrapped(String before, String regex, String after) {
        if (!GoText.isText(regex)) {
            throw refused("invalid UTF-8", regex, null);
        }
        RegexSize.check(regex);
        RegexFolds.check(regex);
        try {
            if (!before.isEmpty()) {
                Pattern.compile(regex);
            }
            return Pattern.compile(before + regex + after);
        } catch (PatternSyntaxException e) {
            boolean unopened = String.valueOf(e.getDescription()).contains("internal error");
            throw unopened
                    ? refused("unexpected )", regex, e)
                    : refused(e.getDescription(), String.valueOf(e.getPattern()), e);
        }
    }

    static SigynException refused(String why, String where, @org.jspecify.annotations.Nullable Throwable cause) {
        String message = "error parsing regexp: " + why + ": `" + where + "`";
        return cause == null
                ? SigynException.badRequest(message)
                : new SigynException(ErrorKind.BAD_REQUEST, message, cause);
    }
}
