package sigyn.server.api;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import sigyn.logql.LinePipeline;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.Stage;
import sigyn.logql.exec.Cancellation;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.TimeRange;
import sigyn.server.config.Overrides;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.storage.port.LogReader;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `detected_labels`, `detected_fields` and the values of a field: what Drilldown offers to filter by. Fields come from
/// a
/// sample of lines: structured metadata, then what `| json` or else `| logfmt` makes of the line.
final class DetectedApi {
    private static final int DEFAULT_FIELDS = 1000;
    private static final Set<String> ALWAYS = Set.of("cluster", "namespace", "instance", "pod");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern DURATION =
            Pattern.compile("[+-]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|\u00b5s|ms|s|m|h))+");
    private static final Pattern SIZE =
            Pattern.compile("(?i)[0-9]+(\\.[0-9]+)?\\s?(b|kb|mb|gb|tb|pb|kib|mib|gib|tib|pib|k|m|g|t)");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final LogReader reader;
    private final QueryEngine engine;
    private final Overrides limits;
    private final Clock clock;

    DetectedApi(LogReader reader, QueryEngine engine, Overrides limits, Clock clock) {
        this.reader = reader;
        this.engine = engine;
        this.limits = limits;
        this.clock = clock;
    }

    Response labels(Request request) throws IOException {
        var params = QueryParams.of(request, clock);
        var range = params.queryRange();
        List<LabelMatcher> matchers = params.query().isEmpty() ? List.of() : LogQl.parseSelector(params.query());
        var values = new TreeMap<String, Set<String>>();
        for (var tenant : Caller.of(request).tenants()) {
            for (Labels labels : reader.series(tenant, new TimeRange(range.start(), range.end() + 1), matchers)) {
                for (int i = 0; i < labels.size(); i++) {
                    values.computeIfAbsent(labels.name(i), _ -> new TreeSet<>()).add(labels.value(i));
                }
            }
        }
        values.entrySet()
                .removeIf(e -> e.getKey().startsWith("__") || !ALWAYS.contains(e.getKey()) && isNoise(e.getValue()));
        if (values.isEmpty()) {
            return QueryJson.ok(new JsonText().raw("{}"));
        }
        var json = new JsonText().raw("{\"detectedLabels\":[");
        boolean first = true;
        for (var e : values.entrySet()) {
            json.raw(first ? "{\"label\":" : ",{\"label\":").string(e.getKey());
            json.raw(",\"cardinality\":").number(e.getValue().size()).raw('}');
            first = false;
        }
        return QueryJson.ok(json.raw("]}"));
    }

    /// All numbers, or all UUIDs; zeros and ones alone are worth showing.
    private static boolean isNoise(Set<String> values) {
        if (Set.of("0", "1").containsAll(values)) {
            return false;
        }
        return values.stream().allMatch(DetectedApi::isNumber)
                || values.stream().allMatch(UUID::matches);
    }

