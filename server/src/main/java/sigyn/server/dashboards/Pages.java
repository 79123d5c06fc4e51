package sigyn.server.dashboards;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import sigyn.server.auth.Caller;
import sigyn.server.dashboards.web.WebFiles;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// What is no API: the interface's page for each of its routes, its files, and 404. Who is not logged in is led to the
/// login page.
final class Pages implements Handler {
    private static final List<String> ROUTES = List.of(
            "/d/",
            "/d-solo/",
            "/dashboard/",
            "/dashboards",
            "/explore",
            "/alerting",
            "/admin",
            "/profile",
            "/org",
            "/connections",
            "/datasources",
            "/playlists");

    private static final Pattern DASHBOARD = Pattern.compile("/d(?:-solo)?/([A-Za-z0-9_-]+)(?=/|$)");

    private final WebFiles web;
    private final String basePath;

    Pages(WebFiles web, String basePath) {
        this.web = web;
        this.basePath = basePath;
    }

    @Override
    public Response handle(Request request) {
        String path = request.path();
        boolean api = path.equals("/api") || path.startsWith("/api/") || path.startsWith("/apis");
        if (api || !request.method().equals("GET")) {
            throw Refusal.notFound("Not found");
        }
        if (path.equals("/login")) {
            return request.attribute(Caller.class) != null && signedIn(request)
                    ? Response.of(302).header("Location", basePath + "/")
                    : web.page(request, List.of());
        }
        if (path.equals("/") || ROUTES.stream().anyMatch(r -> path.equals(r) || under(path, r))) {
            return request.attribute(Caller.class) == null ? toLogin(request) : web.page(request, soon(path));
        }
        return web.file(path, request).orElseGet(() -> Response.text(404, "404 page not found\n"));
    }

    /// What can be answered while everything else is still being opened: files, and the login page to who brings no
    /// proof of being somebody.
    static Optional<Response> beforeOpening(Request request, WebFiles web) {
        String path = request.path();
        boolean nobody = request.header("Cookie") == null && request.header("Authorization") == null;
        if (path.equals("/login") && nobody) {
            return Optional.of(web.page(request, List.of()));
        }
        return path.startsWith("/assets/") ? web.file(path, request) : Optional.empty();
    }

    /// What the interface asks for first on a page of its own.
    private static List<String> soon(String path) {
        var dashboard = DASHBOARD.matcher(path);
        return dashboard.lookingAt()
                ? List.of("/api/dashboards/uid/" + dashboard.group(1), "/api/user", "/api/frontend/settings")
                : List.of("/api/user", "/api/frontend/settings");
    }

    private static boolean under(String path, String route) {
        return path.startsWith(route.endsWith("/") ? route : route + "/");
    }

    private static boolean signedIn(Request request) {
        Caller caller = request.attribute(Caller.class);
        return caller != null && !caller.anonymous();
    }

    private Response toLogin(Request request) {
        String query = request.rawQuery() == null ? "" : "?" + request.rawQuery();
        String there = request.rawPath() + query;
        String parameter = there.equals("/") ? "" : "?redirectTo=" + URLEncoder.encode(there, StandardCharsets.UTF_8);
        return Response.of(302).header("Location", basePath + "/login" + parameter);
    }
}
