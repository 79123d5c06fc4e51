package sigyn.server.ingest;

import java.time.Clock;

/// A token bucket: so many bytes a second, saved up to a burst.
final class RateLimiter {
    private final Clock clock;
    private double tokens;
    private long lastMillis;

    RateLimiter(Clock clock, long burst) {
        this.clock = clock;
        this.tokens = burst;
        this.lastMillis = clock.millis();
    }

    /// Takes `bytes` if there are that many, else nothing.
    synchronized boolean take(long bytes, long rate, long burst) {
        long now = clock.millis();
        tokens = Math.min((double) burst, tokens + (now - lastMillis) / 1000.0 * rate);
        lastMillis = now;
        if ((double) bytes > tokens) {
            return false;
        }
        tokens -= bytes;
        return true;
    }
}
