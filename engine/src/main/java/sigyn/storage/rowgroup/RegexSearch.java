package sigyn.storage.rowgroup;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sigyn.codec.LineAutomaton;

/// Looks for matches of one expression in the lines of templates. The automaton walks each static piece and each value
/// of a dictionary once from every state it comes there in; of a row, only the other values are walked.
final class RegexSearch {
    /// Between two checks; a row that the engine has to look at counts for many.
    private static final int ROWS = 16_384;

    private static final int ENGINE_ROWS = 256;

    private final LineRegex regex;
    private final @Nullable LineAutomaton automaton;
    private final Runnable check;
    private int untilCheck = ROWS;

    // the template at hand
    private byte[] line = new byte[256];

    RegexSearch(LineRegex regex, Runnable check) {
        this.regex = regex;
        this.check = check;
        automaton = regex.automaton();
    }

    /// @param among the rows that need to be looked at
    Verdict search(StoredTemplate template, Verdict among) {
        int longest = Math.toIntExact(template.maxLength() + Sections.SLACK);
        if (line.length < longest) {
            line = new byte[longest];
        }
        if (template.columns.length == 0) {
            int end = template.write(0, line, 0);
            return regex.finds(line, 0, end) ? Verdict.ALL : Verdict.NONE;
        }
        var walk = automaton == null ? null : new Walk(automaton, template);
        var passed = new RowBits(template.rows);
        var rows = among.rows();
        for (int k = rows == null ? 0 : rows.next(0); k >= 0 && k < template.rows; ) {
            int state = walk == null ? LineAutomaton.UNSURE : walk.row(k);
            untilCheck -= state == LineAutomaton.UNSURE ? ENGINE_ROWS : 1;
            if (untilCheck <= 0) {
                check.run();
                untilCheck = ROWS;
            }
            boolean found = state == LineAutomaton.UNSURE
                    ? regex.search(line, 0, template.write(k, line, 0))
                    : state == LineAutomaton.FOUND;
            if (found) {
                passed.set(k);
            }
            k = rows == null ? k + 1 : rows.next(k + 1);
        }
        return rows == null && passed.cardinality() == template.rows ? Verdict.ALL : Verdict.of(passed);
    }

    /// Walks the rows of one template.
    private final class Walk {
        private final LineAutomaton automaton;
        private final StoredTemplate template;
        /// For each piece, by the state before it: the state behind it, 0 where nobody came that way yet.
        private final int[][] pieces;
        /// The same for each entry of a dictionary: `state * entries + entry`; no array for other columns.
        private final int[][] entries;

        Walk(LineAutomaton automaton, StoredTemplate template) {
            this.automaton = automaton;
            this.template = template;
            pieces = new int[template.columns.length + 1][16];
            entries = new int[template.columns.length][];
        }

        int row(int k) {
            int state = LineAutomaton.START;
            for (int v = 0; v < template.columns.length; v++) {
                state = piece(v, state);
                if (state <= LineAutomaton.UNSURE) {
                    return state;
                }
                state = value(v, k, state);
                if (state <= LineAutomaton.UNSURE) {
                    return state;
                }
            }
            state = piece(template.columns.length, state);
            return automaton.end(state);
        }

        private int piece(int i, int state) {
            int[] known = pieces[i];
            if (state < known.length && known[state] != 0) {
                return known[state];
            }
            int to = automaton.walk(state, template.text, template.piece[i], template.piece[i + 1]);
            if (state >= known.length) {
                known = Arrays.copyOf(known, state * 2);
                pieces[i] = known;
            }
            known[state] = to;
            return to;
        }

        private int value(int v, int k, int state) {
            return switch (template.columns[v]) {
                case DictColumn dictionary -> entry(v, dictionary, dictionary.index()[k], state);
                case Column column -> {
                    int end = column.write(k, line, 0);
                    yield automaton.walk(state, line, 0, end);
                }
            };
        }

        private int entry(int v, DictColumn dictionary, int entry, int state) {
            int count = dictionary.texts().count();
            int at = state * count + entry;
            int[] known = entries[v];
            if (known == null || at >= known.length) {
                known = known == null ? new int[(state + 1) * count] : Arrays.copyOf(known, (state + 1) * count);
                entries[v] = known;
            }
            if (known[at] == 0) {
                int[] offsets = dictionary.texts().offsets();
                known[at] = automaton.walk(state, dictionary.texts().bytes(), offsets[entry], offsets[entry + 1]);
            }
            return known[at];
        }
    }
}
