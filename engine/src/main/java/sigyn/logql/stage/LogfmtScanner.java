package sigyn.logql.stage;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Steps through the `key=value` pairs of a line.
final class LogfmtScanner {
    private byte[] b = new byte[0];
    private int base;
    private int at;
    private int end;
    private int keyStart;
    private int keyEnd;
    private int valueStart;
    private int valueEnd;
    private @Nullable String unquoted;
    private String problem = "";

    void start(byte[] bytes, int start, int length) {
        b = bytes;
        base = start;
        at = start;
        end = start + length;
    }

    /// What [#next] found.
    enum Found {
        PAIR,
        BROKEN,
        END
    }

    Found next() {
        while (at < end && b[at] >= 0 && b[at] <= ' ') {
            at++;
        }
        if (at >= end) {
            return Found.END;
        }
        keyStart = at;
        keyEnd = at;
        valueStart = at;
        valueEnd = at;
        unquoted = null;
        while (at < end) {
            byte c = b[at];
            if (c == '=') {
                if (at == keyStart) {
                    return unexpected(c);
                }
                keyEnd = at;
                return value();
            }
            if (c == '"') {
                return unexpected(c);
            }
            if (c >= 0 && c <= ' ') {
                break;
            }
            at++;
        }
        keyEnd = at;
        return Found.PAIR;
    }

    private Found value() {
        at++;
        valueStart = at;
        valueEnd = at;
        if (at < end && b[at] == '"') {
            return quoted();
        }
        while (at < end) {
            byte c = b[at];
            if (c == '=' || c == '"') {
                return unexpected(c);
            }
            if (c >= 0 && c <= ' ') {
                break;
            }
            at++;
        }
        valueEnd = at;
        return Found.PAIR;
    }

    private Found quoted() {
        boolean escapes = false;
        int i = at + 1;
        while (i < end && b[i] != '"') {
            if (b[i] == '\\') {
                escapes = true;
                i++;
            }
            i++;
        }
        if (i >= end) {
            at = end;
            problem = "logfmt syntax error at pos " + (end - base + 1) + " : unterminated quoted value";
            return Found.BROKEN;
        }
        valueStart = at + 1;
        valueEnd = i;
        at = i + 1;
        if (escapes) {
            unquoted = unquote(valueStart, valueEnd);
            if (unquoted == null) {
                problem = "logfmt syntax error at pos " + (at - base + 1) + " : invalid quoted value";
                return Found.BROKEN;
            }
        }
        return Found.PAIR;
    }

    private @Nullable String unquote(int from, int to) {
        var out = new StringBuilder(to - from);
        int plain = from;
        int i = from;
        while (i < to) {
            if (b[i] != '\\') {
                i++;
                continue;
            }
            out.append(new String(b, plain, i - plain, StandardCharsets.UTF_8));
            byte e = b[i + 1];
            i += 2;
            int simple = "\"\\/'bfnrt".indexOf(e);
            if (simple >= 0) {
                out.append("\"\\/'\b\f\n\r\t".charAt(simple));
            } else if (e == 'u' && i + 4 <= to) {
                int value = 0;
                for (int k = i; k < i + 4; k++) {
                    int digit = Character.digit(b[k], 16);
                    if (digit < 0) {
                        return null;
                    }
                    value = value << 4 | digit;
                }
                i += 4;
                out.append((char) value);
            } else {
                return null;
            }
            plain = i;
        }
        return out.append(new String(b, plain, to - plain, StandardCharsets.UTF_8))
                .toString();
    }

    private Found unexpected(byte c) {
        problem = "logfmt syntax error at pos " + (at - base + 1) + " : unexpected '" + (char) c + "'";
        while (at < end && !(b[at] >= 0 && b[at] <= ' ')) {
            at++;
        }
        return Found.BROKEN;
    }

    String problem() {
        return problem;
    }

    int keyStart() {
        return keyStart;
    }

    int keyLength() {
        return keyEnd - keyStart;
    }

    boolean emptyValue() {
        return unquoted == null ? valueStart >= valueEnd : unquoted.isEmpty();
    }

    String value(Texts texts) {
        if (unquoted == null) {
            return texts.text(b, valueStart, valueEnd - valueStart);
        }
        return unquoted.indexOf('\ufffd') < 0 ? unquoted : unquoted.replace("\ufffd", "");
    }
}
