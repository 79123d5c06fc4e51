package sigyn.storage.rowgroup;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sigyn.model.LinePredicate;
import sigyn.model.TimeRange;

/// Finds the rows whose lines pass predicates.
final class LineSearch {
    private LineSearch() {}

    static RowSelection select(
            RowGroup group, List<LinePredicate> lines, boolean @Nullable [] streams, TimeRange range) {
        var bits = new RowBits(group.rows());
        long[] times = group.times();
        byte[] text = new byte[0];
        for (int row = 0; row < group.rows(); row++) {
            if (!range.contains(times[row])) {
                continue;
            }
            if (streams != null && !(group.streams()[row] < streams.length && streams[group.streams()[row]])) {
                continue;
            }
            var template = group.stored()[group.templateIds()[row]];
            int longest = Math.toIntExact(template.maxLength() + Sections.SLACK);
            if (text.length < longest) {
                text = new byte[longest];
            }
            int end = template.write(group.positions()[row] - template.position, text, 0);
            boolean passes = true;
            for (var line : lines) {
                passes &= passes(line, text, end);
            }
            if (passes) {
                bits.set(row);
            }
        }
        return new RowSelection(bits);
    }

    static boolean passes(LinePredicate line, byte[] text, int end) {
        return switch (line) {
            case LinePredicate.Contains(var needle, var ignoreCase) -> {
                byte[] bytes = (ignoreCase ? needle.toLowerCase(Locale.ROOT) : needle).getBytes(StandardCharsets.UTF_8);
                yield new ValueTest(ValueTest.Where.INSIDE, bytes, ignoreCase).passes(text, 0, end);
            }
            case LinePredicate.AnyOf(var parts) -> {
                boolean any = false;
                for (var part : parts) {
                    any |= passes(part, text, end);
                }
                yield any;
            }
            case LinePredicate.Not(var part) -> !passes(part, text, end);
        };
    }
}
