package sigyn.logql.exec;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Grouping;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.RangeOp;
import sigyn.logql.ast.VectorOp;
import sigyn.logql.exec.SeriesSet.Series;
import sigyn.logql.template.Expansion;
import sigyn.model.ErrorKind;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.storage.port.LogReader;

/// A metric query: every node of the tree gives its series over all steps at once.
public final class MetricRun {
    private final LogReader reader;
    private final CpuTurns turns;
    private final QueryContext context;
    private final Counters counters = new Counters();
    private final Budget budget;
    private final Partials partials;
    private final long startNanos = System.nanoTime();

    public MetricRun(LogReader reader, CpuTurns turns, QueryContext context, Budget budget, Partials partials) {
        this.reader = reader;
        this.turns = turns;
        this.context = context;
        this.budget = budget;
        this.partials = partials;
    }

    public QueryResult.Matrix matrix(MetricExpr expr, Steps steps) throws InterruptedException {
        List<Series> series;
        if (expr instanceof MetricExpr.Literal literal) {
            series = constant(literal.value(), steps).series();
        } else {
            series = outermost(expr, steps).series();
        }
        var warnings = new ArrayList<String>();
        var found = limited(series.stream().filter(s -> !s.isEmpty()).toList(), false, warnings);
        var result = new ArrayList<QueryResult.Series>(found.size());
        for (int i = 0; i < found.size(); ) {
            int end = i + 1;
            while (end < found.size()
                    && found.get(end).labels().equals(found.get(i).labels())) {
                end++;
            }
            result.add(points(found.subList(i, end), steps));
            i = end;
        }
        return new QueryResult.Matrix(result, counters.stats(result.size(), startNanos), warnings);
    }

    /// The points of a series. Series that `label_replace` gave equal labels share one list, as in Loki.
    private static QueryResult.Series points(List<Series> equal, Steps steps) {
        int n = 0;
        for (var series : equal) {
            for (boolean has : series.has()) {
                n += has ? 1 : 0;
            }
        }
        long[] times = new long[n];
        double[] values = new double[n];
        int at = 0;
        for (int i = 0; i < steps.count(); i++) {
            for (var series : equal) {
                if (series.has()[i]) {
                    times[at] = steps.millis(i);
                    values[at++] = series.values()[i];
                }
            }
        }
        return new QueryResult.Series(equal.getFirst().labels(), times, values);
    }

    /// A vector, or for a literal a scalar.
    public QueryResult instant(MetricExpr expr, long time) throws InterruptedException {
        var steps = Steps.at(time);
        if (expr instanceof MetricExpr.Literal literal) {
            return new QueryResult.Scalar(steps.millis(0), literal.value(), counters.stats(1, startNanos), List.of());
        }
        var warnings = new ArrayList<String>();
        var series =
                outermost(expr, steps).series().stream().filter(s -> s.has()[0]).toList();
        var found = limited(series, isOrdered(expr), warnings);
        var samples = new ArrayList<QueryResult.Sample>(found.size());
        for (var one : found) {
            samples.add(new QueryResult.Sample(one.labels(), steps.millis(0), one.values()[0]));
        }
        return new QueryResult.Vector(samples, counters.stats(samples.size(), startNanos), warnings);
    }

    /// True when a sort decided the order of the series and nothing outside of it has changed that.
    private static boolean isOrdered(MetricExpr expr) {
        return switch (expr) {
            case MetricExpr.VectorAggregation a -> a.op() == VectorOp.SORT || a.op() == VectorOp.SORT_DESC;
            case MetricExpr.Binary b ->
                b.right() instanceof MetricExpr.Literal && isOrdered(b.left())
                        || b.left() instanceof MetricExpr.Literal && isOrdered(b.right());
            case MetricExpr.LabelReplace r -> isOrdered(r.inner());
            case MetricExpr.RangeAggregation _,
                    MetricExpr.Vector _,
                    MetricExpr.Literal _,
                    MetricExpr.Variants _,
                    MetricExpr.CountDistinct _ -> false;
        };
    }

