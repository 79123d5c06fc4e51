package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.BinaryOp;
import sigyn.logql.ast.Matching;
import sigyn.logql.exec.SeriesSet.Series;
import sigyn.model.Labels;
import sigyn.model.SigynException;

/// Operators between series, and between series and a number.
final class BinaryRun {
    private BinaryRun() {}

    /// A number on one side. A comparison keeps the series' value, whichever side it is on.
    static SeriesSet withNumber(BinaryOp op, SeriesSet series, double number, boolean numberLeft, boolean bool) {
        var result = new ArrayList<Series>();
        for (var one : series.series()) {
            var out = Series.empty(one.labels(), one.values().length);
            for (int i = 0; i < one.values().length; i++) {
                if (!one.has()[i]) {
                    continue;
                }
                double value = one.values()[i];
                double outcome = numberLeft ? op.apply(number, value) : op.apply(value, number);
                if (!op.isComparison() || bool) {
                    out.put(i, outcome);
                } else if (outcome == 1) {
                    out.put(i, value);
                }
            }
            result.add(out);
        }
        return new SeriesSet(result);
    }

    static SeriesSet run(
            BinaryOp op, SeriesSet left, SeriesSet right, @Nullable Matching given, boolean bool, int steps) {
        var matching = given == null ? Matching.ALL : given;
        return op.isSet() ? sets(op, left, right, matching, steps) : joined(op, left, right, matching, bool, steps);
    }

    /// What of a series' labels has to be equal on both sides.
    private static Labels signature(Labels labels, Matching matching) {
        var map = new TreeMap<String, String>();
        for (int i = 0; i < labels.size(); i++) {
            if (matching.names().contains(labels.name(i)) == matching.on()) {
                map.put(labels.name(i), labels.value(i));
            }
        }
        return Labels.of(map);
    }

    private static SeriesSet sets(BinaryOp op, SeriesSet left, SeriesSet right, Matching matching, int steps) {
        Map<Labels, boolean[]> there = new HashMap<>();
        for (var series : (op == BinaryOp.OR ? left : right).series()) {
            boolean[] has = there.computeIfAbsent(signature(series.labels(), matching), _ -> new boolean[steps]);
            for (int i = 0; i < steps; i++) {
                has[i] |= series.has()[i];
            }
        }
        var result = new ArrayList<Series>();
        boolean wanted = op == BinaryOp.AND;
        for (var series : (op == BinaryOp.OR ? right : left).series()) {
            boolean[] has = there.getOrDefault(signature(series.labels(), matching), new boolean[steps]);
            var out = Series.empty(series.labels(), steps);
            for (int i = 0; i < steps; i++) {
                if (series.has()[i] && has[i] == wanted) {
                    out.put(i, series.values()[i]);
                }
            }
            result.add(out);
        }
        return new SeriesSet(op == BinaryOp.OR ? united(left.series(), result) : result);
    }

    /// Series of both sides, those of equal labels in one. Equal ones of one side, as `label_replace` may make them,
    /// stay apart.
    private static List<Series> united(List<Series> left, List<Series> right) {
        var all = new ArrayList<>(left);
        Map<Labels, Integer> places = new HashMap<>();
        for (int i = 0; i < left.size(); i++) {
            places.putIfAbsent(left.get(i).labels(), i);
        }
        for (var one : right) {
            Integer place = places.get(one.labels());
            if (place == null) {
                all.add(one);
                continue;
            }
            var known = all.get(place);
            var both =
                    new Series(one.labels(), known.values().clone(), known.has().clone());
            for (int i = 0; i < one.values().length; i++) {
                if (one.has()[i] && !both.has()[i]) {
                    both.put(i, one.values()[i]);
                }
            }
            all.set(place, both);
        }
        return all;
    }

    private static SeriesSet joined(
            BinaryOp op, SeriesSet left, SeriesSet right, Matching matching, boolean bool, int steps) {
        boolean swapped = matching.many() == Matching.Side.RIGHT;
        var many = swapped ? right : left;
        var one = swapped ? left : right;
        Map<Labels, List<Series>> ones = new HashMap<>();
        for (var series : one.series()) {
            ones.computeIfAbsent(signature(series.labels(), matching), _ -> new ArrayList<>())
                    .add(series);
        }
        checkUnique(ones, steps);
        var results = new LinkedHashMap<Labels, Series>();
        var matched = new HashMap<Labels, boolean[]>();
        for (var series : many.series()) {
            var signature = signature(series.labels(), matching);
            for (var other : ones.getOrDefault(signature, List.of())) {
                boolean[] taken = matched.computeIfAbsent(signature, _ -> new boolean[steps]);
                Series out = null;
                for (int i = 0; i < steps; i++) {
                    if (!series.has()[i] || !other.has()[i]) {
                        continue;
                    }
                    double l = swapped ? other.values()[i] : series.values()[i];
                    double r = swapped ? series.values()[i] : other.values()[i];
                    double outcome = op.apply(l, r);
                    boolean keep = !op.isComparison() || bool || outcome == 1;
                    if (matching.many() == null) {
                        if (taken[i]) {
                            throw SigynException.badRequest("multiple matches for labels: many-to-one matching must be"
                                    + " explicit (group_left/group_right)");
                        }
                        taken[i] = true;
                    }
                    if (keep) {
                        if (out == null) {
                            var labels = resultLabels(series.labels(), other.labels(), matching);
                            out = results.computeIfAbsent(labels, x -> Series.empty(x, steps));
                        }
                        out.put(i, op.isComparison() && !bool ? l : outcome);
                    }
                }
            }
        }
        return new SeriesSet(new ArrayList<>(results.values()));
    }

    private static void checkUnique(Map<Labels, List<Series>> ones, int steps) {
        for (var group : ones.values()) {
            if (group.size() < 2) {
                continue;
            }
            for (int i = 0; i < steps; i++) {
                int n = 0;
                for (var series : group) {
                    n += series.has()[i] ? 1 : 0;
                }
                if (n > 1) {
                    throw SigynException.badRequest(
                            "found duplicate series on the right hand-side;many-to-many matching"
                                    + " not allowed: matching labels must be unique on one side");
                }
            }
        }
    }

    private static Labels resultLabels(Labels many, Labels one, Matching matching) {
        var map = many.toMap();
        if (matching.many() == null) {
            Set<String> names = new HashSet<>(matching.names());
            if (matching.on()) {
                map.keySet().retainAll(names);
            } else {
                map.keySet().removeAll(names);
            }
        }
        for (String name : matching.include()) {
            String value = one.valueOrEmpty(name);
            if (value.isEmpty()) {
                map.remove(name);
            } else {
                map.put(name, value);
            }
        }
        return Labels.of(map);
    }
}
