package sigyn.server.dashboards.api;

import sigyn.server.auth.Audit;
import sigyn.server.auth.Authentication;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;

/// Coming and going.
public final class SessionApi {
    private final Authentication authentication;
    private final Audit audit;
    private final String basePath;

    public SessionApi(Authentication authentication, Audit audit, String basePath) {
        this.authentication = authentication;
        this.audit = audit;
        this.basePath = basePath;
    }

    public void routes(Router router) {
        router.route("POST", "/login", this::login).get("/logout", this::logout).get("/api/login/ping", this::ping);
    }

    private Response login(Request request) throws Exception {
        var body = Json.body(request);
        String user = Json.text(body, "user");
        var response = authentication.login(user, Json.text(body, "password"), request, basePath + "/");
        audit.record(user, request.remoteAddress(), "login", "", response.status() == 200 ? "ok" : "refused");
        return response;
    }

    private Response logout(Request request) {
        return authentication.logout(request, basePath + "/login");
    }

    private Response ping(Request request) {
        Access.caller(request);
        return Json.message("Logged in");
    }
}
