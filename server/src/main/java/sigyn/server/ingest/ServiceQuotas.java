package sigyn.server.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;

/// How many bytes a second each service of a tenant may write, so that a noisy one does not crowd out the others. A
/// burst of two seconds is free.
final class ServiceQuotas {
    private static final long MOST_SERVICES = 10_000;
    private static final int BURST_SECONDS = 2;

    private final Clock clock;
    private final Cache<String, RateLimiter> services = Caffeine.newBuilder()
            .expireAfterAccess(Duration.ofMinutes(10))
            .maximumSize(MOST_SERVICES)
            .build();

    ServiceQuotas(Clock clock) {
        this.clock = clock;
    }

    boolean take(String service, long bytes, long rate) {
        return services.get(service, _ -> new RateLimiter(clock, rate * BURST_SECONDS))
                .take(bytes, rate, rate * BURST_SECONDS);
    }
}
