package sigyn.server.dashboards.api;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import sigyn.server.auth.Account;
import sigyn.server.auth.Accounts;
import sigyn.server.auth.Role;
import sigyn.server.auth.Secrets;
import sigyn.server.dashboards.store.DashboardStore;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.store.LibraryElements;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// What tools ask for in passing: library panels, plugins, teams (there are none), permissions (those of the roles),
/// numbers.
public final class CatalogApi {
    private static final List<String> PANELS = List.of(
            "timeseries",
            "logs",
            "stat",
            "gauge",
            "bargauge",
            "table",
            "barchart",
            "piechart",
            "text",
            "heatmap",
            "histogram",
            "state-timeline",
            "status-history",
            "alertlist",
            "dashlist",
            "annolist");

    private final Accounts accounts;
    private final DashboardStore dashboards;
    private final Folders folders;
    private final Datasources datasources;
    private final LibraryElements library;

    public CatalogApi(
            Accounts accounts,
            DashboardStore dashboards,
            Folders folders,
            Datasources datasources,
            LibraryElements library) {
        this.accounts = accounts;
        this.dashboards = dashboards;
        this.folders = folders;
        this.datasources = datasources;
        this.library = library;
    }

    public void routes(Router router) {
        router.get("/api/library-elements", this::elements)
                .route("POST", "/api/library-elements", this::createElement)
                .get("/api/library-elements/{uid}", this::element)
                .route("PATCH", "/api/library-elements/{uid}", this::changeElement)
                .route("DELETE", "/api/library-elements/{uid}", this::deleteElement)
                .get("/api/plugins", CatalogApi::plugins)
                .get("/api/plugins/{id}/settings", CatalogApi::plugin)
                .get("/api/teams/search", CatalogApi::teams)
                .get("/api/folders/{uid}/permissions", CatalogApi::permissions)
                .get("/api/dashboards/uid/{uid}/permissions", CatalogApi::permissions)
                .get("/api/admin/stats", this::stats);
    }

    private LibraryElements.Element found(Request request) {
        return library.byUid(request.pathParam("uid"))
                .orElseThrow(() -> Refusal.notFound("library element could not be found"));
    }

    private static ObjectNode view(LibraryElements.Element element) {
        var json = Json.object();
        json.put("id", element.id());
        json.put("orgId", 1);
        json.put("folderUid", element.folderUid());
        json.put("uid", element.uid());
        json.put("name", element.name());
        json.put("kind", element.kind());
        json.put("type", element.type());
        json.set("model", element.model());
        json.put("version", element.version());
        var meta = json.putObject("meta");
        meta.put("folderUid", element.folderUid());
        meta.put("connectedDashboards", 0);
        meta.put("created", Times.iso(element.created()));
        meta.put("updated", Times.iso(element.updated()));
        meta.putObject("createdBy").put("name", element.createdBy());
        meta.putObject("updatedBy").put("name", element.updatedBy());
        return json;
    }

    private static Response result(LibraryElements.Element element) {
        var answer = Json.object();
        answer.set("result", view(element));
        return Json.ok(answer);
    }

    private Response elements(Request request) {
        Access.require(request, Role.VIEWER);
        String words = request.query().firstOr("searchString", "").toLowerCase(Locale.ROOT);
        var result = Json.object();
        var list = result.putArray("elements");
        for (var element : library.all()) {
            if (element.name().toLowerCase(Locale.ROOT).contains(words)) {
                list.add(view(element));
            }
        }
        result.put("totalCount", list.size()).put("page", 1).put("perPage", 1000);
        var answer = Json.object();
        answer.set("result", result);
        return Json.ok(answer);
    }

    private Response element(Request request) {
        Access.require(request, Role.VIEWER);
        return result(found(request));
    }

    private Response createElement(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        var body = Json.body(request);
        var model = Json.object(body, "model");
        if (model == null) {
            throw Refusal.badRequest("model is missing");
        }
        String uid = Json.text(body, "uid");
        return result(library.create(
                uid.isEmpty() ? Secrets.uid() : uid,
                Json.text(body, "name"),
                Json.text(body, "folderUid"),
                model,
                caller.login()));
    }

    private Response changeElement(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        var old = found(request);
        var body = Json.body(request);
        if (body.has("version") && Json.number(body, "version", 0) != old.version()) {
            throw new Refusal(412, "the library element has been changed by someone else");
        }
        var model = Json.object(body, "model");
        return result(library.change(
                old,
                Json.text(body, "name", old.name()),
                Json.text(body, "folderUid", old.folderUid()),
                model == null ? old.model() : model,
                caller.login()));
    }

    private Response deleteElement(Request request) {
        Access.require(request, Role.EDITOR);
        library.delete(found(request));
        return Json.message("Library element deleted");
    }

    private static ObjectNode plugin(String id, String type) {
        return Json.object()
                .put("id", id)
                .put("name", id)
                .put("type", type)
                .put("enabled", true)
                .put("pinned", false)
                .put("category", "")
                .put("state", "")
                .put("signature", "internal");
    }

    private static Response plugins(Request request) {
        Access.require(request, Role.VIEWER);
        var list = Json.array();
        list.add(plugin("loki", "datasource"));
        PANELS.forEach(id -> list.add(plugin(id, "panel")));
        return Json.ok(list);
    }

    private static Response plugin(Request request) {
        Access.require(request, Role.VIEWER);
        String id = request.pathParam("id");
        if (id.equals("loki")) {
            return Json.ok(plugin(id, "datasource"));
        }
        if (PANELS.contains(id)) {
            return Json.ok(plugin(id, "panel"));
        }
        throw Refusal.notFound("Plugin not found, no installed plugin with that id");
    }

    private static Response teams(Request request) {
        Access.require(request, Role.VIEWER);
        var answer = Json.object();
        answer.putArray("teams");
        return Json.ok(answer.put("totalCount", 0).put("page", 1).put("perPage", 1000));
    }

    private static Response permissions(Request request) {
        Access.require(request, Role.EDITOR);
        var list = Json.array();
        list.addObject().put("role", "Viewer").put("permission", 1).put("permissionName", "View");
        list.addObject().put("role", "Editor").put("permission", 2).put("permissionName", "Edit");
        return Json.ok(list);
    }

    private Response stats(Request request) {
        Access.requireServerAdmin(request);
        var users = accounts.all(Account.Kind.USER);
        return Json.ok(Json.object()
                .put("orgs", 1)
                .put("dashboards", dashboards.all().size())
                .put("folders", folders.all().size())
                .put("datasources", datasources.all().size())
                .put("users", users.size())
                .put("admins", users.stream().filter(Account::serverAdmin).count()));
    }
}
