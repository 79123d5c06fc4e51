package sigyn.codec;

/// What a run of bytes may hold: which bytes occur, and a Bloom filter with one hash of its pieces of four bytes, ASCII
/// letters lowered. Tells of most texts that are not there that they are not; 4 KiB for some 64 KiB of bytes.
public final class TextPieces {
    private static final int PIECE = 4;
    private static final int BITS = 15;
    /// Of one, in bytes.
    public static final int MEMORY = (1 << BITS - 3) + 128;

    private static final int MIX = 0x9E3779B1;

    private final long[] bytes = new long[4];
    private final long[] pieces = new long[1 << BITS - 6];

    public TextPieces(byte[] text, int length) {
        int piece = 0;
        for (int i = 0; i < length; i++) {
            int b = Search.lower(text[i]) & 0xff;
            bytes[b >>> 6] |= 1L << b;
            piece = piece >>> 8 | b << 24;
            if (i >= PIECE - 1) {
                int bit = bit(piece);
                pieces[bit >>> 6] |= 1L << bit;
            }
        }
    }

    private static int bit(int piece) {
        return piece * MIX >>> 32 - BITS;
    }

    /// False when the text, its letters lowered, is not there in any case.
    public boolean mayHold(byte[] lower) {
        int piece = 0;
        for (int i = 0; i < lower.length; i++) {
            int b = lower[i] & 0xff;
            if ((bytes[b >>> 6] & 1L << b) == 0) {
                return false;
            }
            piece = piece >>> 8 | b << 24;
            if (i >= PIECE - 1) {
                int bit = bit(piece);
                if ((pieces[bit >>> 6] & 1L << bit) == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// True when a byte above 0x7f occurs.
    public boolean hasOtherThanAscii() {
        return (bytes[2] | bytes[3]) != 0;
    }
}
