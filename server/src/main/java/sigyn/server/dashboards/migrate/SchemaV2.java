package sigyn.server.dashboards.migrate;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Grafana's schema v2 (`elements` and a `layout` that places them) as a dashboard of the classic schema. Tabs become
/// rows; what shows only under conditions shows always.
final class SchemaV2 {
    private static final int AUTO_HEIGHT = 9;

    private final ObjectNode spec;
    private final List<String> notes;
    private final ArrayNode panels;
    private int y;
    private long rowId = 100_000;

    private SchemaV2(ObjectNode spec, List<String> notes, ArrayNode panels) {
        this.spec = spec;
        this.notes = notes;
        this.panels = panels;
    }

    static ObjectNode toClassic(ObjectNode spec, List<String> notes) {
        var dashboard = Json.object();
        for (String key : new String[] {"title", "description", "tags", "editable", "liveNow", "preload", "links"}) {
            if (spec.has(key)) {
                dashboard.set(key, spec.get(key));
            }
        }
        dashboard.put(
                "graphTooltip",
                switch (Json.text(spec, "cursorSync", "Off")) {
                    case "Crosshair" -> 1;
                    case "Tooltip" -> 2;
                    default -> 0;
                });
        time(spec.path("timeSettings"), dashboard);
        var list = Json.objectAt(dashboard, "templating").putArray("list");
        for (var variable : Json.objects(spec, "variables")) {
            list.add(variable(variable));
        }
        var annotations = Json.objectAt(dashboard, "annotations").putArray("list");
        for (var annotation : Json.objects(spec, "annotations")) {
            annotations.add(annotation(annotation));
        }
        var panels = dashboard.putArray("panels");
        var layout = Json.object(spec, "layout");
        if (layout != null) {
            new SchemaV2(spec, notes, panels).layout(layout, panels);
        }
        dashboard.put("schemaVersion", Migration.CURRENT);
        return dashboard;
    }

    private static void time(JsonNode settings, ObjectNode dashboard) {
        dashboard
                .putObject("time")
                .put("from", Json.text(settings, "from", "now-6h"))
                .put("to", Json.text(settings, "to", "now"));
        dashboard.put("refresh", Json.text(settings, "autoRefresh"));
        dashboard.put("timezone", Json.text(settings, "timezone", "browser"));
        dashboard.put("weekStart", Json.text(settings, "weekStart"));
        dashboard.put("fiscalYearStartMonth", Json.number(settings, "fiscalYearStartMonth", 0));
        var picker = dashboard.putObject("timepicker");
        if (settings.has("autoRefreshIntervals")) {
            picker.set("refresh_intervals", settings.get("autoRefreshIntervals"));
        }
        picker.put("hidden", Json.flag(settings, "hideTimepicker", false));
        if (!Json.text(settings, "nowDelay").isEmpty()) {
            picker.put("nowDelay", Json.text(settings, "nowDelay"));
        }
    }

    private void layout(ObjectNode layout, ArrayNode into) {
        JsonNode body = layout.path("spec");
        switch (Json.text(layout, "kind")) {
            case "GridLayout" -> grid(body, into);
            case "AutoGridLayout" -> autoGrid(body, into);
            case "RowsLayout" -> {
                for (var row : Json.objects(body, "rows")) {
                    row(row.path("spec"), into);
                }
            }
            case "TabsLayout" -> {
                notes.add("tabs are shown as rows");
                for (var tab : Json.objects(body, "tabs")) {
                    row(tab.path("spec"), into);
                }
            }
            default -> notes.add("layout " + Json.text(layout, "kind") + " is not known");
        }
    }

