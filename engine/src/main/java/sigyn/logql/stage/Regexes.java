package sigyn.logql.stage;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import sigyn.model.ErrorKind;
import sigyn.model.GoText;
import sigyn.model.SigynException;

/// Regular expressions with RE2's syntax and Go's messages.
public final class Regexes {
    private Regexes() {}

    /// An expression whose groups nobody asks for: a name may occur twice.
    static Pattern compileUnnamed(String regex) {
        return compile(regex.replaceAll("\\(\\?P?<[A-Za-z_][A-Za-z0-9_]*>", "("));
    }

    /// Throws `BAD_REQUEST` with `error parsing regexp: ..`.
    public static Pattern compile(String regex) {
        if (!GoText.isText(regex)) {
            throw SigynException.badRequest("error parsing regexp: invalid UTF-8: `" + regex + "`");
        }
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new SigynException(
                    ErrorKind.BAD_REQUEST,
                    "error parsing regexp: " + e.getDescription() + ": `" + e.getPattern() + "`",
                    e);
        }
    }
}
