package sigyn.server.dashboards.api;

import java.util.List;
import sigyn.server.auth.Account;
import sigyn.server.auth.Caller;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.migrate.DatasourceRefs;
import sigyn.server.dashboards.store.Dashboard;
import sigyn.server.dashboards.store.Datasource;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.store.Folder;
import sigyn.server.dashboards.store.Folders;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Slug;
import tools.jackson.databind.node.ObjectNode;

/// How stored things look in the API.
final class Views {
    private Views() {}

    static String dashboardUrl(String basePath, Dashboard dashboard) {
        return basePath + "/d/" + dashboard.uid() + "/" + Slug.of(dashboard.title());
    }

    static String folderUrl(String basePath, Folder folder) {
        return basePath + "/dashboards/f/" + folder.uid() + "/" + Slug.of(folder.title());
    }

    static ObjectNode folder(String basePath, Folder folder, Folders folders, Caller caller) {
        boolean edit = caller.may(Role.EDITOR);
        var json = Json.object();
        json.put("id", folder.id());
        json.put("uid", folder.uid());
        json.put("orgId", 1);
        json.put("title", folder.title());
        json.put("url", folderUrl(basePath, folder));
        json.put("hasAcl", false);
        json.put("canSave", edit);
        json.put("canEdit", edit);
        json.put("canAdmin", caller.may(Role.ADMIN));
        json.put("canDelete", edit);
        json.put("createdBy", folder.createdBy());
        json.put("created", Times.iso(folder.created()));
        json.put("updatedBy", folder.updatedBy());
        json.put("updated", Times.iso(folder.updated()));
        json.put("version", folder.version());
        if (!folder.parentUid().isEmpty()) {
            json.put("parentUid", folder.parentUid());
            var parents = json.putArray("parents");
            for (var parent : folders.path(folder.parentUid())) {
                parents.addObject()
                        .put("uid", parent.uid())
                        .put("title", parent.title())
                        .put("url", folderUrl(basePath, parent));
            }
        }
        return json;
    }

    static ObjectNode datasource(Datasource datasource) {
        var json = Json.object();
        json.put("id", datasource.id());
        json.put("uid", datasource.uid());
        json.put("orgId", 1);
        json.put("name", datasource.name());
        json.put("type", datasource.type());
        json.put("typeName", datasource.loki() ? "Loki" : datasource.type());
        json.put("typeLogoUrl", "");
        json.put("access", "proxy");
        for (String key : List.of("url", "user", "database")) {
            json.put(key, Json.text(datasource.json(), key));
        }
        json.put("basicAuth", Json.flag(datasource.json(), "basicAuth", false));
        json.put("basicAuthUser", Json.text(datasource.json(), "basicAuthUser"));
        json.put("withCredentials", Json.flag(datasource.json(), "withCredentials", false));
        json.put("isDefault", datasource.isDefault());
        json.set("jsonData", Json.objectAt(datasource.json(), "jsonData"));
        var secure = json.putObject("secureJsonFields");
        datasource.secrets().keySet().stream().sorted().forEach(key -> secure.put(key, true));
        json.put("version", datasource.version());
        json.put("readOnly", datasource.readOnly());
        json.put("apiVersion", "");
        return json;
    }

    static DatasourceRefs refs(Datasources datasources) {
        return new DatasourceRefs(
                datasources.all().stream().map(Views::ref).toList(),
                datasources.standard().map(Views::ref));
    }

    private static DatasourceRefs.Ref ref(Datasource datasource) {
        return new DatasourceRefs.Ref(datasource.name(), datasource.uid(), datasource.type());
    }

    static ObjectNode user(Account account) {
        var json = Json.object();
        json.put("id", account.id());
        json.put("uid", account.uid());
        json.put("email", account.email());
        json.put("name", account.name());
        json.put("login", account.login());
        json.put("orgId", 1);
        json.put("isGrafanaAdmin", account.serverAdmin());
        json.put("isDisabled", account.disabled());
        json.put("isExternal", account.external());
        var labels = json.putArray("authLabels");
        if (account.external()) {
            labels.add("Auth Proxy");
        }
        json.put("updatedAt", Times.iso(account.updated()));
        json.put("createdAt", Times.iso(account.created()));
        json.put("lastSeenAt", Times.iso(account.seen()));
        json.put("avatarUrl", "");
        return json;
    }
}
