package sigyn.server.auth;

import java.util.Set;
import sigyn.server.config.LogAuth;
import sigyn.server.config.LogAuth.Access;
import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// Lets the users of the log server in, and anyone to `/ready` and, unless it is protected, `/metrics`.
public final class LogAuthFilter implements Filter {
    private static final String TENANT = "X-Scope-OrgID";
    private static final Set<String> WRITING = Set.of("/loki/api/v1/push", "/api/prom/push", "/otlp/v1/logs");
    /// These change the server or tell its settings.
    private static final Set<String> OPERATING = Set.of(
            "/flush", "/log_level", "/ingester/prepare_shutdown", "/ingester/shutdown", "/config", "/runtime_config");

    private final LogUsers users;
    private final LogAuth auth;
    private final String prefix;

    /// @param prefix of all paths, empty for none
    public LogAuthFilter(LogAuth auth, String prefix) {
        this.users = new LogUsers(auth);
        this.auth = auth;
        this.prefix = prefix.replaceAll("/+$", "");
    }

    @Override
    public Handler wrap(Handler next) {
        if (users.isOpen()) {
            return next;
        }
        return request -> {
            String path = request.path().startsWith(prefix) ? request.path().substring(prefix.length()) : "";
            if (path.equals("/ready") || path.equals("/metrics") && !auth.protectMetrics()) {
                return next.handle(request);
            }
            var user = users.find(request.header("Authorization"));
            if (user.isEmpty()) {
                return Response.text(401, "unauthorized\n").header("WWW-Authenticate", "Basic realm=\"sigyn\"");
            }
            String tenants = LogUsers.tenants(user.get(), request.header(TENANT));
            String refusal = LogUsers.refusal(user.get(), needed(request, path), tenants);
            if (refusal != null) {
                return Response.text(403, refusal + "\n");
            }
            if (!tenants.isEmpty()) {
                request.headers().set(TENANT, tenants);
            }
            return next.handle(request);
        };
    }

    private static Access needed(Request request, String path) {
        if (WRITING.contains(path)) {
            return Access.WRITE;
        }
        boolean deletes =
                path.equals("/loki/api/v1/delete") && !request.method().equals("GET");
        return deletes || OPERATING.contains(path) ? Access.ALL : Access.READ;
    }
}
