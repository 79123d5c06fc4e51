package sigyn.logql.reference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.BinaryOp;
import sigyn.logql.ast.Grouping;
import sigyn.logql.ast.LogRange;
import sigyn.logql.ast.Matching;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.Unwrap;

/// A metric query at one moment: every window counted anew.
final class NaiveMetrics {
    record Sample(Map<String, String> labels, double value) {}

    /// The query is refused: something in its answer failed, or series match many to many.
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    private final List<RandomLogs.Stored> entries;
    private final long time;

    NaiveMetrics(List<RandomLogs.Stored> entries, long time) {
        this.entries = entries;
        this.time = time;
    }

    List<Sample> evaluate(MetricExpr expr) {
        return switch (expr) {
            case MetricExpr.RangeAggregation a -> range(a);
            case MetricExpr.VectorAggregation a -> vector(a);
            case MetricExpr.Binary b -> binary(b);
            case MetricExpr.LabelReplace r ->
                evaluate(r.inner()).stream().map(s -> replace(r, s)).toList();
            case MetricExpr.Vector v -> List.of(new Sample(Map.of(), v.value()));
            case MetricExpr.Literal l -> List.of(new Sample(Map.of(), l.value()));
            default -> throw new AssertionError(expr);
        };
    }

    private static Map<String, String> grouped(Map<String, String> labels, @Nullable Grouping grouping) {
        var kept = new TreeMap<>(labels);
        if (grouping == null) {
            return kept;
        }
        kept.keySet().removeIf(name -> grouping.names().contains(name) == grouping.without());
        return kept;
    }

    private record Point(NaiveLine line, double value) {}

    private List<Sample> range(MetricExpr.RangeAggregation a) {
        var range = a.range();
        long end = time - range.offset();
        var window = NaivePipeline.run(range.log(), entries).stream()
                .filter(line -> line.time > end - range.range() && line.time <= end)
                .toList();
        var series = new TreeMap<String, List<Point>>();
        var labelsOf = new TreeMap<String, Map<String, String>>();
        for (var line : window) {
            Double value = value(range, line);
            if (value == null) {
                continue;
            }
            if (!line.error.isEmpty()) {
                throw new Refused("pipeline error: " + line.error);
            }
            var labels = new TreeMap<>(line.labels());
            if (range.unwrap() != null) {
                labels.remove(range.unwrap().name());
            }
            var group = grouped(labels, a.grouping());
            labelsOf.put(group.toString(), group);
            series.computeIfAbsent(group.toString(), _ -> new ArrayList<>()).add(new Point(line, value));
        }
        double seconds = range.range() / 1e9;
        return switch (a.op()) {
            case ABSENT -> series.isEmpty() ? List.of(new Sample(fixed(range), 1)) : List.of();
            default ->
                series.entrySet().stream()
                        .map(s -> new Sample(
                                labelsOf.getOrDefault(s.getKey(), Map.of()), function(a, s.getValue(), seconds)))
                        .toList();
        };
    }

    private static Map<String, String> fixed(LogRange range) {
        var labels = new TreeMap<String, String>();
        var matchers = range.log().matchers();
        for (var matcher : matchers) {
            boolean once = matchers.stream()
                            .filter(m -> m.name().equals(matcher.name()))
                            .count()
                    == 1;
            if (once
                    && matcher.op() == sigyn.model.LabelMatcher.Op.EQUAL
                    && !matcher.value().isEmpty()) {
                labels.put(matcher.name(), matcher.value());
            }
        }
        return labels;
    }

    private static @Nullable Double value(LogRange range, NaiveLine line) {
        Unwrap unwrap = range.unwrap();
        if (unwrap == null) {
            return 1.0;
        }
        String text = line.valueOf(unwrap.name());
        if (text.isEmpty()) {
            return null;
        }
        double value = 0;
        try {
            value = switch (unwrap.conversion()) {
                case NONE -> Double.parseDouble(text);
                case BYTES -> NaivePipeline.bytes(text);
                case DURATION, DURATION_SECONDS -> NaivePipeline.seconds(text);
            };
        } catch (NumberFormatException e) {
            line.error = "SampleExtractionErr";
        }
        return unwrap.filters().stream().allMatch(f -> NaivePipeline.holds(f, line)) ? value : null;
    }

    private static double function(MetricExpr.RangeAggregation a, List<Point> points, double seconds) {
        double[] values = points.stream().mapToDouble(Point::value).toArray();
        double sum = 0;
        double squares = 0;
        long bytes = 0;
        for (var point : points) {
            sum += point.value;
            bytes += point.line.text.getBytes(StandardCharsets.UTF_8).length;
        }
        double mean = sum / values.length;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        java.util.Arrays.sort(values);
        return switch (a.op()) {
            case COUNT -> values.length;
            case RATE -> sum / seconds;
            case BYTES -> bytes;
            case BYTES_RATE -> bytes / seconds;
            case SUM -> sum;
            case AVG -> mean;
            case MIN -> values[0];
            case MAX -> values[values.length - 1];
            case STDVAR -> squares / values.length;
            case STDDEV -> Math.sqrt(squares / values.length);
            case QUANTILE -> {
                double rank = (a.parameter() == null ? 0 : a.parameter()) * (values.length - 1);
                int below = (int) Math.floor(rank);
                int above = Math.min(below + 1, values.length - 1);
                yield values[below] + (values[above] - values[below]) * (rank - below);
            }
            default -> throw new AssertionError(a.op());
        };
    }

