package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// Graphs had two thresholds in `grid`; now they have a list.
final class V13GridThresholds implements Step {
    @Override
    public int version() {
        return 13;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var row : Json.objects(dashboard, "rows")) {
            Json.objects(row, "panels").forEach(V13GridThresholds::change);
        }
        Panels.of(dashboard).forEach(V13GridThresholds::change);
    }

    private static void change(ObjectNode panel) {
        var grid = Json.object(panel, "grid");
        if (grid == null || !Json.text(panel, "type").equals("graph")) {
            return;
        }
        boolean below =
                grid.path("threshold1").doubleValue(0) > grid.path("threshold2").doubleValue(Double.MAX_VALUE);
        var thresholds = panel.withArray("thresholds");
        for (String name : new String[] {"threshold1", "threshold2"}) {
            if (grid.path(name).isNumber()) {
                var threshold = thresholds.addObject();
                threshold.set("value", grid.get(name));
                threshold.put("op", below ? "lt" : "gt");
                threshold.put("colorMode", "custom");
                threshold.put("line", Json.flag(grid, "thresholdLine", false));
                threshold.put("fill", !Json.flag(grid, "thresholdLine", false));
                threshold.put("fillColor", Json.text(grid, name + "Color", "rgba(216, 200, 27, 0.27)"));
                threshold.put("lineColor", Json.text(grid, name + "Color", "rgba(216, 200, 27, 0.27)"));
            }
            grid.remove(name);
            grid.remove(name + "Color");
        }
        grid.remove("thresholdLine");
    }
}
