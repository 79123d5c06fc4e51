package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Value mappings are grouped by kind; `tooltipOptions` is called `tooltip`.
final class V30ValueMappings implements Step {
    @Override
    public int version() {
        return 30;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            var options = Json.object(panel, "options");
            if (options != null && options.has("tooltipOptions")) {
                options.set("tooltip", options.remove("tooltipOptions"));
            }
            if (panel.path("fieldConfig").path("defaults") instanceof ObjectNode defaults
                    && defaults.get("mappings") instanceof ArrayNode) {
                defaults.set("mappings", Mappings.modern(Json.objects(defaults, "mappings")));
            }
            for (var override : Json.objects(panel.path("fieldConfig"), "overrides")) {
                for (var property : Json.objects(override, "properties")) {
                    if (Json.text(property, "id").equals("mappings") && property.get("value") instanceof ArrayNode) {
                        property.set("value", Mappings.modern(Json.objects(property, "value")));
                    }
                }
            }
        }
    }
}
