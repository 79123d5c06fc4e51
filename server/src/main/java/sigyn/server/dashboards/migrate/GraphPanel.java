package sigyn.server.dashboards.migrate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The panel `graph` becomes `timeseries`; one whose x axis shows series becomes `barchart`, one that shows a histogram
/// becomes `histogram`. The misspelt `yAxes` and `xAxis` are taken for `yaxes` and `xaxis`.
final class GraphPanel {
    private static final List<String> OLD_KEYS = List.of(
            "aliasColors",
            "bars",
            "dashLength",
            "dashes",
            "decimals",
            "fill",
            "fillGradient",
            "grid",
            "hiddenSeries",
            "legend",
            "lines",
            "linewidth",
            "nullPointMode",
            "percentage",
            "pointradius",
            "points",
            "renderer",
            "seriesOverrides",
            "spaceLength",
            "stack",
            "steppedLine",
            "thresholds",
            "timeRegions",
            "tooltip",
            "xAxis",
            "xaxis",
            "yAxes",
            "yaxes",
            "yaxis");

    private GraphPanel() {}

    static void change(ObjectNode panel, Report report) {
        if (!panel.has("yaxes") && panel.has("yAxes")) {
            panel.set("yaxes", panel.get("yAxes"));
            report.note(Report.Level.CONVERTED, panel, "yAxes taken for yaxes: axis label and limits apply");
        }
        if (!panel.has("xaxis") && panel.has("xAxis")) {
            panel.set("xaxis", panel.get("xAxis"));
        }
        String mode = Json.text(panel.path("xaxis"), "mode");
        String type = mode.equals("histogram") ? "histogram" : mode.equals("series") ? "barchart" : "timeseries";
        var config = Json.objectAt(panel, "fieldConfig");
        var defaults = Json.objectAt(config, "defaults");
        var overrides = config.withArray("overrides");
        var custom = Json.objectAt(defaults, "custom");
        style(panel, custom);
        yAxis(panel, defaults, custom);
        colors(panel, overrides);
        for (var series : Json.objects(panel, "seriesOverrides")) {
            SeriesOverride.add(series, panel, overrides, report);
        }
        thresholds(panel, defaults, custom);
        var options = Json.objectAt(panel, "options");
        options.set("legend", legend(panel));
        options.set("tooltip", tooltip(panel));
        if (type.equals("barchart")) {
            String value = Reducers.modern(Json.texts(panel.path("xaxis"), "values").stream()
                    .findFirst()
                    .orElse("total"));
            panel.withArray("transformations")
                    .addObject()
                    .put("id", "reduce")
                    .putObject("options")
                    .set("reducers", Json.array().add(value));
            report.note(Report.Level.APPROXIMATED, panel, "graph by series shown as barchart of " + value);
        } else {
            if (panel.path("xaxis").has("show") && !Json.flag(panel.path("xaxis"), "show", true)) {
                timeAxisHidden(overrides);
            }
            report.note(Report.Level.CONVERTED, panel, "graph shown as " + type);
        }
        if (!Json.objects(panel, "timeRegions").isEmpty()) {
            report.note(Report.Level.IGNORED, panel, "time regions of the graph are not drawn");
        }
        OLD_KEYS.forEach(panel::remove);
        panel.put("type", type);
    }

    private static void style(ObjectNode panel, ObjectNode custom) {
        boolean lines = Json.flag(panel, "lines", true);
        boolean bars = Json.flag(panel, "bars", false);
        boolean points = Json.flag(panel, "points", false);
        custom.put("drawStyle", bars && !lines ? "bars" : !lines && points ? "points" : "line");
        double width = number(panel, "linewidth", 1);
        put(custom, "lineWidth", lines || bars ? width : 0);
        if (bars && !lines) {
            custom.put("fillOpacity", 100);
        } else {
            put(custom, "fillOpacity", number(panel, "fill", 1) * 10);
        }
        if (number(panel, "fillGradient", 0) > 0) {
            custom.put("gradientMode", "opacity");
            put(custom, "fillOpacity", number(panel, "fillGradient", 0) * 10);
        }
        custom.put("showPoints", points ? "always" : "never");
        put(custom, "pointSize", points ? 2 + 2 * number(panel, "pointradius", 2) : 5);
        custom.put("lineInterpolation", Json.flag(panel, "steppedLine", false) ? "stepAfter" : "linear");
        if (Json.flag(panel, "dashes", false)) {
            var dash = custom.putObject("lineStyle").put("fill", "dash").putArray("dash");
            dash.add(Json.number(panel, "dashLength", 10)).add(Json.number(panel, "spaceLength", 10));
        }
        custom.put("spanNulls", Json.text(panel, "nullPointMode").equals("connected"));
        boolean stack = Json.flag(panel, "stack", false);
        boolean percent = Json.flag(panel, "percentage", false);
        custom.putObject("stacking")
                .put("mode", !stack ? "none" : percent ? "percent" : "normal")
                .put("group", "A");
    }

    private static void yAxis(ObjectNode panel, ObjectNode defaults, ObjectNode custom) {
        var axes = Json.objects(panel, "yaxes");
        if (axes.isEmpty()) {
            return;
        }
        var left = axes.getFirst();
        unit(left, panel, defaults);
        limit(left, "min", defaults);
        limit(left, "max", defaults);
        if (!Json.text(left, "label").isEmpty()) {
            custom.put("axisLabel", Json.text(left, "label"));
        }
        if (!Json.flag(left, "show", true)) {
            custom.put("axisPlacement", "hidden");
        }
        long base = Json.number(left, "logBase", 1);
        if (base > 1) {
            custom.putObject("scaleDistribution").put("type", "log").put("log", base > 2 ? 10 : 2);
        }
    }

