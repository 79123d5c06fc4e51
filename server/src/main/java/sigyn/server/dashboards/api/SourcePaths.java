package sigyn.server.dashboards.api;

import java.util.Set;
import java.util.regex.Pattern;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Params;

/// Who may send what through to a data source: everybody may query, with GET or by a POST that only asks; writing is
/// for editors, everything else for admins.
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

    /// Below the source's query API; what it tells about itself (`/config`, `/metrics`) or does (`/flush`) is not.
    private static final Pattern READABLE =
            Pattern.compile("loki/api/v1/(?!delete)|(prometheus/)?api/(v1|prom)/|ready$");

    private SourcePaths() {}

    static void refuseWrites(String method, String path, Role role) {
        String plain = Params.percentDecode(path, false);
        Role needed = switch (method) {
            case "GET" -> READABLE.matcher(plain).lookingAt() ? Role.VIEWER : Role.ADMIN;
            case "POST" -> ASKING.contains(plain.replaceFirst("^loki/api/v1/", "")) ? Role.VIEWER : Role.EDITOR;
            default -> Role.ADMIN;
        };
        if (!role.atLeast(needed)) {
            throw new Refusal(403, "Permission denied: the role " + needed.title() + " is needed");
        }
    }
}
