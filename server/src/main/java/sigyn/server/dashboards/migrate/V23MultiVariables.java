package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The current value of a variable with several values is a list, of any other variable it is none.
final class V23MultiVariables implements Step {
    @Override
    public int version() {
        return 23;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var variable : Variables.of(dashboard)) {
            var current = Json.object(variable, "current");
            if (current == null || !variable.has("multi")) {
                continue;
            }
            boolean multi = Json.flag(variable, "multi", false);
            for (String key : new String[] {"value", "text"}) {
                JsonNode value = current.get(key);
                if (value == null) {
                    continue;
                }
                if (multi && !value.isArray()) {
                    current.set(key, Json.array().add(value));
                } else if (!multi && value.isArray() && !value.isEmpty()) {
                    current.set(key, value.get(0));
                }
            }
        }
    }
}
