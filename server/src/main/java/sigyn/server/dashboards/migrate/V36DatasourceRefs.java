package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Data sources are referred to by `{type, uid}` instead of by name, `null` or `default`. (Versions 33 and 36.)
final class V36DatasourceRefs implements Step {
    @Override
    public int version() {
        return 36;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var annotation : Json.objects(dashboard.path("annotations"), "list")) {
            boolean builtIn = Json.number(annotation, "builtIn", 0) == 1;
            if (builtIn && !(annotation.get("datasource") instanceof ObjectNode)) {
                annotation.set(
                        "datasource", Json.object().put("type", "grafana").put("uid", "-- Grafana --"));
            } else {
                change(annotation, refs, true);
            }
        }
        for (var variable : Variables.of(dashboard)) {
            if (Json.text(variable, "type").equals("query")) {
                change(variable, refs, true);
            }
        }
        for (var panel : Panels.of(dashboard)) {
            boolean hasTargets = !Json.objects(panel, "targets").isEmpty();
            boolean targetsKnow =
                    Json.objects(panel, "targets").stream().anyMatch(t -> t.get("datasource") instanceof ObjectNode);
            change(panel, refs, hasTargets && !targetsKnow);
            for (var target : Json.objects(panel, "targets")) {
                if (target.has("datasource")) {
                    change(target, refs, false);
                }
            }
        }
    }

    /// @param fill whether nothing means the default
    static void change(ObjectNode owner, DatasourceRefs refs, boolean fill) {
        JsonNode old = owner.get("datasource");
        if (old instanceof ObjectNode) {
            return;
        }
        if (old == null
                || old.isNull()
                || old.asString("").equals("default")
                || old.asString("").isEmpty()) {
            var standard = refs.standard();
            if (fill && standard.isPresent()) {
                owner.set("datasource", ref(standard.get()));
            } else if (old != null && !fill) {
                owner.remove("datasource");
            }
            return;
        }
        String name = old.asString("");
        switch (name) {
            case "-- Mixed --", "-- Dashboard --", "-- Grafana --" ->
                owner.set("datasource", Json.object().put("type", "datasource").put("uid", name));
            default -> {
                var found = refs.byName(name).or(() -> refs.byUid(name));
                owner.set(
                        "datasource",
                        found.map(V36DatasourceRefs::ref)
                                .orElseGet(() -> Json.object().put("uid", name)));
            }
        }
    }

    private static ObjectNode ref(DatasourceRefs.Ref ref) {
        return Json.object().put("type", ref.type()).put("uid", ref.uid());
    }
}
