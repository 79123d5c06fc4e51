package sigyn.storage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;

/// What turned out to be damaged since the start, each named once. Queries over it are not complete.
public final class Damages {
    private static final Logger LOG = LoggerFactory.getLogger(Damages.class);

    /// Something that cannot be read: which file, whose entries (null for anybody's), and the times of the entries that
    /// may be missing, both inclusive.
    public record Damage(String file, @Nullable Tenant tenant, long minTime, long maxTime, String message) {
        boolean concerns(Tenant other, TimeRange range) {
            return (tenant == null || tenant.equals(other)) && range.overlaps(minTime, maxTime);
        }
    }

    /// Guarded by this.
    private final List<Damage> all = new ArrayList<>();

    /// Damage that may hide entries of any tenant and time.
    void addForAll(String message) {
        add(null, message, Long.MIN_VALUE, Long.MAX_VALUE, message);
    }

    void add(@Nullable Tenant tenant, String file, long minTime, long maxTime, String message) {
        var damage = new Damage(file, tenant, minTime, maxTime, message);
        synchronized (this) {
            if (all.contains(damage)) {
                return;
            }
            all.add(damage);
        }
        LOG.error(
                "{}; entries of {} from {} to {} may be missing",
                message,
                tenant == null ? "any tenant" : "tenant " + tenant,
                minTime,
                maxTime);
    }

    public synchronized List<Damage> all() {
        return List.copyOf(all);
    }

    /// Damage that may hide entries of a tenant in a range.
    public synchronized List<Damage> in(Tenant tenant, TimeRange range) {
        return all.stream().filter(d -> d.concerns(tenant, range)).toList();
    }
}
