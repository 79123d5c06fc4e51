package sigyn.server.dashboards.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Moments as the API writes them.
final class Times {
    private Times() {}

    /// Milliseconds since 1970 as `2026-11-23T20:47:00Z`.
    static String iso(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
