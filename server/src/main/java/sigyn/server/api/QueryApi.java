package sigyn.server.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import sigyn.logql.InstantQuery;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.exec.Cancellation;
import sigyn.logql.exec.Explain;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.SigynException;
import sigyn.server.config.Overrides;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// `query`, `query_range` and `format_query`.
final class QueryApi {
    private static final int MAX_QUERY_BYTES = 131_072;

    private final QueryEngine engine;
    private final Overrides limits;
    private final Clock clock;

    QueryApi(QueryEngine engine, Overrides limits, Clock clock) {
        this.engine = engine;
        this.limits = limits;
        this.clock = clock;
    }

    Response range(Request request) throws IOException, InterruptedException {
        var params = QueryParams.of(request, clock);
        var range = params.queryRange();
        int limit = params.limit();
        var direction = params.direction();
        long step = params.step(range);
        var query = new RangeQuery(text(params), range.start(), range.end(), step, params.interval(), limit, direction);
        var cost = QueryCost.begin(request, query.text());
        var context = context(request);
        int most = context.limits().maxEntries();
        if (most > 0 && limit > most && LogQl.parse(query.text()) instanceof LogExpr) {
            throw SigynException.badRequest(
                    "max entries limit per query exceeded, limit > max_entries_limit_per_query (" + limit + " > " + most
                            + ")");
        }
        if (params.all().first("next") != null) {
            var page = engine.page(context, query, params.text("next"));
            cost.came(page.lines().stats());
            try (var room = engine.room(context)) {
                room.take(page.lines().bytes());
                return QueryJson.page(page, flags(request));
            }
        }
        if (QueryProto.isWanted(request)) {
            var result = engine.range(context, query);
            cost.came(result.stats());
            return proto(context, result, direction, limit);
        }
        return answer(params, query.text(), context, () -> engine.range(context, query), cost, flags(request));
    }

    Response instant(Request request) throws IOException, InterruptedException {
        var params = QueryParams.of(request, clock);
        int limit = params.limit();
        var query = new InstantQuery(text(params), params.instant(), limit, params.direction());
        var cost = QueryCost.begin(request, query.text());
        var context = context(request);
        if (QueryProto.isWanted(request)) {
            var result = engine.instant(context, query);
            cost.came(result.stats());
            return proto(context, result, params.direction(), limit);
        }
        return answer(params, query.text(), context, () -> engine.instant(context, query), cost, List.of());
    }

    @FunctionalInterface
    private interface Work {
        QueryResult run() throws InterruptedException;
    }

    /// The answer; or, with `explain=true`, how the query would be answered, or, with `explain=analyze`, has been.
    private Response answer(
            QueryParams params, String text, QueryContext context, Work work, QueryCost cost, List<String> flags)
            throws InterruptedException {
        String explain = params.text("explain");
        if (!explain.equals("true") && !explain.equals("analyze")) {
            var result = work.run();
            cost.came(result.stats());
            try (var room = engine.room(context)) {
                room.take(result.bytes());
                return QueryJson.answer(result, flags);
            }
        }
        var lines = new ArrayList<>(Explain.of(LogQl.parse(text)));
        if (explain.equals("analyze")) {
            lines.addAll(Explain.of(work.run().stats()));
        }
        return QueryJson.explain(lines);
    }

    private Response proto(QueryContext context, QueryResult result, Direction direction, int limit) {
        try (var room = engine.room(context)) {
            room.take(result.bytes());
            return QueryProto.answer(result, direction, limit);
        }
    }

    Response format(Request request) throws IOException {
        var params = QueryParams.of(request, clock);
        var json = new JsonText();
        try {
            String formatted = LogQl.formatQuery(params.query());
            json.raw("{\"status\":\"success\",\"data\":").string(formatted).raw('}');
            return Response.of(
                    200, "application/json; charset=utf-8", json.raw('\n').toBytes());
        } catch (SigynException e) {
            json.raw("{\"status\":\"invalid-query\",\"error\":")
                    .string(String.valueOf(e.getMessage()))
                    .raw('}');
            return Response.of(
                    400, "application/json; charset=utf-8", json.raw('\n').toBytes());
        }
    }

    private static String text(QueryParams params) {
        String text = params.query();
        int bytes = text.length() > MAX_QUERY_BYTES / 4 ? text.getBytes(StandardCharsets.UTF_8).length : 0;
        if (bytes > MAX_QUERY_BYTES) {
            throw SigynException.badRequest(
                    "parse error : input size too long (" + bytes + " > " + MAX_QUERY_BYTES + ")");
        }
        return text;
    }

    private QueryContext context(Request request) {
        var tenants = Caller.of(request).tenants();
        var read = limits.of(tenants).read();
        boolean drilldown = request.headers().firstOr("X-Query-Tags", "").contains("Source=grafana-lokiexplore-app");
        var cancellation = Cancellation.after(read.timeout());
        request.whenClientLeaves(cancellation::cancel);
        return new QueryContext(tenants, read.engine(), cancellation, drilldown);
    }

    /// The encodings that the client asks for; `categorize-labels` is the one there is, others are repeated only.
    private static List<String> flags(Request request) {
        return Stream.of(request.headers()
                        .firstOr("X-Loki-Response-Encoding-Flags", "")
                        .split(","))
                .map(String::strip)
                .filter(flag -> !flag.isEmpty())
                .distinct()
                .toList();
    }
}
