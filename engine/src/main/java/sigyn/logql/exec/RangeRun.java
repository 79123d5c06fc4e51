package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Grouping;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.MetricExpr.RangeAggregation;
import sigyn.logql.ast.RangeOp;
import sigyn.logql.ast.Unwrap;
import sigyn.logql.column.TemplatePipeline;
import sigyn.logql.column.TemplateSamples;
import sigyn.logql.exec.SeriesSet.Series;
import sigyn.logql.func.Cell;
import sigyn.logql.func.WindowFunction;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.rule.Rules;
import sigyn.logql.stage.Needs;
import sigyn.logql.stage.Pipeline;
import sigyn.logql.stage.Row;
import sigyn.logql.stage.Unwrapper;
import sigyn.model.Direction;
import sigyn.model.ErrorKind;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.TimeRange;
import sigyn.storage.port.LogReader;

/// One range function over all steps of a query: reads every line once, puts each sample into its bucket of its series,
/// and reads the windows off the buckets.
final class RangeRun {
    private static final byte[] NO_LINE = {};
    /// Buckets of a part that is kept; of finer steps nothing is kept.
    private static final int MAX_KEPT = 4096;
    private static final int CHECK_SAMPLES = 256;
    private static final Set<String> PARSER_ERRORS = Set.of("JSONParserErr", "LogfmtParserErr");

    private final RangeAggregation aggregation;
    private final @Nullable Grouping grouping;
    private final Steps steps;
    private final QueryContext context;
    private final Budget budget;
    private final Partials partials;
    private final int mostSeries;
    private final TimeRange times;
    private final Windows windows;
    private final WindowFunction function;
    private final boolean countsLines;
    private final LogPlan plan;
    private final boolean countsRows;

    /// How the rows are read, in words.
    static String way(RangeAggregation aggregation, @Nullable Grouping grouping) {
        var plan = plan(aggregation, grouping);
        var pipeline = TemplatePipeline.of(plan.stages(), names(aggregation, grouping));
        boolean bytes = WindowFunction.countsBytes(aggregation.op());
        String columns = !isOrderSensitive(aggregation.op()) && TemplateSamples.can(pipeline, grouping, bytes)
                ? "rows answered on columns, as lines where columns cannot tell"
                : "rows read as lines";
        return countsRows(aggregation, plan) ? "rows counted by storage; else " + columns : columns;
    }

    /// The value of every line is 1 or its length, and no stage looks at any.
    private static boolean countsRows(RangeAggregation aggregation, LogPlan plan) {
        return aggregation.range().unwrap() == null && plan.stages().isEmpty();
    }

    /// True when samples of equal time count by the order in which they came.
    private static boolean isOrderSensitive(RangeOp op) {
        return switch (op) {
            case FIRST, LAST, RATE_COUNTER -> true;
            case COUNT, RATE, BYTES, BYTES_RATE, AVG, SUM, MIN, MAX, STDDEV, STDVAR, QUANTILE, ABSENT -> false;
        };
    }

    /// @param grouping the aggregation's own, or that of a sum around it
    /// @param mostSeries more series with a sample are an error, and the work ends; 0 for any number
    RangeRun(
            RangeAggregation aggregation,
            @Nullable Grouping grouping,
            Steps steps,
            QueryContext context,
            Budget budget,
            Partials partials,
            int mostSeries) {
        this.mostSeries = aggregation.op() == RangeOp.ABSENT ? 0 : mostSeries;
        this.aggregation = aggregation;
        this.grouping = effective(aggregation, grouping);
        this.steps = steps;
        this.context = context;
        this.budget = budget;
        this.partials = partials;
        var range = aggregation.range();
        this.times =
                new TimeRange(steps.first() - range.offset() - range.range() + 1, steps.last() - range.offset() + 1);
        this.windows = new Windows(steps, range.range());
        this.function =
                WindowFunction.of(aggregation.op(), range.range(), aggregation.parameter(), range.unwrap() != null);
        this.countsLines = range.unwrap() == null;
        this.plan = plan(aggregation, this.grouping);
        this.countsRows = countsRows(aggregation, plan);
    }

    /// The unwrapped label is no label of the series any more, unless a grouping names it.
    static @Nullable Grouping effective(RangeAggregation aggregation, @Nullable Grouping grouping) {
        if (aggregation.op() == RangeOp.ABSENT) {
            return new Grouping(List.of(), false);
        }
        var unwrap = aggregation.range().unwrap();
        if (unwrap == null || grouping != null && !grouping.without()) {
            return grouping;
        }
        var names = new ArrayList<>(grouping == null ? List.<String>of() : grouping.names());
        names.add(unwrap.name());
        return new Grouping(names, true);
    }

    /// The plan of a range function's log query, after all rules.
    private static LogPlan plan(RangeAggregation aggregation, @Nullable Grouping grouping) {
        return optimized(aggregation, grouping).plan();
    }

