package sigyn.server.dashboards.source;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import sigyn.logql.LogQl;
import sigyn.logql.ast.LogExpr;
import sigyn.model.SigynException;
import sigyn.server.dashboards.store.Datasource;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Headers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Runs the queries of `POST /api/ds/query` against Loki sources.
public final class QueryRunner {
    private static final int MOST_POINTS = 11_000;
    private static final int STANDARD_LINES = 1_000;

    private final Datasources datasources;
    private final SourceProxy proxy;
    private final Clock clock;

    public QueryRunner(Datasources datasources, SourceProxy proxy, Clock clock) {
        this.datasources = datasources;
        this.proxy = proxy;
        this.clock = clock;
    }

    /// The whole body's answer and its status: 200, 400 when the one query failed, 207 when some did.
    public record Outcome(int status, ObjectNode body) {}

    public Outcome run(ObjectNode body, Optional<ReadPolicy> policy) throws Exception {
        var queries = Json.objects(body, "queries");
        if (queries.isEmpty()) {
            throw Refusal.badRequest("no queries found");
        }
        Instant now = clock.instant();
        Instant from = RelativeTime.parse(Json.text(body, "from", "now-1h"), now, false);
        Instant to = RelativeTime.parse(Json.text(body, "to", "now"), now, true);
        var answer = Json.object();
        var results = answer.putObject("results");
        int failed = 0;
        for (var query : queries) {
            String refId = Json.text(query, "refId", "A");
            if (Json.flag(query, "hide", false)) {
                continue;
            }
            try {
                results.set(refId, one(query, refId, from, to, policy));
            } catch (Refusal e) {
                failed++;
                results.set(refId, failure(e.status(), String.valueOf(e.getMessage())));
            } catch (SigynException e) {
                failed++;
                results.set(refId, failure(400, String.valueOf(e.getMessage())));
            }
        }
        return new Outcome(failed == 0 ? 200 : queries.size() == 1 ? 400 : 207, answer);
    }

    private static ObjectNode failure(int status, String message) {
        var failure = Json.object();
        failure.put("error", message);
        failure.put("errorSource", "downstream");
        failure.put("status", status);
        failure.putArray("frames");
        return failure;
    }

    private ObjectNode one(ObjectNode query, String refId, Instant from, Instant to, Optional<ReadPolicy> policy)
            throws Exception {
        var datasource = datasource(query.path("datasource"), query);
        String text = Json.text(query, "expr").strip();
        if (text.isEmpty()) {
            throw Refusal.badRequest("query " + refId + " has no expr");
        }
        long stepMillis = step(query, from, to);
        String expr = interpolated(text, stepMillis, to.toEpochMilli() - from.toEpochMilli());
        boolean lines = LogQl.parse(expr) instanceof LogExpr;
        String narrowed = policy.map(p -> p.query(expr)).orElse(expr);
        boolean instant = Json.text(query, "queryType").equals("instant") && !lines;
        var parameters = new StringBuilder();
        SourceProxy.append(parameters, "query", narrowed);
        SourceProxy.append(parameters, "direction", Json.text(query, "direction", "backward"));
        long limit = Json.number(query, "maxLines", maxLines(datasource));
        if (limit > 0) {
            SourceProxy.append(parameters, "limit", Long.toString(limit));
        }
        if (instant) {
            SourceProxy.append(parameters, "time", nanos(to));
        } else {
            SourceProxy.append(parameters, "start", nanos(from));
            SourceProxy.append(parameters, "end", nanos(to));
            SourceProxy.append(parameters, "step", stepMillis + "ms");
        }
        var headers = new Headers().add("X-Loki-Response-Encoding-Flags", "categorize-labels");
        String path = "loki/api/v1/" + (instant ? "query" : "query_range");
        var answer = proxy.get(datasource, path, parameters.toString(), headers);
        if (answer.status() != 200) {
            throw new Refusal(answer.status() == 429 ? 429 : 400, message(answer));
        }
        JsonNode json;
        try {
            json = Json.parse(answer.body());
        } catch (Json.SyntaxException e) {
            throw new Refusal(502, "data source answered something that is no JSON");
        }
        String executed = "Expr: " + narrowed + (instant ? "" : "\nStep: " + stepMillis + "ms");
        var result = Json.object();
        result.put("status", 200);
        if (json.path("warnings").size() > 0) {
            result.set("warnings", json.path("warnings"));
        }
        result.set(
                "frames", Frames.of(json, refId, Json.text(query, "legendFormat"), executed, instant ? 0 : stepMillis));
        return result;
    }

    private static String message(SourceProxy.Answer answer) {
        try {
            String message = Json.text(Json.parse(answer.body()), "message");
            return message.isEmpty() ? answer.text().strip() : message;
        } catch (Json.SyntaxException e) {
            return answer.text().strip();
        }
    }

    private Datasource datasource(JsonNode ref, ObjectNode query) {
        String uid = ref.isString() ? ref.stringValue() : Json.text(ref, "uid");
        var found = uid.isEmpty()
                ? query.has("datasourceId")
                        ? datasources.byId(Json.number(query, "datasourceId", 0))
                        : datasources.standard()
                : datasources.byUid(uid);
        var datasource = found.orElseThrow(() -> Refusal.notFound("data source not found"));
        if (!datasource.loki()) {
            throw Refusal.badRequest("data source type " + datasource.type() + " cannot be queried here");
        }
        return datasource;
    }

    private static long maxLines(Datasource datasource) {
        var jsonData = Json.object(datasource.json(), "jsonData");
        return jsonData == null ? STANDARD_LINES : Json.number(jsonData, "maxLines", STANDARD_LINES);
    }

    private static long step(ObjectNode query, Instant from, Instant to) {
        long range = Math.max(1, to.toEpochMilli() - from.toEpochMilli());
        long interval = Math.max(1, Json.number(query, "intervalMs", Math.max(1, range / 500)));
        long resolution = Math.clamp(Json.number(query, "resolution", 1), 1, 10);
        return Math.max(interval * resolution, (range + MOST_POINTS - 1) / MOST_POINTS);
    }

    static String interpolated(String expr, long stepMillis, long rangeMillis) {
        long seconds = Math.max(1, rangeMillis / 1000);
        return expr.replace("$__interval_ms", Long.toString(stepMillis))
                .replace("${__interval_ms}", Long.toString(stepMillis))
                .replace("$__interval", stepMillis + "ms")
                .replace("${__interval}", stepMillis + "ms")
                .replace("$__auto", stepMillis + "ms")
                .replace("${__auto}", stepMillis + "ms")
                .replace("$__rate_interval", Math.max(stepMillis, 60_000) + "ms")
                .replace("$__range_ms", Long.toString(rangeMillis))
                .replace("$__range_s", Long.toString(seconds))
                .replace("$__range", seconds + "s")
                .replace("${__range}", seconds + "s");
    }

    private static String nanos(Instant time) {
        return Long.toString(Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano()));
    }
}
