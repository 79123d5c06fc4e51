package sigyn.server.dashboards.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import sigyn.model.SigynException;
import sigyn.server.dashboards.source.QueryRunner;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One evaluation of a rule: asks its queries and computes its expressions.
final class Evaluation {
    private static final int MOST_SERIES = 1_000;

    /// @param real whether a query gave it
    private record Series(SortedMap<String, String> labels, double[] points, boolean real) {
        Series with(double number) {
            return new Series(labels, new double[] {number}, real);
        }
    }

    /// The source is still reading what it had before it was restarted.
    private static final class Incomplete extends Exception {}

    private final QueryRunner queries;

    Evaluation(QueryRunner queries) {
        this.queries = queries;
    }

    /// @param known the instances so far: which series count as 0 when they are not there, which fire
    Outcome run(Rule rule, Instant at, Collection<Instance> known) throws Exception {
        try {
            var results = new HashMap<String, List<Series>>();
            for (Node node : rule.nodes()) {
                results.put(node.refId(), of(node, results, at, known));
            }
            return outcome(rule, results);
        } catch (Incomplete e) {
            return new Outcome.NotYet();
        } catch (Refusal | SigynException e) {
            return new Outcome.Failure(String.valueOf(e.getMessage()));
        }
    }

    private List<Series> of(Node node, Map<String, List<Series>> results, Instant at, Collection<Instance> known)
            throws Exception {
        return switch (node) {
            case Node.Query query -> {
                var found = asked(query, at);
                yield query.emptyIsZero() ? withZeros(found, known, at) : found;
            }
            case Node.Reduce reduce ->
                results.getOrDefault(reduce.input(), List.of()).stream()
                        .map(series -> series.with(reduce.reducer().of(points(series, reduce.gaps()))))
                        .toList();
            case Node.Threshold threshold -> {
                var firing = new HashSet<SortedMap<String, String>>();
                known.stream().filter(i -> i.state().firing()).forEach(i -> firing.add(i.series()));
                var passed = new ArrayList<Series>();
                for (var series : results.getOrDefault(threshold.input(), List.of())) {
                    double number = number(threshold.input(), series);
                    var unload = threshold.unload();
                    boolean holds = unload != null && firing.contains(series.labels())
                            ? !unload.holds(number)
                            : threshold.test().holds(number);
                    passed.add(series.with(Double.isNaN(number) ? number : holds ? 1 : 0));
                }
                yield passed;
            }
        };
    }

    private static double[] points(Series series, Node.Gaps gaps) {
        var all = Arrays.stream(series.points());
        Double replacement = gaps.replacement();
        DoubleStream kept = gaps.drop()
                ? all.filter(Double::isFinite)
                : replacement == null ? all : all.map(p -> Double.isFinite(p) ? p : replacement);
        return kept.toArray();
    }

    private static double number(String refId, Series series) {
        if (series.points().length != 1) {
            throw Refusal.badRequest(refId + " is a series of " + series.points().length
                    + " points: make it a number with an instant query or a reduce expression");
        }
        return series.points()[0];
    }

    private List<Series> asked(Node.Query query, Instant at) throws Exception {
        var ask = query.model().deepCopy();
        ask.remove("hide");
        ask.put("refId", query.refId());
        ask.put("queryType", query.instant() ? "instant" : "range");
        ask.putObject("datasource").put("uid", query.datasourceUid());
        var answer =
                result(ask, at.minusSeconds(query.fromSeconds()), at.minusSeconds(query.toSeconds()), query.refId());
        var found = new ArrayList<Series>();
        for (JsonNode frame : answer.path("frames")) {
            found.add(series(query.refId(), frame));
        }
        if (found.size() > MOST_SERIES) {
            throw Refusal.badRequest(
                    query.refId() + " gives " + found.size() + " series, at most " + MOST_SERIES + " are evaluated");
        }
        return found;
    }

    private JsonNode result(ObjectNode query, Instant from, Instant to, String refId) throws Exception {
        var body = Json.object();
        body.put("from", Long.toString(from.toEpochMilli()));
        body.put("to", Long.toString(to.toEpochMilli()));
        body.putArray("queries").add(query);
        var answer = queries.run(body, Optional.empty()).body().path("results").path(refId);
        String error = Json.text(answer, "error");
        if (!error.isEmpty()) {
            throw Refusal.badRequest(error);
        }
        if (answer.path("warnings").toString().contains("the answer is incomplete")) {
            throw new Incomplete();
        }
        return answer;
    }

    private static Series series(String refId, JsonNode frame) {
        JsonNode field = frame.path("schema").path("fields").path(1);
        if (!Json.text(field, "type").equals("number")) {
            throw Refusal.badRequest(refId + " gives lines, not numbers: a rule needs a metric query");
        }
        JsonNode values = frame.path("data").path("values").path(1);
        double[] points = new double[values.size()];
        for (int i = 0; i < points.length; i++) {
            points[i] = values.path(i).asDouble(Double.NaN);
        }
        JsonNode special = frame.path("data").path("entities").path(1);
        special.path("Inf").forEach(i -> points[i.intValue()] = Double.POSITIVE_INFINITY);
        special.path("NegInf").forEach(i -> points[i.intValue()] = Double.NEGATIVE_INFINITY);
        var labels = new TreeMap<String, String>();
        for (var label : field.path("labels").properties()) {
            labels.put(label.getKey(), label.getValue().asString(""));
        }
        return new Series(labels, points, true);
    }

    /// The series seen within a day that are not there count 0; when none ever was, one without labels does.
    private static List<Series> withZeros(List<Series> found, Collection<Instance> known, Instant at) {
        var all = new ArrayList<>(found);
        var there = new HashSet<SortedMap<String, String>>();
        found.forEach(series -> there.add(series.labels()));
        long oldest = at.minus(Transitions.MEMORY).toEpochMilli();
        for (var instance : known) {
            boolean remembered = !Transitions.isSpecial(instance.series()) && instance.seen() > oldest;
            if (remembered && !instance.series().isEmpty() && there.add(instance.series())) {
                all.add(new Series(instance.series(), new double[] {0}, false));
            }
        }
        if (all.isEmpty()) {
            all.add(new Series(new TreeMap<>(), new double[] {0}, true));
        }
        return all;
    }

    private static Outcome outcome(Rule rule, Map<String, List<Series>> results) {
        var deciding = results.getOrDefault(rule.condition(), List.of());
        if (deciding.isEmpty()) {
            return new Outcome.NoData();
        }
        var outcome = new ArrayList<Outcome.Result>();
        for (var series : deciding) {
            double verdict = number(rule.condition(), series);
            var values = new TreeMap<String, Double>();
            for (String refId : rule.refIds()) {
                Double value = single(results.getOrDefault(refId, List.of()), series.labels());
                if (value != null) {
                    values.put(refId, value);
                }
            }
            boolean firing = verdict != 0 && !Double.isNaN(verdict);
            outcome.add(new Outcome.Result(series.labels(), values, firing, series.real()));
        }
        return new Outcome.Results(outcome);
    }

    private static @Nullable Double single(List<Series> all, SortedMap<String, String> labels) {
        for (var series : all) {
            if (series.labels().equals(labels) && series.points().length == 1) {
                return series.points()[0];
            }
        }
        return null;
    }
}
