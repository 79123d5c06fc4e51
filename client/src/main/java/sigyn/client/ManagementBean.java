package sigyn.client;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/// What JMX sees of one client. Only loaded when it is asked for: starting the platform's MBean server takes longer
/// than everything else of a client.
final class ManagementBean implements SigynClientMXBean {
    private final Supplier<ClientStats> stats;

    private ManagementBean(Supplier<ClientStats> stats) {
        this.stats = stats;
    }

    /// Shows `stats` under the name of the service; returns how to end that.
    static Runnable register(String service, String instance, Supplier<ClientStats> stats) throws JMException {
        var name = new ObjectName(
                "sigyn.client:type=SigynClient,service=" + ObjectName.quote(service) + ",instance=" + instance);
        var server = ManagementFactory.getPlatformMBeanServer();
        server.registerMBean(new ManagementBean(stats), name);
        return () -> {
            try {
                server.unregisterMBean(name);
            } catch (JMException e) {
                // Somebody else has taken it away.
            }
        };
    }

    @Override
    public long getEnqueued() {
        return stats.get().enqueued();
    }

    @Override
    public long getSent() {
        return stats.get().sent();
    }

    @Override
    public long getDropped() {
        return stats.get().dropped();
    }

    @Override
    public long getQueued() {
        return stats.get().queued();
    }

    @Override
    public long getSpooled() {
        return stats.get().spooled();
    }

    @Override
    public long getRetried() {
        return stats.get().retried();
    }

    @Override
    public long getQueueBytes() {
        return stats.get().queueBytes();
    }

    @Override
    public Map<String, Long> getDroppedBy() {
        var reasons = new TreeMap<String, Long>();
        stats.get().droppedBy().forEach((reason, lines) -> reasons.put(reason.label(), lines));
        return reasons;
    }

    @Override
    public long getMillisSinceSuccess() {
        return stats.get().sinceLastSuccess().map(Duration::toMillis).orElse(-1L);
    }

    @Override
    public @Nullable String getLastFailure() {
        return stats.get().lastFailure().orElse(null);
    }
}
