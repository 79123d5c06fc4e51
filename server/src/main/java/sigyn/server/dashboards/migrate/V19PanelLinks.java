package sigyn.server.dashboards.migrate;

import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Slug;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Panel links had a type and parts; now they are a title and a URL.
final class V19PanelLinks implements Step {
    @Override
    public int version() {
        return 19;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            if (!(panel.get("links") instanceof ArrayNode)) {
                continue;
            }
            var links = Json.array();
            for (var old : Json.objects(panel, "links")) {
                boolean modern = old.has("url") && !old.has("type") && !old.has("dashUri");
                links.add(modern ? old : link(old));
            }
            panel.set("links", links);
        }
    }

    private static ObjectNode link(ObjectNode old) {
        String url = Json.text(old, "url");
        if (url.isEmpty() && !Json.text(old, "dashboard").isEmpty()) {
            url = "dashboard/db/" + Slug.of(Json.text(old, "dashboard"));
        }
        if (url.isEmpty() && !Json.text(old, "dashUri").isEmpty()) {
            url = "dashboard/" + Json.text(old, "dashUri");
        }
        if (url.isEmpty()) {
            url = "/";
        }
        if (Json.flag(old, "keepTime", false)) {
            url = append(url, "$__url_time_range");
        }
        if (Json.flag(old, "includeVars", false)) {
            url = append(url, "$__all_variables");
        }
        if (!Json.text(old, "params").isEmpty()) {
            url = append(url, Json.text(old, "params"));
        }
        var link = Json.object();
        link.put("url", url);
        link.put("title", Json.text(old, "title"));
        if (old.has("targetBlank")) {
            link.set("targetBlank", old.get("targetBlank"));
        }
        return link;
    }

    private static String append(String url, String query) {
        return url + (url.contains("?") ? "&" : "?") + query;
    }
}
