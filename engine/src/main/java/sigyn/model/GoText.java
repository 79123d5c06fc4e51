package sigyn.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Strings of a language whose strings are bytes. A byte that is not UTF-8 is kept as the lone surrogate `0xDC00 +
/// byte`, which no valid text holds, so that nothing is lost between a query and the bytes it looks for.
public final class GoText {
    private static final int ESCAPE = 0xdc00;

    private GoText() {}

    public static String of(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return escaped(bytes);
        }
    }

    private static String escaped(byte[] bytes) {
        var text = new StringBuilder();
        int i = 0;
        while (i < bytes.length) {
            int n = Math.min(bytes.length - i, length(bytes[i]));
            String one = new String(bytes, i, n, StandardCharsets.UTF_8);
            boolean valid = n > 0 && one.codePointCount(0, one.length()) == 1 && !one.startsWith("\ufffd");
            boolean replacement =
                    n == 3 && one.equals("\ufffd") && bytes[i] == (byte) 0xef && bytes[i + 1] == (byte) 0xbf;
            if (valid || replacement) {
                text.append(one);
                i += n;
            } else {
                text.append((char) (ESCAPE + (bytes[i++] & 0xff)));
            }
        }
        return text.toString();
    }

    private static int length(byte first) {
        int b = first & 0xff;
        return b < 0x80 ? 1 : b < 0xc2 ? 0 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : b < 0xf5 ? 4 : 0;
    }

    /// The bytes of a text that [#of] made, or of any other.
    public static byte[] bytes(String text) {
        if (isText(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        var out = new ByteArrayOutputStream(text.length() + 8);
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isEscape(c)) {
                out.write(c - ESCAPE);
            } else {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    /// True when all of it is UTF-8.
    public static boolean isText(String text) {
        return text.codePoints().noneMatch(GoText::isEscape);
    }

    /// True for a code point that stands for a byte.
    public static boolean isEscape(int codePoint) {
        return codePoint >= ESCAPE + 0x80 && codePoint <= ESCAPE + 0xff;
    }

    /// The byte that such a code point stands for.
    static int escapedByte(int codePoint) {
        return codePoint - ESCAPE;
    }
}
