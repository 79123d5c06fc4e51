package sigyn.logql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sigyn.logql.exec.Cancellation;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryLimits;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.ErrorKind;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.Storage;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.port.StreamStats;
import sigyn.storage.port.TemplateRows;
import sigyn.storage.port.TemplateSink;

/// What ends a query before its end, and what it says then.
@Timeout(120)
class QueryBoundsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_767_225_600L * SECOND;
    private static final int LINES = 20_000;
    private static final String COUNT = "sum by (app) (count_over_time({app=\"a\"} | logfmt | n!=\"x\" [1m]))";

    @TempDir
    Path directory;

    private Storage storage;
    private QueryEngine engine;

    @BeforeEach
    void fill() throws Exception {
        storage = Storage.open(directory, Clock.systemUTC());
        engine = new QueryEngine(storage);
        var batch = new PushBatch();
        var stream = batch.stream(Labels.of("app", "a"));
        for (int i = 0; i < LINES; i++) {
            byte[] line = ("id=u" + i + " n=" + i % 600 + " said=nothing").getBytes(StandardCharsets.UTF_8);
            batch.add(stream, START + i * (SECOND / 100), line, 0, line.length, new byte[0]);
        }
        storage.append(Tenant.FAKE, batch);
        storage.flush();
    }

    @AfterEach
    void close() throws Exception {
        engine.close();
        storage.close();
    }

    private static RangeQuery range(String query, long start) {
        return new RangeQuery(query, start, start + 300 * SECOND, 10 * SECOND, 0, LINES, Direction.FORWARD);
    }

    private static QueryContext with(long memory, int series, boolean partial) {
        var of = QueryLimits.DEFAULT;
        var limits = new QueryLimits(
                series,
                0,
                of.maxQueryLength(),
                of.maxQueryLookback(),
                of.maxQueryRange(),
                of.maxBytesRead(),
                of.maxMatchers(),
                Duration.ZERO,
                of.approxTopk(),
                of.variants(),
                memory);
        return new QueryContext(List.of(Tenant.FAKE), limits, Cancellation.never(), partial);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum by (id) (count_over_time({app=\"a\"} | logfmt [1m]))",
                "count_over_time({app=\"a\"} | regexp `id=(?P<id>\\w+)` [1m])",
                "quantile_over_time(0.5, {app=\"a\"} | logfmt | unwrap n [5m]) by (app)",
                "count_distinct(id, {app=\"a\"} | logfmt [5m])",
                "{app=\"a\"} | logfmt | sort by n | sort by id",
                "{app=\"a\"} | logfmt | distinct id"
            })
    void aQueryThatHoldsTooMuchIsRefusedAndTheNextIsAnswered(String query) throws Exception {
        var context = with(100_000, 0, false);
        assertThatThrownBy(() -> engine.range(context, range(query, START)))
                .asInstanceOf(type(SigynException.class))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED))
                .extracting(Throwable::getMessage)
                .asString()
                .contains("more memory than one query may use");
        var modest = (QueryResult.Matrix) engine.range(context, range(COUNT, START));
        assertThat(modest.series()).hasSize(1);
    }

    /// The value of `n` of line `i` is `i % 600`; of equal ones the nearest come first.
    @ParameterizedTest
    @CsvSource({"asc,FORWARD", "asc,BACKWARD", "desc,FORWARD", "desc,BACKWARD"})
    void sortedLinesTakeMemoryForThoseOfTheAnswer(String order, Direction direction) throws Exception {
        var query = "{app=\"a\"} | logfmt | sort by n " + order;
        var found = (QueryResult.Streams) engine.range(
                with(100_000, 0, false),
                new RangeQuery(query, START, START + 300 * SECOND, 10 * SECOND, 0, 70, direction));
        Comparator<Integer> byValue = Comparator.comparingInt(i -> i % 600);
        Comparator<Integer> nearest = Comparator.naturalOrder();
        var expected = IntStream.range(0, LINES)
                .boxed()
                .sorted((order.equals("asc") ? byValue : byValue.reversed())
                        .thenComparing(direction == Direction.FORWARD ? nearest : nearest.reversed()))
                .limit(70)
                .map(i -> "u" + i)
                .toList();
        assertThat(found.entries()).extracting(e -> e.labels().get("id")).isEqualTo(expected);
    }

    /// Its parser finds an error before it finds `n`, and lines without `n` come before those that have one.
    @Test
    void aBrokenLineIsSortedByWhatItsParserMadeOfIt() throws Exception {
        var batch = new PushBatch();
        var stream = batch.stream(Labels.of("app", "json"));
        for (int i = 0; i < 100; i++) {
            String text = i == 30 ? "{\"o\": {1}, \"n\": 0}" : "{\"n\": " + i + "}";
            byte[] line = text.getBytes(StandardCharsets.UTF_8);
            batch.add(stream, START + i, line, 0, line.length, new byte[0]);
        }
        storage.append(Tenant.FAKE, batch);
        var query = "{app=\"json\"} | json | sort by n desc";
        var found = (QueryResult.Streams) engine.range(
                with(100_000, 0, false),
                new RangeQuery(query, START, START + SECOND, SECOND, 0, 2, Direction.BACKWARD));
        assertThat(found.entries())
                .extracting(e -> new String(e.line(), StandardCharsets.UTF_8))
                .containsExactly("{\"o\": {1}, \"n\": 0}", "{\"n\": 99}");
    }

    @Test
    void aQueryThatHasJustFailedIsNotTriedAgainOverAsMuch() throws Exception {
        var query = "sum by (id) (count_over_time({app=\"a\"} | logfmt [1m]))";
        var small = with(100_000, 0, false);
        assertThatThrownBy(() -> engine.range(small, range(query, START)))
                .hasMessageContaining("more memory than one query may use")
                .hasMessageNotContaining("tried again");
        assertThatThrownBy(() -> engine.range(small, range(query, START + SECOND)))
                .asInstanceOf(type(SigynException.class))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED))
                .extracting(Throwable::getMessage)
                .asString()
                .contains("more memory than one query may use", "it did a moment ago and is tried again in ");
        var shorter = new RangeQuery(query, START, START, SECOND, 0, 100, Direction.FORWARD);
        assertThat(engine.range(small, shorter)).isInstanceOf(QueryResult.Matrix.class);
        var roomier = (QueryResult.Matrix) engine.range(with(1L << 30, 0, false), range(query, START));
        assertThat(roomier.series()).isNotEmpty();
    }

    @Test
    void tooManySeriesAreAnErrorOrCutWithAWarning() throws Exception {
        String query = "sum by (n) (count_over_time({app=\"a\"} | logfmt [1m]))";
        assertThatThrownBy(() -> engine.range(with(1L << 30, 500, false), range(query, START)))
                .hasMessageContaining("maximum number of series (500) reached");
        var cut = (QueryResult.Matrix) engine.range(with(1L << 30, 500, true), range(query, START));
        assertThat(cut.series()).hasSize(500);
        assertThat(cut.warnings()).singleElement().asString().contains("(500)", "partial");
        var whole = (QueryResult.Matrix) engine.range(with(1L << 30, 600, true), range(query, START));
        assertThat(whole.series()).hasSize(600);
        assertThat(whole.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum by (id) (count_over_time({app=\"a\"} | logfmt [1m]))",
                "count_over_time({app=\"a\"} | logfmt [1m])",
                "quantile_over_time(0.5, {app=\"a\"} | logfmt | unwrap n [1m]) by (id)",
                "sum by (x) (count_over_time({app=\"a\"} | label_format x=`{{__line__}}` [1m]))"
            })
    void tooManySeriesEndAQueryBeforeItHoldsThem(String query) {
        assertThatThrownBy(() -> engine.range(with(6L << 20, 500, false), range(query, START)))
                .hasMessageContaining("maximum number of series (500) reached");
    }

    @Test
    void onlySeriesOfAnAnswerAreTooMany() throws Exception {
        String byNumber = "sum by (n) (count_over_time({app=\"a\"} | logfmt [1s]))";
        var second = new RangeQuery(byNumber, START + SECOND, START + 2 * SECOND, SECOND, 0, 1, Direction.FORWARD);
        assertThat(((QueryResult.Matrix) engine.range(with(1L << 30, 201, false), second)).series())
                .hasSizeBetween(200, 201);
        // Most of a row group, which is read as a whole to be remembered.
        String byId = "sum by (id) (count_over_time({app=\"a\"} | logfmt [10s]))";
        var most =
                new RangeQuery(byId, START + 10 * SECOND, START + 150 * SECOND, 10 * SECOND, 0, 1, Direction.FORWARD);
        assertThat(((QueryResult.Matrix) engine.range(with(1L << 30, 15_000, false), most)).series())
                .hasSize(15_000);
        assertThatThrownBy(() -> engine.range(with(1L << 30, 14_999, false), most))
                .hasMessageContaining("maximum number of series (14999) reached");
        String few = "topk(5, sum by (n) (count_over_time({app=\"a\"} | logfmt [1m])))";
        assertThat(engine.instant(
                        with(1L << 30, 10, false), new InstantQuery(few, START + 60 * SECOND, 1, Direction.FORWARD)))
                .extracting(r -> ((QueryResult.Vector) r).samples().size())
                .isEqualTo(5);
        String distinct = "count_distinct(n, {app=\"a\"} | logfmt [1m])";
        assertThat(((QueryResult.Matrix) engine.range(with(1L << 30, 10, false), range(distinct, START))).series())
                .hasSize(1);
    }

    @Test
    void stepsThatAreKnownAreNotReadAgain() throws Exception {
        var first = (QueryResult.Matrix) engine.range(with(1L << 30, 0, false), range(COUNT, START));
        assertThat(first.stats().rowsRemembered()).isZero();
        var later = (QueryResult.Matrix) engine.range(with(1L << 30, 0, false), range(COUNT, START + 10 * SECOND));
        assertThat(later.stats().rowsRemembered()).isEqualTo(LINES);
        double[] before = first.series().getFirst().values();
        double[] after = later.series().getFirst().values();
        for (int i = 0; i + 1 < before.length && i < after.length; i++) {
            assertThat(after[i]).isEqualTo(before[i + 1]);
        }
    }

    @Test
    void linesThatWereFoundOnceAreNotLookedForAgain() throws Exception {
        String query = "{app=\"a\"} | logfmt | n=\"77\"";
        var few = lines(query, START, 5, Direction.BACKWARD);
        assertThat(few.entries()).hasSize(5);
        var all = lines(query, START, LINES, Direction.BACKWARD);
        assertThat(all.entries()).hasSize(34);
        assertThat(all.entries().subList(0, 5))
                .extracting(Entry::time)
                .isEqualTo(few.entries().stream().map(Entry::time).toList());
        var again = lines(query, START - 10 * SECOND, LINES, Direction.BACKWARD);
        assertThat(again.stats().rowsRemembered()).isPositive();
        assertThat(again.entries()).usingRecursiveComparison().isEqualTo(all.entries());
        var fewAgain = lines(query, START, 5, Direction.BACKWARD);
        assertThat(fewAgain.entries()).usingRecursiveComparison().isEqualTo(few.entries());
        var forward = lines(query, START, LINES, Direction.FORWARD);
        assertThat(forward.entries())
                .usingRecursiveComparison()
                .isEqualTo(all.entries().reversed());
        var cut = lines(query, START + 100 * SECOND, LINES, Direction.BACKWARD);
        assertThat(cut.stats().rowsRemembered())
                .as("half of the piece is outside")
                .isZero();
        assertThat(cut.entries())
                .usingRecursiveComparison()
                .isEqualTo(all.entries().stream()
                        .filter(entry -> entry.time() >= START + 100 * SECOND)
                        .toList());
        storage.delete(
                Tenant.FAKE,
                List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "a")),
                new TimeRange(START, START + 10 * SECOND),
                List.of(),
                Duration.ofDays(1));
        var left = lines(query, START, LINES, Direction.BACKWARD);
        assertThat(left.entries())
                .usingRecursiveComparison()
                .isEqualTo(all.entries().stream()
                        .filter(entry -> entry.time() >= START + 10 * SECOND)
                        .toList());
    }

    private QueryResult.Streams lines(String query, long start, int limit, Direction direction) throws Exception {
        var asked = new RangeQuery(query, start, start + 300 * SECOND, 10 * SECOND, 0, limit, direction);
        return (QueryResult.Streams) engine.range(with(1L << 30, 0, false), asked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {COUNT, "{app=\"a\"} | logfmt | n=\"x\"", "quantile_over_time(0.5, {app=\"a\"} | unwrap n [1m])"})
    void aQueryEndsWhenItIsCancelledOrItsTimeIsOver(String query) throws Exception {
        var reading = new CountDownLatch(50);
        try (var endless = new QueryEngine(new Endless(reading))) {
            var cancellation = Cancellation.never();
            var context = with(1L << 30, 0, false).withCancellation(cancellation);
            var answer = new FutureTask<>(() -> endless.range(context, range(query, START)));
            Thread.ofPlatform().daemon().start(answer);
            reading.await();
            cancellation.cancel();
            assertThatThrownBy(answer::get)
                    .hasCauseInstanceOf(SigynException.class)
                    .hasMessageContaining("cancelled");
            var late = with(1L << 30, 0, false).withCancellation(Cancellation.after(Duration.ofMillis(20)));
            assertThatThrownBy(() -> endless.range(late, range(query, START)))
                    .asInstanceOf(type(SigynException.class))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT));
        }
    }

    /// All rows are of one template, and no line is put together.
    @Test
    void aQueryOverColumnsEndsWithinSomeRows() {
        var cancellation = Cancellation.never();
        var asked = new AtomicInteger();
        var cancelling = (LogReader) proxy(LogReader.class, storage, (method, result) -> {
            if (!method.equals("scan")) {
                return result;
            }
            return ((List<?>) result)
                    .stream()
                            .map(unit -> new Columns((ScanUnit) unit, () -> {
                                if (asked.incrementAndGet() == 1_000) {
                                    cancellation.cancel();
                                }
                            }))
                            .toList();
        });
        var context = with(1L << 30, 0, false).withCancellation(cancellation);
        try (var engineOfColumns = new QueryEngine(cancelling)) {
            assertThatThrownBy(() -> engineOfColumns.range(
                            context, range("count_distinct(id, {app=\"a\"} | logfmt [5m])", START)))
                    .hasMessageContaining("cancelled");
        }
        assertThat(asked.get()).isBetween(1_000, 1_500);
    }

    /// A unit that tells of every row whose time is asked for in columns.
    private record Columns(ScanUnit unit, Runnable onRow) implements ScanUnit {
        @Override
        public long minTime() {
            return unit.minTime();
        }

        @Override
        public long maxTime() {
            return unit.maxTime();
        }

        @Override
        public long rows() {
            return unit.rows();
        }

        @Override
        public void read(RowSink sink) throws InterruptedException {
            unit.read(sink);
        }

        @Override
        public void read(TemplateSink templates, RowSink sink) throws InterruptedException {
            unit.read(
                    rows -> templates.accept((TemplateRows) proxy(TemplateRows.class, rows, (method, result) -> {
                        if (method.equals("time")) {
                            onRow.run();
                        }
                        return result;
                    })),
                    sink);
        }
    }

    private static Object proxy(Class<?> type, Object of, BiFunction<String, Object, Object> after) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
            try {
                return after.apply(method.getName(), method.invoke(of, arguments));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    /// Logs that never come to an end.
    private record Endless(CountDownLatch batches) implements LogReader {
        @Override
        public List<ScanUnit> scan(ScanRequest request) {
            byte[] line = "n=1 said=nothing".getBytes(StandardCharsets.UTF_8);
            var batch = new RowBatch(
                    1,
                    List.of(Labels.of("app", "a")),
                    new int[1],
                    new long[] {START + SECOND},
                    line,
                    new int[1],
                    new int[] {line.length},
                    List.of());
            return List.of(new ScanUnit() {
                @Override
                public long minTime() {
                    return START;
                }

                @Override
                public long maxTime() {
                    return START + 10 * SECOND;
                }

                @Override
                public long rows() {
                    return 1_000_000;
                }

                @Override
                public void read(RowSink sink) throws InterruptedException {
                    while (sink.accept(batch)) {
                        batches.countDown();
                    }
                }
            });
        }

        @Override
        public NavigableSet<String> labelNames(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
            return new TreeSet<>(List.of("app"));
        }

        @Override
        public NavigableSet<String> labelValues(
                Tenant tenant, String name, TimeRange range, List<LabelMatcher> matchers) {
            return new TreeSet<>(List.of("a"));
        }

        @Override
        public List<Labels> series(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
            return List.of(Labels.of("app", "a"));
        }

        @Override
        public List<StreamStats> stats(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
            return List.of();
        }
    }
}
