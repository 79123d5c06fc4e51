package sigyn.server.api;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sigyn.logql.LinePipeline;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.ast.ByteSizes;
import sigyn.logql.exec.Cancellation;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.config.Overrides;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `detected_fields` and the values of a field. Fields come from a sample of lines: structured metadata, what the
/// pipeline made, then what `| json` or else `| logfmt` makes of the line.
///
/// Lines are looked at stream by stream in the order of stream labels, newest first; the last value seen says what type
/// a field has, as in Loki.
public final class DetectedFields {
    public static final int DEFAULT_FIELDS = 1000;
    public static final int DEFAULT_LINES = 100;
    private static final Pattern DURATION =
            Pattern.compile("[+-]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|\u00b5s|ms|s|m|h))+");
    private static final Pattern SIZE =
            Pattern.compile("(?i)[0-9]+(\\.[0-9]+)?\\s?(b|kb|mb|gb|tb|pb|kib|mib|gib|tib|pib|k|m|g|t)");

    private final QueryEngine engine;
    private final Overrides limits;
    private final Clock clock;

    public DetectedFields(QueryEngine engine, Overrides limits, Clock clock) {
        this.engine = engine;
        this.limits = limits;
        this.clock = clock;
    }

    /// A field in the making.
    public static final class Field {
        private final Set<String> values = new LinkedHashSet<>();
        private final Set<String> parsers = new TreeSet<>();
        private List<String> path = List.of();
        private String type = "string";

        public List<String> values() {
            return values.stream().map(DetectedFields::normalized).distinct().toList();
        }

        public int cardinality() {
            return values.size();
        }

        public List<String> parsers() {
            return List.copyOf(parsers);
        }

        /// Where a JSON line has it.
        public List<String> path() {
            return path;
        }

        public String type() {
            return type;
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
        QueryJson.strings(json, field.values().stream().limit(limit).sorted().toList());
        return QueryJson.ok(json.raw(",\"limit\":").number(limit).raw('}'));
    }

    /// Sizes as people write them: `1200B` is `1.2kB`.
    private static String normalized(String value) {
        if (!type(value).equals("bytes")) {
            return value;
        }
        try {
            return ByteSizes.text(ByteSizes.parse(value));
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    private static int limit(QueryParams params) {
        return params.positive(params.text("field_limit").isEmpty() ? "limit" : "field_limit", DEFAULT_FIELDS);
    }

    private Map<String, Field> sample(Request request, QueryParams params, int most) throws InterruptedException {
        var range = params.queryRange();
        int lines = lineLimit(params);
        long step = params.step(range);
        var query = new RangeQuery(params.query(), range.start(), range.end(), step, 0, lines, Direction.BACKWARD);
        return sample(Caller.of(request).tenants(), query, most);
    }

    /// At most so many fields of the newest lines of a query, as many lines as its limit says.
    public Map<String, Field> sample(List<Tenant> tenants, RangeQuery query, int most) throws InterruptedException {
        LogQl.parseLog(query.text());
        int lines = query.limit();
        var read = limits.of(tenants).read();
        if (lines > read.engine().maxEntries() && read.engine().maxEntries() > 0) {
            throw SigynException.badRequest(
                    "max entries limit per query exceeded, limit > max_entries_limit_per_query (" + lines + " > "
                            + read.engine().maxEntries() + ")");
        }
        var context = new QueryContext(tenants, read.engine(), Cancellation.after(read.timeout()), false);
        var fields = new LinkedHashMap<String, Field>();
        if (engine.range(context, query) instanceof QueryResult.Streams streams) {
            var parsers = new Parsers();
            for (var stream : streams.categorized()) {
                for (Entry entry : stream.entries()) {
                    parsers.collect(entry, fields, most);
                }
            }
        }
        return fields;
    }

    private static int lineLimit(QueryParams params) {
        String text = params.text("line_limit");
        int lines = text.isEmpty() ? DEFAULT_LINES : QueryParams.integer(text);
        if (lines <= 0) {
            throw SigynException.badRequest("limit must be a positive value");
        }
        return lines;
    }

    /// Takes lines apart as the language does.
    private static final class Parsers {
        private final LinePipeline json = new LinePipeline(LogQl.parseLog("{a=~\".+\"} | json"));
        private final LinePipeline logfmt = new LinePipeline(LogQl.parseLog("{a=~\".+\"} | logfmt"));

        void collect(Entry entry, Map<String, Field> fields, int most) {
            add(entry.metadata(), List.of(), Map.of(), fields, most);
            var asJson = json.process(entry.stream(), entry.time(), entry.line(), Labels.EMPTY)
                    .filter(e -> !e.parsed().has("__error__"));
            if (asJson.isPresent()) {
                var paths = paths(entry);
                add(entry.parsed(), List.of("json"), paths, fields, most);
                add(asJson.get().parsed(), List.of("json"), paths, fields, most);
                return;
            }
            add(entry.parsed(), List.of("logfmt"), Map.of(), fields, most);
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
                    field = new Field();
                    fields.put(name, field);
                }
                field.type = type(labels.value(i));
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
                walk(JsonMapper.shared().readTree(new String(entry.line(), StandardCharsets.UTF_8)), List.of(), paths);
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
}
