package sigyn.server.api;

import java.util.ArrayList;
import java.util.List;
import sigyn.model.LabelMatcher;
import sigyn.model.Tenant;

/// One tenant's share of a question to several: matchers of `__tenant_id__` choose tenants, the rest choose streams.
record TenantPart(Tenant tenant, List<LabelMatcher> matchers) {
    /// The label that tells tenants apart where there are several.
    static final String LABEL = "__tenant_id__";

    static List<TenantPart> of(List<Tenant> tenants, List<LabelMatcher> matchers) {
        if (tenants.size() == 1) {
            return List.of(new TenantPart(tenants.getFirst(), matchers));
        }
        var parts = new ArrayList<TenantPart>();
        var rest = matchers.stream().filter(m -> !m.name().equals(LABEL)).toList();
        for (var tenant : tenants) {
            if (matchers.stream().allMatch(m -> !m.name().equals(LABEL) || m.matches(tenant.id()))) {
                parts.add(new TenantPart(tenant, rest));
            }
        }
        return parts;
    }
}