    static void unit(ObjectNode axis, ObjectNode panel, ObjectNode defaults) {
        if (!Json.text(axis, "format").isEmpty()) {
            defaults.put("unit", Json.text(axis, "format"));
        }
        JsonNode decimals = axis.path("decimals").isNumber() ? axis.get("decimals") : panel.path("decimals");
        if (decimals.isNumber()) {
            defaults.set("decimals", decimals);
        }
    }

    private static void limit(ObjectNode axis, String key, ObjectNode defaults) {
        String text = Json.text(axis, key);
        try {
            if (!text.isEmpty()) {
                put(defaults, key, Double.parseDouble(text));
            }
        } catch (NumberFormatException e) {
            defaults.remove(key);
        }
    }

    private static void colors(ObjectNode panel, ArrayNode overrides) {
        var colors = Json.object(panel, "aliasColors");
        if (colors == null) {
            return;
        }
        for (var color : colors.properties()) {
            var override = overrides.addObject();
            override.putObject("matcher").put("id", "byName").put("options", color.getKey());
            fixed(override.putArray("properties"), color.getValue().asString(""));
        }
    }

    static void fixed(ArrayNode properties, String color) {
        properties
                .addObject()
                .put("id", "color")
                .putObject("value")
                .put("mode", "fixed")
                .put("fixedColor", color);
    }

    private static void thresholds(ObjectNode panel, ObjectNode defaults, ObjectNode custom) {
        var old = new ArrayList<>(Json.objects(panel, "thresholds"));
        old.removeIf(t -> !t.path("value").isNumber());
        if (old.isEmpty()) {
            return;
        }
        old.sort(Comparator.comparingDouble(t -> t.get("value").doubleValue()));
        var thresholds = Json.object().put("mode", "absolute");
        var steps = thresholds.putArray("steps");
        steps.addObject().putNull("value").put("color", "transparent");
        boolean fill = false;
        boolean line = false;
        for (var threshold : old) {
            String color = color(threshold);
            if (Json.text(threshold, "op").equals("lt")) {
                ((ObjectNode) steps.get(steps.size() - 1)).put("color", color);
                step(steps, threshold, "transparent");
            } else {
                step(steps, threshold, color);
            }
            fill |= Json.flag(threshold, "fill", false);
            line |= Json.flag(threshold, "line", false);
        }
        defaults.set("thresholds", thresholds);
        custom.putObject("thresholdsStyle")
                .put("mode", fill && line ? "line+area" : fill ? "area" : line ? "line" : "off");
    }

    private static void step(ArrayNode steps, ObjectNode threshold, String color) {
        var step = steps.addObject();
        step.set("value", threshold.get("value"));
        step.put("color", color);
    }

    private static String color(ObjectNode threshold) {
        return switch (Json.text(threshold, "colorMode")) {
            case "critical" -> "red";
            case "warning" -> "orange";
            case "ok" -> "green";
            default ->
                Json.flag(threshold, "fill", false)
                        ? Json.text(threshold, "fillColor", "red")
                        : Json.text(threshold, "lineColor", "red");
        };
    }

    private static ObjectNode legend(ObjectNode panel) {
        var old = Json.object(panel, "legend");
        var legend = Json.object();
        var calcs = legend.putArray("calcs");
        boolean show = old == null || Json.flag(old, "show", true);
        if (old != null && Json.flag(old, "values", true)) {
            for (String name : new String[] {"min", "max", "avg", "current", "total"}) {
                if (Json.flag(old, name, false)) {
                    calcs.add(Reducers.modern(name));
                }
            }
        }
        legend.put("displayMode", old != null && Json.flag(old, "alignAsTable", false) ? "table" : "list");
        legend.put("placement", old != null && Json.flag(old, "rightSide", false) ? "right" : "bottom");
        legend.put("showLegend", show);
        if (old != null && Json.number(old, "sideWidth", 0) > 0) {
            legend.put("width", Json.number(old, "sideWidth", 0));
        }
        if (old != null && !Json.text(old, "sort").isEmpty()) {
            legend.put("sortBy", sortName(Json.text(old, "sort")));
            legend.put("sortDesc", Json.flag(old, "sortDesc", true));
        }
        return legend;
    }

    private static String sortName(String key) {
        return switch (key) {
            case "avg" -> "Mean";
            case "current" -> "Last *";
            case "total" -> "Total";
            case "min" -> "Min";
            case "max" -> "Max";
            default -> key;
        };
    }

    private static ObjectNode tooltip(ObjectNode panel) {
        var old = Json.object(panel, "tooltip");
        boolean shared = old == null || Json.flag(old, "shared", true);
        long sort = old == null ? 0 : Json.number(old, "sort", 0);
        return Json.object()
                .put("mode", shared ? "multi" : "single")
                .put("sort", sort == 1 ? "asc" : sort == 2 ? "desc" : "none");
    }

    private static void timeAxisHidden(ArrayNode overrides) {
        var override = overrides.addObject();
        override.putObject("matcher").put("id", "byType").put("options", "time");
        override.putArray("properties")
                .addObject()
                .put("id", "custom.axisPlacement")
                .put("value", "hidden");
    }

    static double number(ObjectNode node, String key, double otherwise) {
        return node.path(key).isNumber() ? node.get(key).doubleValue() : otherwise;
    }

    /// Whole numbers are written without a fraction.
    static void put(ObjectNode node, String key, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            node.put(key, (long) value);
        } else {
            node.put(key, value);
        }
    }
}
