package sigyn.logql.parse;

import sigyn.logql.ast.Span;

/// A piece of query text.
///
/// @param text an identifier as typed, a string without quotes and escapes, a number, a function's name in lower case
/// @param value nanoseconds of a duration or range, bytes of a size
record Token(TokenKind kind, String text, long value, Span span) {
    /// How messages name this token.
    String name() {
        return switch (kind) {
            case RANGE_FUNCTION, VECTOR_FUNCTION -> text.toUpperCase(java.util.Locale.ROOT);
            default -> kind.text();
        };
    }
}
