package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The gauge's options had a name and a shape of their own.
final class V18GaugeOptions implements Step {
    @Override
    public int version() {
        return 18;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            var old = Json.object(panel, "options-gauge");
            if (old == null) {
                continue;
            }
            var value = Json.object();
            for (String key : new String[] {"unit", "stat", "decimals", "prefix", "suffix"}) {
                if (old.has(key)) {
                    value.set(key, old.remove(key));
                }
            }
            if (old.get("thresholds") instanceof ArrayNode steps) {
                var turned = Json.array();
                for (int i = steps.size() - 1; i >= 0; i--) {
                    turned.add(steps.get(i));
                }
                old.set("thresholds", turned);
            }
            old.set("valueOptions", value);
            old.remove("options");
            panel.set("options", old);
            panel.remove("options-gauge");
        }
    }
}
