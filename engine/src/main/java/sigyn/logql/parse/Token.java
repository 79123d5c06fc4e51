package sigyn.logql.parse;

import sigyn.logql.ast.Span;

/// A piece of query text.
///
/// @param text an identifier as typed, a string without quotes and escapes, a number, a function's name in lower case
/// @param value nanoseconds of a duration or range, bytes of a size
record Token(TokenKind kind, String text, long value, Span span) {
    /// True for tokens that Loki's lexer takes character by character: it has lost the line by then.
    boolean hasNoLine() {
        return switch (kind) {
            case DURATION,
                    BYTES,
                    RANGE,
                    FLAG,
                    PIPE_EXACT,
                    PIPE_MATCH,
                    PIPE_PATTERN,
                    NPA,
                    CMP_EQ,
                    NEQ,
                    RE,
                    NRE,
                    GTE,
                    LTE -> true;
            default -> false;
        };
    }

    /// How messages name this token.
    String name() {
        return switch (kind) {
            case RANGE_FUNCTION, VECTOR_FUNCTION -> text.toUpperCase(java.util.Locale.ROOT);
            default -> kind.text();
        };
    }
}
