package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// A query variable asks at least when the dashboard opens, and does not keep its options.
final class V29VariableRefresh implements Step {
    @Override
    public int version() {
        return 29;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var variable : Variables.of(dashboard)) {
            if (!Json.text(variable, "type").equals("query")) {
                continue;
            }
            long refresh = Json.number(variable, "refresh", 0);
            if (refresh != 1 && refresh != 2) {
                variable.put("refresh", 1);
            }
            if (variable.path("options").size() > 0) {
                variable.putArray("options");
            }
        }
    }
}
