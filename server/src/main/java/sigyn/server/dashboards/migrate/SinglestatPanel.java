package sigyn.server.dashboards.migrate;

import java.util.ArrayList;
import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The panel `singlestat` becomes `stat`, or `gauge` when it showed one.
final class SinglestatPanel {
    private static final List<String> OLD_KEYS = List.of(
            "cacheTimeout",
            "colorBackground",
            "colorPostfix",
            "colorPrefix",
            "colorValue",
            "colors",
            "decimals",
            "format",
            "gauge",
            "mappingType",
            "mappingTypes",
            "nullPointMode",
            "nullText",
            "postfix",
            "postfixFontSize",
            "prefix",
            "prefixFontSize",
            "rangeMaps",
            "sparkline",
            "tableColumn",
            "thresholds",
            "valueFontSize",
            "valueMaps",
            "valueName");

    private SinglestatPanel() {}

    static void change(ObjectNode panel, Report report) {
        var gauge = Json.object(panel, "gauge");
        boolean isGauge = gauge != null && Json.flag(gauge, "show", false);
        var config = Json.objectAt(panel, "fieldConfig");
        var defaults = Json.objectAt(config, "defaults");
        config.withArray("overrides");
        if (!Json.text(panel, "format").isEmpty()) {
            defaults.put("unit", Json.text(panel, "format"));
        }
        if (panel.path("decimals").isNumber()) {
            defaults.set("decimals", panel.get("decimals"));
        }
        if (!Json.text(panel, "nullText").isEmpty()) {
            defaults.put("noValue", Json.text(panel, "nullText"));
        }
        var thresholds = OldThresholds.modern(OldThresholds.values(panel), Json.texts(panel, "colors"));
        if (thresholds != null) {
            defaults.set("thresholds", thresholds);
        }
        var mappings = mappings(panel);
        if (!mappings.isEmpty()) {
            defaults.set("mappings", mappings);
        }
        var options = Json.objectAt(panel, "options");
        options.put("orientation", "horizontal");
        options.set("reduceOptions", reduce(panel));
        if (gauge != null && isGauge) {
            GraphPanel.put(defaults, "min", GraphPanel.number(gauge, "minValue", 0));
            GraphPanel.put(defaults, "max", GraphPanel.number(gauge, "maxValue", 100));
            options.put("showThresholdMarkers", Json.flag(gauge, "thresholdMarkers", true));
            options.put("showThresholdLabels", Json.flag(gauge, "thresholdLabels", false));
        } else {
            boolean background = Json.flag(panel, "colorBackground", false);
            boolean value = Json.flag(panel, "colorValue", false);
            options.put("colorMode", background ? "background" : value ? "value" : "none");
            options.put("graphMode", Json.flag(panel.path("sparkline"), "show", false) ? "area" : "none");
            options.put("justifyMode", "auto");
            options.put("textMode", Json.text(panel, "valueName").equals("name") ? "name" : "auto");
        }
        for (String key : new String[] {"prefix", "postfix"}) {
            if (!Json.text(panel, key).isBlank()) {
                report.note(Report.Level.IGNORED, panel, key + " \"" + Json.text(panel, key) + "\" of the singlestat");
            }
        }
        OLD_KEYS.forEach(panel::remove);
        panel.put("type", isGauge ? "gauge" : "stat");
        report.note(Report.Level.CONVERTED, panel, "singlestat shown as " + (isGauge ? "gauge" : "stat"));
    }

    private static ObjectNode reduce(ObjectNode panel) {
        String name = Json.text(panel, "valueName", "avg");
        var reduce = Json.object();
        reduce.putArray("calcs").add(name.equals("name") ? "lastNotNull" : Reducers.modern(name));
        String column = Json.text(panel, "tableColumn");
        reduce.put(
                "fields",
                column.isEmpty() ? "" : "/^" + column.replaceAll("([\\\\^$.|?*+()\\[\\]{}/])", "\\\\$1") + "$/");
        reduce.put("values", false);
        return reduce;
    }

    private static ArrayNode mappings(ObjectNode panel) {
        var old = new ArrayList<ObjectNode>();
        long type = Json.number(panel, "mappingType", 1);
        if (type == 1) {
            old.addAll(Json.objects(panel, "valueMaps"));
        } else if (type == 2) {
            for (var range : Json.objects(panel, "rangeMaps")) {
                old.add(range.deepCopy().put("type", 2));
            }
        }
        old.removeIf(m -> m.path("text").asString("").equals("N/A")
                && m.path("value").asString("").equals("null"));
        return Mappings.modern(old);
    }
}
