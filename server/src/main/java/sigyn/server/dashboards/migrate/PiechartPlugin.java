package sigyn.server.dashboards.migrate;

import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// The plugin `grafana-piechart-panel` becomes `piechart`.
final class PiechartPlugin {
    private static final List<String> OLD_KEYS = List.of(
            "aliasColors",
            "breakPoint",
            "cacheTimeout",
            "combine",
            "decimals",
            "fontSize",
            "format",
            "legend",
            "legendType",
            "nullPointMode",
            "pieType",
            "strokeWidth",
            "valueName");

    private PiechartPlugin() {}

    static void change(ObjectNode panel, Report report) {
        var config = Json.objectAt(panel, "fieldConfig");
        var defaults = Json.objectAt(config, "defaults");
        var overrides = config.withArray("overrides");
        if (!Json.text(panel, "format").isEmpty()) {
            defaults.put("unit", Json.text(panel, "format"));
        }
        if (panel.path("decimals").isNumber()) {
            defaults.set("decimals", panel.get("decimals"));
        }
        var colors = Json.object(panel, "aliasColors");
        if (colors != null) {
            for (var color : colors.properties()) {
                var override = overrides.addObject();
                override.putObject("matcher").put("id", "byName").put("options", color.getKey());
                GraphPanel.fixed(
                        override.putArray("properties"), color.getValue().asString(""));
            }
        }
        var options = Json.objectAt(panel, "options");
        options.put("pieType", Json.text(panel, "pieType", "pie"));
        options.putObject("reduceOptions")
                .put("values", false)
                .put("fields", "")
                .putArray("calcs")
                .add(Reducers.modern(Json.text(panel, "valueName", "current")));
        var old = Json.object(panel, "legend");
        String where = Json.text(panel, "legendType");
        var legend = options.putObject("legend");
        legend.put("showLegend", !where.equals("On graph") && (old == null || Json.flag(old, "show", true)));
        legend.put("displayMode", "list");
        legend.put("placement", where.equals("Right side") ? "right" : "bottom");
        var values = legend.putArray("values");
        if (old != null && Json.flag(old, "values", false)) {
            values.add("value");
        }
        if (old != null && Json.flag(old, "percentage", false)) {
            values.add("percent");
        }
        if (where.equals("On graph")) {
            options.putArray("displayLabels").add("name");
        }
        if (GraphPanel.number(panel.path("combine") instanceof ObjectNode c ? c : Json.object(), "threshold", 0) > 0) {
            report.note(Report.Level.IGNORED, panel, "small slices are not combined");
        }
        OLD_KEYS.forEach(panel::remove);
        panel.put("type", "piechart");
        report.note(Report.Level.CONVERTED, panel, "grafana-piechart-panel shown as piechart");
    }
}
