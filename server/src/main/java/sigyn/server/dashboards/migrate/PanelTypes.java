package sigyn.server.dashboards.migrate;

import java.util.Map;
import java.util.Set;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// Turns panels of types that are no more into those that took their place, whatever schema the dashboard claims.
final class PanelTypes {
    private static final Set<String> DRAWN = Set.of(
            "timeseries",
            "logs",
            "stat",
            "gauge",
            "bargauge",
            "table",
            "barchart",
            "piechart",
            "text",
            "heatmap",
            "histogram",
            "state-timeline",
            "status-history",
            "alertlist",
            "dashlist",
            "annolist");

    private static final Map<String, String> RENAMED = Map.of("logstable", "table", "table2", "table", "text2", "text");

    private PanelTypes() {}

    static void modernise(ObjectNode panel, Report report) {
        String type = Json.text(panel, "type");
        String renamed = RENAMED.get(type);
        if (renamed != null) {
            panel.put("type", renamed);
            if (type.equals("logstable")) {
                report.note(Report.Level.APPROXIMATED, panel, "logstable shown as table");
            }
        }
        switch (Json.text(panel, "type")) {
            case "graph" -> GraphPanel.change(panel, report);
            case "singlestat", "grafana-singlestat-panel" -> SinglestatPanel.change(panel, report);
            case "table-old" -> OldTablePanel.change(panel, report);
            case "table" -> {
                if (panel.has("styles") && !panel.has("fieldConfig")) {
                    OldTablePanel.change(panel, report);
                }
            }
            case "grafana-piechart-panel" -> PiechartPlugin.change(panel, report);
            case "heatmap" -> {
                if (panel.has("dataFormat") || panel.has("color") && !panel.has("options")) {
                    OldHeatmapPanel.change(panel, report);
                }
            }
            case "text" -> text(panel);
            case "stat", "gauge", "bargauge" -> FieldOptions.change(panel, report);
            default -> {}
        }
        String now = Json.text(panel, "type");
        if (!DRAWN.contains(now)) {
            String shown = now.isEmpty() ? "panel without a type" : "panel type " + now + " is not drawn";
            report.note(Report.Level.UNSUPPORTED, panel, shown + ", its data is shown as a table");
        }
        if (panel.has("alert")) {
            report.note(Report.Level.IGNORED, panel, "the alert inside the panel is of an old kind and does not run");
        }
    }

    /// Text panels had `mode` and `content` beside `type`.
    private static void text(ObjectNode panel) {
        if (panel.has("content") && !panel.path("options").has("content")) {
            var options = Json.objectAt(panel, "options");
            String mode = Json.text(panel, "mode", "markdown");
            options.put("mode", mode.equals("text") ? "markdown" : mode);
            options.set("content", panel.remove("content"));
            panel.remove("mode");
        }
    }
}
