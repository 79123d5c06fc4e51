package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// A constant is hidden, or else a text box; copies that old versions left behind for repeated panels go.
final class V27Constants implements Step {
    @Override
    public int version() {
        return 27;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        if (dashboard.get("panels") instanceof tools.jackson.databind.node.ArrayNode panels) {
            for (int i = panels.size() - 1; i >= 0; i--) {
                if (panels.get(i) instanceof ObjectNode panel && panel.has("repeatPanelId")) {
                    panels.remove(i);
                }
            }
        }
        for (var variable : Variables.of(dashboard)) {
            if (!Json.text(variable, "type").equals("constant")) {
                continue;
            }
            String value = Json.text(variable, "query");
            long hide = Json.number(variable, "hide", 0);
            if (hide != 2) {
                variable.put("type", "textbox");
            }
            var option = Json.object().put("selected", true).put("text", value).put("value", value);
            variable.set("current", option);
            variable.set("options", Json.array().add(option.deepCopy()));
        }
    }
}
