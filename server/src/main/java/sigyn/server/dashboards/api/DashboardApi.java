package sigyn.server.dashboards.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.server.auth.Audit;
import sigyn.server.auth.Caller;
import sigyn.server.auth.Role;
import sigyn.server.auth.Secrets;
import sigyn.server.dashboards.migrate.Envelope;
import sigyn.server.dashboards.migrate.Inputs;
import sigyn.server.dashboards.migrate.Migration;
import sigyn.server.dashboards.migrate.Report;
import sigyn.server.dashboards.provision.Provider;
import sigyn.server.dashboards.provision.Provisioning;
import sigyn.server.dashboards.provision.WriteBack;
import sigyn.server.dashboards.store.Dashboard;
import sigyn.server.dashboards.store.DashboardStore;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.store.Folder;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.store.LibraryElements;
import sigyn.server.dashboards.store.Preferences;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// Dashboards: read (in the current schema), saved, deleted, imported, exported, their versions.
public final class DashboardApi {
    private final DashboardStore dashboards;
    private final Folders folders;
    private final Datasources datasources;
    private final Preferences preferences;
    private final LibraryElements library;
    private final Provisioning provisioning;
    private final Audit audit;
    private final String basePath;
    private final @Nullable Path home;

    public DashboardApi(
            DashboardStore dashboards,
            Folders folders,
            Datasources datasources,
            Preferences preferences,
            LibraryElements library,
            Provisioning provisioning,
            Audit audit,
            String basePath,
            @Nullable Path home) {
        this.dashboards = dashboards;
        this.folders = folders;
        this.datasources = datasources;
        this.preferences = preferences;
        this.library = library;
        this.provisioning = provisioning;
        this.audit = audit;
        this.basePath = basePath;
        this.home = home;
    }

    public void routes(Router router) {
        router.route("POST", "/api/dashboards/db", this::save)
                .get("/api/dashboards/home", this::home)
                .get("/api/dashboards/tags", this::tags)
                .route("POST", "/api/dashboards/import", this::importOne)
                .get("/api/dashboards/uid/{uid}", this::read)
                .route("DELETE", "/api/dashboards/uid/{uid}", this::delete)
                .get("/api/dashboards/uid/{uid}/versions", this::versions)
                .get("/api/dashboards/uid/{uid}/versions/{version}", this::version)
                .route("POST", "/api/dashboards/uid/{uid}/restore", this::restore)
                .get("/api/ui/compat/{uid}", this::compat)
                .get("/api/ui/export/{uid}", this::export)
                .get("/api/ui/raw/{uid}", this::raw);
    }

    private Dashboard found(Request request) {
        return dashboards
                .byUid(request.pathParam("uid"))
                .orElseThrow(() -> Refusal.notFound("Dashboard not found").with("status", "not-found"));
    }

    private Response read(Request request) {
        var caller = Access.require(request, Role.VIEWER);
        var dashboard = found(request);
        var json = dashboards.json(dashboard);
        library.fill(json);
        var answer = Json.object();
        answer.set("dashboard", Migration.run(json, Views.refs(datasources)).dashboard());
        answer.set("meta", meta(dashboard, caller));
        return Json.ok(answer);
    }

    private ObjectNode meta(Dashboard dashboard, Caller caller) {
        boolean edit = caller.may(Role.EDITOR);
        boolean savable = edit && mayBeSaved(dashboard);
        var folder = folders.byUid(dashboard.folderUid());
        var meta = Json.object();
        meta.put("type", "db");
        meta.put("canSave", savable);
        meta.put("canEdit", edit);
        meta.put("canAdmin", caller.may(Role.ADMIN));
        meta.put("canStar", !caller.anonymous());
        meta.put("canDelete", edit && !dashboard.provisioned());
        meta.put("slug", Slug.of(dashboard.title()));
        meta.put("url", Views.dashboardUrl(basePath, dashboard));
        meta.put("expires", "0001-01-01T00:00:00Z");
        meta.put("created", Times.iso(dashboard.created()));
        meta.put("updated", Times.iso(dashboard.updated()));
        meta.put("updatedBy", dashboard.updatedBy());
        meta.put("createdBy", dashboard.createdBy());
        meta.put("version", dashboard.version());
        meta.put("hasAcl", false);
        meta.put("isFolder", false);
        meta.put("folderId", folder.map(Folder::id).orElse(0L));
        meta.put("folderUid", dashboard.folderUid());
        meta.put("folderTitle", folder.map(Folder::title).orElse("General"));
        meta.put("folderUrl", folder.map(f -> Views.folderUrl(basePath, f)).orElse(""));
        meta.put("provisioned", dashboard.provisioned());
        meta.put("provisionedExternalId", dashboard.externalId());
        meta.put("isStarred", preferences.stars(caller.account().id()).contains(dashboard.uid()));
        var annotations = meta.putObject("annotationsPermissions");
        for (String where : new String[] {"dashboard", "organization"}) {
            annotations
                    .putObject(where)
                    .put("canAdd", edit)
                    .put("canEdit", edit)
                    .put("canDelete", edit);
        }
        return meta;
    }

