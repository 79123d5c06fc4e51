package sigyn.server.api;

import java.util.List;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.http.Request;

/// The tenants a request speaks for: at least one, sorted, none twice.
public record Caller(List<Tenant> tenants) {
    public Caller {
        tenants = List.copyOf(tenants);
    }

    /// Who asks; [TenantFilter] has found it out.
    static Caller of(Request request) {
        var caller = request.attribute(Caller.class);
        if (caller == null) {
            throw new IllegalStateException("no tenant filter before " + request.path());
        }
        return caller;
    }

    /// The tenant that something is written for.
    public Tenant single() {
        if (tenants.size() > 1) {
            throw SigynException.badRequest("multiple org IDs present");
        }
        return tenants.getFirst();
    }
}
