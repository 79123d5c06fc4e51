package sigyn.server.dashboards.provision;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.server.dashboards.store.Datasources;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Slug;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a file of data sources asks for. Keys are taken in the current spelling (`isDefault`) and in the old one
/// (`is_default`).
///
/// @param delete names to remove
/// @param prune whether provisioned data sources that no file names any more go
/// @param problems what could not be used, one sentence each
record DatasourceFile(
        List<Datasources.Content> datasources, List<String> delete, boolean prune, List<String> problems) {

    static DatasourceFile read(JsonNode file) throws BadFileException {
        if (file.isNull()) {
            return new DatasourceFile(List.of(), List.of(), false, List.of());
        }
        if (!(file instanceof ObjectNode root)) {
            throw new BadFileException("expected a map with \"datasources\"");
        }
        var problems = new ArrayList<String>();
        var found = new ArrayList<Datasources.Content>();
        for (var item : Json.objects(root, "datasources")) {
            String name = Json.text(item, "name").strip();
            String type = Json.text(item, "type").strip();
            if (name.isEmpty() || type.isEmpty()) {
                problems.add("a data source without " + (name.isEmpty() ? "name" : "type: " + name) + " is ignored");
                continue;
            }
            found.add(one(item, name, type, problems));
        }
        var delete = new ArrayList<String>();
        String key = root.has("deleteDatasources") ? "deleteDatasources" : "delete_datasources";
        for (var item : Json.objects(root, key)) {
            delete.add(Json.text(item, "name"));
        }
        return new DatasourceFile(found, delete, Json.flag(root, "prune", false), problems);
    }

    private static Datasources.Content one(ObjectNode item, String name, String type, List<String> problems) {
        long org = Json.number(item, "orgId", Json.number(item, "org_id", 1));
        if (org > 1) {
            problems.add(name + ": orgId " + org + " is taken as 1, there is one organisation");
        }
        String access = Json.text(item, "access", "proxy");
        if (!access.equals("proxy") && !access.isEmpty()) {
            problems.add(name + ": access \"" + access + "\" is taken as proxy");
        }
        String uid = Json.text(item, "uid").strip();
        if (!uid.isEmpty() && !Slug.validUid(uid)) {
            problems.add(name + ": uid \"" + uid + "\" cannot be used, one is derived from the name");
            uid = "";
        }
        var json = Json.object();
        json.put("access", "proxy");
        json.put("url", Json.text(item, "url").strip());
        json.put("user", Json.text(item, "user"));
        json.put("database", Json.text(item, "database"));
        json.put("basicAuth", either(item, "basicAuth", "basic_auth"));
        json.put("basicAuthUser", Json.text(item, "basicAuthUser", Json.text(item, "basic_auth_user")));
        json.put("withCredentials", either(item, "withCredentials", "with_credentials"));
        var jsonData = first(item, "jsonData", "json_data");
        json.set("jsonData", jsonData == null ? Json.object() : jsonData);
        if (item.has("correlations")) {
            json.set("correlations", item.get("correlations"));
        }
        var secrets = new LinkedHashMap<String, String>();
        var secure = first(item, "secureJsonData", "secure_json_data");
        if (secure != null) {
            for (Map.Entry<String, JsonNode> field : secure.properties()) {
                secrets.put(field.getKey(), field.getValue().asString(""));
            }
        }
        return new Datasources.Content(
                uid.isEmpty() ? Slug.datasourceUid(name) : uid,
                name,
                type,
                json,
                secrets,
                either(item, "isDefault", "is_default"),
                !Json.flag(item, "editable", false),
                true);
    }

    private static boolean either(ObjectNode item, String key, String oldKey) {
        return Json.flag(item, key, Json.flag(item, oldKey, false));
    }

    private static @Nullable ObjectNode first(ObjectNode item, String key, String oldKey) {
        var value = Json.object(item, key);
        return value == null ? Json.object(item, oldKey) : value;
    }
}