    private boolean mayBeSaved(Dashboard dashboard) {
        return !dashboard.provisioned()
                || provisioning
                        .provider(dashboard.provider())
                        .map(p -> p.allowUiUpdates() || p.writeBack())
                        .orElse(false);
    }

    private Response save(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        var body = Json.body(request);
        var json = Json.object(body, "dashboard");
        if (json == null) {
            throw Refusal.badRequest("bad request data: \"dashboard\" is missing");
        }
        if (Json.text(json, "title").isBlank()) {
            throw Refusal.badRequest("Dashboard title cannot be empty").with("status", "empty-name");
        }
        boolean overwrite = Json.flag(body, "overwrite", false);
        long id = Json.number(json, "id", 0);
        String uid = Json.text(json, "uid").strip();
        var before = before(id, uid);
        before.ifPresent(old -> checkSave(old, json, id, overwrite));
        String folderUid = folder(body, before);
        String finalUid = before.map(Dashboard::uid).orElse(uid.isEmpty() ? Secrets.uid() : uid);
        if (before.isEmpty()) {
            boolean taken = dashboards.inFolder(folderUid).stream()
                    .anyMatch(d -> d.title().equals(Json.text(json, "title").strip()));
            if (taken && !overwrite) {
                throw new Refusal(412, "A dashboard with the same name in the folder already exists")
                        .with("status", "name-exists");
            }
        }
        var saved = dashboards.write(new DashboardStore.Content(
                finalUid,
                json,
                folderUid,
                before.map(Dashboard::provider).orElse(""),
                before.map(Dashboard::externalId).orElse(""),
                before.map(Dashboard::checksum).orElse(""),
                caller.login(),
                Json.text(body, "message")));
        writeBack(saved, json);
        audit.record(caller.login(), request.remoteAddress(), "dashboard.save", finalUid, "version " + saved.version());
        return Json.ok(saved(saved));
    }

    private Optional<Dashboard> before(long id, String uid) {
        if (!uid.isEmpty()) {
            var found = dashboards.byUid(uid);
            if (found.isEmpty() && id > 0) {
                throw Refusal.notFound("Dashboard not found").with("status", "not-found");
            }
            return found;
        }
        if (id > 0) {
            var found = dashboards.byId(id);
            if (found.isEmpty()) {
                throw Refusal.notFound("Dashboard not found").with("status", "not-found");
            }
            return found;
        }
        return Optional.empty();
    }

    private void checkSave(Dashboard old, ObjectNode json, long id, boolean overwrite) {
        if (!mayBeSaved(old)) {
            throw Refusal.badRequest("Cannot save provisioned dashboard").with("status", "provisioned");
        }
        if (overwrite) {
            return;
        }
        if (id == 0) {
            throw new Refusal(412, "A dashboard with the same uid already exists").with("status", "name-exists");
        }
        if (Json.number(json, "version", 0) != old.version()) {
            throw new Refusal(412, "The dashboard has been changed by someone else").with("status", "version-mismatch");
        }
    }

    private String folder(ObjectNode body, Optional<Dashboard> before) {
        if (body.has("folderUid") || body.has("folderId")) {
            String uid = Json.text(body, "folderUid");
            if (uid.equals("general") || uid.isEmpty() && Json.number(body, "folderId", 0) <= 0) {
                return Folder.GENERAL;
            }
            var folder = uid.isEmpty() ? folders.byId(Json.number(body, "folderId", 0)) : folders.byUid(uid);
            return folder.orElseThrow(() -> Refusal.badRequest("folder not found"))
                    .uid();
        }
        return before.map(Dashboard::folderUid).orElse(Folder.GENERAL);
    }