    private void grid(JsonNode body, ArrayNode into) {
        int bottom = y;
        for (var item : Json.objects(body, "items")) {
            JsonNode place = item.path("spec");
            var panel = element(Json.text(place.path("element"), "name"));
            if (panel == null) {
                continue;
            }
            long h = Json.number(place, "height", AUTO_HEIGHT);
            long top = y + Json.number(place, "y", 0);
            panel.putObject("gridPos")
                    .put("x", Json.number(place, "x", 0))
                    .put("y", top)
                    .put("w", Json.number(place, "width", 12))
                    .put("h", h);
            repeat(place.path("repeat"), panel);
            into.add(panel);
            bottom = (int) Math.max(bottom, top + h);
        }
        y = bottom;
    }

    private void autoGrid(JsonNode body, ArrayNode into) {
        int columns = Math.clamp(Json.number(body, "maxColumnCount", 3), 1, 12);
        int width = 24 / columns;
        int column = 0;
        for (var item : Json.objects(body, "items")) {
            var panel = element(Json.text(item.path("spec").path("element"), "name"));
            if (panel == null) {
                continue;
            }
            panel.putObject("gridPos")
                    .put("x", column * width)
                    .put("y", y)
                    .put("w", width)
                    .put("h", AUTO_HEIGHT);
            repeat(item.path("spec").path("repeat"), panel);
            into.add(panel);
            if (++column == columns) {
                column = 0;
                y += AUTO_HEIGHT;
            }
        }
        if (column > 0) {
            y += AUTO_HEIGHT;
        }
    }

    private void row(JsonNode body, ArrayNode into) {
        boolean collapsed = Json.flag(body, "collapse", false);
        var head = Json.object();
        head.put("id", rowId++);
        head.put("type", "row");
        head.put("title", Json.text(body, "title"));
        head.put("collapsed", collapsed);
        head.putObject("gridPos").put("x", 0).put("y", y).put("w", 24).put("h", 1);
        var children = head.putArray("panels");
        repeat(body.path("repeat"), head);
        if (!Json.flag(body, "hideHeader", false)) {
            panels.add(head);
            y++;
        } else {
            collapsed = false;
        }
        if (body.has("conditionalRendering")) {
            notes.add("row " + Json.text(body, "title") + " is shown always, its conditions are ignored");
        }
        var layout = Json.object(body, "layout");
        if (layout != null) {
            layout(layout, collapsed ? children : into);
        }
    }

    private static void repeat(JsonNode repeat, ObjectNode panel) {
        if (!Json.text(repeat, "value").isEmpty()) {
            panel.put("repeat", Json.text(repeat, "value"));
            if (!Json.text(repeat, "direction").isEmpty()) {
                panel.put("repeatDirection", Json.text(repeat, "direction"));
            }
            if (repeat.has("maxPerRow")) {
                panel.set("maxPerRow", repeat.get("maxPerRow"));
            }
        }
    }

    private @Nullable ObjectNode element(String name) {
        JsonNode element = spec.path("elements").path(name);
        if (!(element.path("spec") instanceof ObjectNode body)) {
            notes.add("element " + name + " is missing");
            return null;
        }
        var panel = Json.object();
        for (String key : new String[] {"id", "title", "description", "transparent", "links"}) {
            if (body.has(key)) {
                panel.set(key, body.get(key));
            }
        }
        if (Json.text(element, "kind").equals("LibraryPanel") && body.has("libraryPanel")) {
            panel.set("libraryPanel", body.get("libraryPanel"));
        }
        JsonNode viz = body.path("vizConfig");
        panel.put("type", Json.text(viz, "group", Json.text(viz, "kind")));
        for (String key : new String[] {"options", "fieldConfig", "pluginVersion"}) {
            if (viz.path("spec").has(key)) {
                panel.set(key, viz.path("spec").get(key));
            }
        }
        JsonNode data = body.path("data").path("spec");
        var targets = panel.putArray("targets");
        for (var query : Json.objects(data, "queries")) {
            targets.add(target(query.path("spec")));
        }
        var transformations = panel.putArray("transformations");
        for (var transformation : Json.objects(data, "transformations")) {
            var one = transformation.path("spec") instanceof ObjectNode t ? t.deepCopy() : Json.object();
            one.put("id", Json.text(one, "id", Json.text(transformation, "group", Json.text(transformation, "kind"))));
            transformations.add(one);
        }
        if (data.path("queryOptions") instanceof ObjectNode options) {
            panel.setAll(options);
        }
        if (!targets.isEmpty() && targets.get(0).has("datasource")) {
            panel.set("datasource", targets.get(0).get("datasource").deepCopy());
        }
        return panel;
    }