    static Rules.Optimized optimized(RangeAggregation aggregation, @Nullable Grouping grouping) {
        var range = aggregation.range();
        var log = range.log();
        var needs = needs(aggregation, grouping);
        boolean bytes = WindowFunction.countsBytes(aggregation.op());
        boolean metadata = needs.all() || !needs.nothing();
        var plan = new LogPlan(log.matchers(), log.stages(), needs, bytes, metadata);
        return Rules.optimize(plan);
    }

    /// Which labels the stages, the unwrapping and the grouping look at.
    private static Needs needs(RangeAggregation aggregation, @Nullable Grouping grouping) {
        if (grouping == null || grouping.without()) {
            return Needs.ALL;
        }
        var names = names(aggregation, grouping);
        return names.isEmpty() ? Needs.NOTHING : Needs.of(names);
    }

    /// The labels that stages, unwrapping and grouping name.
    private static Set<String> names(RangeAggregation aggregation, @Nullable Grouping grouping) {
        var names = new HashSet<>(Pipeline.named(aggregation.range().log()));
        if (grouping != null) {
            names.addAll(grouping.names());
        }
        var unwrap = aggregation.range().unwrap();
        if (unwrap != null) {
            names.add(unwrap.name());
            unwrap.filters().forEach(f -> Pipeline.named(f, names));
        }
        return names;
    }

    SeriesSet run(LogReader reader, CpuTurns turns, Counters counters) throws InterruptedException {
        var scan = new Scan(plan, context, counters);
        List<Worker> workers = List.of();
        if (!times.isEmpty() && aggregation.range().range() > 0) {
            var pieces = scan.pieces(reader, times, Direction.FORWARD);
            long rows = pieces.stream().mapToLong(p -> p.unit().rows()).sum();
            workers = ParallelScan.run(turns, pieces, rows < 20_000, Worker::new);
        }
        var merged = new HashMap<Labels, Buckets>();
        for (var worker : workers) {
            worker.series.all().forEach((labels, buckets) -> {
                context.check();
                merged.merge(labels, buckets, this::join);
            });
            counters.add(worker.counters);
        }
        return aggregation.op() == RangeOp.ABSENT ? absent(merged) : values(merged);
    }

    private Buckets newBuckets(Labels labels, int n) {
        budget.take(bytes(labels, n));
        return countsLines ? Buckets.ofSums(n) : Buckets.ofCells(n);
    }

    private long bytes(Labels labels, int n) {
        return 200L + (countsLines ? 0 : 4L) * n + 64L * labels.size();
    }

    private Buckets join(Buckets a, Buckets b) {
        return a.join(b, function, budget);
    }

    private SeriesKey<Buckets> newSeries(int buckets) {
        return new SeriesKey<>(grouping, labels -> newBuckets(labels, buckets));
    }

    /// The series of a part that may be kept: where an answer has a bound, not of very many.
    private SeriesKey<Buckets> newPart(int buckets) {
        int[] made = {0};
        return new SeriesKey<>(grouping, labels -> {
            if (mostSeries > 0 && ++made[0] > 2 * mostSeries) {
                throw new TooManyToKeep();
            }
            return newBuckets(labels, buckets);
        });
    }

    /// A part has more series than are worth keeping.
    private static final class TooManyToKeep extends RuntimeException {
        TooManyToKeep() {
            super("too many series to keep", null, false, false);
        }
    }

    private void giveBack(Map<Labels, Buckets> part, int n) {
        part.forEach((labels, buckets) -> budget.give(bytes(labels, n) + buckets.sampleBytes()));
    }

    /// What decides, beside the rows of a piece and the grid, what they come to.
    private record Question(
            RangeOp op,
            @Nullable Double parameter,
            LogExpr log,
            @Nullable Unwrap unwrap,
            @Nullable Grouping grouping,
            @Nullable String tenant) {}

    private final class Worker implements ParallelScan.Worker<Scan.Piece>, TemplateSamples.Target<Buckets> {
        private final Counters counters = new Counters();
        private final Scan scan = new Scan(plan, context, counters);
        private final Scan.Reader rows = scan.new Reader();
        private final Row bare = new Row();
        private final @Nullable TemplateSamples<Buckets> samples;
        private final @Nullable Unwrapper unwrapper;
        private final boolean bytes = WindowFunction.countsBytes(aggregation.op());
        private final boolean keepsErrors = plan.needs().keepsErrors();
        // where samples go: into the query's own buckets or, while a part is made, into those of the part
        private SeriesKey<Buckets> series = newSeries(RangeRun.this.windows.buckets());
        private Windows windows = RangeRun.this.windows.copy();
        private long offset = aggregation.range().offset();
        private boolean makesPart;
        /// How many of the query's own series have a sample.
        private int found;
        private int samplesTaken;

