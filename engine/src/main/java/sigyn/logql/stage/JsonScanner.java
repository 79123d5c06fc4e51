package sigyn.logql.stage;

import java.nio.charset.StandardCharsets;

/// Steps through JSON text without building anything. It checks as little as Loki does: text behind the closing brace,
/// what is inside arrays, and the digits of numbers go unseen.
final class JsonScanner {
    static final byte STRING = 1;
    static final byte NUMBER = 2;
    static final byte BOOLEAN = 3;
    static final byte NULL = 4;
    static final byte OBJECT = 5;
    static final byte ARRAY = 6;

    private JsonScanner() {}

    /// The next offset that holds no blank, or -1.
    static int skipBlanks(byte[] b, int at, int end) {
        while (at < end) {
            byte c = b[at];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return at;
            }
            at++;
        }
        return -1;
    }

    /// The offset behind the closing quote of a string whose first character is at `at`, or -1.
    static int stringEnd(byte[] b, int at, int end) {
        while (at < end) {
            byte c = b[at];
            if (c == '"') {
                return at + 1;
            }
            at += c == '\\' ? 2 : 1;
        }
        return -1;
    }

    /// The kind of the value at `at`, or 0 when it is none.
    static byte kind(byte[] b, int at, int valueEnd) {
        return switch (b[at]) {
            case '"' -> STRING;
            case '{' -> OBJECT;
            case '[' -> ARRAY;
            case 't' -> equal(b, at, valueEnd, "true") ? BOOLEAN : 0;
            case 'f' -> equal(b, at, valueEnd, "false") ? BOOLEAN : 0;
            case 'n' -> equal(b, at, valueEnd, "null") ? NULL : 0;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> NUMBER;
            default -> 0;
        };
    }

    private static boolean equal(byte[] b, int from, int to, String word) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (b[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The offset behind the value that starts at `at`, or -1 when it does not end.
    static int valueEnd(byte[] b, int at, int end) {
        switch (b[at]) {
            case '"':
                return stringEnd(b, at + 1, end);
            case '{':
                return blockEnd(b, at, end, (byte) '{', (byte) '}');
            case '[':
                return blockEnd(b, at, end, (byte) '[', (byte) ']');
            default:
                while (at < end) {
                    byte c = b[at];
                    if (c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\r' || c == '\t') {
                        break;
                    }
                    at++;
                }
                return at;
        }
    }

    private static int blockEnd(byte[] b, int at, int end, byte open, byte close) {
        int level = 0;
        while (at < end) {
            byte c = b[at];
            if (c == '"') {
                at = stringEnd(b, at + 1, end);
                if (at < 0) {
                    return -1;
                }
                continue;
            }
            if (c == open) {
                level++;
            } else if (c == close && --level == 0) {
                return at + 1;
            }
            at++;
        }
        return -1;
    }

    /// The text between the quotes of a string, or null when an escape in it is broken.
    static @org.jspecify.annotations.Nullable String unescaped(Texts texts, byte[] b, int from, int to) {
        int escape = from;
        while (escape < to && b[escape] != '\\') {
            escape++;
        }
        if (escape == to) {
            return texts.text(b, from, to - from);
        }
        var out = new StringBuilder(to - from);
        int at = from;
        int plain = from;
        while (at < to) {
            if (b[at] != '\\') {
                at++;
                continue;
            }
            out.append(new String(b, plain, at - plain, StandardCharsets.UTF_8));
            if (at + 1 >= to) {
                return null;
            }
            byte e = b[at + 1];
            at += 2;
            int simple = "\"\\/bfnrt".indexOf(e);
            if (simple >= 0) {
                out.append("\"\\/\b\f\n\r\t".charAt(simple));
            } else if (e == 'u') {
                int unit = hex(b, at, to);
                if (unit < 0) {
                    return null;
                }
                at += 4;
                if (Character.isHighSurrogate((char) unit)) {
                    boolean pair = at + 1 < to && b[at] == '\\' && b[at + 1] == 'u';
                    int low = pair ? hex(b, at + 2, to) : -1;
                    if (low < 0 || !Character.isLowSurrogate((char) low)) {
                        return null;
                    }
                    at += 6;
                    out.appendCodePoint(Character.toCodePoint((char) unit, (char) low));
                } else {
                    out.append((char) unit);
                }
            } else {
                return null;
            }
            plain = at;
        }
        out.append(new String(b, plain, to - plain, StandardCharsets.UTF_8));
        String text = out.toString();
        return text.indexOf('\ufffd') < 0 ? text : text.replace("\ufffd", "");
    }

    private static int hex(byte[] b, int at, int to) {
        if (at + 4 > to) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(b[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
