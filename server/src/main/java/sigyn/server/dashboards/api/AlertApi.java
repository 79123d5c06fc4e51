package sigyn.server.dashboards.api;

import java.util.ArrayList;
import java.util.List;
import sigyn.server.auth.Role;
import sigyn.server.auth.RolePolicies;
import sigyn.server.dashboards.source.ReadPolicy;
import sigyn.server.dashboards.source.SourceProxy;
import sigyn.server.dashboards.store.Datasource;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Headers;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.JsonNode;

/// The alert rules that data sources evaluate, and their alerts, in the shape of Prometheus:
/// `/api/prometheus/{source}/api/v1/rules` and `.../alerts`, where the source is a uid or a name, or `grafana` for all.
public final class AlertApi {
    private static final int NOT_THERE = 404;

    private final Datasources datasources;
    private final SourceProxy proxy;
    private final RolePolicies policies;

    public AlertApi(Datasources datasources, SourceProxy proxy, RolePolicies policies) {
        this.datasources = datasources;
        this.proxy = proxy;
        this.policies = policies;
    }

    public void routes(Router router) {
        router.get("/api/prometheus/{source}/api/v1/rules", request -> answer(request, "rules", "groups"))
                .get("/api/prometheus/{source}/api/v1/alerts", request -> answer(request, "alerts", "alerts"));
    }

    private Response answer(Request request, String path, String list) throws Exception {
        var caller = Access.require(request, Role.VIEWER);
        if (ReadPolicy.of(policies.of(caller)).isPresent()) {
            throw new Refusal(403, "a read policy applies to you: rules and alerts may speak of other lines");
        }
        var all = Json.array();
        for (Datasource source : sources(request.pathParam("source"))) {
            for (JsonNode item : items(source, path, list)) {
                all.add(item);
            }
        }
        var body = Json.object().put("status", "success");
        body.putObject("data").set(list, all);
        return Json.ok(body);
    }

    private List<Datasource> sources(String name) {
        if (name.equals("grafana")) {
            return datasources.all().stream().filter(Datasource::loki).toList();
        }
        var source = datasources.byUid(name).or(() -> datasources.byName(name));
        return List.of(source.filter(Datasource::loki).orElseThrow(() -> Refusal.notFound("Data source not found")));
    }

    /// What one source has; nothing when it knows no rules.
    private List<JsonNode> items(Datasource source, String path, String list) throws Exception {
        var answer = proxy.get(source, "prometheus/api/v1/" + path, "", new Headers());
        if (answer.status() == NOT_THERE) {
            return List.of();
        }
        if (answer.status() != 200) {
            throw new Refusal(
                    502,
                    source.name() + " answered " + answer.status() + ": "
                            + answer.text().strip());
        }
        try {
            var items = new ArrayList<JsonNode>();
            Json.parse(answer.body()).path("data").path(list).forEach(items::add);
            return items;
        } catch (Json.SyntaxException e) {
            throw new Refusal(502, source.name() + " answered something that is no JSON");
        }
    }
}
