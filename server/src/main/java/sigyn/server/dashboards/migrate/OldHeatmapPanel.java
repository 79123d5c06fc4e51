package sigyn.server.dashboards.migrate;

import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The heatmap that kept its options beside `type` keeps them in `options`.
final class OldHeatmapPanel {
    private static final List<String> OLD_KEYS = List.of(
            "cards",
            "color",
            "dataFormat",
            "heatmap",
            "hideZeroBuckets",
            "highlightCards",
            "legend",
            "reverseYBuckets",
            "tooltip",
            "tooltipDecimals",
            "xAxis",
            "xBucketNumber",
            "xBucketSize",
            "yAxis",
            "yBucketBound",
            "yBucketNumber",
            "yBucketSize");

    private OldHeatmapPanel() {}

    static void change(ObjectNode panel, Report report) {
        var config = Json.objectAt(panel, "fieldConfig");
        Json.objectAt(config, "defaults");
        config.withArray("overrides");
        var options = Json.objectAt(panel, "options");
        boolean buckets = Json.text(panel, "dataFormat", "timeseries").equals("tsbuckets");
        options.put("calculate", !buckets);
        if (!buckets) {
            var calculation = options.putObject("calculation");
            bucket(panel, calculation, "x");
            bucket(panel, calculation, "y");
        } else {
            String bound = Json.text(panel, "yBucketBound", "auto");
            options.putObject("rowsFrame")
                    .put(
                            "layout",
                            switch (bound) {
                                case "upper" -> "le";
                                case "lower" -> "ge";
                                case "middle" -> "unknown";
                                default -> "auto";
                            });
        }
        color(panel.path("color"), options.putObject("color"));
        JsonNode cards = panel.path("cards");
        options.put(
                "cellGap",
                cards.path("cardPadding").isNumber() ? cards.get("cardPadding").intValue() : 1);
        if (Json.flag(panel, "hideZeroBuckets", false)) {
            options.putObject("filterValues").put("le", 1e-9);
        }
        yAxis(panel, options.putObject("yAxis"));
        options.putObject("legend").put("show", Json.flag(panel.path("legend"), "show", false));
        options.putObject("tooltip")
                .put("mode", Json.flag(panel.path("tooltip"), "show", true) ? "single" : "none")
                .put("yHistogram", Json.flag(panel.path("tooltip"), "showHistogram", false));
        OLD_KEYS.forEach(panel::remove);
        report.note(Report.Level.CONVERTED, panel, "options of the old heatmap");
    }

    private static void bucket(ObjectNode panel, ObjectNode calculation, String axis) {
        String size = Json.text(panel, axis + "BucketSize");
        String number = Json.text(panel, axis + "BucketNumber");
        if (!size.isEmpty()) {
            calculation.putObject(axis + "Buckets").put("mode", "size").put("value", size);
        } else if (!number.isEmpty()) {
            calculation.putObject(axis + "Buckets").put("mode", "count").put("value", number);
        }
    }

    private static void color(JsonNode old, ObjectNode color) {
        String scheme = Json.text(old, "colorScheme", "interpolateOranges").replaceFirst("^interpolate", "");
        color.put("mode", Json.text(old, "mode").equals("opacity") ? "opacity" : "scheme");
        color.put("scheme", scheme);
        color.put("steps", 128);
        color.set(
                "exponent",
                old.path("exponent").isNumber()
                        ? old.get("exponent")
                        : Json.object().numberNode(0.5));
        color.put("fill", Json.text(old, "cardColor", "dark-orange"));
        color.put("reverse", false);
        for (String limit : new String[] {"min", "max"}) {
            if (old.path(limit).isNumber()) {
                color.set(limit, old.get(limit));
            }
        }
    }

    private static void yAxis(ObjectNode panel, ObjectNode axis) {
        JsonNode old = panel.path("yAxis");
        axis.put("axisPlacement", Json.flag(old, "show", true) ? "left" : "hidden");
        axis.put("reverse", Json.flag(panel, "reverseYBuckets", false));
        if (!Json.text(old, "format").isEmpty()) {
            axis.put("unit", Json.text(old, "format"));
        }
        for (String key : new String[] {"decimals", "min", "max"}) {
            if (old.path(key).isNumber()) {
                axis.set(key, old.get(key));
            }
        }
    }
}