        Worker() {
            var unwrap = aggregation.range().unwrap();
            unwrapper = unwrap == null ? null : new Unwrapper(unwrap);
            samples = columns();
        }

        private @Nullable TemplateSamples<Buckets> columns() {
            if (isOrderSensitive(aggregation.op())) {
                return null;
            }
            var unwrap = aggregation.range().unwrap();
            var pipeline = TemplatePipeline.of(plan.stages(), names(aggregation, grouping));
            return TemplateSamples.can(pipeline, grouping, bytes)
                    ? TemplateSamples.of(pipeline, grouping, unwrap, bytes, this)
                    : null;
        }

        @Override
        public boolean work(Scan.Piece piece, AtomicBoolean stop) throws InterruptedException {
            if (!remember(piece, stop)) {
                read(piece, stop);
            }
            return true;
        }

        private void read(Scan.Piece piece, AtomicBoolean stop) throws InterruptedException {
            if (countsRows && count(piece)) {
                return;
            }
            if (samples != null) {
                rows.read(piece, stop, samples::accept, this::take);
            } else {
                rows.read(piece, stop, this::take);
            }
        }

        /// Answers a piece from a part that is kept, or is made and kept now; false when the piece has to be read.
        private boolean remember(Scan.Piece piece, AtomicBoolean stop) throws InterruptedException {
            var unit = piece.unit();
            Object identity = isOrderSensitive(aggregation.op()) ? null : unit.identity();
            if (identity == null) {
                return false;
            }
            Partials.Grid grid = null;
            int bucket = windows.bucket(unit.minTime() + offset);
            if (bucket < 0 || bucket != windows.bucket(unit.maxTime() + offset)) {
                if (steps.count() == 1 || !isMostlyWanted(unit.minTime(), unit.maxTime())) {
                    return false;
                }
                long phase = Math.floorMod(steps.first() - offset, steps.step());
                grid = new Partials.Grid(steps.step(), aggregation.range().range(), phase);
            }
            var range = aggregation.range();
            var question = new Question(
                    aggregation.op(), aggregation.parameter(), range.log(), range.unwrap(), grouping, piece.tenant());
            var key = new Partials.Key(identity, question, grid);
            Partials.Sums part;
            if (partials.get(key) instanceof Partials.Sums kept) {
                part = kept;
                counters.addRemembered(part.counters());
            } else {
                part = make(piece, grid, stop);
                if (part == null || stop.get()) {
                    return part != null;
                }
                partials.put(key, part);
            }
            add(part);
            return true;
        }

        /// True when at least half of a span of time is asked for: less is not worth reading the whole.
        private boolean isMostlyWanted(long min, long max) {
            long from = Math.max(min, times.start());
            long to = Math.min(max, times.end());
            return to - from >= (max - min) / 2;
        }

        /// Reads a piece as a whole into buckets of its own; null when that cannot be.
        private Partials.@Nullable Sums make(Scan.Piece piece, Partials.@Nullable Grid grid, AtomicBoolean stop)
                throws InterruptedException {
            long min = piece.unit().minTime();
            long max = piece.unit().maxTime();
            var into = grid == null ? Windows.whole(min, max) : Windows.of(grid, min, max, MAX_KEPT);
            if (into == null) {
                return null;
            }
            var mySeries = series;
            var myWindows = windows;
            long myOffset = offset;
            var before = counters.copy();
            series = newPart(into.buckets());
            windows = into;
            offset = 0;
            makesPart = true;
            try {
                read(new Scan.Piece(piece.unit().whole(), piece.tenant()), stop);
                series.all().values().forEach(buckets -> buckets.settle(function));
                return new Partials.Sums(into.ends(), series.all(), counters.since(before));
            } catch (SigynException e) {
                boolean mayBeOutside = !times.contains(min) || !times.contains(max);
                if (e.kind() == ErrorKind.BAD_REQUEST && mayBeOutside) {
                    return null;
                }
                throw e;
            } catch (TooManyToKeep e) {
                giveBack(series.all(), into.buckets());
                return null;
            } finally {
                makesPart = false;
                series = mySeries;
                windows = myWindows;
                offset = myOffset;
            }
        }

        private void add(Partials.Sums part) {
            int[] into = new int[part.ends().length];
            for (int i = 0; i < into.length; i++) {
                into[i] = windows.bucket(part.ends()[i] + offset);
            }
            part.series().forEach((labels, buckets) -> {
                if (buckets.hasAny(into)) {
                    var mine = series.of(labels);
                    sampled(mine);
                    mine.add(buckets, into, function, budget);
                }
            });
        }

