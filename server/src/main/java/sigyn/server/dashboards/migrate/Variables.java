package sigyn.server.dashboards.migrate;

import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// The variables of a dashboard.
final class Variables {
    private Variables() {}

    static List<ObjectNode> of(ObjectNode dashboard) {
        var templating = Json.object(dashboard, "templating");
        return templating == null ? List.of() : Json.objects(templating, "list");
    }
}
