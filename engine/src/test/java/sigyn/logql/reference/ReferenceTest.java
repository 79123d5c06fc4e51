package sigyn.logql.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static sigyn.logql.reference.RandomLogs.SECOND;
import static sigyn.logql.reference.RandomLogs.START;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.logql.template.Conversions;
import sigyn.model.Direction;
import sigyn.model.ErrorKind;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.testkit.Property;

/// Random queries over a real store give what the naive evaluation of the same query gives. One case is one store and
/// a hundred queries; `-Dproperty.cases=1000` runs a hundred thousand.
class ReferenceTest {
    private static final int QUERIES = 100;

    @TempDir
    Path directory;

    private int stores;

    @Test
    void theEngineAgreesWithTheNaiveEvaluation() {
        Property.forAll(8, (random, size) -> {
            try (var logs = new RandomLogs(directory.resolve("store" + stores++), random);
                    var engine = new QueryEngine(logs.storage)) {
                var queries = new RandomQueries(random);
                for (int i = 0; i < QUERIES; i++) {
                    switch (random.nextInt(6)) {
                        case 5 -> sorted(engine, logs, queries.log(3), random);
                        case 0, 1 -> lines(engine, logs, queries.log(5), random);
                        case 2 -> ranking(engine, logs, queries.ranking());
                        default -> metric(engine, logs, queries.metric(random.nextInt(4)), random);
                    }
                }
            }
        });
    }

    private static void lines(QueryEngine engine, RandomLogs logs, String query, RandomGenerator random)
            throws InterruptedException {
        int limit = 1 + random.nextInt(150);
        boolean forward = random.nextBoolean();
        long start = START + random.nextInt(60) * SECOND;
        long end = start + random.nextInt(90) * SECOND;
        var direction = forward ? Direction.FORWARD : Direction.BACKWARD;
        var log = (LogExpr) parsed(query);
        askBefore(engine, query, start, end, SECOND, limit, direction, random);
        var got = ((QueryResult.Streams) engine.range(
                        QueryContext.of(Tenant.FAKE), new RangeQuery(query, start, end, SECOND, 0, limit, direction)))
                .entries();
        Comparator<NaiveLine> order = Comparator.comparingLong(line -> line.time);
        var expected = NaivePipeline.run(log, logs.entries()).stream()
                .filter(line -> line.time >= start && line.time < end)
                .sorted(forward ? order : order.reversed())
                .toList();
        assertThat(got.stream().map(Entry::time).toList())
                .as(query)
                .isEqualTo(expected.stream().limit(limit).map(line -> line.time).toList());
        // Which lines of the last moment are within the limit is open.
        long last = got.isEmpty() ? 0 : got.getLast().time();
        boolean all = expected.size() <= limit;
        assertThat(got.stream()
                        .filter(e -> all || e.time() != last)
                        .map(ReferenceTest::text)
                        .sorted()
                        .toList())
                .as(query)
                .isEqualTo(expected.stream()
                        .limit(limit)
                        .filter(line -> all || line.time != last)
                        .map(line -> line.time + " " + line.labels() + " " + line.text)
                        .sorted()
                        .toList());
        assertThat(expected.stream()
                        .map(line -> line.time + " " + line.labels() + " " + line.text)
                        .toList())
                .as(query)
                .containsAll(got.stream().map(ReferenceTest::text).toList());
    }

    private static void sorted(QueryEngine engine, RandomLogs logs, String log, RandomGenerator random)
            throws InterruptedException {
        var names = List.of("level", "n", "took", "status", "word", "req_path", "app", "__error__");
        String name = names.get(random.nextInt(names.size()));
        boolean descending = random.nextBoolean();
        int limit = 1 + random.nextInt(40);
        var direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
        long start = START + random.nextInt(60) * SECOND;
        long end = start + random.nextInt(90) * SECOND;
        String query = log + " | sort by " + name + (descending ? " desc" : " asc");
        parsed(query);
        askBefore(engine, query, start, end, SECOND, limit, direction, random);
        var got = ((QueryResult.Streams) engine.range(
                        QueryContext.of(Tenant.FAKE), new RangeQuery(query, start, end, SECOND, 0, limit, direction)))
                .entries();
        Comparator<NaiveLine> byValue = (a, b) -> compareValues(a.valueOf(name), b.valueOf(name));
        Comparator<NaiveLine> byTime = Comparator.comparingLong(line -> line.time);
        var expected = NaivePipeline.run((LogExpr) parsed(log), logs.entries()).stream()
                .filter(line -> line.time >= start && line.time < end)
                .sorted((descending ? byValue.reversed() : byValue)
                        .thenComparing(direction == Direction.FORWARD ? byTime : byTime.reversed()))
                .toList();
        assertThat(got.stream().map(e -> e.labels().valueOrEmpty(name) + " " + e.time()))
                .as(query)
                .isEqualTo(expected.stream()
                        .limit(limit)
                        .map(line -> line.valueOf(name) + " " + line.time)
                        .toList());
        assertThat(expected.stream().map(line -> line.time + " " + line.labels() + " " + line.text))
                .as(query)
                .containsAll(got.stream().map(ReferenceTest::text).toList());
    }

