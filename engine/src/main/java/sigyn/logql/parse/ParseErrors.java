package sigyn.logql.parse;

import sigyn.model.SigynException;

/// The two shapes of a refused query: with a place in the text, and without.
public final class ParseErrors {
    private ParseErrors() {}

    /// `parse error at line 1, col 6: ..`; lines and columns count from 1, columns in characters.
    static SigynException at(String text, int offset, String message) {
        return at(text, offset, false, message);
    }

    /// The same; where Loki does not know the line it says 0.
    static SigynException at(String text, int offset, boolean noLine, String message) {
        int line = 1;
        int column = 1;
        int end = Math.min(offset, text.length());
        for (int i = 0; i < end; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return SigynException.badRequest(
                "parse error at line " + (noLine ? 0 : line) + ", col " + column + ": " + message);
    }

    /// `parse error : ..`
    public static SigynException of(String message) {
        return SigynException.badRequest("parse error : " + message);
    }
}
