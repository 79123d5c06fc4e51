package sigyn.server.dashboards.migrate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// Thresholds as a text `10,20` (or a list) and one more colour than there are of them.
final class OldThresholds {
    private OldThresholds() {}

    /// Null when there is nothing in it.
    static @Nullable ObjectNode modern(List<String> values, List<String> colors) {
        if (colors.isEmpty()) {
            return null;
        }
        var thresholds = Json.object().put("mode", "absolute");
        var steps = thresholds.putArray("steps");
        steps.addObject().putNull("value").put("color", colors.getFirst());
        int color = 1;
        for (String value : values) {
            if (value.strip().matches("-?[0-9]+(\\.[0-9]+)?")) {
                var step = steps.addObject();
                GraphPanel.put(step, "value", Double.parseDouble(value.strip()));
                step.put("color", colors.get(Math.min(color++, colors.size() - 1)));
            }
        }
        return thresholds;
    }

    static List<String> values(ObjectNode owner) {
        return owner.path("thresholds").isString()
                ? List.of(Json.text(owner, "thresholds").split(","))
                : Json.texts(owner, "thresholds");
    }
}