    private void writeBack(Dashboard saved, ObjectNode json) {
        var provider = provisioning.provider(saved.provider()).filter(Provider::writeBack);
        if (saved.provisioned() && provider.isPresent()) {
            String checksum = WriteBack.write(provider.get(), saved.externalId(), json);
            dashboards.relocate(saved, saved.provider(), saved.externalId(), checksum);
        }
    }

    private ObjectNode saved(Dashboard dashboard) {
        var answer = Json.object();
        answer.put("id", dashboard.id());
        answer.put("uid", dashboard.uid());
        answer.put("url", Views.dashboardUrl(basePath, dashboard));
        answer.put("status", "success");
        answer.put("version", dashboard.version());
        answer.put("slug", Slug.of(dashboard.title()));
        answer.put("folderUid", dashboard.folderUid());
        return answer;
    }

    private Response delete(Request request) {
        var caller = Access.require(request, Role.EDITOR);
        var dashboard = found(request);
        if (dashboard.provisioned()) {
            throw Refusal.badRequest("provisioned dashboard cannot be deleted");
        }
        dashboards.delete(dashboard);
        audit.record(caller.login(), request.remoteAddress(), "dashboard.delete", dashboard.uid(), "ok");
        return Json.ok(Json.object()
                .put("title", dashboard.title())
                .put("message", "Dashboard " + dashboard.title() + " deleted")
                .put("id", dashboard.id()));
    }

    private Response versions(Request request) {
        Access.require(request, Role.EDITOR);
        var dashboard = found(request);
        var answer = Json.object();
        var list = answer.putArray("versions");
        dashboards.versions(dashboard).forEach(v -> list.add(version(dashboard, v)));
        answer.put("continueToken", "");
        return Json.ok(answer);
    }

    private Response version(Request request) {
        Access.require(request, Role.EDITOR);
        var dashboard = found(request);
        var version = version(dashboard, request.pathParam("version"));
        var json = version(dashboard, version);
        json.set("data", Json.stored(version.json()));
        return Json.ok(json);
    }

    private DashboardStore.Version version(Dashboard dashboard, String number) {
        try {
            return dashboards
                    .version(dashboard, Long.parseLong(number))
                    .orElseThrow(() -> Refusal.notFound("Dashboard version not found"));
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("version must be a number");
        }
    }

    private static ObjectNode version(Dashboard dashboard, DashboardStore.Version version) {
        return Json.object()
                .put("id", version.id())
                .put("dashboardId", dashboard.id())
                .put("uid", dashboard.uid())
                .put("parentVersion", version.parentVersion())
                .put("restoredFrom", version.restoredFrom())
                .put("version", version.version())
                .put("created", Times.iso(version.created()))
                .put("createdBy", version.createdBy())
                .put("message", version.message());
    }

    private Response restore(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        var dashboard = found(request);
        if (!mayBeSaved(dashboard)) {
            throw Refusal.badRequest("Cannot save provisioned dashboard").with("status", "provisioned");
        }
        long number = Json.number(Json.body(request), "version", 0);
        var version = version(dashboard, Long.toString(number));
        var restored = dashboards.restore(dashboard, version, caller.login());
        writeBack(restored, Json.stored(version.json()));
        audit.record(
                caller.login(), request.remoteAddress(), "dashboard.restore", dashboard.uid(), "version " + number);
        return Json.ok(saved(restored));
    }

    private Response home(Request request) throws IOException {
        var caller = Access.require(request, Role.VIEWER);
        String uid = Json.text(preferences.effective(caller.account().id()), "homeDashboardUID");
        var chosen = uid.isEmpty() ? Optional.<Dashboard>empty() : dashboards.byUid(uid);
        if (chosen.isPresent()) {
            return Json.ok(Json.object().put("redirectUri", Views.dashboardUrl(basePath, chosen.get())));
        }
        if (home != null && Files.isRegularFile(home)) {
            try {
                var content =
                        Envelope.open(Json.parse(Files.readAllBytes(home))).dashboard();
                var answer = Json.object();
                answer.set(
                        "dashboard",
                        Migration.run(content, Views.refs(datasources)).dashboard());
                answer.putObject("meta")
                        .put("isHome", true)
                        .put("canSave", false)
                        .put("canEdit", false)
                        .put("slug", "");
                return Json.ok(answer);
            } catch (Json.SyntaxException | Envelope.UnknownException e) {
                throw new Refusal(500, "home dashboard " + home + " cannot be read: " + e.getMessage());
            }
        }
        return Json.ok(Json.object().put("redirectUri", basePath + "/dashboards"));
    }

