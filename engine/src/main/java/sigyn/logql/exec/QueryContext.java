package sigyn.logql.exec;

import java.util.List;
import sigyn.model.Tenant;

/// Who asks, with which limits, and when to stop. With several tenants every stream carries `__tenant_id__`.
///
/// @param partialSeries true: too many series give the first ones and a warning instead of an error
public record QueryContext(List<Tenant> tenants, QueryLimits limits, Cancellation cancellation, boolean partialSeries) {
    public QueryContext {
        tenants = List.copyOf(tenants);
        if (tenants.isEmpty()) {
            throw new IllegalArgumentException("a query of no tenant");
        }
    }

    public static QueryContext of(Tenant tenant) {
        return new QueryContext(List.of(tenant), QueryLimits.DEFAULT, Cancellation.never(), false);
    }

    /// Whose turn it is when this query's work is done.
    String tenantKey() {
        return tenants.getFirst().id();
    }

    /// To be called now and then: throws when the query has to stop, and makes way for who waits to compute.
    void check() {
        cancellation.check();
        CpuTurns.pause();
    }

    public QueryContext withCancellation(Cancellation other) {
        return new QueryContext(tenants, limits, other, partialSeries);
    }

    public QueryContext withLimits(QueryLimits other) {
        return new QueryContext(tenants, other, cancellation, partialSeries);
    }
}
