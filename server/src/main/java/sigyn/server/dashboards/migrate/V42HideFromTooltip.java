package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// What is hidden from the picture is hidden from the tooltip too.
final class V42HideFromTooltip implements Step {
    @Override
    public int version() {
        return 42;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            for (var override : Json.objects(panel.path("fieldConfig"), "overrides")) {
                for (var property : Json.objects(override, "properties")) {
                    if (Json.text(property, "id").equals("custom.hideFrom")
                            && property.get("value") instanceof ObjectNode value
                            && Json.flag(value, "viz", false)) {
                        value.put("tooltip", true);
                    }
                }
            }
        }
    }
}
