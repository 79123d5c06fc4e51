package sigyn.model;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/// One condition of a stream selector: `name op "value"`. Regular expressions are RE2, anchored at both ends.
/// An absent label has the empty value, so `foo=""` and `foo!="x"` hold where `foo` is missing.
public final class LabelMatcher {
    public enum Op {
        EQUAL("="),
        NOT_EQUAL("!="),
        REGEX("=~"),
        NOT_REGEX("!~");

        private final String text;

        Op(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private final String name;
    private final Op op;
    private final String value;
    private final @Nullable Pattern pattern;

    /// Throws [SigynException] of kind BAD_REQUEST when a regular expression does not compile.
    public LabelMatcher(String name, Op op, String value) {
        this.name = name;
        this.op = op;
        this.value = value;
        this.pattern = switch (op) {
            case EQUAL, NOT_EQUAL -> null;
            case REGEX, NOT_REGEX -> GoRegex.anchored(value);
        };
    }

    public String name() {
        return name;
    }

    public Op op() {
        return op;
    }

    public String value() {
        return value;
    }

    public boolean matches(String labelValue) {
        return switch (op) {
            case EQUAL -> labelValue.equals(value);
            case NOT_EQUAL -> !labelValue.equals(value);
            case REGEX -> pattern().matches(labelValue);
            case NOT_REGEX -> !pattern().matches(labelValue);
        };
    }

    public boolean matchesEmpty() {
        return matches("");
    }

    private Pattern pattern() {
        if (pattern == null) {
            throw new AssertionError(op + " has no pattern");
        }
        return pattern;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LabelMatcher m && op == m.op && name.equals(m.name) && value.equals(m.value);
    }

    @Override
    public int hashCode() {
        return (name.hashCode() * 31 + op.hashCode()) * 31 + value.hashCode();
    }

    @Override
    public String toString() {
        return (isPlainName(name) ? name : GoQuote.quote(name)) + op.text() + GoQuote.quote(value);
    }

    private static boolean isPlainName(String name) {
        return name.chars().allMatch(c -> c < 128);
    }
}
