package sigyn.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// [ClientStats] for JMX, asked for with [ClientConfig#jmx()]: `sigyn.client:type=SigynClient,service="…",instance=…`.
public interface SigynClientMXBean {
    long getEnqueued();

    long getSent();

    long getDropped();

    long getQueued();

    long getSpooled();

    long getRetried();

    long getQueueBytes();

    /// Dropped lines by reason.
    Map<String, Long> getDroppedBy();

    /// -1 before the first success.
    long getMillisSinceSuccess();

    @Nullable
    String getLastFailure();
}
