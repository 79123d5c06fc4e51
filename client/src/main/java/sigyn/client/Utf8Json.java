package sigyn.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing buffer of JSON text as UTF-8 bytes.
final class Utf8Json {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int end;

    Utf8Json(int capacity) {
        bytes = new byte[capacity];
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return end;
    }

    void truncate(int size) {
        end = size;
    }

    void raw(byte[] ascii) {
        room(ascii.length);
        System.arraycopy(ascii, 0, bytes, end, ascii.length);
        end += ascii.length;
    }

    void raw(char ascii) {
        room(1);
        bytes[end++] = (byte) ascii;
    }

    void append(Utf8Json other) {
        room(other.end);
        System.arraycopy(other.bytes, 0, bytes, end, other.end);
        end += other.end;
    }

    /// Text that needs no escaping: digits, names known to be plain.
    void ascii(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) bytes[end + i] = (byte) text.charAt(i);
        end += length;
    }

    /// A number of zero or more.
    void decimal(long number) {
        room(19);
        int digits = 1;
        for (long power = 10; digits < 19 && number >= power; power *= 10) digits++;
        for (int at = end + digits - 1; at >= end; at--) {
            bytes[at] = (byte) ('0' + number % 10);
            number /= 10;
        }
        end += digits;
    }

    /// Text that is JSON already.
    void json(String text) {
        raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The text in quotes, escaped; a lone surrogate becomes U+FFFD.
    void quoted(String text) {
        raw('"');
        int length = text.length();
        // An escape is at most six bytes for one char; a surrogate pair is four bytes for two.
        room(length * 6 + 1);
        byte[] to = bytes;
        int at = end;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (c >= 0x20 && c != '"' && c != '\\') to[at++] = (byte) c;
                else at = escape(to, at, c);
            } else if (c < 0x800) {
                to[at++] = (byte) (0xC0 | c >> 6);
                to[at++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                to[at++] = (byte) (0xF0 | point >> 18);
                to[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                to[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                to[at++] = (byte) (0x80 | point & 0x3F);
            } else {
                char known = Character.isSurrogate(c) ? '\uFFFD' : c;
                to[at++] = (byte) (0xE0 | known >> 12);
                to[at++] = (byte) (0x80 | known >> 6 & 0x3F);
                to[at++] = (byte) (0x80 | known & 0x3F);
            }
        }
        end = at;
        raw('"');
    }

    /// A whole JSON text as a JSON string: quotes and backslashes are escaped once more. Nothing else in JSON text
    /// needs it, because control characters are escaped there already.
    void quoted(Utf8Json json) {
        int length = json.end;
        room(length * 2 + 2);
        byte[] from = json.bytes;
        byte[] to = bytes;
        int at = end;
        to[at++] = '"';
        for (int i = 0; i < length; i++) {
            byte b = from[i];
            if (b == '"' || b == '\\') to[at++] = '\\';
            to[at++] = b;
        }
        to[at++] = '"';
        end = at;
    }

    private static int escape(byte[] to, int at, char c) {
        to[at++] = '\\';
        switch (c) {
            case '"' -> to[at++] = '"';
            case '\\' -> to[at++] = '\\';
            case '\n' -> to[at++] = 'n';
            case '\r' -> to[at++] = 'r';
            case '\t' -> to[at++] = 't';
            default -> {
                to[at++] = 'u';
                to[at++] = '0';
                to[at++] = '0';
                to[at++] = HEX[c >> 4];
                to[at++] = HEX[c & 0xF];
            }
        }
        return at;
    }

    private void room(int more) {
        if (bytes.length - end < more) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
    }
}
