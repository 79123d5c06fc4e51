package sigyn.server.dashboards.api;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Caller;
import sigyn.server.auth.Role;
import sigyn.server.auth.RolePolicies;
import sigyn.server.auth.Secrets;
import sigyn.server.dashboards.alert.Alerting;
import sigyn.server.dashboards.alert.ContactPoint;
import sigyn.server.dashboards.alert.ContactPoints;
import sigyn.server.dashboards.alert.Targets;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// Where alerts are sent: `/api/v1/provisioning/contact-points` and `.../policies`, and trying a contact point out.
///
/// All of it is for editors: an address is often as good as a password.
public final class ContactPointApi {
    private static final String POINTS = "/api/v1/provisioning/contact-points";
    private static final String POLICIES = "/api/v1/provisioning/policies";

    private final ContactPoints points;
    private final Alerting alerting;
    private final Targets targets;
    private final RolePolicies policies;
    private final Audit audit;
    private final Clock clock;

    public ContactPointApi(
            ContactPoints points, Alerting alerting, Targets targets, RolePolicies policies, Audit audit, Clock clock) {
        this.points = points;
        this.alerting = alerting;
        this.targets = targets;
        this.policies = policies;
        this.audit = audit;
        this.clock = clock;
    }

    public void routes(Router router) {
        router.get(POINTS, this::list)
                .route("POST", POINTS, this::create)
                .route("PUT", POINTS + "/{uid}", this::change)
                .route("DELETE", POINTS + "/{uid}", this::delete)
                .get(POLICIES, this::policy)
                .route("PUT", POLICIES, this::setPolicy)
                .route("POST", "/api/alertmanager/grafana/config/api/v1/receivers/test", this::test);
    }

    private Caller require(Request request) {
        return AlertRuleApi.require(request, Role.EDITOR, policies);
    }

    private Response list(Request request) {
        require(request);
        String name = request.query().firstOr("name", "");
        var list = Json.array();
        for (var point : points.all()) {
            if (name.isEmpty() || name.equals(point.name())) {
                list.add(view(point));
            }
        }
        return Json.ok(list);
    }

    private Response create(Request request) throws IOException {
        var caller = require(request);
        var body = Json.body(request);
        String uid = Json.text(body, "uid");
        if (points.byUid(uid).isPresent()) {
            throw Refusal.conflict("a contact point with that uid already exists");
        }
        var point = point(body, uid.isEmpty() ? Secrets.uid() : uid, null, caller);
        return saved(point, caller, request, "contactpoint.create");
    }

    private Response change(Request request) throws IOException {
        var caller = require(request);
        var before = changeable(request);
        var point = point(Json.body(request), before.uid(), before, caller);
        return saved(point, caller, request, "contactpoint.change");
    }

    private Response saved(ContactPoint point, Caller caller, Request request, String action) {
        points.save(point, caller.login());
        audit.record(caller.login(), request.remoteAddress(), action, point.name(), "ok");
        return Json.response(202, view(point));
    }

    /// What the body says; a secret that it leaves out stays, but only for the address that it was given for.
    private ContactPoint point(ObjectNode body, String uid, @Nullable ContactPoint before, Caller caller) {
        var settings = Json.objectAt(body, "settings");
        Map<String, String> kept = before != null && sameTarget(before, body, settings) ? before.secrets() : Map.of();
        var point = ContactPoint.of(
                uid,
                Json.text(body, "name").strip(),
                Json.text(body, "type"),
                settings,
                kept,
                Json.flag(body, "disableResolveMessage", false),
                caller.may(Role.ADMIN),
                "");
        if (point.delivered()) {
            targets.checked(Json.text(settings, "url"), point.trusted());
            if (Json.object(settings, "tlsConfig") != null || Json.object(settings, "http_config") != null) {
                throw Refusal.badRequest("tlsConfig and http_config have no effect here: leave them out");
            }
        }
        return point;
    }

    private static boolean sameTarget(ContactPoint before, ObjectNode body, ObjectNode settings) {
        return before.type().equals(Json.text(body, "type"))
                && origin(Json.text(before.settings(), "url")).equals(origin(Json.text(settings, "url")));
    }

    private static String origin(String url) {
        try {
            var uri = URI.create(url.strip());
            return uri.getScheme() + "://" + uri.getRawAuthority();
        } catch (IllegalArgumentException e) {
            return url;
        }
    }

    private Response delete(Request request) {
        var caller = require(request);
        if (points.byUid(request.pathParam("uid")).isPresent()) {
            var point = changeable(request);
            boolean last = points.named(point.name()).size() == 1;
            for (var status : alerting.statuses()) {
                var route = status.rule().route();
                if (last && route != null && route.receiver().equals(point.name())) {
                    throw Refusal.conflict("the rule \"" + status.rule().title() + "\" sends its alerts there");
                }
            }
            points.delete(point.uid());
            audit.record(caller.login(), request.remoteAddress(), "contactpoint.delete", point.name(), "ok");
        }
        return Response.of(204);
    }

    private ContactPoint changeable(Request request) {
        var point =
                points.byUid(request.pathParam("uid")).orElseThrow(() -> Refusal.notFound("contact point not found"));
        if (!point.provenance().isEmpty()) {
            throw new Refusal(403, "the contact point comes from a file and is changed there");
        }
        return point;
    }

    private Response policy(Request request) {
        require(request);
        return Json.ok(points.policy());
    }

    private Response setPolicy(Request request) throws IOException {
        var caller = require(request);
        points.setPolicy(Json.body(request));
        audit.record(caller.login(), request.remoteAddress(), "notificationpolicy.change", "root", "ok");
        return Json.response(202, Json.object().put("message", "policies updated"));
    }

    private Response test(Request request) throws Exception {
        var caller = require(request);
        var answer = Json.object();
        var receivers = answer.putArray("receivers");
        for (var receiver : Json.objects(Json.body(request), "receivers")) {
            var told = receivers.addObject().put("name", Json.text(receiver, "name"));
            var configs = told.putArray("grafana_managed_receiver_configs");
            for (var config : Json.objects(receiver, "grafana_managed_receiver_configs")) {
                var result = configs.addObject();
                result.put("name", Json.text(config, "name")).put("uid", Json.text(config, "uid"));
                try {
                    var before = points.byUid(Json.text(config, "uid")).orElse(null);
                    alerting.test(point(config, "test", before, caller));
                    result.put("status", "ok");
                } catch (Refusal e) {
                    result.put("status", "failed").put("error", e.getMessage());
                }
            }
        }
        answer.put("notified_at", clock.instant().toString());
        return Json.ok(answer);
    }

    private static ObjectNode view(ContactPoint point) {
        var json = Json.object();
        json.put("uid", point.uid());
        json.put("name", point.name());
        json.put("type", point.type());
        json.set("settings", point.settings());
        json.put("disableResolveMessage", point.disableResolve());
        json.put("provenance", point.provenance());
        json.put("delivered", point.delivered());
        return json;
    }
}
