package sigyn.server.dashboards.api;

import java.io.IOException;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Role;
import sigyn.server.auth.Secrets;
import sigyn.server.dashboards.store.Dashboard;
import sigyn.server.dashboards.store.DashboardStore;
import sigyn.server.dashboards.store.Folder;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;

/// Folders.
public final class FolderApi {
    private final Folders folders;
    private final DashboardStore dashboards;
    private final Audit audit;
    private final String basePath;

    public FolderApi(Folders folders, DashboardStore dashboards, Audit audit, String basePath) {
        this.folders = folders;
        this.dashboards = dashboards;
        this.audit = audit;
        this.basePath = basePath;
    }

    public void routes(Router router) {
        router.get("/api/folders", this::list)
                .route("POST", "/api/folders", this::create)
                .get("/api/folders/id/{id}", this::byId)
                .get("/api/folders/{uid}", this::read)
                .route("PUT,PATCH", "/api/folders/{uid}", this::rename)
                .route("DELETE", "/api/folders/{uid}", this::delete)
                .get("/api/folders/{uid}/counts", this::counts)
                .route("POST", "/api/folders/{uid}/move", this::move);
    }

    private Folder found(Request request) {
        return folders.byUid(request.pathParam("uid")).orElseThrow(() -> Refusal.notFound("folder not found"));
    }

    private Response list(Request request) {
        Access.require(request, Role.VIEWER);
        String parent = request.query().firstOr("parentUid", "");
        var list = Json.array();
        for (var folder : folders.all()) {
            if (folder.parentUid().equals(parent)) {
                var item = list.addObject();
                item.put("id", folder.id());
                item.put("uid", folder.uid());
                item.put("title", folder.title());
                if (!parent.isEmpty()) {
                    item.put("parentUid", parent);
                }
            }
        }
        return Json.ok(list);
    }

    private Response view(Folder folder, Request request) {
        return Json.ok(Views.folder(basePath, folder, folders, Access.caller(request)));
    }

    private Response byId(Request request) {
        Access.require(request, Role.VIEWER);
        try {
            return view(
                    folders.byId(Long.parseLong(request.pathParam("id")))
                            .orElseThrow(() -> Refusal.notFound("folder not found")),
                    request);
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("id is invalid");
        }
    }

    private Response read(Request request) {
        Access.require(request, Role.VIEWER);
        if (request.pathParam("uid").equals("general")) {
            var general = Json.object().put("id", 0).put("uid", "general").put("title", "Dashboards");
            return Json.ok(general.put("url", basePath + "/dashboards").put("canSave", false));
        }
        return view(found(request), request);
    }

    private Response create(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        var body = Json.body(request);
        String uid = Json.text(body, "uid");
        var folder = folders.create(
                uid.isEmpty() ? Secrets.uid() : uid,
                Json.text(body, "title").strip(),
                Json.text(body, "parentUid"),
                caller.login());
        audit.record(caller.login(), request.remoteAddress(), "folder.create", folder.uid(), "ok");
        return view(folder, request);
    }

    private Response rename(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        var folder = found(request);
        var body = Json.body(request);
        if (!Json.flag(body, "overwrite", false)
                && body.has("version")
                && Json.number(body, "version", 0) != folder.version()) {
            throw new Refusal(412, "the folder has been changed by someone else").with("status", "version-mismatch");
        }
        return view(folders.rename(folder, Json.text(body, "title").strip(), caller.login()), request);
    }

    private Response move(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        String parent = Json.text(Json.body(request), "parentUid");
        return view(folders.move(found(request), parent, caller.login()), request);
    }

    private Response counts(Request request) {
        Access.require(request, Role.VIEWER);
        var tree = folders.tree(found(request).uid());
        long inside = tree.stream()
                .mapToLong(f -> dashboards.inFolder(f.uid()).size())
                .sum();
        return Json.ok(Json.object()
                .put("folder", tree.size() - 1)
                .put("dashboard", inside)
                .put("librarypanel", 0)
                .put("alertrule", 0));
    }

    private Response delete(Request request) {
        var caller = Access.require(request, Role.EDITOR);
        var folder = found(request);
        var tree = folders.tree(folder.uid());
        boolean provisioned = tree.stream()
                .flatMap(f -> dashboards.inFolder(f.uid()).stream())
                .anyMatch(Dashboard::provisioned);
        if (provisioned) {
            throw Refusal.badRequest("folder contains provisioned dashboards and cannot be deleted");
        }
        for (var inside : tree) {
            dashboards.inFolder(inside.uid()).forEach(dashboards::delete);
            folders.delete(inside);
        }
        audit.record(caller.login(), request.remoteAddress(), "folder.delete", folder.uid(), "ok");
        return Json.ok(Json.object()
                .put("id", folder.id())
                .put("title", folder.title())
                .put("message", "Folder " + folder.title() + " deleted"));
    }
}
