package sigyn.server.dashboards.migrate;

import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Value mappings from their old forms (`{type: 1, value, text}`, `{type: 2, from, to, text}`, `valueMaps`,
/// `rangeMaps`) to `{type: value|range|special, options}`.
final class Mappings {
    private Mappings() {}

    static ArrayNode modern(List<ObjectNode> old) {
        var values = Json.object();
        var others = Json.array();
        int index = 0;
        for (var mapping : old) {
            JsonNode type = mapping.get("type");
            if (type != null && type.isString() && mapping.has("options")) {
                others.add(mapping);
                continue;
            }
            boolean range = type != null && type.asInt(1) == 2 || mapping.has("from") && !mapping.has("value");
            if (range) {
                others.add(range(mapping, index++));
            } else if (!Json.text(mapping, "value").isEmpty()) {
                String value = Json.text(mapping, "value");
                if (value.equals("null")) {
                    others.add(special(mapping, index++));
                } else {
                    values.set(value, result(mapping, index++));
                }
            }
        }
        var all = Json.array();
        if (!values.isEmpty()) {
            all.addObject().put("type", "value").set("options", values);
        }
        all.addAll(others);
        return all;
    }

    private static ObjectNode range(ObjectNode mapping, int index) {
        String from = Json.text(mapping, "from");
        String to = Json.text(mapping, "to");
        if (from.equals("null") && to.equals("null")) {
            return special(mapping, index);
        }
        var range = Json.object().put("type", "range");
        var options = range.putObject("options");
        number(options, "from", from);
        number(options, "to", to);
        options.set("result", result(mapping, index));
        return range;
    }

    private static ObjectNode special(ObjectNode mapping, int index) {
        var special = Json.object().put("type", "special");
        special.putObject("options").put("match", "null").set("result", result(mapping, index));
        return special;
    }

    private static ObjectNode result(ObjectNode mapping, int index) {
        var result = Json.object().put("text", Json.text(mapping, "text"));
        if (!Json.text(mapping, "color").isEmpty()) {
            result.put("color", Json.text(mapping, "color"));
        }
        return result.put("index", index);
    }

    private static void number(ObjectNode options, String key, String text) {
        try {
            options.put(key, Double.parseDouble(text));
        } catch (NumberFormatException e) {
            options.putNull(key);
        }
    }
}
