package sigyn.server.dashboards.api;

import java.util.Set;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Params;

/// Who may send what through to a data source: everybody may read, with GET or by a POST that only asks; writing is for
/// editors, deleting for admins.
final class SourcePaths {
    private static final Set<String> ASKING = Set.of(
            "query",
            "query_range",
            "labels",
            "label",
            "series",
            "index/stats",
            "index/volume",
            "index/volume_range",
            "detected_fields",
            "detected_labels",
            "patterns",
            "format_query");

    private SourcePaths() {}

    static void refuseWrites(String method, String path, Role role) {
        String plain = Params.percentDecode(path, false);
        String name = plain.replaceFirst("^loki/api/v1/", "");
        boolean asking = method.equals("GET") || method.equals("POST") && ASKING.contains(name);
        Role needed = asking ? Role.VIEWER : method.equals("DELETE") ? Role.ADMIN : Role.EDITOR;
        if (!role.atLeast(needed)) {
            throw new Refusal(403, "Permission denied: the role " + needed.title() + " is needed");
        }
    }
}
