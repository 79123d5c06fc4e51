package sigyn.storage.rowgroup;

/// What kind of byte a byte is, as one bit, so that the kinds in a run of bytes are one `or` away.
final class CharClass {
    static final int DIGIT = 1;
    static final int HEX_LOWER = 2;
    static final int HEX_UPPER = 4;
    /// A letter that is no hexadecimal digit.
    static final int LETTER = 8;
    /// Anything else, all bytes above 127 included.
    static final int OTHER = 16;

    static final int HEX_LETTER = HEX_LOWER | HEX_UPPER;
    static final int ALNUM = DIGIT | HEX_LETTER | LETTER;
    static final int ANY = ALNUM | OTHER;

    /// By unsigned byte; [#OTHER] is stored as 0 so that "in a run" is "not zero".
    static final byte[] RUN = new byte[256];

    static {
        for (int c = '0'; c <= '9'; c++) {
            RUN[c] = DIGIT;
        }
        for (int c = 'a'; c <= 'z'; c++) {
            RUN[c] = (byte) (c <= 'f' ? HEX_LOWER : LETTER);
            RUN[c - 32] = (byte) (c <= 'f' ? HEX_UPPER : LETTER);
        }
    }

    private CharClass() {}

    static int of(byte b) {
        int c = RUN[b & 0xff];
        return c == 0 ? OTHER : c;
    }

    /// The kinds in a range of bytes.
    static int mask(byte[] bytes, int from, int length) {
        int mask = 0;
        for (int i = from; i < from + length; i++) {
            mask |= of(bytes[i]);
        }
        return mask;
    }

    static byte fold(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }
}
