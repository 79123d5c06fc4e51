package sigyn.server.dashboards.api;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.store.Annotations;
import sigyn.server.dashboards.store.Annotations.Annotation;
import sigyn.server.dashboards.store.Dashboard;
import sigyn.server.dashboards.store.DashboardStore;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Params;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// Annotations: what deployments and people mark on the time line.
public final class AnnotationApi {
    private static final int LONGEST_TEXT = 64 << 10;

    private final Annotations annotations;
    private final DashboardStore dashboards;
    private final Clock clock;

    public AnnotationApi(Annotations annotations, DashboardStore dashboards, Clock clock) {
        this.annotations = annotations;
        this.dashboards = dashboards;
        this.clock = clock;
    }

    public void routes(Router router) {
        router.get("/api/annotations", this::find)
                .route("POST", "/api/annotations", this::add)
                .route("POST", "/api/annotations/graphite", this::graphite)
                .route("POST", "/api/annotations/mass-delete", this::massDelete)
                .get("/api/annotations/tags", this::tags)
                .get("/api/annotations/{id}", this::read)
                .route("PUT,PATCH", "/api/annotations/{id}", this::change)
                .route("DELETE", "/api/annotations/{id}", this::delete);
    }

    private Annotation found(Request request) {
        try {
            return annotations
                    .byId(Long.parseLong(request.pathParam("id")))
                    .orElseThrow(() -> Refusal.notFound("Annotation not found"));
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("annotationId is invalid");
        }
    }

    private Response find(Request request) {
        Access.require(request, Role.VIEWER);
        var query = request.query();
        var list = Json.array();
        if (query.firstOr("type", "annotation").equals("alert")) {
            return Json.ok(list);
        }
        var wanted = new Annotations.Wanted(
                number(query, "from", 0),
                number(query, "to", 0),
                query.firstOr("dashboardUID", uidOf(number(query, "dashboardId", 0))),
                number(query, "panelId", 0),
                number(query, "userId", 0),
                query.all("tags"),
                query.firstOr("matchAny", "false").equals("true"),
                Math.clamp(number(query, "limit", 100), 1, 10_000));
        annotations.find(wanted).forEach(a -> list.add(view(a)));
        return Json.ok(list);
    }

    private String uidOf(long dashboardId) {
        return dashboardId == 0
                ? ""
                : dashboards.byId(dashboardId).map(Dashboard::uid).orElse("");
    }

    private static long number(Params query, String name, long otherwise) {
        String text = query.first(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Refusal.badRequest(name + " must be a number");
        }
    }

    private ObjectNode view(Annotation a) {
        var json = Json.object();
        json.put("id", a.id());
        json.put("alertId", 0);
        json.put("alertName", "");
        json.put(
                "dashboardId",
                dashboards.byUid(a.dashboardUid()).map(Dashboard::id).orElse(0L));
        json.put("dashboardUID", a.dashboardUid());
        json.put("panelId", a.panelId());
        json.put("userId", a.accountId());
        json.put("userName", a.login());
        json.put("newState", "");
        json.put("prevState", "");
        json.put("created", a.created());
        json.put("updated", a.updated());
        json.put("time", a.time());
        json.put("timeEnd", a.timeEnd());
        json.put("text", a.text());
        json.set("tags", Json.strings(a.tags()));
        json.put("login", a.login());
        json.put("email", a.email());
        json.put("avatarUrl", "");
        json.set("data", Json.stored(a.data()));
        return json;
    }

    private Response read(Request request) {
        Access.require(request, Role.VIEWER);
        return Json.ok(view(found(request)));
    }

    private Response add(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        var body = Json.body(request);
        String uid = Json.text(body, "dashboardUID", Json.text(body, "dashboardUid"));
        if (uid.isEmpty()) {
            uid = uidOf(Json.number(body, "dashboardId", 0));
        }
        if (!uid.isEmpty() && dashboards.byUid(uid).isEmpty()) {
            throw Refusal.notFound("Dashboard not found");
        }
        String text = text(body);
        long time = Json.number(body, "time", clock.millis());
        var data = Json.object(body, "data");
        long id = annotations.add(new Annotation(
                0,
                uid,
                Json.number(body, "panelId", 0),
                caller.account().id(),
                caller.login(),
                caller.account().email(),
                time,
                end(body, time),
                text,
                Json.texts(body, "tags"),
                data == null ? "{}" : Json.write(data),
                0,
                0));
        return Json.ok(Json.object().put("message", "Annotation added").put("id", id));
    }