    private List<Sample> vector(MetricExpr.VectorAggregation a) {
        var groups = new TreeMap<String, List<Sample>>();
        var grouping = a.grouping() == null ? new Grouping(List.of(), false) : a.grouping();
        for (var sample : evaluate(a.inner())) {
            groups.computeIfAbsent(grouped(sample.labels, grouping).toString(), _ -> new ArrayList<>())
                    .add(sample);
        }
        return groups.values().stream()
                .map(group -> new Sample(
                        grouped(group.getFirst().labels, grouping),
                        aggregate(a, group.stream().mapToDouble(Sample::value).toArray())))
                .toList();
    }

    private static double aggregate(MetricExpr.VectorAggregation a, double[] values) {
        double sum = 0;
        double min = Double.NaN;
        double max = Double.NaN;
        for (double value : values) {
            sum += value;
            min = Double.isNaN(min) || value < min ? value : min;
            max = Double.isNaN(max) || value > max ? value : max;
        }
        double mean = sum / values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return switch (a.op()) {
            case SUM -> sum;
            case AVG -> mean;
            case MIN -> min;
            case MAX -> max;
            case COUNT -> values.length;
            case STDVAR -> squares / values.length;
            case STDDEV -> Math.sqrt(squares / values.length);
            default -> throw new AssertionError(a.op());
        };
    }

    private static Sample replace(MetricExpr.LabelReplace r, Sample sample) {
        var matcher = java.util.regex.Pattern.compile(r.regex()).matcher(sample.labels.getOrDefault(r.source(), ""));
        if (!matcher.matches()) {
            return sample;
        }
        var labels = new TreeMap<>(sample.labels);
        // A new set of labels has no empty ones.
        labels.values().removeIf(String::isEmpty);
        labels.put(r.target(), r.replacement().replace("${1}", matcher.group(1)).replace("${0}", matcher.group()));
        return new Sample(labels, sample.value);
    }

    private List<Sample> binary(MetricExpr.Binary b) {
        if (b.right() instanceof MetricExpr.Literal number) {
            return withNumber(b, evaluate(b.left()), s -> new double[] {s, number.value()});
        }
        if (b.left() instanceof MetricExpr.Literal number) {
            return withNumber(b, evaluate(b.right()), s -> new double[] {number.value(), s});
        }
        var left = evaluate(b.left());
        var right = evaluate(b.right());
        var matching = b.matching() == null ? Matching.ALL : b.matching();
        var rightKeys = new TreeMap<String, Sample>();
        var result = new ArrayList<Sample>();
        if (b.op().isSet()) {
            right.forEach(s -> rightKeys.put(key(s, matching).toString(), s));
            var leftKeys = left.stream().map(s -> key(s, matching).toString()).toList();
            for (var sample : left) {
                boolean inRight = rightKeys.containsKey(key(sample, matching).toString());
                if (b.op() == BinaryOp.OR || inRight == (b.op() == BinaryOp.AND)) {
                    result.add(sample);
                }
            }
            if (b.op() == BinaryOp.OR) {
                right.stream()
                        .filter(s -> !leftKeys.contains(key(s, matching).toString()))
                        .forEach(result::add);
            }
            return result;
        }
        BinaryOperator<Sample> once = (x, y) -> {
            throw new Refused("duplicate series");
        };
        right.forEach(s -> rightKeys.merge(key(s, matching).toString(), s, once));
        var seen = new TreeMap<String, Sample>();
        for (var sample : left) {
            var other = rightKeys.get(key(sample, matching).toString());
            if (other == null) {
                continue;
            }
            boolean many = matching.many() != null;
            var labels = many ? withoutEmpty(sample.labels) : key(sample, matching);
            seen.merge(labels.toString(), sample, once);
            result.add(new Sample(labels, b.op().apply(sample.value, other.value)));
        }
        return result;
    }

    /// An empty label is none where series are matched.
    private static Map<String, String> key(Sample sample, Matching matching) {
        return withoutEmpty(grouped(sample.labels, new Grouping(matching.names(), !matching.on())));
    }

    private static Map<String, String> withoutEmpty(Map<String, String> labels) {
        var kept = new TreeMap<>(labels);
        kept.values().removeIf(String::isEmpty);
        return kept;
    }

    @FunctionalInterface
    private interface Sides {
        double[] of(double value);
    }

    private static List<Sample> withNumber(MetricExpr.Binary b, List<Sample> samples, Sides sides) {
        var result = new ArrayList<Sample>();
        for (var sample : samples) {
            double[] pair = sides.of(sample.value);
            double value = b.op().apply(pair[0], pair[1]);
            if (!b.op().isComparison() || b.bool()) {
                result.add(new Sample(sample.labels, value));
            } else if (value == 1) {
                result.add(sample);
            }
        }
        return result;
    }
}
