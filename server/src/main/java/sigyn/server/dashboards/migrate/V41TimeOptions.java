package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// The time picker's `time_options` had no effect any more.
final class V41TimeOptions implements Step {
    @Override
    public int version() {
        return 41;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        var picker = Json.object(dashboard, "timepicker");
        if (picker != null) {
            picker.remove("time_options");
        }
    }
}
