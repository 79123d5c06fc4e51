package sigyn.server.dashboards.alert;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import tools.jackson.databind.node.ObjectNode;

/// A step of a rule: a query, or an expression over the results of others.
public sealed interface Node {
    String refId();

    /// Asks a data source about the time from `fromSeconds` to `toSeconds` before the evaluation.
    ///
    /// @param emptyIsZero a series that is known and not in the answer counts as 0 instead of as missing
    record Query(
            String refId,
            String datasourceUid,
            long fromSeconds,
            long toSeconds,
            boolean instant,
            boolean emptyIsZero,
            ObjectNode model)
            implements Node {}

    /// One number of every series.
    record Reduce(String refId, String input, Reducer reducer, Gaps gaps) implements Node {}

    /// 1 where a number passes the test, else 0; while it does, `unload` decides when that ends.
    record Threshold(
            String refId, String input, Test test, @Nullable Test unload) implements Node {}

    /// What a reducer does with points that are no numbers: nothing, leave them out, or put a number in their place.
    record Gaps(boolean drop, @Nullable Double replacement) {}

    /// @param data an item of a rule's `data`
    static Node read(ObjectNode data) {
        String refId = Json.text(data, "refId");
        if (refId.isBlank()) {
            throw Refusal.badRequest("data: a node has no refId");
        }
        String source = Json.text(data, "datasourceUid");
        var model = Json.object(data, "model");
        if (model == null) {
            throw Refusal.badRequest(refId + ": model is missing");
        }
        if (!source.equals("__expr__") && !source.equals("-100")) {
            return query(refId, source, data, model);
        }
        String type = Json.text(model, "type");
        return switch (type) {
            case "reduce" -> reduce(refId, model);
            case "threshold" -> threshold(refId, model);
            default ->
                throw Refusal.badRequest(refId + ": expressions of type \"" + type + "\" are not evaluated here");
        };
    }

    private static Query query(String refId, String source, ObjectNode data, ObjectNode model) {
        if (source.isEmpty() || Json.text(model, "expr").isBlank()) {
            throw Refusal.badRequest(refId + ": datasourceUid or model.expr is missing");
        }
        var range = Json.objectAt(data, "relativeTimeRange");
        long from = Json.number(range, "from", 600);
        long to = Json.number(range, "to", 0);
        if (to < 0 || from <= to || from > 366L * 86_400) {
            throw Refusal.badRequest(refId + ": relativeTimeRange must be seconds before now, from > to >= 0");
        }
        String queryType = Json.text(model, "queryType", Json.text(data, "queryType"));
        boolean instant = queryType.equals("instant") || Json.flag(model, "instant", false);
        return new Query(refId, source, from, to, instant, Json.flag(model, "emptyIsZero", false), model);
    }

    private static Reduce reduce(String refId, ObjectNode model) {
        var settings = Json.objectAt(model, "settings");
        String mode = Json.text(settings, "mode");
        var gaps = switch (mode) {
            case "" -> new Gaps(false, null);
            case "dropNN" -> new Gaps(true, null);
            case "replaceNN" ->
                new Gaps(false, settings.path("replaceWithValue").asDouble(0));
            default -> throw Refusal.badRequest(refId + ": mode \"" + mode + "\" is not known");
        };
        return new Reduce(refId, input(refId, model), Reducer.named(refId, Json.text(model, "reducer")), gaps);
    }

    private static Threshold threshold(String refId, ObjectNode model) {
        var conditions = Json.objects(model, "conditions");
        if (conditions.size() != 1) {
            throw Refusal.badRequest(refId + ": a threshold has one condition");
        }
        var unload = Json.object(conditions.getFirst(), "unloadEvaluator");
        return new Threshold(
                refId,
                input(refId, model),
                Test.read(refId, Json.objectAt(conditions.getFirst(), "evaluator")),
                unload == null ? null : Test.read(refId, unload));
    }

    private static String input(String refId, ObjectNode model) {
        String input = Json.text(model, "expression").strip().replaceFirst("^\\$\\{?(\\w+)}?$", "$1");
        if (input.isEmpty()) {
            throw Refusal.badRequest(refId + ": expression names no other node");
        }
        return input;
    }

    /// A comparison with one number or two.
    record Test(String type, double first, double second) {
        static Test read(String refId, ObjectNode evaluator) {
            String type = Json.text(evaluator, "type").toLowerCase(Locale.ROOT);
            List<Double> params = new java.util.ArrayList<>();
            evaluator.path("params").forEach(p -> params.add(p.asDouble(Double.NaN)));
            boolean range = type.contains("range");
            boolean known = List.of("gt", "lt", "eq", "ne", "gte", "lte").contains(type)
                    || type.matches("(within|outside)_range(_included)?");
            if (!known || params.size() < (range ? 2 : 1) || params.contains(Double.NaN)) {
                throw Refusal.badRequest(refId + ": evaluator " + Json.write(evaluator) + " is not understood");
            }
            return new Test(type, params.getFirst(), range ? params.get(1) : 0);
        }

        boolean holds(double value) {
            return switch (type) {
                case "gt" -> value > first;
                case "lt" -> value < first;
                case "eq" -> value == first;
                case "ne" -> value != first;
                case "gte" -> value >= first;
                case "lte" -> value <= first;
                case "within_range" -> value > first && value < second;
                case "within_range_included" -> value >= first && value <= second;
                case "outside_range" -> value < first || value > second;
                case "outside_range_included" -> value <= first || value >= second;
                default -> throw new AssertionError(type);
            };
        }
    }
}
