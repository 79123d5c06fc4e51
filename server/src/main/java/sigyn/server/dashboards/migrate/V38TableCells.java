package sigyn.server.dashboards.migrate;

import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A table cell's display mode is an object with a type and, for some, a mode.
final class V38TableCells implements Step {
    @Override
    public int version() {
        return 38;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            if (Json.text(panel, "type").equals("table")) {
                change(panel);
            }
        }
    }

    static void change(ObjectNode panel) {
        JsonNode fieldConfig = panel.path("fieldConfig");
        if (fieldConfig.path("defaults").path("custom") instanceof ObjectNode custom && custom.has("displayMode")) {
            custom.set("cellOptions", cell(Json.text(custom, "displayMode")));
            custom.remove("displayMode");
        }
        List<ObjectNode> overrides = Json.objects(fieldConfig, "overrides");
        for (var override : overrides) {
            for (var property : Json.objects(override, "properties")) {
                if (Json.text(property, "id").equals("custom.displayMode")) {
                    property.put("id", "custom.cellOptions");
                    property.set("value", cell(Json.text(property, "value")));
                }
            }
        }
    }

    private static ObjectNode cell(String mode) {
        var cell = Json.object();
        return switch (mode) {
            case "basic" -> cell.put("type", "gauge").put("mode", "basic");
            case "gradient-gauge" -> cell.put("type", "gauge").put("mode", "gradient");
            case "lcd-gauge" -> cell.put("type", "gauge").put("mode", "lcd");
            case "color-background" -> cell.put("type", "color-background").put("mode", "gradient");
            case "color-background-solid" ->
                cell.put("type", "color-background").put("mode", "basic");
            default -> cell.put("type", mode.isEmpty() ? "auto" : mode);
        };
    }
}
