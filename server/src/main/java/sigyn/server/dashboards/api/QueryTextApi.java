package sigyn.server.dashboards.api;

import java.io.IOException;
import java.util.Locale;
import sigyn.logql.LogQl;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.source.QueryEdit;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;

/// LogQL texts for the interface, so that there is one writer of them.
///
/// `POST /api/ui/logql/edit` takes `{query, op: add|remove|toggle, field, operator, value, kind: label|metadata|parsed,
/// parser}` and gives `{query}`; `POST /api/ui/logql/format` takes and gives `{query}`.
public final class QueryTextApi {
    private static final int LONGEST = 128 << 10;

    public void routes(Router router) {
        router.route("POST", "/api/ui/logql/edit", QueryTextApi::edit)
                .route("POST", "/api/ui/logql/format", QueryTextApi::format);
    }

    private static Response edit(Request request) throws IOException {
        Access.require(request, Role.VIEWER);
        var body = Json.body(request);
        String query = limited(Json.text(body, "query"));
        var action = switch (Json.text(body, "op", "toggle").toLowerCase(Locale.ROOT)) {
            case "add" -> QueryEdit.Action.ADD;
            case "remove" -> QueryEdit.Action.REMOVE;
            case "toggle" -> QueryEdit.Action.TOGGLE;
            default -> throw Refusal.badRequest("op must be add, remove or toggle");
        };
        var kind = switch (Json.text(body, "kind", "label").toLowerCase(Locale.ROOT)) {
            case "label", "i" -> QueryEdit.Kind.LABEL;
            case "metadata", "s" -> QueryEdit.Kind.METADATA;
            case "parsed", "p" -> QueryEdit.Kind.PARSED;
            default -> throw Refusal.badRequest("kind must be label, metadata or parsed");
        };
        var filter = new QueryEdit.Filter(
                Json.text(body, "field"),
                Json.text(body, "operator", "="),
                Json.text(body, "value"),
                kind,
                Json.text(body, "parser"));
        return Json.ok(Json.object().put("query", QueryEdit.apply(query, action, filter)));
    }

    private static Response format(Request request) throws IOException {
        Access.require(request, Role.VIEWER);
        String query = limited(Json.text(Json.body(request), "query"));
        return Json.ok(Json.object().put("query", LogQl.format(LogQl.parse(query))));
    }

    private static String limited(String query) {
        if (query.length() > LONGEST) {
            throw Refusal.badRequest("query is longer than " + LONGEST + " characters");
        }
        return query;
    }
}
