package sigyn.server.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// JSON text in the making, as UTF-8 bytes. Lines go in as bytes: what is not UTF-8 comes out as U+FFFD.
final class JsonText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] out = new byte[4096];
    private int used;

    JsonText raw(String ascii) {
        int n = ascii.length();
        room(n);
        for (int i = 0; i < n; i++) {
            out[used++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    JsonText raw(char ascii) {
        room(1);
        out[used++] = (byte) ascii;
        return this;
    }

    JsonText number(long value) {
        return raw(Long.toString(value));
    }

    JsonText string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return string(utf8, 0, utf8.length);
    }

    JsonText string(byte[] text) {
        return string(text, 0, text.length);
    }

    JsonText string(byte[] text, int offset, int length) {
        room(length * 6 + 2);
        out[used++] = '"';
        int end = offset + length;
        int i = offset;
        while (i < end) {
            byte b = text[i];
            if (b >= ' ' && b != '"' && b != '\\') {
                out[used++] = b;
                i++;
            } else if (b >= 0) {
                escape(b);
                i++;
            } else {
                int n = sequence(text, i, end);
                if (n == 0) {
                    out[used++] = (byte) 0xef;
                    out[used++] = (byte) 0xbf;
                    out[used++] = (byte) 0xbd;
                    i++;
                } else {
                    System.arraycopy(text, i, out, used, n);
                    used += n;
                    i += n;
                }
            }
        }
        out[used++] = '"';
        return this;
    }

    private void escape(byte b) {
        out[used++] = '\\';
        switch (b) {
            case '"', '\\' -> out[used++] = b;
            case '\n' -> out[used++] = 'n';
            case '\r' -> out[used++] = 'r';
            case '\t' -> out[used++] = 't';
            default -> {
                out[used++] = 'u';
                out[used++] = '0';
                out[used++] = '0';
                out[used++] = HEX[b >> 4];
                out[used++] = HEX[b & 0xf];
            }
        }
    }

    /// The length of the well-formed UTF-8 sequence of two bytes or more at `i`; 0 when there is none.
    private static int sequence(byte[] text, int i, int end) {
        int lead = text[i] & 0xff;
        int n = lead >= 0xc2 && lead <= 0xdf
                ? 2
                : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
        if (n == 0 || i + n > end) {
            return 0;
        }
        for (int k = 1; k < n; k++) {
            if ((text[i + k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        int second = text[i + 1] & 0xff;
        boolean overlongOrSurrogate = lead == 0xe0 && second < 0xa0
                || lead == 0xed && second > 0x9f
                || lead == 0xf0 && second < 0x90
                || lead == 0xf4 && second > 0x8f;
        return overlongOrSurrogate ? 0 : n;
    }

    private void room(int bytes) {
        if (used + bytes > out.length) {
            out = Arrays.copyOf(out, Math.max(used + bytes, out.length * 2));
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(out, used);
    }
}
