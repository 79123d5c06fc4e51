package sigyn.server.dashboards.migrate;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Fills the placeholders of a dashboard that was exported for sharing: `${DS_LOKI}` becomes a data source of the type
/// the file asks for, `${VAR_X}` the constant's value, and the shared panels the file brings along stand where it
/// refers to them.
public final class Inputs {
    /// What a panel has of its own beside what it shares.
    private static final Set<String> OWN = Set.of("id", "gridPos", "libraryPanel");

    private Inputs() {}

    /// Values that somebody chose, over what the file and the data sources suggest; `chosen` may be empty.
    public static void resolve(ObjectNode dashboard, Map<String, String> chosen, DatasourceRefs refs, Report report) {
        var values = new HashMap<String, String>();
        for (var input : Json.objects(dashboard, "__inputs")) {
            String name = Json.text(input, "name");
            String picked = chosen.get(name);
            if (picked != null) {
                values.put(name, picked);
            } else if (Json.text(input, "type").equals("datasource")) {
                String plugin = Json.text(input, "pluginId");
                var ref = refs.bestOf(plugin)
                        .or(() -> refs.ofType(plugin).stream().findFirst());
                if (ref.isPresent()) {
                    values.put(name, ref.get().uid());
                    report.note(
                            Report.Level.CONVERTED,
                            "input " + name + " is data source " + ref.get().name());
                } else {
                    report.note(
                            Report.Level.APPROXIMATED, "input " + name + ": there is no data source of type " + plugin);
                }
            } else if (input.has("value")) {
                values.put(name, Json.text(input, "value"));
            }
        }
        fillElements(dashboard, report);
        for (String key : new String[] {"__inputs", "__requires", "__elements"}) {
            dashboard.remove(key);
        }
        if (!values.isEmpty()) {
            replaceIn(dashboard, values);
        }
    }

    private static void fillElements(ObjectNode dashboard, Report report) {
        JsonNode elements = dashboard.path("__elements");
        if (elements.isEmpty()) {
            return;
        }
        for (var panel : Panels.withRows(dashboard)) {
            JsonNode model =
                    elements.path(Json.text(panel.path("libraryPanel"), "uid")).path("model");
            if (model.isEmpty()) {
                continue;
            }
            for (var field : model.properties()) {
                if (!OWN.contains(field.getKey())) {
                    panel.set(field.getKey(), field.getValue().deepCopy());
                }
            }
            report.note(Report.Level.CONVERTED, panel, "shared panel taken from the file");
        }
    }

    private static void replaceIn(JsonNode node, Map<String, String> values) {
        if (node instanceof ObjectNode object) {
            for (String key : object.propertyNames().toArray(String[]::new)) {
                JsonNode value = object.get(key);
                if (value.isString()) {
                    String filled = fill(value.stringValue(), values);
                    if (!filled.equals(value.stringValue())) {
                        object.put(key, filled);
                    }
                } else {
                    replaceIn(value, values);
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                JsonNode value = array.get(i);
                if (value.isString()) {
                    array.set(i, JsonNodeFactory.instance.stringNode(fill(value.stringValue(), values)));
                } else {
                    replaceIn(value, values);
                }
            }
        }
    }

    private static String fill(String text, Map<String, String> values) {
        if (text.indexOf("${") < 0) {
            return text;
        }
        String filled = text;
        for (var value : values.entrySet()) {
            filled = filled.replace("${" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }
}
