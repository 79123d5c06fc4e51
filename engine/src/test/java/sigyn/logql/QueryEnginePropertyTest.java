package sigyn.logql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.testkit.Property;

/// The engine against evaluation by hand: every entry through the stages on its own, every window counted anew.
class QueryEnginePropertyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_767_225_600L * SECOND;
    private static final String[] STAGES = {
        " |= \"a\"",
        " != \"b\"",
        " |~ \"(?i)A.*c\"",
        " |~ \"x[0-9]+\"",
        " | logfmt",
        " | logfmt | n > 3",
        " | logfmt | level=~\"e.*|info\"",
        " |= \"level\" or \"a\"",
        " | json",
        " | label_format y=app",
        " | line_format \"{{.app}} {{__line__}}\"",
        " | drop level",
        " | pattern \"<p> <_>\"",
        " |> \"<_>n=<_>\"",
        " | detected_level=\"warn\"",
        ""
    };

    private static ListReader data(RandomGenerator random, int size) {
        var reader = new ListReader(1 + random.nextInt(50), 1 + random.nextInt(20));
        for (int i = 0; i < size * 4; i++) {
            var stream = Labels.of("app", "app" + random.nextInt(3), "env", random.nextBoolean() ? "p" : "q");
            String line = switch (random.nextInt(4)) {
                case 0 -> "level=" + (random.nextBoolean() ? "error" : "info") + " n=" + random.nextInt(9);
                case 1 -> "abc x" + random.nextInt(20) + " b";
                case 2 -> "{\"level\":\"warn\",\"n\":" + random.nextInt(9) + "}";
                default -> "Axc " + i;
            };
            var metadata = random.nextBoolean() ? Labels.EMPTY : Labels.of("detected_level", "warn");
            reader.add(stream, START + random.nextInt(120) * SECOND, line, metadata);
        }
        return reader;
    }

    private static String log(RandomGenerator random) {
        var query = new StringBuilder(random.nextBoolean() ? "{app=~\"app.*\"}" : "{app=\"app1\"}");
        int n = random.nextInt(4);
        for (int i = 0; i < n; i++) {
            query.append(STAGES[random.nextInt(STAGES.length)]);
        }
        return query.toString();
    }

    private static List<Entry> byHand(ListReader reader, String query) {
        var pipeline = new LinePipeline(LogQl.parseLog(query));
        var entries = new ArrayList<Entry>();
        for (var stored : reader.all()) {
            if (pipeline.selects(stored.stream())) {
                pipeline.process(stored.stream(), stored.time(), stored.line(), stored.metadata())
                        .ifPresent(entries::add);
            }
        }
        return entries;
    }

    @Test
    void linesAreThoseOfEvaluationByHand() {
        Property.forAll(400, (random, size) -> {
            var reader = data(random, size);
            String query = log(random);
            int limit = 1 + random.nextInt(200);
            var direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
            try (var engine = new QueryEngine(reader)) {
                var result = (QueryResult.Streams) engine.range(
                        QueryContext.of(Tenant.FAKE),
                        new RangeQuery(query, START, START + 90 * SECOND, SECOND, 0, limit, direction));
                Comparator<Entry> order = Comparator.comparingLong(Entry::time);
                var expected = byHand(reader, query).stream()
                        .filter(e -> e.time() < START + 90 * SECOND)
                        .sorted(direction == Direction.FORWARD ? order : order.reversed())
                        .toList();
                var got = result.entries();
                assertThat(got.stream().map(Entry::time).toList())
                        .as(query)
                        .isEqualTo(
                                expected.stream().limit(limit).map(Entry::time).toList());
                assertThat(expected.stream().map(QueryEnginePropertyTest::text).toList())
                        .as(query)
                        .containsAll(
                                got.stream().map(QueryEnginePropertyTest::text).toList());
            }
        });
    }

    private static String text(Entry entry) {
        return entry.time() + " " + entry.labels() + new String(entry.line(), StandardCharsets.UTF_8);
    }

    @Test
    void windowsAreThoseOfEvaluationByHand() {
        Property.forAll(400, (random, size) -> {
            var reader = data(random, size);
            String log = log(random) + " | __error__=\"\"";
            int range = 1 + random.nextInt(60);
            int step = 1 + random.nextInt(30);
            boolean bytes = random.nextBoolean();
            String by = random.nextBoolean() ? "sum by (env, level) (%s)" : random.nextBoolean() ? "sum(%s)" : "%s";
            String query =
                    by.replace("%s", (bytes ? "bytes_over_time(" : "count_over_time(") + log + " [" + range + "s])");
            try (var engine = new QueryEngine(reader)) {
                var matrix = (QueryResult.Matrix) engine.range(
                        QueryContext.of(Tenant.FAKE),
                        new RangeQuery(query, START, START + 130 * SECOND, step * SECOND, 0, 100, Direction.FORWARD));
                var expected = new TreeMap<String, Double>();
                long first = Math.floorDiv(START, step * SECOND) * step * SECOND;
                for (long t = first; t < START + 130 * SECOND + step * SECOND; t += step * SECOND) {
                    for (var entry : byHand(reader, log)) {
                        if (entry.time() > t - range * SECOND && entry.time() <= t) {
                            String labels = by.startsWith("sum(")
                                    ? "{}"
                                    : by.startsWith("sum by")
                                            ? grouped(entry.labels())
                                            : entry.labels().toString();
                            expected.merge(
                                    t / 1_000_000 + " " + labels, bytes ? entry.line().length : 1.0, Double::sum);
                        }
                    }
                }
                var got = new TreeMap<String, Double>();
                for (var series : matrix.series()) {
                    for (int i = 0; i < series.times().length; i++) {
                        got.put(series.times()[i] + " " + series.labels(), series.values()[i]);
                    }
                }
                assertThat(got).as(query).isEqualTo(expected);
            }
        });
    }

    private static String grouped(Labels labels) {
        var map = labels.toMap();
        map.keySet().retainAll(List.of("env", "level"));
        return Labels.of(map).toString();
    }
}
