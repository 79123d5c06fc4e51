package sigyn.server.dashboards.migrate;

import java.util.List;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The table before schema 24 (`table-old`): column styles become overrides, its way of making rows a transformation.
final class OldTablePanel {
    private static final List<String> OLD_KEYS =
            List.of("columns", "fontSize", "pageSize", "scroll", "showHeader", "sort", "styles", "transform");

    private OldTablePanel() {}

    static void change(ObjectNode panel, Report report) {
        var config = Json.objectAt(panel, "fieldConfig");
        var defaults = Json.objectAt(config, "defaults");
        var overrides = config.withArray("overrides");
        for (var style : Json.objects(panel, "styles")) {
            String pattern = Json.text(style, "pattern");
            if (pattern.equals("/.*/")) {
                Json.objectAt(defaults, "custom").put("align", align(style));
                for (var property : properties(style, panel, report)) {
                    put(defaults, (ObjectNode) property);
                }
            } else if (!pattern.isEmpty()) {
                var override = overrides.addObject();
                boolean regex = pattern.length() > 1 && pattern.startsWith("/") && pattern.endsWith("/");
                override.putObject("matcher")
                        .put("id", regex ? "byRegexp" : "byName")
                        .put("options", pattern);
                override.set("properties", properties(style, panel, report));
            }
        }
        transform(panel, report);
        var options = Json.objectAt(panel, "options");
        options.put("showHeader", Json.flag(panel, "showHeader", true));
        var sort = Json.object(panel, "sort");
        var columns = Json.objects(panel, "columns");
        if (sort != null && sort.path("col").isNumber() && Json.number(sort, "col", -1) >= 0) {
            long at = Json.number(sort, "col", 0);
            if (at < columns.size()) {
                options.putArray("sortBy")
                        .addObject()
                        .put("displayName", Json.text(columns.get((int) at), "text"))
                        .put("desc", Json.flag(sort, "desc", false));
            }
        }
        OLD_KEYS.forEach(panel::remove);
        panel.put("type", "table");
        report.note(Report.Level.CONVERTED, panel, "old table shown as table");
    }

    private static void put(ObjectNode defaults, ObjectNode property) {
        String id = Json.text(property, "id");
        if (id.startsWith("custom.")) {
            Json.objectAt(defaults, "custom").set(id.substring(7), property.get("value"));
        } else {
            defaults.set(id, property.get("value"));
        }
    }

    private static ArrayNode properties(ObjectNode style, ObjectNode panel, Report report) {
        var properties = Json.array();
        String alias = Json.text(style, "alias");
        if (!alias.isEmpty()) {
            add(properties, "displayName").put("value", alias);
        }
        switch (Json.text(style, "type")) {
            case "hidden" ->
                add(properties, "custom.hideFrom")
                        .putObject("value")
                        .put("legend", true)
                        .put("tooltip", true)
                        .put("viz", true);
            case "date" ->
                add(properties, "unit").put("value", "time: " + Json.text(style, "dateFormat", "YYYY-MM-DD HH:mm:ss"));
            case "number" -> {
                if (!Json.text(style, "unit").isEmpty()) {
                    add(properties, "unit").put("value", Json.text(style, "unit"));
                }
                if (style.path("decimals").isNumber()) {
                    add(properties, "decimals").set("value", style.get("decimals"));
                }
            }
            default -> {}
        }
        var thresholds = OldThresholds.modern(OldThresholds.values(style), Json.texts(style, "colors"));
        String mode = Json.text(style, "colorMode");
        if (!mode.isEmpty() && thresholds != null) {
            add(properties, "thresholds").set("value", thresholds);
            var cell = add(properties, "custom.cellOptions").putObject("value");
            switch (mode) {
                case "value" -> cell.put("type", "color-text");
                case "row" ->
                    cell.put("type", "color-background").put("mode", "basic").put("applyToRow", true);
                default -> cell.put("type", "color-background").put("mode", "basic");
            }
        }
        if (Json.flag(style, "link", false) && !Json.text(style, "linkUrl").isEmpty()) {
            var link = add(properties, "links").putArray("value").addObject();
            link.put("title", Json.text(style, "linkTooltip"));
            link.put("url", Json.text(style, "linkUrl"));
            link.put("targetBlank", Json.flag(style, "linkTargetBlank", false));
            if (Json.text(style, "linkUrl").contains("${__cell")) {
                report.note(Report.Level.APPROXIMATED, panel, "link of a column refers to cells by number");
            }
        }
        var mappings = new java.util.ArrayList<ObjectNode>();
        if (Json.number(style, "mappingType", 1) == 1) {
            mappings.addAll(Json.objects(style, "valueMaps"));
        } else {
            Json.objects(style, "rangeMaps")
                    .forEach(m -> mappings.add(m.deepCopy().put("type", 2)));
        }
        if (!mappings.isEmpty()) {
            add(properties, "mappings").set("value", Mappings.modern(mappings));
        }
        if (!Json.text(style, "align").isEmpty()) {
            add(properties, "custom.align").put("value", align(style));
        }
        return properties;
    }

    private static String align(ObjectNode style) {
        String align = Json.text(style, "align", "auto");
        return align.isEmpty() ? "auto" : align;
    }

    private static void transform(ObjectNode panel, Report report) {
        var transformations = panel.withArray("transformations");
        String transform = Json.text(panel, "transform");
        switch (transform) {
            case "timeseries_to_columns" ->
                transformations
                        .addObject()
                        .put("id", "joinByField")
                        .putObject("options")
                        .put("byField", "Time")
                        .put("mode", "outer");
            case "timeseries_to_rows" ->
                transformations.addObject().put("id", "seriesToRows").putObject("options");
            case "timeseries_aggregations" -> {
                var reducers = Json.array();
                for (var column : Json.objects(panel, "columns")) {
                    reducers.add(Reducers.modern(Json.text(column, "value")));
                }
                transformations
                        .addObject()
                        .put("id", "reduce")
                        .putObject("options")
                        .put("includeTimeField", false)
                        .set("reducers", reducers);
            }
            case "table" -> transformations.addObject().put("id", "merge").putObject("options");
            case "", "json" -> {}
            default -> report.note(Report.Level.APPROXIMATED, panel, "table transform " + transform + " is not known");
        }
        if (transformations.isEmpty()) {
            panel.remove("transformations");
        }
    }

    private static ObjectNode add(ArrayNode properties, String id) {
        return properties.addObject().put("id", id);
    }
}
