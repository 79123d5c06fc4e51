package sigyn.server.dashboards.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.store.Dashboard;
import sigyn.server.dashboards.store.DashboardStore;
import sigyn.server.dashboards.store.Folder;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.store.Preferences;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.dashboards.wire.Slug;
import sigyn.server.http.Params;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;
import tools.jackson.databind.node.ObjectNode;

/// Finds folders and dashboards by words of their titles, tags, folders, stars.
public final class SearchApi {
    private static final int LARGEST_PAGE = 5_000;

    private final DashboardStore dashboards;
    private final Folders folders;
    private final Preferences preferences;
    private final String basePath;

    public SearchApi(DashboardStore dashboards, Folders folders, Preferences preferences, String basePath) {
        this.dashboards = dashboards;
        this.folders = folders;
        this.preferences = preferences;
        this.basePath = basePath;
    }

    public void routes(Router router) {
        router.get("/api/search", this::search).get("/api/search/sorting", SearchApi::sorting);
    }

    private record Asked(
            List<String> words,
            Set<String> tags,
            String type,
            Set<String> uids,
            Set<String> folderUids,
            boolean starred,
            String sort) {

        static Asked of(Params query) {
            return new Asked(
                    List.of(query.firstOr("query", "")
                            .toLowerCase(Locale.ROOT)
                            .strip()
                            .split("\\s+")),
                    new HashSet<>(query.all("tag")),
                    query.firstOr("type", ""),
                    new HashSet<>(query.all("dashboardUIDs")),
                    new HashSet<>(query.all("folderUIDs")),
                    query.firstOr("starred", "false").equals("true"),
                    query.firstOr("sort", ""));
        }

        boolean title(String title) {
            String lower = title.toLowerCase(Locale.ROOT);
            return words.stream().allMatch(lower::contains);
        }

        boolean in(String folderUid) {
            return folderUids.isEmpty() || folderUids.contains(folderUid.isEmpty() ? "general" : folderUid);
        }
    }

    private Response search(Request request) {
        var caller = Access.require(request, Role.VIEWER);
        var asked = Asked.of(request.query());
        long limit = Math.clamp(number(request, "limit", 1_000), 1, LARGEST_PAGE);
        long page = Math.max(1, number(request, "page", 1));
        var stars = new HashSet<>(preferences.stars(caller.account().id()));
        var byUid = new HashMap<String, Folder>();
        folders.all().forEach(f -> byUid.put(f.uid(), f));
        var hits = new ArrayList<ObjectNode>();
        if (!asked.type().equals("dash-db") && asked.tags().isEmpty() && !asked.starred()) {
            for (var folder : folders.all()) {
                boolean wanted = asked.uids().isEmpty() || asked.uids().contains(folder.uid());
                if (wanted && asked.title(folder.title()) && asked.in(folder.parentUid())) {
                    hits.add(folder(folder, byUid));
                }
            }
        }
        if (!asked.type().equals("dash-folder")) {
            var found = new ArrayList<Dashboard>();
            for (var dashboard : dashboards.all()) {
                if (matches(asked, dashboard, stars)) {
                    found.add(dashboard);
                }
            }
            found.forEach(d -> hits.add(dashboard(d, byUid, stars.contains(d.uid()))));
        }
        if (asked.sort().equals("alpha-desc")) {
            hits.sort(
                    Comparator.comparing((ObjectNode h) -> Json.text(h, "title").toLowerCase(Locale.ROOT))
                            .reversed());
        }
        var list = Json.array();
        hits.stream().skip((page - 1) * limit).limit(limit).forEach(list::add);
        return Json.ok(list);
    }

    private static boolean matches(Asked asked, Dashboard dashboard, Set<String> stars) {
        return (asked.uids().isEmpty() || asked.uids().contains(dashboard.uid()))
                && dashboard.tags().containsAll(asked.tags())
                && (!asked.starred() || stars.contains(dashboard.uid()))
                && asked.in(dashboard.folderUid())
                && asked.title(dashboard.title());
    }

    private static long number(Request request, String name, long otherwise) {
        String text = request.query().first(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Math.min(Long.parseLong(text), 1_000_000);
        } catch (NumberFormatException e) {
            throw Refusal.badRequest(name + " must be a number");
        }
    }

    private ObjectNode folder(Folder folder, Map<String, Folder> byUid) {
        var hit = Json.object();
        hit.put("id", folder.id());
        hit.put("uid", folder.uid());
        hit.put("orgId", 1);
        hit.put("title", folder.title());
        hit.put("uri", "db/" + Slug.of(folder.title()));
        hit.put("url", Views.folderUrl(basePath, folder));
        hit.put("slug", "");
        hit.put("type", "dash-folder");
        hit.putArray("tags");
        hit.put("isStarred", false);
        inFolder(hit, folder.parentUid(), byUid);
        hit.put("sortMeta", 0);
        return hit;
    }

    private ObjectNode dashboard(Dashboard dashboard, Map<String, Folder> byUid, boolean starred) {
        var hit = Json.object();
        hit.put("id", dashboard.id());
        hit.put("uid", dashboard.uid());
        hit.put("orgId", 1);
        hit.put("title", dashboard.title());
        hit.put("uri", "db/" + Slug.of(dashboard.title()));
        hit.put("url", Views.dashboardUrl(basePath, dashboard));
        hit.put("slug", Slug.of(dashboard.title()));
        hit.put("type", "dash-db");
        hit.set("tags", Json.strings(dashboard.tags()));
        hit.put("isStarred", starred);
        inFolder(hit, dashboard.folderUid(), byUid);
        hit.put("sortMeta", 0);
        return hit;
    }

    private void inFolder(ObjectNode hit, String folderUid, Map<String, Folder> byUid) {
        Folder folder = byUid.get(folderUid);
        if (folder != null) {
            hit.put("folderId", folder.id());
            hit.put("folderUid", folder.uid());
            hit.put("folderTitle", folder.title());
            hit.put("folderUrl", Views.folderUrl(basePath, folder));
        }
    }

    private static Response sorting(Request request) {
        Access.require(request, Role.VIEWER);
        var answer = Json.object();
        var options = answer.putArray("sortOptions");
        options.addObject()
                .put("name", "alpha-asc")
                .put("displayName", "Alphabetically (A–Z)")
                .put("description", "Sort results in an alphabetically ascending order")
                .put("meta", "");
        options.addObject()
                .put("name", "alpha-desc")
                .put("displayName", "Alphabetically (Z–A)")
                .put("description", "Sort results in an alphabetically descending order")
                .put("meta", "");
        return Json.ok(answer);
    }
}
