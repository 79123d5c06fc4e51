package sigyn.server.dashboards.store;

import java.util.Map;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// A data source.
///
/// @param json the public keys as the API shows them: `access`, `url`, `user`, `database`, `basicAuth`,
///     `basicAuthUser`, `withCredentials`, `jsonData`
/// @param secrets `secureJsonData`, which never leaves the program
/// @param readOnly true for one from a file that does not say `editable`
/// @param provisioned whether it comes from a file
public record Datasource(
        long id,
        String uid,
        String name,
        String type,
        ObjectNode json,
        Map<String, String> secrets,
        boolean isDefault,
        boolean readOnly,
        boolean provisioned,
        long version,
        long updated) {

    public Datasource {
        secrets = Map.copyOf(secrets);
    }

    public String url() {
        return Json.text(json, "url");
    }

    public boolean loki() {
        return type.equals("loki");
    }
}
