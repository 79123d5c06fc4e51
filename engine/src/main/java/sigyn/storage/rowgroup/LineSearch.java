package sigyn.storage.rowgroup;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.model.LinePredicate;
import sigyn.model.TimeRange;

/// Finds the rows of a group whose lines pass predicates: first template by template, then, where rows of a template
/// differ, column by column; only the result is put into row order.
final class LineSearch {
    private static final String NOT_ASCII = "[^\\x00-\\x7f]";

    private static final int[] NONE = {};

    private final RowGroup group;
    private final StoredTemplate[] templates;

    private final Runnable check;

    private LineSearch(RowGroup group, Runnable check) {
        this.group = group;
        this.check = check;
        templates = group.stored();
    }

    static RowSelection select(
            RowGroup group, List<LinePredicate> lines, boolean @Nullable [] streams, TimeRange range, Runnable check) {
        var search = new LineSearch(group, check);
        var verdicts = search.all(lines);
        boolean none = true;
        boolean all = true;
        for (var verdict : verdicts) {
            none &= verdict == Verdict.NONE;
            all &= verdict == Verdict.ALL;
        }
        var bits = new RowBits(group.rows());
        if (none) {
            return new RowSelection(bits);
        }
        search.inRange(range, bits);
        if (!all) {
            bits.and(search.inRowOrder(verdicts));
        }
        if (streams != null) {
            search.keepStreams(streams, bits);
        }
        return new RowSelection(bits);
    }

    /// The passing rows of each template, numbered within it.
    static int[][] byTemplate(
            RowGroup group, List<LinePredicate> lines, boolean @Nullable [] streams, TimeRange range, Runnable check) {
        var search = new LineSearch(group, check);
        var verdicts = search.all(lines);
        var chosen = new int[verdicts.length][];
        long[] times = group.times();
        boolean cut = !range.contains(times[0]) || !range.contains(times[times.length - 1]);
        int from = cut ? TimeRange.lowerBound(times, range.start()) : 0;
        int to = cut ? TimeRange.lowerBound(times, range.end()) : times.length;
        for (int t = 0; t < chosen.length; t++) {
            chosen[t] = verdicts[t] == Verdict.NONE ? NONE : search.chosen(t, verdicts[t], streams, from, to);
        }
        return chosen;
    }

    /// Rows of a template that pass `verdict`, are of `streams` and lie between two rows of the group.
    private int[] chosen(int t, Verdict verdict, boolean @Nullable [] streams, int fromRow, int toRow) {
        int position = templates[t].position;
        int from = 0;
        int to = templates[t].rows;
        if (fromRow > 0 || toRow < group.rows()) {
            int[] rowAt = group.rowAt();
            while (from < to && rowAt[position + from] < fromRow) {
                from++;
            }
            while (to > from && rowAt[position + to - 1] >= toRow) {
                to--;
            }
        }
        int[] chosen = new int[to - from];
        int[] of = streams == null ? NONE : group.streamsByTemplate();
        var rows = verdict.rows();
        int n = 0;
        for (int k = from; k < to; k++) {
            boolean passes = rows == null || rows.get(k);
            if (passes && (streams == null || isWanted(streams, of[of.length == 1 ? 0 : position + k]))) {
                chosen[n++] = k;
            }
        }
        return n == chosen.length ? chosen : Arrays.copyOf(chosen, n);
    }

    private static boolean isWanted(boolean[] streams, int stream) {
        return stream < streams.length && streams[stream];
    }

    /// How many rows of the whole group pass.
    static int count(RowGroup group, List<LinePredicate> lines) {
        var search = new LineSearch(group, () -> {});
        var verdicts = search.all(lines);
        int n = 0;
        for (int t = 0; t < verdicts.length; t++) {
            n += verdicts[t].count(search.templates[t].rows);
        }
        return n;
    }

    private Verdict[] all(List<LinePredicate> lines) {
        var verdicts = new Verdict[templates.length];
        Arrays.fill(verdicts, Verdict.ALL);
        for (var line : lines) {
            var more = evaluate(line, verdicts);
            for (int t = 0; t < verdicts.length; t++) {
                verdicts[t] = verdicts[t].and(more[t]);
            }
        }
        return verdicts;
    }

    /// One verdict for each template; of rows that `wanted` leaves out it need not be right.
    private Verdict[] evaluate(LinePredicate line, Verdict[] wanted) {
        var out = new Verdict[templates.length];
        switch (line) {
            case LinePredicate.Contains contains -> {
                var of = new TemplateSearch(contains.bytes(), contains.ignoreCase());
                for (int t = 0; t < out.length; t++) {
                    check.run();
                    out[t] = wanted[t] == Verdict.NONE ? Verdict.NONE : of.search(templates[t]);
                }
            }
            case LinePredicate.Matches(var regex) -> search(new LineRegex(regex), wanted, out);
            case LinePredicate.NotAscii _ -> search(new LineRegex(NOT_ASCII), wanted, out);
            case LinePredicate.AnyOf(var parts) -> {
                Arrays.fill(out, Verdict.NONE);
                for (var part : parts) {
                    var more = evaluate(part, wanted);
                    for (int t = 0; t < out.length; t++) {
                        out[t] = out[t].or(more[t]);
                    }
                }
            }
            case LinePredicate.Not(var part) -> {
                var inverse = evaluate(part, wanted);
                for (int t = 0; t < out.length; t++) {
                    out[t] = inverse[t].not();
                }
            }
        }
        return out;
    }

    private void search(LineRegex regex, Verdict[] wanted, Verdict[] out) {
        var of = new RegexSearch(regex, check);
        for (int t = 0; t < out.length; t++) {
            check.run();
            out[t] = wanted[t] == Verdict.NONE ? Verdict.NONE : of.search(templates[t], wanted[t]);
        }
    }

    private void inRange(TimeRange range, RowBits bits) {
        if (range.equals(TimeRange.ALL)) {
            bits.setAll();
            return;
        }
        long[] times = group.times();
        bits.setRange(
                TimeRange.lowerBound(times, range.start()), Math.max(0, TimeRange.lowerBound(times, range.end())));
    }

    private RowBits inRowOrder(Verdict[] verdicts) {
        var bits = new RowBits(group.rows());
        int[] rowAt = group.rowAt();
        for (int t = 0; t < verdicts.length; t++) {
            int position = templates[t].position;
            var rows = verdicts[t].rows();
            if (verdicts[t] == Verdict.ALL) {
                for (int k = 0; k < templates[t].rows; k++) {
                    bits.set(rowAt[position + k]);
                }
            } else if (rows != null) {
                for (int k = rows.next(0); k >= 0; k = rows.next(k + 1)) {
                    bits.set(rowAt[position + k]);
                }
            }
        }
        return bits;
    }

    private void keepStreams(boolean[] streams, RowBits bits) {
        int[] of = group.streams();
        for (int row = bits.next(0); row >= 0; row = bits.next(row + 1)) {
            if (of[row] >= streams.length || !streams[of[row]]) {
                bits.clear(row);
            }
        }
    }
}
