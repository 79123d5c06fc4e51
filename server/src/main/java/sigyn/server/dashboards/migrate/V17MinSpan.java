package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// The least width of a repeated panel became the most panels beside each other: a divisor of 24.
final class V17MinSpan implements Step {
    @Override
    public int version() {
        return 17;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            long span = Json.number(panel, "minSpan", 0);
            if (span > 0) {
                long most = Math.max(1, 24 / Math.min(span, 24));
                while (24 % most != 0) {
                    most++;
                }
                panel.put("maxPerRow", most);
            }
            panel.remove("minSpan");
        }
    }
}
