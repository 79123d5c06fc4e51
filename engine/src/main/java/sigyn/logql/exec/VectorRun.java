package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Grouping;
import sigyn.logql.ast.VectorOp;
import sigyn.logql.exec.SeriesSet.Series;
import sigyn.model.Labels;

/// Functions over the series of a step: `sum by (a)`, `topk(3, ..)`. All steps are done at once, group by group.
final class VectorRun {
    private VectorRun() {}

    static SeriesSet run(VectorOp op, int k, @Nullable Grouping grouping, SeriesSet input, int steps) {
        var groups = groups(grouping, input);
        var result = new ArrayList<Series>();
        for (var group : groups.entrySet()) {
            switch (op) {
                case SUM, AVG, MIN, MAX, COUNT, STDDEV, STDVAR ->
                    result.add(aggregate(op, group.getKey(), group.getValue(), steps));
                case TOPK, APPROX_TOPK -> result.addAll(best(group.getValue(), k, steps, true));
                case BOTTOMK -> result.addAll(best(group.getValue(), k, steps, false));
                case SORT, SORT_DESC -> result.addAll(sorted(group.getValue(), op == VectorOp.SORT_DESC, steps));
            }
        }
        return new SeriesSet(result);
    }

    /// The labels of a series' group.
    static Labels groupLabels(@Nullable Grouping grouping, Labels labels) {
        if (grouping == null) {
            return Labels.EMPTY;
        }
        var pairs = new String[labels.size() * 2];
        int n = 0;
        for (int i = 0; i < labels.size(); i++) {
            if (grouping.names().contains(labels.name(i)) != grouping.without()) {
                pairs[n++] = labels.name(i);
                pairs[n++] = labels.value(i);
            }
        }
        return n == pairs.length ? labels : Labels.ofSorted(Arrays.copyOf(pairs, n));
    }

    private static Map<Labels, List<Series>> groups(@Nullable Grouping grouping, SeriesSet input) {
        var groups = new LinkedHashMap<Labels, List<Series>>();
        for (var series : input.series()) {
            groups.computeIfAbsent(groupLabels(grouping, series.labels()), _ -> new ArrayList<>())
                    .add(series);
        }
        return groups;
    }

    private static Series aggregate(VectorOp op, Labels labels, List<Series> group, int steps) {
        var result = Series.empty(labels, steps);
        for (int i = 0; i < steps; i++) {
            long count = 0;
            double a = 0;
            double b = 0;
            for (var series : group) {
                if (!series.has()[i]) {
                    continue;
                }
                double value = series.values()[i];
                count++;
                switch (op) {
                    case SUM -> a += value;
                    case AVG -> a += (value - a) / count;
                    case MIN -> a = count == 1 || Double.isNaN(a) || value < a ? value : a;
                    case MAX -> a = count == 1 || Double.isNaN(a) || value > a ? value : a;
                    case STDDEV, STDVAR -> {
                        double delta = value - a;
                        a += delta / count;
                        b += delta * (value - a);
                    }
                    case COUNT, TOPK, BOTTOMK, APPROX_TOPK, SORT, SORT_DESC -> {}
                }
            }
            if (count == 0) {
                continue;
            }
            result.put(
                    i,
                    switch (op) {
                        case COUNT -> count;
                        case STDDEV -> Math.sqrt(b / count);
                        case STDVAR -> b / count;
                        case SUM, AVG, MIN, MAX, TOPK, BOTTOMK, APPROX_TOPK, SORT, SORT_DESC -> a;
                    });
        }
        return result;
    }

    /// At each step the `k` greatest or least; of equal ones the first.
    private static List<Series> best(List<Series> group, int k, int steps, boolean greatest) {
        var results = new ArrayList<Series>(group.size());
        for (var series : group) {
            results.add(Series.empty(series.labels(), steps));
        }
        var order = new ArrayList<Integer>(group.size());
        for (int i = 0; i < steps; i++) {
            int step = i;
            order.clear();
            for (int s = 0; s < group.size(); s++) {
                if (group.get(s).has()[i]) {
                    order.add(s);
                }
            }
            order.sort(Comparator.comparing(
                    s -> group.get(s).values()[step], (x, y) -> greatest ? compare(y, x, false) : compare(x, y, true)));
            for (int s : order.subList(0, Math.min(k, order.size()))) {
                results.get(s).put(i, group.get(s).values()[i]);
            }
        }
        results.removeIf(Series::isEmpty);
        return results;
    }

    /// NaN is last either way.
    private static int compare(double x, double y, boolean ascending) {
        if (Double.isNaN(x) || Double.isNaN(y)) {
            int order = Boolean.compare(Double.isNaN(x), Double.isNaN(y));
            return ascending ? order : -order;
        }
        return x < y ? -1 : x > y ? 1 : 0;
    }

    /// By value, NaN last, equal values by labels; over several steps there is no such order.
    private static List<Series> sorted(List<Series> group, boolean descending, int steps) {
        if (steps != 1) {
            return group;
        }
        Comparator<Series> byValue = (a, b) ->
                descending ? compare(b.values()[0], a.values()[0], false) : compare(a.values()[0], b.values()[0], true);
        return group.stream()
                .filter(s -> s.has()[0])
                .sorted(byValue.thenComparing(Series::labels))
                .toList();
    }
}