    private List<Series> limited(List<Series> series, boolean ordered, List<String> warnings) {
        var sorted = new ArrayList<>(series);
        if (!ordered) {
            sorted.sort(Comparator.comparing(Series::labels));
        }
        int max = context.limits().maxSeries();
        if (max <= 0 || sorted.size() <= max) {
            return sorted;
        }
        if (!context.partialSeries()) {
            throw tooManySeries(max);
        }
        warnings.add("maximum number of series (" + max + ") reached for a single query; returning partial results");
        return sorted.subList(0, max);
    }

    static SigynException tooManySeries(int most) {
        return new SigynException(
                ErrorKind.LIMIT_EXCEEDED,
                "maximum number of series (" + most + ") reached for a single query; consider reducing query"
                        + " cardinality by adding more specific stream selectors, reducing the time range, or"
                        + " aggregating results with functions like sum(), count() or topk()");
    }

    /// The whole query; where nothing is left out of the series of a range function afterwards, it ends as soon as they
    /// are too many for an answer.
    private SeriesSet outermost(MetricExpr expr, Steps steps) throws InterruptedException {
        int most = context.partialSeries() ? 0 : context.limits().maxSeries();
        if (expr instanceof MetricExpr.RangeAggregation a) {
            return range(a, a.grouping(), steps, most);
        }
        if (expr instanceof MetricExpr.VectorAggregation a && a.inner() instanceof MetricExpr.RangeAggregation inner) {
            var direct = groupingOfSum(a);
            if (direct != null) {
                return aggregate(a, range(inner, direct, steps, most), steps);
            }
        }
        return evaluate(expr, steps);
    }

    private SeriesSet evaluate(MetricExpr expr, Steps steps) throws InterruptedException {
        context.check();
        return switch (expr) {
            case MetricExpr.RangeAggregation a -> range(a, a.grouping(), steps, 0);
            case MetricExpr.VectorAggregation a -> vector(a, steps);
            case MetricExpr.Binary b -> binary(b, steps);
            case MetricExpr.LabelReplace r -> replace(r, evaluate(r.inner(), steps));
            case MetricExpr.Vector v -> constant(v.value(), steps);
            case MetricExpr.Literal l -> constant(l.value(), steps);
            case MetricExpr.Variants v -> variants(v, steps);
            case MetricExpr.CountDistinct c -> countDistinct(c, steps);
        };
    }

    private static SeriesSet constant(double value, Steps steps) {
        var series = Series.empty(Labels.EMPTY, steps.count());
        for (int i = 0; i < steps.count(); i++) {
            series.put(i, value);
        }
        return new SeriesSet(List.of(series));
    }

    /// @param most more series are an error; 0 for any number
    private SeriesSet range(MetricExpr.RangeAggregation aggregation, @Nullable Grouping grouping, Steps steps, int most)
            throws InterruptedException {
        return new RangeRun(aggregation, grouping, steps, context, budget, partials, most).run(reader, turns, counters);
    }

    private SeriesSet vector(MetricExpr.VectorAggregation aggregation, Steps steps) throws InterruptedException {
        if (aggregation.op() == VectorOp.APPROX_TOPK) {
            checkApproxTopk(steps);
        }
        var inner = aggregation.inner();
        SeriesSet input;
        var direct = groupingOfSum(aggregation);
        if (direct != null && inner instanceof MetricExpr.RangeAggregation range) {
            input = range(range, direct, steps, 0);
        } else {
            input = evaluate(inner, steps);
        }
        return aggregate(aggregation, input, steps);
    }

    private static SeriesSet aggregate(MetricExpr.VectorAggregation aggregation, SeriesSet input, Steps steps) {
        return VectorRun.run(aggregation.op(), aggregation.parameter(), aggregation.grouping(), input, steps.count());
    }

    /// Of a sum of sums: the lines go straight into the groups of the outer one. Null where that cannot be.
    static @Nullable Grouping groupingOfSum(MetricExpr.VectorAggregation aggregation) {
        boolean sums = aggregation.op() == VectorOp.SUM
                && aggregation.inner() instanceof MetricExpr.RangeAggregation range
                && range.grouping() == null
                && isSummable(range.op());
        if (!sums) {
            return null;
        }
        return aggregation.grouping() == null ? new Grouping(List.of(), false) : aggregation.grouping();
    }

