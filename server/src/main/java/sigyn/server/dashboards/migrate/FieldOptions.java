package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The first stat, gauge and bar gauge panels kept what is now `fieldConfig` in `options.fieldOptions` or, before that,
/// in `options.valueOptions`.
final class FieldOptions {
    private FieldOptions() {}

    static void change(ObjectNode panel, Report report) {
        var options = Json.object(panel, "options");
        if (options == null) {
            return;
        }
        var field = Json.object(options, "fieldOptions");
        var value = Json.object(options, "valueOptions");
        if (field == null && value == null) {
            return;
        }
        var config = Json.objectAt(panel, "fieldConfig");
        var defaults = Json.objectAt(config, "defaults");
        if (!config.has("overrides")) {
            config.putArray("overrides");
        }
        var reduce = Json.objectAt(options, "reduceOptions");
        if (field != null) {
            if (field.get("defaults") instanceof ObjectNode old) {
                defaults.setAll(old);
            }
            if (field.get("overrides") instanceof ArrayNode overrides) {
                config.set("overrides", overrides);
            }
            reduce.put("values", Json.flag(field, "values", false));
            if (field.has("calcs")) {
                reduce.set("calcs", Reducers.modern(Json.texts(field, "calcs")));
            }
            options.remove("fieldOptions");
            move(field, "thresholds", defaults);
            move(field, "mappings", defaults);
        }
        if (value != null) {
            move(value, "unit", defaults);
            move(value, "decimals", defaults);
            reduce.set("calcs", Json.array().add(Reducers.modern(Json.text(value, "stat", "mean"))));
            move(options, "minValue", "min", defaults);
            move(options, "maxValue", "max", defaults);
            options.remove("valueOptions");
        }
        move(options, "thresholds", defaults);
        if (defaults.get("thresholds") instanceof ArrayNode steps) {
            var thresholds = Json.object().put("mode", "absolute");
            var list = thresholds.putArray("steps");
            for (var step : steps) {
                var made = list.addObject();
                if (list.size() == 1) {
                    made.putNull("value");
                } else {
                    made.set("value", step.path("value"));
                }
                made.put("color", Json.text(step, "color", "green"));
            }
            defaults.set("thresholds", thresholds);
        }
        if (defaults.has("title")) {
            defaults.set("displayName", defaults.remove("title"));
        }
        if (defaults.get("mappings") instanceof ArrayNode) {
            defaults.set("mappings", Mappings.modern(Json.objects(defaults, "mappings")));
        }
        report.note(Report.Level.CONVERTED, panel, "options of the first " + Json.text(panel, "type") + " panel");
    }

    private static void move(ObjectNode from, String key, ObjectNode to) {
        move(from, key, key, to);
    }

    private static void move(ObjectNode from, String key, String newKey, ObjectNode to) {
        if (from.has(key)) {
            to.set(newKey, from.remove(key));
        }
    }
}
