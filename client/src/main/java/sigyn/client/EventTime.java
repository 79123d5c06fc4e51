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
///
/// Between two looks at the wall clock's nanoseconds, which make an object each, the monotonic clock counts on; a look
/// at the wall clock's milliseconds, which makes none, tells when the two no longer agree.
final class EventTime {
    static final long TOLERATED = 300_000_000_000L;

    /// How far the clocks may disagree.
    private static final long SLACK = 100_000;
    /// A look that takes longer was interrupted and is taken again, a few times.
    private static final long QUICK = 2_000;

    private static final int LOOKS = 3;

    private static final AtomicLong LAST = new AtomicLong(Long.MIN_VALUE);

    private final InstantSource wall;

    /// What the wall clock is ahead of the monotonic one.
    private volatile long ahead;

    EventTime(InstantSource wall) {
        this.wall = wall;
    }

    /// Nanoseconds since 1970 by the wall clock.
    long wallNanos() {
        long counted = System.nanoTime() + ahead;
        long into = counted - wall.millis() * 1_000_000L;
        return into >= -SLACK && into < 1_000_000L + SLACK ? counted : look();
    }

    private long look() {
        long nanos = 0;
        for (int look = 0; look < LOOKS; look++) {
            long before = System.nanoTime();
            nanos = nanos(wall.instant());
            long after = System.nanoTime();
            ahead = nanos - after;
            if (after - before < QUICK) break;
        }
        return nanos;
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