    private static String text(ObjectNode body) {
        String text = Json.text(body, "text");
        if (text.isBlank()) {
            throw Refusal.badRequest("Failed to save annotation: text field should not be empty");
        }
        if (text.length() > LONGEST_TEXT) {
            throw Refusal.badRequest("text must not be longer than " + LONGEST_TEXT + " characters");
        }
        return text;
    }

    private static long end(ObjectNode body, long time) {
        long end = Json.number(body, "timeEnd", 0);
        return end == 0 ? time : Math.max(time, end);
    }

    /// `{what, when (seconds), tags: list or text with blanks, data}`
    private Response graphite(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        var body = Json.body(request);
        String what = Json.text(body, "what");
        if (what.isBlank()) {
            throw Refusal.badRequest("Failed to save Graphite annotation: what field should not be empty");
        }
        String data = Json.text(body, "data");
        long time = body.has("when") ? Json.number(body, "when", 0) * 1000 : clock.millis();
        var tags = body.path("tags").isString()
                ? List.of(Json.text(body, "tags").strip().split("\\s+"))
                : Json.texts(body, "tags");
        long id = annotations.add(new Annotation(
                0,
                "",
                0,
                caller.account().id(),
                caller.login(),
                caller.account().email(),
                time,
                time,
                data.isEmpty() ? what : what + "\n" + data,
                tags,
                "{}",
                0,
                0));
        return Json.ok(Json.object().put("message", "Graphite annotation added").put("id", id));
    }

    private Response change(Request request) throws IOException {
        Access.require(request, Role.EDITOR);
        var old = found(request);
        var body = Json.body(request);
        boolean whole = request.method().equals("PUT");
        long time = Json.number(body, "time", old.time());
        var data = Json.object(body, "data");
        annotations.change(new Annotation(
                old.id(),
                old.dashboardUid(),
                old.panelId(),
                old.accountId(),
                old.login(),
                old.email(),
                time,
                body.has("timeEnd") ? end(body, time) : Math.max(time, old.timeEnd()),
                whole || body.has("text") ? text(body) : old.text(),
                whole || body.has("tags") ? Json.texts(body, "tags") : old.tags(),
                data == null ? old.data() : Json.write(data),
                0,
                0));
        return Json.message(whole ? "Annotation updated" : "Annotation patched");
    }

    private Response delete(Request request) {
        Access.require(request, Role.EDITOR);
        annotations.delete(found(request).id());
        return Json.message("Annotation deleted");
    }

    /// All annotations of one panel of one dashboard, or one by id.
    private Response massDelete(Request request) throws IOException {
        Access.require(request, Role.EDITOR);
        var body = Json.body(request);
        long id = Json.number(body, "annotationId", 0);
        if (id > 0) {
            annotations.delete(id);
            return Json.message("Annotations deleted");
        }
        String uid = Json.text(body, "dashboardUID", uidOf(Json.number(body, "dashboardId", 0)));
        long panel = Json.number(body, "panelId", 0);
        if (uid.isEmpty() || panel == 0) {
            throw Refusal.badRequest("dashboardUID and panelId, or annotationId, are needed");
        }
        var doomed = new ArrayList<>(
                annotations.find(new Annotations.Wanted(0, 0, uid, panel, 0, List.of(), false, Integer.MAX_VALUE)));
        doomed.forEach(a -> annotations.delete(a.id()));
        return Json.message("Annotations deleted");
    }

    private Response tags(Request request) {
        Access.require(request, Role.VIEWER);
        String wanted = request.query().firstOr("tag", "").toLowerCase(Locale.ROOT);
        var answer = Json.object();
        var list = answer.putObject("result").putArray("tags");
        annotations.tags().forEach((tag, count) -> {
            if (tag.toLowerCase(Locale.ROOT).contains(wanted)) {
                list.addObject().put("tag", tag).put("count", count);
            }
        });
        return Json.ok(answer);
    }
}