        /// Asks storage for counts of rows; false when it cannot say.
        private boolean count(Scan.Piece piece) throws InterruptedException {
            context.check();
            var groups = new StreamCount<Buckets>(grouping, plan.needs(), series::of);
            return piece.unit()
                    .count(
                            groups::matters,
                            stream -> groups.numberOf(Scan.withTenant(stream, piece.tenant())),
                            windows.bounds(offset),
                            bytes,
                            (group, bucket, entries, size) -> {
                                var buckets = groups.group(group);
                                if (entries > 0 && windows.isUsed(bucket)) {
                                    sampled(buckets);
                                    buckets.add(
                                            bucket,
                                            (double) (bytes ? size : entries),
                                            Math.toIntExact(entries),
                                            budget);
                                    scan.count(entries);
                                }
                            });
        }

        @Override
        public Buckets group(String[] names, @Nullable String[] values) {
            return series.of(names, values);
        }

        @Override
        public Buckets group(Labels stream, Labels metadata) {
            bare.reset(0, NO_LINE, 0, 0, stream, Row.visibleMetadata(stream, metadata));
            return series.of(bare);
        }

        @Override
        public boolean wants(long time) {
            return windows.bucket(time + offset) >= 0;
        }

        @Override
        public void add(Buckets buckets, long time, double value) {
            if (++samplesTaken % CHECK_SAMPLES == 0) {
                context.check();
            }
            sampled(buckets);
            int bucket = windows.bucket(time + offset);
            if (buckets.cells == null) {
                buckets.add(bucket, value, 1, budget);
            } else {
                add(buckets.cells, bucket, time, value);
            }
        }

        /// Notes that a series has a sample in a window.
        private void sampled(Buckets buckets) {
            if (buckets.any) {
                return;
            }
            buckets.any = true;
            if (!makesPart && mostSeries > 0 && ++found > mostSeries) {
                throw MetricRun.tooManySeries(mostSeries);
            }
        }

        private boolean take(Row row) {
            int bucket = windows.bucket(row.time() + offset);
            if (bucket < 0) {
                return true;
            }
            double value = bytes ? row.length() : 1;
            if (unwrapper != null) {
                if (!unwrapper.process(row)) {
                    return true;
                }
                value = unwrapper.value();
            }
            if (row.hasError() && !(keepsErrors && PARSER_ERRORS.contains(row.error()))) {
                throw failed(row);
            }
            add(series.of(row), row.time(), value);
            return true;
        }

        private void add(Cell[] cells, int bucket, long time, double value) {
            var cell = cells[bucket];
            if (cell == null) {
                cell = new Cell();
                cells[bucket] = cell;
                budget.take(64);
            }
            long before = cell.bytes();
            function.add(cell, time, value);
            if (cell.bytes() > before) {
                budget.take(cell.bytes() - before);
            }
        }
    }

    private static SigynException failed(Row row) {
        String kind = String.valueOf(row.error());
        return new SigynException(
                ErrorKind.BAD_REQUEST,
                "pipeline error: '" + kind + "' for series: '" + row.labels()
                        + "'.\nUse a label filter to intentionally skip this error. (e.g | __error__!=\"" + kind
                        + "\").\nTo skip all potential errors you can match empty errors.(e.g __error__=\"\")\n"
                        + "The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__=\"\" )\n");
    }

    private SeriesSet values(Map<Labels, Buckets> merged) {
        var series = new ArrayList<Series>(merged.size());
        var reader = new WindowReader(steps, windows, function);
        for (var entry : merged.entrySet()) {
            budget.take(64L + 9L * steps.count());
            var one = Series.empty(entry.getKey(), steps.count());
            var buckets = entry.getValue();
            if (buckets.cells == null) {
                reader.sums(one, buckets);
            } else {
                reader.cells(one, buckets.cells);
            }
            series.add(one);
            context.check();
        }
        series.sort((a, b) -> a.labels().compareTo(b.labels()));
        return new SeriesSet(series);
    }

    private SeriesSet absent(Map<Labels, Buckets> merged) {
        var present = values(merged);
        var result = Series.empty(absentLabels(), steps.count());
        for (int i = 0; i < steps.count(); i++) {
            boolean any = false;
            for (var series : present.series()) {
                any |= series.has()[i];
            }
            if (!any) {
                result.put(i, 1);
            }
        }
        return new SeriesSet(List.of(result));
    }

    /// The labels that the selector fixes: equality matchers of names that occur once.
    private Labels absentLabels() {
        var map = new HashMap<String, String>();
        var twice = new HashSet<String>();
        for (var matcher : aggregation.range().log().matchers()) {
            switch (matcher.op()) {
                case EQUAL -> {
                    if (map.putIfAbsent(matcher.name(), matcher.value()) != null) {
                        twice.add(matcher.name());
                    }
                }
                case NOT_EQUAL, REGEX, NOT_REGEX -> twice.add(matcher.name());
            }
        }
        map.keySet().removeAll(twice);
        return Labels.of(map);
    }
}
