package sigyn.server.dashboards.migrate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// The panels of a dashboard, those inside collapsed rows too.
final class Panels {
    private Panels() {}

    /// All but rows.
    static List<ObjectNode> of(ObjectNode dashboard) {
        return withRows(dashboard).stream().filter(p -> !isRow(p)).toList();
    }

    static List<ObjectNode> withRows(ObjectNode dashboard) {
        var found = new ArrayList<ObjectNode>();
        for (var panel : Json.objects(dashboard, "panels")) {
            found.add(panel);
            if (isRow(panel)) {
                found.addAll(Json.objects(panel, "panels"));
            }
        }
        return found;
    }

    static boolean isRow(ObjectNode panel) {
        return Json.text(panel, "type").equals("row");
    }

    /// Gives every panel an `id` of its own and a place in the grid.
    static void complete(ObjectNode dashboard) {
        var all = withRows(dashboard);
        var ids = new HashSet<Long>();
        long highest = 0;
        for (var panel : all) {
            highest = Math.max(highest, Json.number(panel, "id", 0));
        }
        int bottom = 0;
        for (var panel : all) {
            long id = Json.number(panel, "id", 0);
            if (id <= 0 || !ids.add(id)) {
                id = ++highest;
                ids.add(id);
                panel.put("id", id);
            }
            var place = Json.object(panel, "gridPos");
            if (place == null) {
                boolean row = isRow(panel);
                place = Json.object();
                place.put("x", 0);
                place.put("y", bottom);
                place.put("w", row ? 24 : 12);
                place.put("h", row ? 1 : 9);
                panel.set("gridPos", place);
            }
            bottom = (int) Math.max(bottom, Json.number(place, "y", 0) + Json.number(place, "h", 9));
        }
    }
}
