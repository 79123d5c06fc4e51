package sigyn.storage.rowgroup;

/// The second model of lines, for those whose first template is rare: words are the variables.
///
/// A word is a maximal run of bytes other than blanks, brackets, quotes, `=`, `:`, `,`, `;`, `|`; it is a token unless
/// `=` or `:` follows, so that keys stay static.
final class WordTokenizer {
    private static final boolean[] BREAK = new boolean[256];

    static {
        for (byte b : " \t\r\n()[]{}<>\"'=:,;|&".getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
            BREAK[b] = true;
        }
    }

    private final long seed;

    WordTokenizer(long seed) {
        this.seed = seed;
    }

    /// Adds the tokens of `b[from, end)` to `out` and returns the hash of the template.
    long tokenize(byte[] b, int from, int end, Tokens out) {
        out.beginLine();
        long hash = seed;
        int staticFrom = from;
        int i = from;
        while (i < end) {
            if (BREAK[b[i] & 0xff]) {
                i++;
                continue;
            }
            int s = i;
            int mask = 0;
            while (i < end && !BREAK[b[i] & 0xff]) {
                mask |= CharClass.of(b[i++]);
            }
            if (i < end && (b[i] == '=' || b[i] == ':') && (mask & CharClass.DIGIT) == 0) {
                continue;
            }
            hash = Tokenizer.mix(Tokenizer.staticPiece(b, staticFrom, s, hash), Tokens.WORD);
            staticFrom = i;
            out.add(s, i, Tokens.WORD, mask);
        }
        return Tokenizer.staticPiece(b, staticFrom, end, hash);
    }
}
