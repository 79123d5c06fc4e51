package sigyn.server.ingest;

import java.time.Clock;
import sigyn.server.config.IngestLimits;

/// What is remembered of one tenant between its pushes.
record Watches(
        StreamWatch streams, KnownStreams known, RateLimiter rate, LabelDemotion demotion, ServiceQuotas quotas) {
    static Watches of(Clock clock, IngestLimits limits) {
        return new Watches(
                new StreamWatch(clock),
                new KnownStreams(),
                new RateLimiter(clock, limits.ingestionBurst()),
                new LabelDemotion(clock),
                new ServiceQuotas(clock));
    }
}
