package sigyn.logql.stage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Strings for short byte sequences that come again and again: a direct-mapped cache, so that most values of a log's
/// fields are made twice at most. What comes once only, such as an identifier, is not kept. For one thread.
public final class Texts {
    private static final int SLOTS = 8192;
    private static final int MAX_LENGTH = 64;

    private static final byte[] NONE = {};

    /// Made at the first use: most queries over columns need none.
    private byte[][] keys = {};

    private String[] strings = {};
    /// The hash of what was asked for last in each slot.
    private int[] asked = {};

    /// The text of some UTF-8 bytes; what is no UTF-8 is left out, and U+FFFD with it.
    public String text(byte[] bytes, int start, int length) {
        if (length == 0) {
            return "";
        }
        if (length > MAX_LENGTH) {
            return make(bytes, start, length);
        }
        if (keys.length == 0) {
            keys = new byte[SLOTS][];
            Arrays.fill(keys, NONE);
            strings = new String[SLOTS];
            asked = new int[SLOTS];
        }
        int hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + bytes[start + i];
        }
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        byte[] key = keys[slot];
        if (Arrays.equals(key, 0, key.length, bytes, start, start + length)) {
            return strings[slot];
        }
        String text = make(bytes, start, length);
        if (asked[slot] != hash) {
            asked[slot] = hash;
            return text;
        }
        keys[slot] = Arrays.copyOfRange(bytes, start, start + length);
        strings[slot] = text;
        return text;
    }

    private static String make(byte[] bytes, int start, int length) {
        String text = new String(bytes, start, length, StandardCharsets.UTF_8);
        return text.indexOf('\ufffd') < 0 ? text : text.replace("\ufffd", "");
    }
}
