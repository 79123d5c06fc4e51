package sigyn.server.api;

import java.io.IOException;
import java.time.Clock;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.exec.Cancellation;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.GoQuote;
import sigyn.model.SigynException;
import sigyn.server.config.Overrides;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// `/api/prom/query`, for very old clients.
final class LegacyApi {
    private final QueryEngine engine;
    private final Overrides limits;
    private final Clock clock;

    LegacyApi(QueryEngine engine, Overrides limits, Clock clock) {
        this.engine = engine;
        this.limits = limits;
        this.clock = clock;
    }

    Response query(Request request) throws IOException, InterruptedException {
        var params = QueryParams.of(request, clock);
        var range = params.queryRange();
        String text = params.query();
        if (!(LogQl.parse(text) instanceof LogExpr)) {
            throw SigynException.badRequest("legacy endpoints only support streams result type");
        }
        if (!params.text("regexp").isEmpty()) {
            text += " |~ " + GoQuote.quote(params.text("regexp"));
        }
        var tenants = Caller.of(request).tenants();
        var read = limits.of(tenants).read();
        var context = new QueryContext(tenants, read.engine(), Cancellation.after(read.timeout()), false);
        var query = new RangeQuery(
                text, range.start(), range.end(), params.step(range), 0, params.limit(), params.direction());
        var json = new JsonText().raw("{\"streams\":[");
        if (engine.range(context, query) instanceof QueryResult.Streams streams) {
            LegacyJson.streams(json, streams.entries());
            json.raw("],\"stats\":");
            QueryJson.stats(json, streams.stats());
        } else {
            json.raw("]");
        }
        return QueryJson.ok(json.raw('}'));
    }
}
