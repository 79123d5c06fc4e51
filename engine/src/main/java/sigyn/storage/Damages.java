package sigyn.storage;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;

/// What turned out to be damaged since the start, each named once. Queries over it are not complete.
public final class Damages {
    private static final Logger LOG = LoggerFactory.getLogger(Damages.class);

    /// Something that cannot be read: which file, and the times of the entries that may be missing, both inclusive.
    public record Damage(String file, Tenant tenant, long minTime, long maxTime, String message) {}

    /// Guarded by this.
    private final List<Damage> all = new ArrayList<>();

    void add(Tenant tenant, String file, long minTime, long maxTime, String message) {
        var damage = new Damage(file, tenant, minTime, maxTime, message);
        synchronized (this) {
            if (all.contains(damage)) {
                return;
            }
            all.add(damage);
        }
        LOG.error("{}; entries of tenant {} from {} to {} may be missing", message, tenant, minTime, maxTime);
    }

    public synchronized List<Damage> all() {
        return List.copyOf(all);
    }

    /// Damage that may hide entries of a tenant in a range.
    public synchronized List<Damage> in(Tenant tenant, TimeRange range) {
        return all.stream()
                .filter(d -> d.tenant().equals(tenant) && range.overlaps(d.minTime(), d.maxTime()))
                .toList();
    }
}
