package sigyn.server.dashboards.migrate;

import java.util.Map;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a graph says about single series, `{alias: name or /regex/, …}`, as a field override.
final class SeriesOverride {
    private SeriesOverride() {}

    static void add(ObjectNode series, ObjectNode panel, ArrayNode overrides, Report report) {
        String alias = Json.text(series, "alias");
        if (alias.isEmpty()) {
            return;
        }
        boolean regex = alias.length() > 1 && alias.startsWith("/") && alias.lastIndexOf('/') > 0;
        var override = Json.object();
        override.putObject("matcher").put("id", regex ? "byRegexp" : "byName").put("options", alias);
        var properties = override.putArray("properties");
        for (Map.Entry<String, JsonNode> field : series.properties()) {
            property(field.getKey(), field.getValue(), series, panel, properties, report);
        }
        if (!properties.isEmpty()) {
            overrides.add(override);
        }
    }

    private static void property(
            String key, JsonNode value, ObjectNode series, ObjectNode panel, ArrayNode to, Report report) {
        switch (key) {
            case "alias", "$$hashKey", "hashKey" -> {}
            case "yaxis" -> {
                if (value.asInt(1) == 2) {
                    set(to, "custom.axisPlacement").put("value", "right");
                    rightAxis(panel, to);
                }
            }
            case "color" -> GraphPanel.fixed(to, value.asString(""));
            case "lines" -> {
                if (value.asBoolean(true)) {
                    set(to, "custom.drawStyle").put("value", "line");
                } else {
                    set(to, "custom.lineWidth").put("value", 0);
                }
            }
            case "bars" -> {
                if (value.asBoolean(false)) {
                    set(to, "custom.drawStyle").put("value", "bars");
                    set(to, "custom.fillOpacity").put("value", 100);
                }
            }
            case "points" -> set(to, "custom.showPoints").put("value", value.asBoolean(false) ? "always" : "never");
            case "pointradius" -> GraphPanel.put(set(to, "custom.pointSize"), "value", 2 + 2 * value.asDouble(2));
            case "linewidth" -> set(to, "custom.lineWidth").set("value", value);
            case "fill" -> GraphPanel.put(set(to, "custom.fillOpacity"), "value", value.asDouble(0) * 10);
            case "fillGradient" -> {
                if (value.asDouble(0) > 0) {
                    set(to, "custom.gradientMode").put("value", "opacity");
                }
            }
            case "fillBelowTo" -> set(to, "custom.fillBelowTo").set("value", value);
            case "steppedLine" -> {
                if (value.asBoolean(false)) {
                    set(to, "custom.lineInterpolation").put("value", "stepAfter");
                }
            }
            case "dashes" -> {
                if (value.asBoolean(false)) {
                    var style = set(to, "custom.lineStyle").putObject("value").put("fill", "dash");
                    style.putArray("dash")
                            .add(Json.number(series, "dashLength", 10))
                            .add(Json.number(series, "spaceLength", 10));
                }
            }
            case "dashLength", "spaceLength" -> {}
            case "stack" -> stack(value, to);
            case "transform" -> set(to, "custom.transform").set("value", value);
            case "nullPointMode" ->
                set(to, "custom.spanNulls").put("value", value.asString("").equals("connected"));
            case "legend" -> {
                if (!value.asBoolean(true)) {
                    hide(to, "legend");
                }
            }
            case "hiddenSeries" -> {
                if (value.asBoolean(false)) {
                    hide(to, "viz");
                }
            }
            default ->
                report.note(
                        Report.Level.IGNORED, panel, "series override " + key + " of " + Json.text(series, "alias"));
        }
    }

    private static void stack(JsonNode value, ArrayNode to) {
        var stacking = set(to, "custom.stacking").putObject("value");
        if (value.isBoolean()) {
            stacking.put("mode", value.booleanValue() ? "normal" : "none").put("group", "A");
        } else {
            stacking.put("mode", "normal").put("group", value.asString("A"));
        }
    }

    private static void hide(ArrayNode to, String what) {
        set(to, "custom.hideFrom")
                .putObject("value")
                .put("legend", what.equals("legend"))
                .put("tooltip", what.equals("viz"))
                .put("viz", what.equals("viz"));
    }

    private static void rightAxis(ObjectNode panel, ArrayNode to) {
        var axes = Json.objects(panel, "yaxes");
        if (axes.size() < 2) {
            return;
        }
        var right = axes.get(1);
        if (!Json.text(right, "format").isEmpty()) {
            set(to, "unit").put("value", Json.text(right, "format"));
        }
        if (!Json.text(right, "label").isEmpty()) {
            set(to, "custom.axisLabel").put("value", Json.text(right, "label"));
        }
        for (String limit : new String[] {"min", "max"}) {
            String text = Json.text(right, limit);
            if (text.matches("-?[0-9]+(\\.[0-9]+)?")) {
                GraphPanel.put(set(to, limit), "value", Double.parseDouble(text));
            }
        }
    }

    private static ObjectNode set(ArrayNode properties, String id) {
        return properties.addObject().put("id", id);
    }
}
