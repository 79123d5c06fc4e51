package sigyn.server.dashboards.api;

import java.math.BigInteger;
import java.util.Locale;
import sigyn.server.auth.Role;
import sigyn.server.auth.RolePolicies;
import sigyn.server.dashboards.source.LogExport;
import sigyn.server.dashboards.source.ReadPolicy;
import sigyn.server.dashboards.source.SourceProxy;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Params;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;

/// Every line of a query as a file: `GET /api/ui/logs/{uid}?query=…&start=NS&end=NS&format=txt|ndjson|csv`.
public final class ExportApi {
    private final Datasources datasources;
    private final SourceProxy proxy;
    private final RolePolicies policies;

    public ExportApi(Datasources datasources, SourceProxy proxy, RolePolicies policies) {
        this.datasources = datasources;
        this.proxy = proxy;
        this.policies = policies;
    }

    public void routes(Router router) {
        router.get("/api/ui/logs/{uid}", this::export);
    }

    private Response export(Request request) throws Exception {
        var caller = Access.require(request, Role.VIEWER);
        var datasource = datasources
                .byUid(request.pathParam("uid"))
                .orElseThrow(() -> Refusal.notFound("Data source not found"));
        if (!datasource.loki()) {
            throw Refusal.badRequest("data source type " + datasource.type() + " has no log lines");
        }
        Params params = request.query();
        String query = params.firstOr("query", "");
        String narrowed = ReadPolicy.of(policies.of(caller))
                .map(policy -> policy.query(query))
                .orElse(query);
        var format = format(params.firstOr("format", "txt"));
        var export = new LogExport(proxy, datasource, narrowed, nanos(params, "start"), nanos(params, "end"), format);
        String name =
                "logs-" + params.firstOr("start", "") + "." + format.name().toLowerCase(Locale.ROOT);
        return Response.stream(200, format.type(), export::writeTo)
                .header("Content-Disposition", "attachment; filename=\"" + name + '"');
    }

    private static LogExport.Format format(String text) {
        for (var format : LogExport.Format.values()) {
            if (format.name().equalsIgnoreCase(text)) {
                return format;
            }
        }
        throw Refusal.badRequest("format must be txt, ndjson or csv");
    }

    private static BigInteger nanos(Params params, String name) {
        String text = params.firstOr(name, "");
        if (!text.matches("\\d{1,19}")) {
            throw Refusal.badRequest(name + " must be a time in nanoseconds");
        }
        return new BigInteger(text);
    }
}
