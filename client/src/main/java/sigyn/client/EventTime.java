package sigyn.client;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// Nanosecond timestamps that strictly increase over all clients of the process, so that the order in the store is the
/// order of the calls.
///
/// A wall clock that steps back a little is waited out in steps of one nanosecond. A step of more than [#TOLERATED] is
/// followed: holding on to the old time would put lines so far into the future that servers refuse them (Loki's grace
/// is ten minutes).
final class EventTime {
    static final long TOLERATED = 300_000_000_000L;

    private static final AtomicLong LAST = new AtomicLong(Long.MIN_VALUE);

    private final InstantSource wall;

    EventTime(InstantSource wall) {
        this.wall = wall;
    }

    /// Nanoseconds since 1970 by the wall clock, as it is.
    long wallNanos() {
        return nanos(wall.instant());
    }

    long next() {
        return next(wallNanos());
    }

    static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    private static long next(long now) {
        while (true) {
            long last = LAST.get();
            long next = now > last || now < last - TOLERATED ? now : last + 1;
            if (LAST.compareAndSet(last, next)) return next;
        }
    }
}