    private static boolean isNumber(String text) {
        try {
            Double.parseDouble(text);
            return !text.isBlank();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /// A field in the making.
    private static final class Field {
        private final Set<String> values = new TreeSet<>();
        private final Set<String> parsers = new TreeSet<>();
        private List<String> path = List.of();
        private final String type;

        Field(String type) {
            this.type = type;
        }
    }

    Response fields(Request request) throws IOException, InterruptedException {
        var params = QueryParams.of(request, clock);
        int limit = limit(params);
        var fields = sample(request, params, limit);
        if (fields.isEmpty()) {
            return QueryJson.ok(new JsonText().raw("{}"));
        }
        var json = new JsonText().raw("{\"fields\":[");
        boolean first = true;
        for (var e : fields.entrySet()) {
            var field = e.getValue();
            json.raw(first ? "{\"label\":" : ",{\"label\":").string(e.getKey());
            first = false;
            json.raw(",\"type\":\"").raw(field.type).raw("\",\"cardinality\":").number(field.values.size());
            json.raw(",\"parsers\":");
            if (field.parsers.isEmpty()) {
                json.raw("null");
            } else {
                QueryJson.strings(json, field.parsers);
            }
            if (!field.path.isEmpty()) {
                QueryJson.strings(json.raw(",\"jsonPath\":"), field.path);
            }
            json.raw('}');
        }
        return QueryJson.ok(json.raw("],\"limit\":").number(limit).raw('}'));
    }

    Response values(Request request) throws IOException, InterruptedException {
        var params = QueryParams.of(request, clock);
        int limit = limit(params);
        var field = sample(request, params, Integer.MAX_VALUE).get(request.pathParam("name"));
        if (field == null) {
            return QueryJson.ok(new JsonText().raw("{}"));
        }
        var json = new JsonText().raw("{\"values\":");
        QueryJson.strings(json, field.values.stream().limit(limit).toList());
        return QueryJson.ok(json.raw(",\"limit\":").number(limit).raw('}'));
    }

    private static int limit(QueryParams params) {
        return params.positive(params.text("field_limit").isEmpty() ? "limit" : "field_limit", DEFAULT_FIELDS);
    }

    private Map<String, Field> sample(Request request, QueryParams params, int most) throws InterruptedException {
        var range = params.queryRange();
        int lines = lineLimit(params);
        long step = params.step(range);
        LogExpr expr = LogQl.parseLog(params.query());
        var tenants = Caller.of(request).tenants();
        var read = limits.of(tenants).read();
        if (lines > read.engine().maxEntries() && read.engine().maxEntries() > 0) {
            throw SigynException.badRequest(
                    "max entries limit per query exceeded, limit > max_entries_limit_per_query (" + lines + " > "
                            + read.engine().maxEntries() + ")");
        }
        var context = new QueryContext(tenants, read.engine(), Cancellation.after(read.timeout()), false);
        var query = new RangeQuery(params.query(), range.start(), range.end(), step, 0, lines, Direction.BACKWARD);
        var fields = new LinkedHashMap<String, Field>();
        if (engine.range(context, query) instanceof QueryResult.Streams streams) {
            var parsers = new Parsers(expr);
            for (var stream : streams.merged()) {
                for (Entry entry : stream.entries()) {
                    parsers.collect(entry, fields, most);
                }
            }
        }
        return fields;
    }

    private static int lineLimit(QueryParams params) {
        String text = params.text("line_limit");
        int lines = text.isEmpty() ? 100 : QueryParams.integer(text);
        if (lines <= 0) {
            throw SigynException.badRequest("limit must be a positive value");
        }
        return lines;
    }

    /// Takes lines apart as the language does.
    private static final class Parsers {
        private final LinePipeline json = new LinePipeline(LogQl.parseLog("{a=~\".+\"} | json"));
        private final LinePipeline logfmt = new LinePipeline(LogQl.parseLog("{a=~\".+\"} | logfmt"));
        private final List<String> ofQuery = new ArrayList<>();

        Parsers(LogExpr expr) {
            for (Stage stage : expr.stages()) {
                String name = stage.getClass().getSimpleName();
                if (name.startsWith("Json") && !ofQuery.contains("json")) {
                    ofQuery.add("json");
                } else if (name.startsWith("Logfmt") && !ofQuery.contains("logfmt")) {
                    ofQuery.add("logfmt");
                }
            }
        }

        void collect(Entry entry, Map<String, Field> fields, int most) {
            add(entry.metadata(), List.of(), Map.of(), fields, most);
            add(entry.parsed(), ofQuery, Map.of(), fields, most);
            var asJson = json.process(entry.stream(), entry.time(), entry.line(), Labels.EMPTY);
            if (asJson.isPresent() && !asJson.get().parsed().has("__error__")) {
                add(asJson.get().parsed(), List.of("json"), paths(entry), fields, most);
                return;
            }
            logfmt.process(entry.stream(), entry.time(), entry.line(), Labels.EMPTY)
                    .filter(e -> !e.parsed().has("__error__"))
                    .ifPresent(e -> add(e.parsed(), List.of("logfmt"), Map.of(), fields, most));
        }

        private static void add(
                Labels labels,
                List<String> parsers,
                Map<String, List<String>> paths,
                Map<String, Field> fields,
                int most) {
            for (int i = 0; i < labels.size(); i++) {
                String name = labels.name(i);
                if (name.startsWith("__error")) {
                    continue;
                }
                var field = fields.get(name);
                if (field == null) {
                    if (fields.size() >= most) {
                        continue;
                    }
                    field = new Field(type(labels.value(i)));
                    fields.put(name, field);
                }
                field.values.add(labels.value(i));
                field.parsers.addAll(parsers);
                var path = paths.get(name.endsWith("_extracted") ? name.substring(0, name.length() - 10) : name);
                if (path != null && field.path.isEmpty()) {
                    field.path = path;
                }
            }
        }

        /// Where the flattened names of a JSON line come from.
        private static Map<String, List<String>> paths(Entry entry) {
            var paths = new HashMap<String, List<String>>();
            try {
                walk(JSON.readTree(new String(entry.line(), StandardCharsets.UTF_8)), List.of(), paths);
            } catch (JacksonException e) {
                return paths;
            }
            return paths;
        }

        private static void walk(JsonNode node, List<String> path, Map<String, List<String>> paths) {
            for (var property : node.properties()) {
                var next = new ArrayList<>(path);
                next.add(property.getKey());
                if (property.getValue().isObject()) {
                    walk(property.getValue(), next, paths);
                } else {
                    var name = new StringBuilder();
                    for (String part : next) {
                        name.append(name.isEmpty() ? "" : "_").append(part.replaceAll("[^a-zA-Z0-9_]", "_"));
                    }
                    boolean digit = !name.isEmpty() && Character.isDigit(name.charAt(0));
                    paths.putIfAbsent(digit ? "_" + name : name.toString(), next);
                }
            }
        }
    }

    private static String type(String value) {
        if (value.matches("[+-]?[0-9]{1,19}")) {
            return "int";
        }
        if (isFloat(value)) {
            return "float";
        }
        if (Set.of("true", "false", "t", "f", "T", "F", "TRUE", "FALSE", "True", "False")
                .contains(value)) {
            return "boolean";
        }
        if (DURATION.matches(value)) {
            return "duration";
        }
        return SIZE.matches(value) ? "bytes" : "string";
    }

    private static boolean isFloat(String value) {
        if (Set.of("NaN", "nan", "Inf", "+Inf", "-Inf", "inf", "+inf", "-inf", "Infinity")
                .contains(value)) {
            return true;
        }
        try {
            new BigDecimal(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /// The names that Drilldown may know of the limits of the tenant.
    Response drilldownLimits(Request request, boolean patterns) {
        var l = limits.of(Caller.of(request).tenants());
        var e = l.read().engine();
        var json = new JsonText().raw("{\"limits\":{\"discover_log_levels\":");
        json.raw(Boolean.toString(l.ingest().discoverLevels())).raw(",\"discover_service_name\":");
        QueryJson.strings(json, l.ingest().serviceNameLabels());
        QueryJson.strings(json.raw(",\"log_level_fields\":"), l.ingest().levelFields());
        json.raw(",\"max_entries_limit_per_query\":").number(e.maxEntries());
        json.raw(",\"max_line_size_truncate\":").raw(Boolean.toString(l.ingest().truncateLines()));
        json.raw(",\"max_query_bytes_read\":\"").number(e.maxBytesRead());
        json.raw("B\",\"max_query_length\":").string(span(e.maxQueryLength()));
        json.raw(",\"max_query_lookback\":").string(span(e.maxQueryLookback()));
        json.raw(",\"max_query_range\":").string(span(e.maxQueryRange()));
        json.raw(",\"max_query_series\":").number(e.maxSeries());
        json.raw(",\"metric_aggregation_enabled\":false,\"otlp_config\":{},\"pattern_persistence_enabled\":false");
        json.raw(",\"query_timeout\":").string(span(l.read().timeout()));
        json.raw(",\"retention_period\":").string(span(l.retention().period()));
        json.raw(",\"retention_stream\":[],\"volume_enabled\":")
                .raw(Boolean.toString(l.read().volumeEnabled()));
        json.raw(",\"volume_max_series\":").number(l.read().volumeMaxSeries());
        json.raw("},\"pattern_ingester_enabled\":").raw(Boolean.toString(patterns));
        json.raw(",\"version\":").string(StatusApi.LOKI_VERSION).raw('}');
        return Response.of(200, "application/json", json.raw('\n').toBytes());
    }

    /// `30d1h`, `0s`
    private static String span(java.time.Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        var out = new StringBuilder();
        long seconds = duration.toSeconds();
        out.append(seconds >= 86400 ? seconds / 86400 + "d" : "");
        out.append(seconds % 86400 >= 3600 ? seconds % 86400 / 3600 + "h" : "");
        out.append(seconds % 3600 >= 60 ? seconds % 3600 / 60 + "m" : "");
        out.append(seconds % 60 > 0 ? seconds % 60 + "s" : "");
        return out.toString();
    }
}
