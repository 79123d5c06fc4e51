package sigyn.storage.rowgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sigyn.model.GoRegex;
import sigyn.model.LinePredicate;
import sigyn.model.TimeRange;
import sigyn.storage.rowgroup.LineSetEncoder.Encodings;
import sigyn.testkit.Property;

/// Selected rows are exactly those that a scan of the bytes finds, and the prune part never denies a row that is there.
class SearchPropertyTest {
    private static final List<Encodings> MODELS =
            List.of(Encodings.ALL, new Encodings(true, false), new Encodings(false, true), new Encodings(false, false));
    private static final int NEEDLES = 25;

    @Test
    void needlesAreFoundWhereAScanFindsThem() {
        var encoders = new ArrayList<RowGroupEncoder>();
        for (var model : MODELS) {
            encoders.add(new RowGroupEncoder(model));
        }
        Property.forAll(500, (random, size) -> {
            var in = new LineMaker(random).group(1 + random.nextInt(random.nextInt(4) == 0 ? size * 30 : size));
            var encoded = encoders.get(random.nextInt(3) == 0 ? random.nextInt(MODELS.size()) : 0)
                    .encodeUnverified(in);
            var group = RowGroup.open(encoded.data());
            var summary = RowGroupSummary.open(encoded.prune());
            for (int i = 0; i < NEEDLES; i++) {
                check(in, group, summary, List.of(needle(random, in)), null, TimeRange.ALL);
            }
        });
    }

    @Test
    void predicatesCombineWithStreamsAndTimes() {
        var encoder = new RowGroupEncoder();
        Property.forAll(200, (random, size) -> {
            var in = new LineMaker(random).group(1 + random.nextInt(size * 10));
            var encoded = encoder.encode(in);
            var group = RowGroup.open(encoded.data());
            var summary = RowGroupSummary.open(encoded.prune());
            for (int i = 0; i < 6; i++) {
                var lines = new ArrayList<LinePredicate>();
                for (int n = random.nextInt(4); n > 0; n--) {
                    lines.add(predicate(random, in, 2));
                }
                boolean[] streams = null;
                if (random.nextBoolean()) {
                    streams = new boolean[random.nextInt(1, 300)];
                    for (int s = 0; s < streams.length; s++) {
                        streams[s] = random.nextInt(3) > 0;
                    }
                }
                check(in, group, summary, lines, streams, range(random, in));
            }
        });
    }

    private static TimeRange range(RandomGenerator random, RowGroupInput in) {
        if (random.nextInt(3) == 0) {
            return TimeRange.ALL;
        }
        long start = in.timestamp()[random.nextInt(in.rows())] + random.nextInt(-1, 2);
        long end = in.timestamp()[random.nextInt(in.rows())] + random.nextInt(-1, 2);
        return new TimeRange(Math.min(start, end), Math.max(start, end));
    }

    private static LinePredicate predicate(RandomGenerator random, RowGroupInput in, int depth) {
        return switch (depth == 0 ? random.nextInt(2) : random.nextInt(5)) {
            case 0 -> needle(random, in);
            case 1 -> expression(random, in);
            case 2 -> new LinePredicate.Not(predicate(random, in, depth - 1));
            default ->
                new LinePredicate.AnyOf(List.of(predicate(random, in, depth - 1), predicate(random, in, depth - 1)));
        };
    }