    private static ObjectNode target(JsonNode query) {
        JsonNode inner = query.path("query");
        var target = inner.path("spec") instanceof ObjectNode body ? body.deepCopy() : Json.object();
        target.put("refId", Json.text(query, "refId"));
        if (Json.flag(query, "hidden", false)) {
            target.put("hide", true);
        }
        var source = source(query, inner);
        if (source != null) {
            target.set("datasource", source);
        }
        return target;
    }

    /// The data source of a query: beside it in the first v2 schemas, inside it since.
    private static @Nullable ObjectNode source(JsonNode outer, JsonNode inner) {
        if (outer.path("datasource") instanceof ObjectNode there && there.has("uid")) {
            return there.deepCopy();
        }
        String type = Json.text(inner, "group", Json.text(inner, "kind"));
        String name = Json.text(inner.path("datasource"), "name");
        if (name.isEmpty()) {
            return null;
        }
        return Json.object().put("type", type).put("uid", name);
    }

    private static ObjectNode variable(ObjectNode variable) {
        JsonNode body = variable.path("spec");
        var classic = body instanceof ObjectNode spec ? spec.deepCopy() : Json.object();
        String kind = Json.text(variable, "kind").replaceFirst("Variable$", "");
        classic.put("type", kind.equals("Text") ? "textbox" : kind.toLowerCase(Locale.ROOT));
        classic.put(
                "hide",
                switch (Json.text(body, "hide")) {
                    case "hideLabel" -> 1;
                    case "hideVariable" -> 2;
                    case "inControlsMenu" -> 3;
                    default -> 0;
                });
        if (kind.equals("Query")) {
            JsonNode query = body.path("query");
            var source = source(body, query);
            if (source != null) {
                classic.set("datasource", source);
            }
            JsonNode inner = query.path("spec");
            classic.set("query", inner.has("__legacyStringValue") ? inner.get("__legacyStringValue") : inner);
            classic.put(
                    "refresh",
                    switch (Json.text(body, "refresh")) {
                        case "onTimeRangeChanged" -> 2;
                        case "never" -> 0;
                        default -> 1;
                    });
            classic.put("sort", sort(Json.text(body, "sort")));
        } else if (kind.equals("Datasource")) {
            classic.put("query", Json.text(body, "pluginId"));
        }
        return classic;
    }

    private static int sort(String name) {
        return switch (name) {
            case "alphabeticalAsc" -> 1;
            case "alphabeticalDesc" -> 2;
            case "numericalAsc" -> 3;
            case "numericalDesc" -> 4;
            case "alphabeticalCaseInsensitiveAsc" -> 5;
            case "alphabeticalCaseInsensitiveDesc" -> 6;
            case "naturalAsc" -> 7;
            case "naturalDesc" -> 8;
            default -> 0;
        };
    }

    private static ObjectNode annotation(ObjectNode annotation) {
        JsonNode body = annotation.path("spec");
        var classic = body instanceof ObjectNode spec ? spec.deepCopy() : Json.object();
        JsonNode query = body.path("query");
        if (query.path("spec") instanceof ObjectNode inner) {
            classic.setAll(inner);
        }
        classic.remove("query");
        var source = source(body, query);
        if (source != null) {
            classic.set("datasource", source);
        }
        if (Json.flag(body, "builtIn", false)) {
            classic.put("builtIn", 1);
            classic.put("type", "dashboard");
            classic.set("datasource", Json.object().put("type", "grafana").put("uid", "-- Grafana --"));
        }
        return classic;
    }
}
