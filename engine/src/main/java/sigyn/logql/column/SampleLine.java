package sigyn.logql.column;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import sigyn.storage.port.TemplateRows;

/// The one line that stands for all lines of a template: its static text with a [Marker] for each variable. A parser
/// does to it what it does to each of them, because no variable holds a byte that the parser looks out for.
///
/// @param forms what the marker of each variable looks like
record SampleLine(byte[] bytes, Marker.Form[] forms) {
    private static final long[] DIGITS = set("0123456789");
    private static final long[] WORD = set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static final byte[] SIGN = Marker.SIGN.getBytes(StandardCharsets.US_ASCII);

    private static long[] set(String bytes) {
        var set = new long[4];
        for (int i = 0; i < bytes.length(); i++) {
            set[bytes.charAt(i) >>> 6] |= 1L << bytes.charAt(i);
        }
        return set;
    }

    private static boolean within(long[] set, long[] allowed) {
        for (int i = 0; i < 4; i++) {
            if ((set[i] & ~allowed[i]) != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean has(long[] set, char c) {
        return (set[c >>> 6] >>> c & 1) != 0;
    }

    /// The line, or null when the lines of the template may differ in structure.
    ///
    /// @param logfmt whether a logfmt parser will read it
    static @Nullable SampleLine of(TemplateRows rows, boolean logfmt) {
        int variables = rows.variables();
        if (variables >= Marker.MAX_VARIABLES) {
            return null;
        }
        var forms = new Marker.Form[variables];
        var quoteOnly = new boolean[variables];
        var out = new ByteArrayOutputStream(256);
        boolean escaping = false;
        for (int v = 0; v <= variables; v++) {
            byte[] piece = rows.piece(v);
            out.writeBytes(piece);
            if (v == variables) {
                break;
            }
            escaping = endsInEscape(piece, escaping);
            long[] bytes = rows.bytes(v);
            if (escaping || rows.minLength(v) < 1) {
                return null;
            }
            if (within(bytes, DIGITS)) {
                forms[v] = Marker.Form.DIGITS;
            } else if (within(bytes, WORD)) {
                forms[v] = Marker.Form.WORD;
            } else if (isText(bytes)) {
                forms[v] = Marker.Form.TEXT;
                quoteOnly[v] = has(bytes, ' ') || has(bytes, '=');
            } else {
                return null;
            }
            out.writeBytes(Marker.of(v, forms[v]));
        }
        if (holdsSign(rows) || logfmt && !isQuoted(rows, quoteOnly)) {
            return null;
        }
        return new SampleLine(out.toByteArray(), forms);
    }

    /// ASCII without quotes, backslashes and control characters.
    private static boolean isText(long[] bytes) {
        return bytes[2] == 0
                && bytes[3] == 0
                && (bytes[0] & 0xffff_ffffL) == 0
                && !has(bytes, '"')
                && !has(bytes, '\\')
                && !has(bytes, '\u007f');
    }

    private static boolean holdsSign(TemplateRows rows) {
        for (int v = 0; v <= rows.variables(); v++) {
            byte[] piece = rows.piece(v);
            for (int i = 0; i + 1 < piece.length; i++) {
                if (piece[i] == SIGN[0] && piece[i + 1] == SIGN[1]) {
                    return true;
                }
            }
        }
        return false;
    }

    /// True when what follows the piece may belong to an escape sequence that begins in it, or before it.
    private static boolean endsInEscape(byte[] piece, boolean before) {
        for (int i = piece.length - 1; i >= 0; i--) {
            if (piece[i] == '\\') {
                return true;
            }
            if (!Character.isLetterOrDigit(piece[i])) {
                return false;
            }
        }
        return before;
    }

    /// True when the variables marked in `quoteOnly` all stand between the quotes of a value. Any doubt is a no.
    private static boolean isQuoted(TemplateRows rows, boolean[] quoteOnly) {
        boolean any = false;
        for (boolean only : quoteOnly) {
            any |= only;
        }
        if (!any) {
            return true;
        }
        boolean open = false;
        byte before = ' ';
        byte beforeThat = ' ';
        boolean equals = false;
        for (int v = 0; v <= rows.variables(); v++) {
            for (byte b : rows.piece(v)) {
                if (b == '\\') {
                    return false;
                }
                if (open) {
                    open = b != '"';
                } else if (b == '"') {
                    if (before != '=' || beforeThat <= ' ') {
                        return false;
                    }
                    open = true;
                    equals = false;
                } else if (b == '=') {
                    if (equals) {
                        return false;
                    }
                    equals = true;
                } else if (b >= 0 && b <= ' ') {
                    equals = false;
                }
                beforeThat = before;
                before = b;
            }
            if (v < quoteOnly.length) {
                if (quoteOnly[v] && !open) {
                    return false;
                }
                beforeThat = 'k';
                before = 'k';
            }
        }
        return true;
    }
}
