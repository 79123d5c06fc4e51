package sigyn.server.dashboards.source;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Loki's answers as Grafana's data frames: columns with names, types and labels.
final class Frames {
    private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*(.+?)\\s*}}");
    private static final String[] STATS = {
        "bytesProcessedPerSecond", "linesProcessedPerSecond", "totalBytesProcessed", "totalLinesProcessed", "execTime"
    };

    private Frames() {}

    /// @param executed the text of the query as it ran, for the inspector
    static ArrayNode of(JsonNode answer, String refId, String legend, String executed, long stepMillis) {
        JsonNode data = answer.path("data");
        var frames = switch (Json.text(data, "resultType")) {
            case "streams" -> Json.array().add(logs(data, refId));
            case "matrix" -> series(data, refId, legend, stepMillis);
            case "vector" -> vector(data, refId, legend);
            case "scalar" -> Json.array().add(scalar(data, refId));
            default -> Json.array();
        };
        for (JsonNode frame : frames) {
            var meta = Json.objectAt((ObjectNode) frame.path("schema"), "meta");
            meta.put("executedQueryString", executed);
            stats(data.path("stats").path("summary"), meta);
        }
        return frames;
    }

    private static void stats(JsonNode summary, ObjectNode meta) {
        var stats = meta.putArray("stats");
        for (String name : STATS) {
            if (summary.has(name)) {
                stats.addObject().put("displayName", "Summary: " + name).set("value", summary.get(name));
            }
        }
    }

    private static ObjectNode frame(String refId, String type) {
        var frame = Json.object();
        var schema = frame.putObject("schema");
        schema.put("refId", refId);
        var meta = schema.putObject("meta");
        meta.put("type", type);
        meta.putArray("typeVersion").add(0).add(0);
        schema.putArray("fields");
        frame.putObject("data").putArray("values");
        return frame;
    }

    private static ArrayNode column(ObjectNode frame, String name, String type, String goType) {
        var field = ((ArrayNode) frame.path("schema").path("fields")).addObject();
        field.put("name", name);
        field.put("type", type);
        field.putObject("typeInfo").put("frame", goType);
        return ((ArrayNode) frame.path("data").path("values")).addArray();
    }

    private static ObjectNode lastField(ObjectNode frame) {
        JsonNode fields = frame.path("schema").path("fields");
        return (ObjectNode) fields.get(fields.size() - 1);
    }

    private static ObjectNode logs(JsonNode data, String refId) {
        var frame = frame(refId, "");
        var meta = (ObjectNode) frame.path("schema").path("meta");
        meta.remove("type");
        meta.put("preferredVisualisationType", "logs");
        meta.putObject("custom").put("frameType", "LabeledTimeValues");
        var labels = column(frame, "labels", "other", "json.RawMessage");
        var times = column(frame, "Time", "time", "time.Time");
        var lines = column(frame, "Line", "string", "string");
        var nanos = column(frame, "tsNs", "string", "string");
        var types = column(frame, "labelTypes", "other", "json.RawMessage");
        var ids = column(frame, "id", "string", "string");
        var remainders = Json.array();
        var seen = new LinkedHashMap<String, Integer>();
        for (JsonNode stream : data.path("result")) {
            for (JsonNode value : stream.path("values")) {
                var row = new LinkedHashMap<String, String>();
                var rowTypes = Json.object();
                add(stream.path("stream"), "I", row, rowTypes);
                add(value.path(2).path("structuredMetadata"), "S", row, rowTypes);
                add(value.path(2).path("parsed"), "P", row, rowTypes);
                var all = Json.object();
                row.forEach(all::put);
                String time = value.path(0).asString("0");
                String line = value.path(1).asString("");
                labels.add(all);
                times.add(millis(time));
                remainders.add(remainder(time));
                lines.add(line);
                nanos.add(time);
                types.add(rowTypes);
                String id = time + "_" + String.format("%08x", (line + row).hashCode());
                int count = seen.merge(id, 1, Integer::sum);
                ids.add(count == 1 ? id : id + "_" + (count - 1));
            }
        }
        var perColumn = ((ObjectNode) frame.path("data")).putArray("nanos");
        perColumn.addNull().add(remainders).addNull().addNull().addNull().addNull();
        return frame;
    }

    private static void add(JsonNode from, String type, Map<String, String> row, ObjectNode types) {
        for (var label : from.properties()) {
            row.put(label.getKey(), label.getValue().asString(""));
            types.put(label.getKey(), type);
        }
    }

    private static ArrayNode series(JsonNode data, String refId, String legend, long stepMillis) {
        var frames = Json.array();
        for (JsonNode series : data.path("result")) {
            frames.add(numbers(series, series.path("values"), refId, legend, "timeseries-multi", stepMillis));
        }
        return frames;
    }

    private static ArrayNode vector(JsonNode data, String refId, String legend) {
        var frames = Json.array();
        for (JsonNode series : data.path("result")) {
            frames.add(numbers(series, Json.array().add(series.path("value")), refId, legend, "numeric-multi", 0));
        }
        return frames;
    }

    private static ObjectNode scalar(JsonNode data, String refId) {
        return numbers(Json.object(), Json.array().add(data.path("result")), refId, "", "numeric-multi", 0);
    }

    private static ObjectNode numbers(
            JsonNode series, JsonNode points, String refId, String legend, String type, long stepMillis) {
        var frame = frame(refId, type);
        var times = column(frame, "Time", "time", "time.Time");
        if (stepMillis > 0) {
            lastField(frame).putObject("config").put("interval", stepMillis);
        }
        var values = column(frame, "Value", "number", "float64");
        var labels = new TreeMap<String, String>();
        for (var label : series.path("metric").properties()) {
            labels.put(label.getKey(), label.getValue().asString(""));
        }
        var shown = lastField(frame).putObject("labels");
        labels.forEach(shown::put);
        lastField(frame).putObject("config").put("displayNameFromDS", name(labels, legend));
        var nan = Json.array();
        var inf = Json.array();
        var negInf = Json.array();
        for (JsonNode point : points) {
            times.add(Math.round(point.path(0).doubleValue() * 1000));
            String text = point.path(1).asString("NaN");
            int at = values.size();
            switch (text) {
                case "NaN" -> {
                    nan.add(at);
                    values.addNull();
                }
                case "+Inf", "Inf" -> {
                    inf.add(at);
                    values.addNull();
                }
                case "-Inf" -> {
                    negInf.add(at);
                    values.addNull();
                }
                default -> values.add(Double.parseDouble(text));
            }
        }
        if (!nan.isEmpty() || !inf.isEmpty() || !negInf.isEmpty()) {
            var entities = Json.object();
            entities.set("NaN", nan);
            entities.set("Inf", inf);
            entities.set("NegInf", negInf);
            ((ObjectNode) frame.path("data")).putArray("entities").addNull().add(entities);
        }
        return frame;
    }

    /// `{{label}}` filled in; without a legend `{a="b", …}`.
    static String name(Map<String, String> labels, @Nullable String legend) {
        if (legend != null && !legend.isEmpty() && !legend.equals("__auto")) {
            return LEGEND.matcher(legend)
                    .replaceAll(m -> Matcher.quoteReplacement(labels.getOrDefault(m.group(1), "")));
        }
        var text = new StringBuilder("{");
        labels.forEach((name, value) -> text.append(text.length() > 1 ? ", " : "")
                .append(name)
                .append("=\"")
                .append(value)
                .append('"'));
        return text.append('}').toString();
    }

    private static long millis(String nanos) {
        return Math.floorDiv(number(nanos), 1_000_000L);
    }

    private static long remainder(String nanos) {
        return Math.floorMod(number(nanos), 1_000_000L);
    }

    private static long number(String nanos) {
        try {
            return Long.parseLong(nanos);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
