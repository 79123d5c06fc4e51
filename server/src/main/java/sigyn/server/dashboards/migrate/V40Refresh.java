package sigyn.server.dashboards.migrate;

import tools.jackson.databind.node.ObjectNode;

/// The refresh interval is a text, empty for none.
final class V40Refresh implements Step {
    @Override
    public int version() {
        return 40;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        if (!dashboard.path("refresh").isString()) {
            dashboard.put("refresh", "");
        }
    }
}
