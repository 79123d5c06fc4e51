package sigyn.server.dashboards.api;

import java.util.ArrayList;
import java.util.List;
import sigyn.server.auth.Role;
import sigyn.server.auth.RolePolicies;
import sigyn.server.dashboards.alert.Alerting;
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

/// Alert rules and their alerts in the shape of Prometheus: `/api/prometheus/{source}/api/v1/rules` and `.../alerts`,
/// where the source is the uid or the name of one that evaluates rules itself, or `grafana` for our own rules and those
/// of all sources.
public final class AlertApi {
    private static final int NOT_THERE = 404;
    private static final String OURS = "grafana";

    private final Alerting alerting;
    private final Datasources datasources;
    private final SourceProxy proxy;
    private final RolePolicies policies;

    public AlertApi(Alerting alerting, Datasources datasources, SourceProxy proxy, RolePolicies policies) {
        this.alerting = alerting;
        this.datasources = datasources;
        this.proxy = proxy;
        this.policies = policies;
    }

    public void routes(Router router) {
        router.get("/api/prometheus/{source}/api/v1/rules", request -> answer(request, "rules", "groups"))
                .get("/api/prometheus/{source}/api/v1/alerts", request -> answer(request, "alerts", "alerts"));
    }

    private Response answer(Request request, String path, String list) throws Exception {
        AlertRuleApi.require(request, Role.VIEWER, policies);
        var body = Json.object().put("status", "success");
        var all = body.putObject("data").putArray(list);
        if (!request.pathParam("source").equals(OURS)) {
            all.addAll(items(source(request.pathParam("source")), path, list));
            return Json.ok(body);
        }
        var statuses = alerting.statuses();
        all.addAll(path.equals("rules") ? AlertStates.groups(statuses) : AlertStates.alerts(statuses));
        for (Datasource source : datasources.all()) {
            try {
                all.addAll(source.loki() ? items(source, path, list) : List.of());
            } catch (Refusal e) {
                body.withArray("warnings").add(e.getMessage());
            }
        }
        return Json.ok(body);
    }

    private Datasource source(String name) {
        return datasources
                .byUid(name)
                .or(() -> datasources.byName(name))
                .filter(Datasource::loki)
                .orElseThrow(() -> Refusal.notFound("Data source not found"));
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
