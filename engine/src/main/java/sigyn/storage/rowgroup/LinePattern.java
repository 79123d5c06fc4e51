package sigyn.storage.rowgroup;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What lines of one shape have in common: their static text, with `<_>` for each token. The same split that templates
/// of row groups have, for lines that are in none. For one thread.
public final class LinePattern {
    public static final String VARIABLE = "<_>";

    private static final int SLACK = 64;

    private final Tokenizer tokenizer = new Tokenizer(0, true);
    private final Tokens tokens = new Tokens();
    private byte[] line = new byte[1 << 12];

    /// The pattern of `bytes[from, from + length)`, a line written at `time`.
    public String of(byte[] bytes, int from, int length, long time) {
        if (line.length < length + SLACK) {
            line = new byte[length + length / 2 + SLACK];
        }
        System.arraycopy(bytes, from, line, 0, length);
        Arrays.fill(line, length, length + SLACK, (byte) 0);
        tokens.clear();
        tokenizer.tokenize(line, 0, length, time, tokens);
        var out = new StringBuilder(length);
        int at = 0;
        int entry = 0;
        for (int i = 0; i < tokens.lineCount; i++) {
            long place = tokens.entry(entry);
            entry += Tokens.isJoined(tokens.kinds[i]) ? 2 : 1;
            int start = Tokens.start(place);
            out.append(new String(line, at, start - at, StandardCharsets.UTF_8)).append(VARIABLE);
            at = start + Tokens.length(place);
        }
        return out.append(new String(line, at, length - at, StandardCharsets.UTF_8))
                .toString();
    }
}
