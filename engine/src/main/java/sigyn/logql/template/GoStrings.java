package sigyn.logql.template;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Go's strings are bytes. Here they are Java strings in which a byte that is no UTF-8 stands as the lone surrogate
/// U+DC00 + byte, so that cutting a character apart loses nothing.
public final class GoStrings {
    private static final int ESCAPE = 0xdc00;

    private GoStrings() {}

    /// The bytes a string stands for.
    public static byte[] bytes(String text) {
        boolean escaped = false;
        for (int i = 0; i < text.length() && !escaped; i++) {
            escaped = isEscape(text, i);
        }
        if (!escaped) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        var out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); ) {
            if (isEscape(text, i)) {
                out.write(text.charAt(i++) - ESCAPE);
            } else {
                int c = text.codePointAt(i);
                i += Character.charCount(c);
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    private static boolean isEscape(String text, int i) {
        char c = text.charAt(i);
        return c >= ESCAPE + 0x80 && c <= ESCAPE + 0xff && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    /// The string for some bytes.
    public static String text(byte[] bytes, int from, int to) {
        String plain = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        if (plain.indexOf('\ufffd') < 0) {
            return plain;
        }
        var out = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            int size = sequence(bytes, i, to);
            if (size == 0) {
                out.append((char) (ESCAPE + (bytes[i] & 0xff)));
                i++;
            } else {
                out.append(new String(bytes, i, size, StandardCharsets.UTF_8));
                i += size;
            }
        }
        return out.toString();
    }

    /// Bytes of the UTF-8 character at `i`, 0 when there is none.
    private static int sequence(byte[] b, int i, int to) {
        int c = b[i] & 0xff;
        int size = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
        if (size == 0 || i + size > to) {
            return 0;
        }
        for (int k = 1; k < size; k++) {
            if ((b[i + k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = size > 1 ? b[i + 1] & 0xff : 0;
        boolean bad = c == 0xe0 && second < 0xa0
                || c == 0xed && second > 0x9f
                || c == 0xf0 && second < 0x90
                || c == 0xf4 && second > 0x8f;
        return bad ? 0 : size;
    }

    public static int length(String text) {
        return bytes(text).length;
    }

    /// `text[from:to]` in bytes.
    public static String slice(String text, int from, int to) {
        byte[] all = bytes(text);
        return text(all, from, to);
    }

    /// The value of a Go string or character literal in its quotes, or null when it is none.
    static @Nullable String unquote(String literal) {
        var out = new ByteArrayOutputStream(literal.length());
        int end = literal.length() - 1;
        char quote = literal.charAt(0);
        for (int i = 1; i < end; ) {
            int c = literal.codePointAt(i);
            i += Character.charCount(c);
            if (c != '\\') {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            char e = i < end ? literal.charAt(i++) : 0;
            int simple = "abfnrtv\\".indexOf(e);
            if (simple >= 0) {
                out.write("\u0007\b\f\n\r\t\u000b\\".charAt(simple));
                continue;
            }
            if (e == quote) {
                out.write(e);
                continue;
            }
            int length = e == 'x' ? 2 : e == 'u' ? 4 : e == 'U' ? 8 : e >= '0' && e <= '7' ? 3 : 0;
            int from = length == 3 ? i - 1 : i;
            if (length == 0 || from + length > end) {
                return null;
            }
            long value;
            try {
                value = Long.parseLong(literal.substring(from, from + length), length == 3 ? 8 : 16);
            } catch (NumberFormatException x) {
                return null;
            }
            if (length >= 4 && !Character.isValidCodePoint((int) value)) {
                return null;
            }
            i = from + length;
            if (length >= 4) {
                out.writeBytes(Character.toString((int) value).getBytes(StandardCharsets.UTF_8));
            } else {
                out.write((int) value);
            }
        }
        byte[] bytes = out.toByteArray();
        return text(bytes, 0, bytes.length);
    }
}