    private static boolean isSummable(RangeOp op) {
        return switch (op) {
            case COUNT, RATE, BYTES, BYTES_RATE, SUM -> true;
            case RATE_COUNTER, AVG, MIN, MAX, FIRST, LAST, STDDEV, STDVAR, QUANTILE, ABSENT -> false;
        };
    }

    private void checkApproxTopk(Steps steps) {
        if (!context.limits().approxTopk()) {
            throw SigynException.badRequest("approx_topk is not enabled. See -limits.shard_aggregations");
        }
        if (steps.count() > 1) {
            throw SigynException.badRequest("count min sketches are only supported on instant queries");
        }
    }

    private SeriesSet binary(MetricExpr.Binary binary, Steps steps) throws InterruptedException {
        if (binary.right() instanceof MetricExpr.Literal number) {
            return BinaryRun.withNumber(
                    binary.op(), evaluate(binary.left(), steps), number.value(), false, binary.bool());
        }
        if (binary.left() instanceof MetricExpr.Literal number) {
            return BinaryRun.withNumber(
                    binary.op(), evaluate(binary.right(), steps), number.value(), true, binary.bool());
        }
        return BinaryRun.run(
                binary.op(),
                evaluate(binary.left(), steps),
                evaluate(binary.right(), steps),
                binary.matching(),
                binary.bool(),
                steps.count());
    }

    private static SeriesSet replace(MetricExpr.LabelReplace replace, SeriesSet input) {
        var pattern = Pattern.compile("^(?:" + replace.regex() + ")$");
        var result = new ArrayList<Series>(input.series().size());
        for (var series : input.series()) {
            String value = series.labels().valueOrEmpty(replace.source());
            var matcher = pattern.matcher(value);
            if (!matcher.matches()) {
                result.add(series);
                continue;
            }
            var text = new StringBuilder();
            Expansion.append(text, replace.replacement(), matcher, pattern.namedGroups());
            result.add(
                    new Series(series.labels().with(replace.target(), text.toString()), series.values(), series.has()));
        }
        return new SeriesSet(result);
    }

    private SeriesSet variants(MetricExpr.Variants variants, Steps steps) throws InterruptedException {
        if (!context.limits().variants()) {
            throw SigynException.badRequest("multi variant queries are disabled for this instance");
        }
        var result = new ArrayList<Series>();
        for (int i = 0; i < variants.variants().size(); i++) {
            String number = Integer.toString(i);
            for (var series : evaluate(variants.variants().get(i), steps).series()) {
                result.add(new Series(series.labels().with("__variant__", number), series.values(), series.has()));
            }
        }
        return new SeriesSet(result);
    }

    /// Counts how many values of the label occur, by counting the series that a grouping by it gives.
    private SeriesSet countDistinct(MetricExpr.CountDistinct distinct, Steps steps) throws InterruptedException {
        var outer = distinct.grouping() == null ? new Grouping(List.of(), false) : distinct.grouping();
        var names = new ArrayList<>(outer.names());
        if (!outer.without()) {
            names.add(distinct.label());
        } else {
            names.remove(distinct.label());
        }
        var counted = new MetricExpr.RangeAggregation(RangeOp.COUNT, null, distinct.range(), null, distinct.span());
        var input = range(counted, new Grouping(names, outer.without()), steps, 0);
        Map<Labels, Series> groups = new HashMap<>();
        for (var series : input.series()) {
            if (series.labels().get(distinct.label()) == null) {
                continue;
            }
            var labels = VectorRun.groupLabels(outer, series.labels()).with(distinct.label(), "");
            var group = groups.computeIfAbsent(labels, x -> Series.empty(x, steps.count()));
            for (int i = 0; i < steps.count(); i++) {
                if (series.has()[i]) {
                    group.put(i, group.values()[i] + 1);
                }
            }
        }
        return new SeriesSet(new ArrayList<>(groups.values()));
    }
}
