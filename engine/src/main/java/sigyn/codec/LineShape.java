package sigyn.codec;

import java.util.List;

/// Many lines at once: bytes that are the same in all of them, and variables, of which is known what bytes they may
/// have.
///
/// @param symbols a byte, from 0 to 255, or -1 minus the number of a variable
public record LineShape(int[] symbols, List<Variable> variables) {
    /// A value of ASCII bytes.
    ///
    /// @param low those below 64, as bits
    /// @param high those from 64 to 127
    /// @param least length of the shortest value, at least 1
    /// @param most length of the longest
    public record Variable(long low, long high, int least, int most) {
        boolean mayHave(int b) {
            return b < 64 ? (low >>> b & 1) != 0 : b < 128 && (high >>> (b - 64) & 1) != 0;
        }
    }

    public int length() {
        return symbols.length;
    }

    public boolean isVariable(int at) {
        return symbols[at] < 0;
    }

    private Variable variable(int at) {
        return variables.get(-1 - symbols[at]);
    }

    /// What [#find] and [#begin] say when it is not the same for all lines.
    public static final int DIFFERS = -2;

    /// Where a text first occurs at or behind `from` in all lines: -1 when in none, [#DIFFERS] when that may not be.
    public int find(byte[] text, int from) {
        int found = findStatic(text, from);
        int[] starts = new int[1];
        for (int at = from; at < (found < 0 ? length() : found); at++) {
            starts[0] = at;
            if (mayMatch(text, starts)) {
                return DIFFERS;
            }
        }
        return found;
    }

    private int findStatic(byte[] text, int from) {
        for (int at = from; at <= length() - text.length; at++) {
            int n = 0;
            while (n < text.length && symbols[at + n] == (text[n] & 0xff)) {
                n++;
            }
            if (n == text.length) {
                return at;
            }
        }
        return -1;
    }

    /// Whether some line may have the text from one of these places on, a place within a variable included.
    private boolean mayMatch(byte[] text, int[] starts) {
        int[] now = starts;
        int n = starts.length;
        for (byte b : text) {
            int[] then = new int[n * 2];
            int m = 0;
            for (int i = 0; i < n; i++) {
                int at = now[i];
                if (at == length()) {
                    continue;
                }
                boolean stays = isVariable(at) && variable(at).mayHave(b & 0xff);
                if (stays && (m == 0 || then[m - 1] != at)) {
                    then[m++] = at;
                }
                if (stays || symbols[at] == (b & 0xff)) {
                    then[m++] = at + 1;
                }
            }
            now = then;
            n = m;
        }
        return n > 0;
    }

    /// The length of a text when all lines begin with it, -1 when none does, [#DIFFERS] when that may not be.
    public int begin(byte[] text) {
        for (int at = 0; at < text.length; at++) {
            int b = text[at] & 0xff;
            if (at == length() || !isVariable(at) && symbols[at] != b) {
                return -1;
            }
            if (isVariable(at)) {
                return variable(at).mayHave(b) ? DIFFERS : -1;
            }
        }
        return text.length;
    }
}