    /// Numbers before texts.
    private static int compareValues(String a, String b) {
        Double x = Conversions.parseFloat(a);
        Double y = Conversions.parseFloat(b);
        if (x != null && y != null) {
            return Double.compare(x, y);
        }
        return x != null ? -1 : y != null ? 1 : a.compareTo(b);
    }

    /// The same over other times: what the engine remembers of it must not show in the answer that is checked.
    private static void askBefore(
            QueryEngine engine,
            String query,
            long start,
            long end,
            long step,
            int limit,
            Direction direction,
            RandomGenerator random)
            throws InterruptedException {
        long from = start + (random.nextInt(5) - 2) * step;
        long to = Math.max(from, end + (random.nextInt(5) - 2) * step);
        try {
            engine.range(QueryContext.of(Tenant.FAKE), new RangeQuery(query, from, to, step, 0, limit, direction));
        } catch (SigynException e) {
            assertThat(e.kind()).as(query).isEqualTo(ErrorKind.BAD_REQUEST);
        }
    }

    private static Expr parsed(String query) {
        try {
            return LogQl.parse(query);
        } catch (SigynException e) {
            throw new AssertionError(query, e);
        }
    }

    private static String text(Entry entry) {
        return entry.time() + " " + labels(entry.labels()) + " " + new String(entry.line(), StandardCharsets.UTF_8);
    }

    private static TreeMap<String, String> labels(Labels labels) {
        var map = new TreeMap<>(labels.toMap());
        map.remove("__error_details__");
        return map;
    }

    private static void metric(QueryEngine engine, RandomLogs logs, String query, RandomGenerator random)
            throws InterruptedException {
        long step = (1 + random.nextInt(40)) * SECOND;
        long start = START + random.nextInt(60) * SECOND;
        long end = start + random.nextInt(100) * SECOND;
        var expr = (MetricExpr) parsed(query);
        var expected = new TreeMap<String, List<Double>>();
        boolean refused = false;
        try {
            for (long t = Math.floorDiv(start, step) * step; t <= Math.ceilDiv(end, step) * step; t += step) {
                for (var sample : new NaiveMetrics(logs.entries(), t).evaluate(expr)) {
                    expected.computeIfAbsent(t / 1_000_000 + " " + sample.labels(), _ -> new ArrayList<>())
                            .add(sample.value());
                }
            }
        } catch (NaiveMetrics.Refused e) {
            refused = true;
        }
        var got = new TreeMap<String, List<Double>>();
        askBefore(engine, query, start, end, step, 100, Direction.FORWARD, random);
        try {
            var matrix = (QueryResult.Matrix) engine.range(
                    QueryContext.of(Tenant.FAKE), new RangeQuery(query, start, end, step, 0, 100, Direction.FORWARD));
            for (var series : matrix.series()) {
                for (int i = 0; i < series.times().length; i++) {
                    got.computeIfAbsent(series.times()[i] + " " + labels(series.labels()), _ -> new ArrayList<>())
                            .add(series.values()[i]);
                }
            }
        } catch (SigynException e) {
            assertThat(refused).as(query + ": " + e.getMessage()).isTrue();
            return;
        }
        assertThat(refused).as(query + " must be refused").isFalse();
        assertThat(got.keySet()).as(query).isEqualTo(expected.keySet());
        expected.forEach((key, values) -> same(query + " at " + key, got.getOrDefault(key, List.of()), values));
    }

    private static void same(String what, List<Double> got, List<Double> expected) {
        var a = got.stream().sorted().toList();
        var b = expected.stream().sorted().toList();
        assertThat(a).as(what).hasSameSizeAs(b);
        for (int i = 0; i < a.size(); i++) {
            double x = a.get(i);
            double y = b.get(i);
            boolean equal = Double.compare(x, y) == 0 || Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(y));
            assertThat(equal).as("%s: %s, expected %s", what, x, y).isTrue();
        }
    }

    private static void ranking(QueryEngine engine, RandomLogs logs, String query) throws InterruptedException {
        var expr = (MetricExpr.VectorAggregation) parsed(query);
        long time = START + 100 * SECOND;
        List<NaiveMetrics.Sample> inner;
        try {
            inner = new NaiveMetrics(logs.entries(), time).evaluate(expr.inner());
        } catch (NaiveMetrics.Refused e) {
            return;
        }
        var vector = (QueryResult.Vector) engine.instant(
                QueryContext.of(Tenant.FAKE), new sigyn.logql.InstantQuery(query, time, 100, Direction.FORWARD));
        var values = inner.stream()
                .map(NaiveMetrics.Sample::value)
                .filter(v -> !v.isNaN())
                .sorted()
                .toList();
        boolean top = query.startsWith("topk");
        int k = Math.min(expr.parameter(), values.size());
        if (values.size() < inner.size()) {
            return;
        }
        same(
                query,
                vector.samples().stream().map(QueryResult.Sample::value).toList(),
                top ? values.subList(values.size() - k, values.size()) : values.subList(0, k));
    }
}
