package sigyn.server.dashboards.migrate;

import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ArrayNode;

/// Names of ways to make one value of many.
final class Reducers {
    private Reducers() {}

    static String modern(String name) {
        return switch (name) {
            case "avg" -> "mean";
            case "current" -> "lastNotNull";
            case "total" -> "sum";
            default -> name;
        };
    }

    static ArrayNode modern(List<String> names) {
        return Json.strings(names.stream().map(Reducers::modern).toList());
    }
}
