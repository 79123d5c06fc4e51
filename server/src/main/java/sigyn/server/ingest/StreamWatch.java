package sigyn.server.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;
import sigyn.server.config.IngestLimits;

/// What is known of the streams that one tenant wrote lately: the newest entry, the rate. Streams that were idle for a
/// while are forgotten and start anew.
final class StreamWatch {
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final long MOST_STREAMS = 500_000;

    static final class Stream {
        private final RateLimiter rate;
        private long newest = Long.MIN_VALUE;

        Stream(Clock clock, IngestLimits limits) {
            rate = new RateLimiter(clock, limits.streamBurst());
        }

        /// The oldest time that is still taken; an entry at or after it moves it on.
        synchronized long admit(long time, long windowNanos) {
            long oldest = newest < Long.MIN_VALUE + windowNanos ? Long.MIN_VALUE : newest - windowNanos;
            if (time > newest) {
                newest = time;
            }
            return oldest;
        }

        boolean takes(long bytes, IngestLimits limits) {
            return limits.streamRate() == 0 || rate.take(bytes, limits.streamRate(), limits.streamBurst());
        }
    }

    private final Clock clock;
    private final Cache<Labels, Stream> streams = Caffeine.newBuilder()
            .expireAfterAccess(IDLE)
            .maximumSize(MOST_STREAMS)
            .build();

    StreamWatch(Clock clock) {
        this.clock = clock;
    }

    /// The stream's record, made when it is new; null when there may be no more streams.
    @Nullable
    Stream of(Labels labels, IngestLimits limits) {
        var known = streams.getIfPresent(labels);
        if (known != null) {
            return known;
        }
        if (limits.maxStreams() > 0 && streams.estimatedSize() >= limits.maxStreams()) {
            return null;
        }
        return streams.get(labels, _ -> new Stream(clock, limits));
    }

    static boolean needed(IngestLimits limits) {
        return limits.streamRate() > 0
                || limits.maxStreams() > 0
                || !limits.unorderedWindow().isZero();
    }
}
