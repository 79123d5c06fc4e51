package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// Whether a legend shows is a switch of its own and no longer a mode of display.
final class V37HiddenLegend implements Step {
    @Override
    public int version() {
        return 37;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            var options = Json.object(panel, "options");
            var legend = options == null ? null : Json.object(options, "legend");
            if (legend == null) {
                continue;
            }
            boolean hidden = Json.text(legend, "displayMode").equals("hidden")
                    || legend.has("showLegend") && !Json.flag(legend, "showLegend", true);
            if (hidden) {
                legend.put("displayMode", "list");
            }
            legend.put("showLegend", !hidden);
        }
    }
}
