package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// Table columns that said nothing about alignment say `auto`.
final class V22TableAlign implements Step {
    @Override
    public int version() {
        return 22;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            if (Json.text(panel, "type").equals("table")) {
                Json.objects(panel, "styles").forEach(style -> style.put("align", "auto"));
            }
        }
    }
}
