package sigyn.server.dashboards.api;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Caller;
import sigyn.server.auth.Role;
import sigyn.server.auth.RolePolicies;
import sigyn.server.auth.Secrets;
import sigyn.server.dashboards.alert.Alerting;
import sigyn.server.dashboards.alert.Rule;
import sigyn.server.dashboards.source.ReadPolicy;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// Alert rules: `/api/v1/provisioning/alert-rules`. Beyond Grafana a rule may carry `interval`, the seconds between two
/// evaluations of its group.
///
/// A rule reads all logs, whoever wrote it, and its messages leave the house: who may not read everything has nothing
/// to do with rules.
public final class AlertRuleApi {
    private static final String PATH = "/api/v1/provisioning/alert-rules";

    private final Alerting alerting;
    private final Folders folders;
    private final RolePolicies policies;
    private final Audit audit;

    public AlertRuleApi(Alerting alerting, Folders folders, RolePolicies policies, Audit audit) {
        this.alerting = alerting;
        this.folders = folders;
        this.policies = policies;
        this.audit = audit;
    }

    public void routes(Router router) {
        router.get(PATH, this::list)
                .route("POST", PATH, this::create)
                .get(PATH + "/{uid}", this::read)
                .route("PUT", PATH + "/{uid}", this::change)
                .route("DELETE", PATH + "/{uid}", this::delete);
    }

    /// The caller, who has the role and may read all logs.
    static Caller require(Request request, Role role, RolePolicies policies) {
        var caller = Access.require(request, role);
        if (ReadPolicy.of(policies.of(caller)).isPresent()) {
            throw new Refusal(403, "a read policy applies to you: rules and alerts may speak of other lines")
                    .with("accessErrorId", "policy");
        }
        return caller;
    }

    private Response list(Request request) {
        require(request, Role.VIEWER, policies);
        var list = Json.array();
        alerting.statuses().forEach(status -> list.add(view(status.rule())));
        return Json.ok(list);
    }

    private Response read(Request request) {
        require(request, Role.VIEWER, policies);
        return Json.ok(view(found(request)));
    }

    private Response create(Request request) throws IOException {
        var caller = require(request, Role.EDITOR, policies);
        var body = Json.body(request);
        String uid = Json.text(body, "uid");
        body.put("uid", uid.isEmpty() ? Secrets.uid() : uid);
        if (alerting.rule(uid).isPresent()) {
            throw Refusal.conflict("a rule with that uid already exists");
        }
        return Json.response(201, view(save(body, caller, request, "alertrule.create")));
    }

    private Response change(Request request) throws IOException {
        var caller = require(request, Role.EDITOR, policies);
        var before = changeable(request);
        var body = Json.body(request);
        body.put("uid", before.uid());
        return Json.ok(view(save(body, caller, request, "alertrule.change")));
    }

    private Rule save(ObjectNode body, Caller caller, Request request, String action) {
        String folder = Json.text(body, "folderUID");
        if (!folder.isEmpty() && folders.byUid(folder).isEmpty()) {
            throw Refusal.badRequest("there is no folder " + folder);
        }
        Duration interval = interval(body);
        for (String ours : new String[] {"id", "orgID", "updated", "provenance", "interval"}) {
            body.remove(ours);
        }
        var rule = alerting.save(body, interval, "", caller.login());
        audit.record(caller.login(), request.remoteAddress(), action, rule.uid(), "ok");
        return rule;
    }

    private static @Nullable Duration interval(ObjectNode body) {
        long seconds = Json.number(body, "interval", 0);
        return seconds <= 0 ? null : Duration.ofSeconds(seconds);
    }

    private Response delete(Request request) {
        var caller = require(request, Role.EDITOR, policies);
        if (alerting.rule(request.pathParam("uid")).isPresent()) {
            var rule = changeable(request);
            alerting.delete(rule.uid());
            audit.record(caller.login(), request.remoteAddress(), "alertrule.delete", rule.uid(), "ok");
        }
        return Response.of(204);
    }

    private Rule found(Request request) {
        return alerting.rule(request.pathParam("uid")).orElseThrow(() -> Refusal.notFound("alert rule not found"));
    }

    private Rule changeable(Request request) {
        var rule = found(request);
        if (!rule.provenance().isEmpty()) {
            throw new Refusal(403, "the rule comes from a file and is changed there");
        }
        return rule;
    }

    private static ObjectNode view(Rule rule) {
        var json = rule.json().deepCopy();
        json.put("orgID", 1);
        json.put("folderUID", rule.folderUid());
        json.put("ruleGroup", rule.group());
        json.put("interval", rule.interval().toSeconds());
        json.put("updated", Times.iso(rule.updated()));
        json.put("provenance", rule.provenance());
        json.put("isPaused", rule.paused());
        if (!json.has("for")) {
            json.put("for", "0s");
        }
        if (!json.has("noDataState")) {
            json.put("noDataState", "NoData");
        }
        if (!json.has("execErrState")) {
            json.put("execErrState", "Error");
        }
        return json;
    }
}
