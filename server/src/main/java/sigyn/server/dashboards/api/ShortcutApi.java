package sigyn.server.dashboards.api;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.store.Shortcuts;
import sigyn.server.dashboards.store.Shortcuts.PastQuery;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Short URLs and the history of queries.
public final class ShortcutApi {
    private static final int LONGEST_PATH = 64 << 10;

    private final Shortcuts shortcuts;
    private final String basePath;

    public ShortcutApi(Shortcuts shortcuts, String basePath) {
        this.shortcuts = shortcuts;
        this.basePath = basePath;
    }

    public void routes(Router router) {
        router.route("POST", "/api/short-urls", this::shorten)
                .get("/goto/{uid}", this::follow)
                .get("/api/query-history", this::history)
                .route("POST", "/api/query-history", this::remember)
                .route("PATCH", "/api/query-history/{uid}", this::comment)
                .route("DELETE", "/api/query-history/{uid}", this::forget)
                .route("POST", "/api/query-history/star/{uid}", request -> star(request, true))
                .route("DELETE", "/api/query-history/star/{uid}", request -> star(request, false));
    }

    private Response shorten(Request request) throws IOException {
        var caller = Access.require(request, Role.VIEWER);
        String path = Json.text(Json.body(request), "path").replaceFirst("^/", "");
        boolean leaves = path.contains("://") || path.startsWith("/") || path.startsWith("\\") || path.contains("..");
        if (path.isEmpty()
                || leaves
                || path.length() > LONGEST_PATH
                || path.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.badRequest("path should be relative to the start page");
        }
        String uid = shortcuts.shorten(path, caller.login());
        return Json.ok(Json.object().put("uid", uid).put("url", basePath + "/goto/" + uid));
    }

    private Response follow(Request request) {
        if (Access.callerOrNull(request) == null) {
            return Response.of(302).header("Location", basePath + "/login?redirectTo=" + request.rawPath());
        }
        String path =
                shortcuts.path(request.pathParam("uid")).orElseThrow(() -> Refusal.notFound("short URL not found"));
        return Response.of(302).header("Location", basePath + "/" + path);
    }

    private Response history(Request request) {
        var account = Access.requireAccount(request).account();
        String words = request.query().firstOr("searchString", "").toLowerCase(Locale.ROOT);
        boolean starred = request.query().firstOr("onlyStarred", "false").equals("true");
        List<String> uids = request.query().all("datasourceUid");
        var result = Json.object();
        var list = result.putArray("queryHistory");
        for (var query : shortcuts.queries(account.id())) {
            boolean wanted = (!starred || query.starred())
                    && (uids.isEmpty() || uids.contains(query.datasourceUid()))
                    && (query.queries() + query.comment())
                            .toLowerCase(Locale.ROOT)
                            .contains(words);
            if (wanted) {
                list.add(view(query));
            }
        }
        result.put("totalCount", list.size()).put("page", 1).put("perPage", 1000);
        var answer = Json.object();
        answer.set("result", result);
        return Json.ok(answer);
    }

    private static ObjectNode view(PastQuery query) {
        var json = Json.object();
        json.put("uid", query.uid());
        json.put("datasourceUid", query.datasourceUid());
        json.put("createdAt", query.created() / 1000);
        json.put("comment", query.comment());
        json.put("starred", query.starred());
        json.set("queries", Json.stored("{\"q\":" + query.queries() + "}").get("q"));
        return json;
    }

    private static Response result(PastQuery query) {
        var answer = Json.object();
        answer.set("result", view(query));
        return Json.ok(answer);
    }

    private Response remember(Request request) throws IOException {
        var account = Access.requireAccount(request).account();
        var body = Json.body(request);
        if (!(body.get("queries") instanceof ArrayNode queries) || queries.isEmpty()) {
            throw Refusal.badRequest("queries is missing");
        }
        return result(shortcuts.remember(account.id(), Json.text(body, "datasourceUid"), Json.write(queries)));
    }

    private PastQuery found(Request request, long account) {
        return shortcuts
                .query(account, request.pathParam("uid"))
                .orElseThrow(() -> Refusal.notFound("query history not found"));
    }

    private Response comment(Request request) throws IOException {
        var account = Access.requireAccount(request).account();
        var query = found(request, account.id());
        shortcuts.comment(account.id(), query.uid(), Json.text(Json.body(request), "comment"));
        return result(found(request, account.id()));
    }

    private Response star(Request request, boolean starred) {
        var account = Access.requireAccount(request).account();
        shortcuts.star(account.id(), found(request, account.id()).uid(), starred);
        return result(found(request, account.id()));
    }

    private Response forget(Request request) {
        var account = Access.requireAccount(request).account();
        shortcuts.forget(account.id(), found(request, account.id()).uid());
        return Json.message("Query deleted");
    }
}
