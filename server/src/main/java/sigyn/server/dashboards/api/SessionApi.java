package sigyn.server.dashboards.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sigyn.server.auth.Account;
import sigyn.server.auth.Audit;
import sigyn.server.auth.AuthConfig;
import sigyn.server.auth.Authentication;
import sigyn.server.auth.OidcLogin;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.Router;

/// Coming and going.
public final class SessionApi {
    /// Where Grafana has it too, so that what is registered with the provider stays right.
    public static final String OIDC_PATH = "/login/generic_oauth";

    private final Authentication authentication;
    private final Audit audit;
    private final AuthConfig auth;
    private final @Nullable OidcLogin oidc;
    private final String basePath;

    /// @param oidc null when nobody logs in elsewhere
    public SessionApi(
            Authentication authentication, Audit audit, AuthConfig auth, @Nullable OidcLogin oidc, String basePath) {
        this.authentication = authentication;
        this.audit = audit;
        this.auth = auth;
        this.oidc = oidc;
        this.basePath = basePath;
    }

    public void routes(Router router) {
        router.route("POST", "/login", this::login).get("/logout", this::logout).get("/api/login/ping", this::ping);
        var elsewhere = oidc;
        if (elsewhere != null) {
            router.get(OIDC_PATH, request -> elsewhere(request, elsewhere));
        }
    }

    private Response login(Request request) throws Exception {
        var body = Json.body(request);
        String user = Json.text(body, "user");
        var response = authentication.login(user, Json.text(body, "password"), request, basePath + "/");
        audit.record(user, request.remoteAddress(), "login", "", response.status() == 200 ? "ok" : "refused");
        return response;
    }

    /// Both ends of a login elsewhere: sends people there, and takes them in when they come back.
    private Response elsewhere(Request request, OidcLogin elsewhere) throws InterruptedException {
        if (request.query().first("state") == null) {
            return elsewhere.begin(auth, basePath, ownPath(request.query().first("redirectTo")));
        }
        String address = request.remoteAddress();
        return switch (elsewhere.end(request, auth)) {
            case OidcLogin.In(Account account, String redirectTo) -> {
                audit.record(account.login(), address, "login", elsewhere.providerName(), "ok");
                yield authentication.started(
                        account, request, Response.of(302).header("Location", basePath + redirectTo));
            }
            case OidcLogin.Out(OidcLogin.Failure failure) -> {
                audit.record("", address, "login", elsewhere.providerName(), "refused");
                String reason = failure.name().toLowerCase(Locale.ROOT);
                yield Response.of(302).header("Location", basePath + "/login?loginError=" + reason);
            }
        };
    }

    /// Only paths of ours are followed after the login.
    private static String ownPath(@Nullable String wanted) {
        if (wanted == null || !wanted.startsWith("/") || wanted.startsWith("//")) {
            return "/";
        }
        return wanted.chars().allMatch(c -> c > ' ' && c < 127 && c != '\\') ? wanted : "/";
    }

    private Response logout(Request request) {
        return authentication.logout(request, basePath + "/login");
    }

    private Response ping(Request request) {
        Access.caller(request);
        return Json.message("Logged in");
    }
}
