package sigyn.server.dashboards.migrate;

import java.util.regex.Pattern;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Variables of data links got a dot: `$__series_name` is `${__series.name}`. (Versions 20 and 21.)
final class V20LinkVariables implements Step {
    private static final Pattern OLD =
            Pattern.compile("(\\$__series_name|\\$\\{__series_name}|\\$__value_time|\\$\\{__value_time}"
                    + "|\\$__field_name|\\$\\{__field_name}|\\$\\{__series\\.labels)");

    @Override
    public int version() {
        return 21;
    }

    @Override
    public void apply(ObjectNode dashboard, DatasourceRefs refs, Report report) {
        for (var panel : Panels.of(dashboard)) {
            change(panel.path("options").path("dataLinks"));
            change(panel.path("options").path("fieldOptions").path("defaults").path("links"));
            change(panel.path("fieldConfig").path("defaults").path("links"));
            var defaults = panel.path("options").path("fieldOptions").path("defaults");
            if (defaults instanceof ObjectNode object && object.path("title").isString()) {
                object.put("title", modern(Json.text(object, "title")));
            }
        }
    }

    private static void change(JsonNode links) {
        for (var link : links) {
            if (link instanceof ObjectNode object && object.path("url").isString()) {
                object.put("url", modern(Json.text(object, "url")));
            }
        }
    }

    private static String modern(String text) {
        return OLD.matcher(text)
                .replaceAll(m -> java.util.regex.Matcher.quoteReplacement(
                        switch (m.group().replaceAll("[${}]", "")) {
                            case "__series_name" -> "${__series.name}";
                            case "__value_time" -> "${__value.time}";
                            case "__field_name" -> "${__field.name}";
                            default -> "${__field.labels";
                        }));
    }
}
