package sigyn.server.dashboards.migrate;

import java.util.ArrayList;
import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The dashboard inside what a file holds: itself, the body or the answer of an API call, or a Kubernetes object.
public record Envelope(ObjectNode dashboard, List<String> notes) {
    /// Not a dashboard in any form we know.
    public static final class UnknownException extends Exception {
        UnknownException(String message) {
            super(message);
        }
    }

    public static Envelope open(JsonNode content) throws UnknownException {
        if (!(content instanceof ObjectNode root)) {
            throw new UnknownException("expected a JSON object with a dashboard");
        }
        var notes = new ArrayList<String>();
        var dashboard = unwrap(root, notes);
        if (Json.text(dashboard, "title").isBlank()) {
            throw new UnknownException("dashboard title cannot be empty");
        }
        return new Envelope(dashboard, notes);
    }

    private static ObjectNode unwrap(ObjectNode root, List<String> notes) {
        var inner = Json.object(root, "dashboard");
        if (inner != null && !root.has("panels") && !root.has("rows")) {
            notes.add(root.has("meta") ? "answer of an API call unwrapped" : "body of an API call unwrapped");
            return unwrap(inner, notes);
        }
        var spec = Json.object(root, "spec");
        if (spec != null && root.has("apiVersion") && root.has("kind")) {
            notes.add("Kubernetes object " + Json.text(root, "apiVersion") + " unwrapped");
            var dashboard = unwrap(spec, notes);
            var metadata = Json.object(root, "metadata");
            if (metadata != null && Json.text(dashboard, "uid").isEmpty()) {
                dashboard.put("uid", Json.text(metadata, "name"));
            }
            return dashboard;
        }
        if (Json.object(root, "elements") != null && Json.object(root, "layout") != null) {
            notes.add("schema v2 read as schema " + Migration.CURRENT);
            return SchemaV2.toClassic(root, notes);
        }
        return root;
    }
}