    /// A piece of some row, perhaps changed in one place; at word boundaries more often than by chance.
    private static LinePredicate needle(RandomGenerator random, RowGroupInput in) {
        int row = random.nextInt(in.rows());
        String line = new String(RoundTripPropertyTest.line(in, row), StandardCharsets.UTF_8);
        int from = line.isEmpty() ? 0 : random.nextInt(line.length());
        int to = Math.min(line.length(), from + 1 + random.nextInt(random.nextInt(3) == 0 ? 60 : 12));
        if (random.nextBoolean()) {
            while (from > 0 && Character.isLetterOrDigit(line.charAt(from - 1))) {
                from--;
            }
            while (to < line.length() && Character.isLetterOrDigit(line.charAt(to))) {
                to++;
            }
            if (random.nextBoolean()) {
                from = Math.max(0, from - 1);
                to = Math.min(line.length(), to + 1);
            }
        }
        var text = new StringBuilder(line.substring(from, to));
        if (!text.isEmpty() && random.nextInt(4) == 0) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, "0a9Fz -\"é".charAt(random.nextInt(9)));
                case 1 -> text.insert(at, (char) ('0' + random.nextInt(10)));
                default -> text.deleteCharAt(at);
            }
        }
        boolean ignoreCase = random.nextInt(3) == 0;
        if (ignoreCase) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < 128 && Character.isLetter(c) && random.nextBoolean()) {
                    text.setCharAt(i, (char) (c ^ 32));
                }
            }
        }
        return new LinePredicate.Contains(text.toString(), ignoreCase);
    }

    private static void check(
            RowGroupInput in,
            RowGroup group,
            RowGroupSummary summary,
            List<LinePredicate> lines,
            boolean @Nullable [] streams,
            TimeRange range) {
        var expected = new ArrayList<Integer>();
        int anywhere = 0;
        for (int row = 0; row < in.rows(); row++) {
            byte[] line = RoundTripPropertyTest.line(in, row);
            boolean passes = lines.stream().allMatch(predicate -> scan(predicate, line));
            anywhere += passes ? 1 : 0;
            int stream = in.stream()[row];
            if (passes
                    && range.contains(in.timestamp()[row])
                    && (streams == null || stream < streams.length && streams[stream])) {
                expected.add(row);
            }
        }
        var selection = group.select(lines, streams, range);
        assertThat(selection.rows())
                .as(() -> "rows with " + lines)
                .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
        assertThat(selection.count()).isEqualTo(expected.size());
        assertThat(group.count(lines)).as(() -> "count of " + lines).isEqualTo(anywhere);
        if (!expected.isEmpty()) {
            assertThat(summary.mayMatch(lines, range))
                    .as(() -> "prune part denies " + lines)
                    .isTrue();
        }
    }

    private static boolean scan(LinePredicate predicate, byte[] line) {
        return switch (predicate) {
            case LinePredicate.Contains(var needle, var ignoreCase) ->
                contains(line, needle.getBytes(StandardCharsets.UTF_8), ignoreCase);
            case LinePredicate.Matches(var regex) ->
                GoRegex.compile(regex).matcher(line).find();
            case LinePredicate.NotAscii() ->
                new String(line, StandardCharsets.ISO_8859_1).chars().anyMatch(c -> c > 0x7f);
            case LinePredicate.AnyOf(var parts) -> parts.stream().anyMatch(part -> scan(part, line));
            case LinePredicate.Not(var part) -> !scan(part, line);
        };
    }

    /// A piece of some row with some characters made more general, sometimes bound to an end or a word's edge.
    private static LinePredicate expression(RandomGenerator random, RowGroupInput in) {
        String line = new String(RoundTripPropertyTest.line(in, random.nextInt(in.rows())), StandardCharsets.UTF_8);
        int from = line.isEmpty() ? 0 : random.nextInt(line.length());
        int to = Math.min(line.length(), from + 1 + random.nextInt(12));
        var regex = new StringBuilder(random.nextInt(4) == 0 ? "(?i)" : "");
        regex.append(from == 0 && random.nextBoolean() ? "^" : random.nextInt(8) == 0 ? "\\b" : "");
        for (int i = from; i < to; i++) {
            char c = line.charAt(i);
            String one = c < 128 && !Character.isLetterOrDigit(c) && c >= ' ' ? "\\" + c : String.valueOf(c);
            regex.append(
                    switch (random.nextInt(12)) {
                        case 0 -> ".";
                        case 1 -> Character.isDigit(c) ? "[0-9]+" : "[^0-9]";
                        case 2 -> Character.isDigit(c) ? "\\d{1,3}" : "\\D*?";
                        case 3 -> "(" + one + "|zz)";
                        case 4 -> "(?:" + one + ")?";
                        case 5 -> "[[:alnum:]" + one + "-]";
                        default -> one;
                    });
        }
        regex.append(to == line.length() && random.nextBoolean() ? "$" : random.nextInt(8) == 0 ? "\\b" : "");
        return new LinePredicate.Matches(regex.toString());
    }

    private static boolean contains(byte[] line, byte[] needle, boolean ignoreCase) {
        for (int at = 0; at + needle.length <= line.length; at++) {
            int i = 0;
            while (i < needle.length
                    && (ignoreCase ? lower(line[at + i]) == lower(needle[i]) : line[at + i] == needle[i])) {
                i++;
            }
            if (i == needle.length) {
                return true;
            }
        }
        return false;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }
}
