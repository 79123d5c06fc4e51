package sigyn.server.dashboards.api;

import org.jspecify.annotations.Nullable;
import sigyn.server.auth.Caller;
import sigyn.server.auth.Role;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;

/// Who may call what: 401 for nobody, 403 for somebody whose role is not enough.
final class Access {
    private Access() {}

    static @Nullable Caller callerOrNull(Request request) {
        return request.attribute(Caller.class);
    }

    static Caller caller(Request request) {
        Caller caller = callerOrNull(request);
        if (caller == null) {
            throw new Refusal(401, "Unauthorized").with("messageId", "auth.unauthorized");
        }
        return caller;
    }

    static Caller require(Request request, Role role) {
        Caller caller = caller(request);
        if (!caller.may(role)) {
            throw new Refusal(403, "Permission denied: the role " + role.title() + " is needed")
                    .with("accessErrorId", "role")
                    .with("title", "Access denied");
        }
        return caller;
    }

    /// Somebody with an account: not anonymous.
    static Caller requireAccount(Request request) {
        Caller caller = caller(request);
        if (caller.anonymous()) {
            throw new Refusal(401, "Unauthorized").with("messageId", "auth.unauthorized");
        }
        return caller;
    }

    static Caller requireServerAdmin(Request request) {
        Caller caller = require(request, Role.ADMIN);
        if (!caller.account().serverAdmin()) {
            throw new Refusal(403, "Permission denied: only a server admin may do this")
                    .with("accessErrorId", "server-admin")
                    .with("title", "Access denied");
        }
        return caller;
    }

    /// Lets only callers of at least that role through.
    static Filter role(Role role) {
        return next -> (Handler) request -> {
            require(request, role);
            return next.handle(request);
        };
    }
}
