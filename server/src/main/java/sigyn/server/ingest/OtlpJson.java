package sigyn.server.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sigyn.model.SigynException;
import sigyn.server.ingest.OtlpLogs.Attribute;
import sigyn.server.ingest.OtlpLogs.Log;
import sigyn.server.ingest.OtlpLogs.Resource;
import sigyn.server.ingest.OtlpLogs.Scope;
import sigyn.server.ingest.OtlpLogs.Value;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `ExportLogsServiceRequest` in the OTLP/JSON mapping: names in camel case, 64-bit numbers as text or numbers, ids in
/// hex, bytes in base64.
final class OtlpJson {

    private static final Value NOTHING = new Value.Text("");

    private OtlpJson() {}

    static OtlpLogs read(byte[] bytes) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(bytes);
        } catch (JacksonException e) {
            throw SigynException.badRequest(e.getOriginalMessage());
        }
        if (!root.isObject()) {
            throw SigynException.badRequest("expected an object");
        }
        var resources = new ArrayList<Resource>();
        for (var r : root.path("resourceLogs")) {
            var scopes = new ArrayList<Scope>();
            for (var s : r.path("scopeLogs")) {
                scopes.add(scope(s));
            }
            resources.add(new Resource(attributes(r.path("resource").path("attributes")), scopes));
        }
        return new OtlpLogs(resources);
    }

    private static Scope scope(JsonNode s) {
        var scope = s.path("scope");
        var logs = new ArrayList<Log>();
        for (var record : s.path("logRecords")) {
            logs.add(log(record));
        }
        return new Scope(
                scope.path("name").asString(""),
                scope.path("version").asString(""),
                attributes(scope.path("attributes")),
                number(scope, "droppedAttributesCount"),
                logs);
    }

    private static Log log(JsonNode r) {
        return new Log(
                number(r, "timeUnixNano"),
                number(r, "observedTimeUnixNano"),
                severity(r.path("severityNumber")),
                r.path("severityText").asString(""),
                value(r.path("body")),
                attributes(r.path("attributes")),
                number(r, "droppedAttributesCount"),
                number(r, "flags"),
                r.path("traceId").asString("").toLowerCase(Locale.ROOT),
                r.path("spanId").asString("").toLowerCase(Locale.ROOT));
    }

    /// A number, or its name in the protobuf definition: `SEVERITY_NUMBER_WARN2`.
    private static int severity(JsonNode node) {
        if (!node.isString()) {
            return node.asInt(0);
        }
        String name = node.asString().replace("SEVERITY_NUMBER_", "");
        int step = 1;
        if (!name.isEmpty() && Character.isDigit(name.charAt(name.length() - 1))) {
            step = name.charAt(name.length() - 1) - '0';
            name = name.substring(0, name.length() - 1);
        }
        int group = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL").indexOf(name);
        return group < 0 ? 0 : group * 4 + step;
    }

    private static long number(JsonNode node, String name) {
        var value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        try {
            return value.isString() ? Long.parseUnsignedLong(value.asString()) : value.asLong(0);
        } catch (NumberFormatException e) {
            throw SigynException.badRequest(name + ": not a number: " + value.asString());
        }
    }

    private static List<Attribute> attributes(JsonNode list) {
        var out = new ArrayList<Attribute>();
        for (var a : list) {
            out.add(new Attribute(a.path("key").asString(""), value(a.path("value"))));
        }
        return out;
    }

    private static Value value(JsonNode v) {
        if (v.has("stringValue")) {
            return new Value.Text(v.path("stringValue").asString(""));
        }
        if (v.has("intValue")) {
            return new Value.Bare(v.path("intValue").asString(""));
        }
        if (v.has("boolValue")) {
            return new Value.Bare(v.path("boolValue").asString(""));
        }
        if (v.has("doubleValue")) {
            return new Value.Bare(
                    sigyn.logql.ast.FloatText.of(v.path("doubleValue").asDouble(0)));
        }
        if (v.has("bytesValue")) {
            return new Value.Text(v.path("bytesValue").asString(""));
        }
        if (v.has("arrayValue")) {
            var items = new ArrayList<Value>();
            for (var item : v.path("arrayValue").path("values")) {
                items.add(value(item));
            }
            return new Value.Items(items);
        }
        if (v.has("kvlistValue")) {
            return new Value.Fields(attributes(v.path("kvlistValue").path("values")));
        }
        return NOTHING;
    }
}
