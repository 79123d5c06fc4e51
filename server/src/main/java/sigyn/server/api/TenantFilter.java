package sigyn.server.api;

import java.util.List;
import java.util.stream.Stream;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Response;

/// Finds out whose request it is: `fake` without authentication, else the ids of `X-Scope-OrgID`, several joined by
/// `|`.
final class TenantFilter implements Filter {
    private final boolean authEnabled;
    private final boolean multiTenant;

    TenantFilter(boolean authEnabled, boolean multiTenant) {
        this.authEnabled = authEnabled;
        this.multiTenant = multiTenant;
    }

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            if (!authEnabled) {
                request.attribute(Caller.class, new Caller(List.of(Tenant.FAKE)));
                return next.handle(request);
            }
            String ids = request.headers().firstOr("X-Scope-OrgID", "");
            if (ids.isEmpty()) {
                return Response.text(401, "no org id\n");
            }
            var tenants = Stream.of(ids.split("\\|", -1))
                    .map(Tenant::new)
                    .sorted()
                    .distinct()
                    .toList();
            if (tenants.size() > 1 && !multiTenant) {
                throw SigynException.badRequest("multiple org IDs present");
            }
            request.attribute(Caller.class, new Caller(tenants));
            return next.handle(request);
        };
    }
}