    private Response tags(Request request) {
        Access.require(request, Role.VIEWER);
        var counts = new TreeMap<String, Integer>();
        dashboards.all().forEach(d -> d.tags().forEach(tag -> counts.merge(tag, 1, Integer::sum)));
        var list = Json.array();
        counts.forEach((term, count) -> list.addObject().put("term", term).put("count", count));
        return Json.ok(list);
    }

    private Response importOne(Request request) throws IOException {
        var caller = Access.require(request, Role.EDITOR);
        var body = Json.body(request);
        Envelope content;
        try {
            var json = Json.object(body, "dashboard");
            content = Envelope.open(json == null ? body : json);
        } catch (Envelope.UnknownException e) {
            throw Refusal.badRequest(String.valueOf(e.getMessage()));
        }
        var json = content.dashboard().deepCopy();
        var chosen = new HashMap<String, String>();
        for (var input : Json.objects(body, "inputs")) {
            chosen.put(Json.text(input, "name"), value(input));
        }
        Inputs.resolve(json, chosen, Views.refs(datasources), new Report());
        String uid = Json.text(json, "uid").strip();
        var before = uid.isEmpty() ? Optional.<Dashboard>empty() : dashboards.byUid(uid);
        if (before.isPresent()) {
            if (!Json.flag(body, "overwrite", false)) {
                throw new Refusal(412, "A dashboard with the same uid already exists").with("status", "name-exists");
            }
            if (!mayBeSaved(before.get())) {
                throw Refusal.badRequest("Cannot save provisioned dashboard").with("status", "provisioned");
            }
        }
        var saved = dashboards.write(DashboardStore.Content.byHand(
                uid.isEmpty() || !Slug.validUid(uid) ? Secrets.uid() : uid,
                json,
                folder(body, before),
                caller.login(),
                "imported"));
        audit.record(caller.login(), request.remoteAddress(), "dashboard.import", saved.uid(), "ok");
        var answer = Json.object();
        answer.put("uid", saved.uid());
        answer.put("pluginId", "");
        answer.put("title", saved.title());
        answer.put("imported", true);
        answer.put("importedUri", "db/" + Slug.of(saved.title()));
        answer.put("importedUrl", Views.dashboardUrl(basePath, saved));
        answer.put("slug", Slug.of(saved.title()));
        answer.put("dashboardId", saved.id());
        answer.put("folderUid", saved.folderUid());
        answer.put("importedRevision", 1);
        answer.put("revision", 1);
        answer.put("description", "");
        answer.put("path", "");
        answer.put("removed", false);
        return Json.ok(answer);
    }

    /// A data source is chosen by uid or, by older tools, by name.
    private String value(ObjectNode input) {
        String value = Json.text(input, "value");
        boolean named = Json.text(input, "type").equals("datasource")
                && datasources.byUid(value).isEmpty();
        return named ? datasources.byName(value).map(d -> d.uid()).orElse(value) : value;
    }

    private Response compat(Request request) {
        Access.require(request, Role.VIEWER);
        var dashboard = found(request);
        var report = Migration.run(dashboards.json(dashboard), Views.refs(datasources))
                .report()
                .json();
        report.put("uid", dashboard.uid());
        report.put("title", dashboard.title());
        var notes = report.withArray("fileNotes");
        provisioning.statuses().stream()
                .filter(s -> s.uid().equals(dashboard.uid()))
                .forEach(s -> List.copyOf(s.notes()).forEach(notes::add));
        return Json.ok(report);
    }

    /// The dashboard in the current schema without `id` and `version`, as a file to keep.
    private Response export(Request request) {
        Access.require(request, Role.VIEWER);
        var dashboard = found(request);
        var json = Migration.run(dashboards.json(dashboard), Views.refs(datasources))
                .dashboard();
        json.putNull("id");
        json.remove("version");
        return Response.json(200, Json.pretty(json))
                .header("Content-Disposition", "attachment; filename=\"" + Slug.of(dashboard.title()) + ".json\"");
    }

    /// What is stored, as it came.
    private Response raw(Request request) {
        Access.require(request, Role.VIEWER);
        return Json.ok(dashboards.json(found(request)));
    }
}
