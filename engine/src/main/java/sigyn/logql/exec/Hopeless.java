package sigyn.logql.exec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// Queries that wanted more than one may have, for a while: who asks the same over as long a range is refused without
/// a try. So a panel that cannot be answered, refreshed by all who look at it, costs what trying it now and then costs.
/// A query is tried again after ten times as long as it took to fail, but not within five seconds, and after a minute
/// at the latest, by one who asks: the others are refused for twice as long as it took, or until it is answered. Who is
/// refused waits as long as the failure took, a second at most: a client that asks again at once is no quicker than it
/// was.
public final class Hopeless {
    /// Few, as each may have a text of 128 KB.
    private static final int MOST = 64;
    private static final long TIMES = 10;
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Failed(long length, long until, long nanos, String message, boolean ofMemory) {
        Failed until(long time) {
            return new Failed(length, time, nanos, message, ofMemory);
        }
    }

    /// What a query is answered with, after a wait.
    public record Refusal(SigynException failure, long waitNanos) {}

    private final LongSupplier nanoTime;
    /// Guarded by itself; the oldest goes first.
    private final Map<Object, Failed> failed = new LinkedHashMap<>();

    /// @param nanoTime as of [System#nanoTime()]
    public Hopeless(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// A refusal with `LIMIT_EXCEEDED` when the same has failed a moment ago over this length of time or a shorter one.
    ///
    /// @param question equal for queries that differ in their times only
    public @Nullable Refusal refusal(Object question, long length) {
        Failed known;
        long left;
        synchronized (failed) {
            known = failed.get(question);
            if (known == null || length < known.length) {
                return null;
            }
            long now = nanoTime.getAsLong();
            left = known.until - now;
            if (left <= 0) {
                failed.replace(question, known.until(now + 2 * known.nanos));
                return null;
            }
        }
        String again =
                "; it did a moment ago and is tried again in " + Math.ceilDiv(left, TimeUnit.SECONDS.toNanos(1)) + " s";
        return new Refusal(
                new SigynException(ErrorKind.LIMIT_EXCEEDED, known.message + (known.ofMemory ? again : "")),
                Math.min(known.nanos, MOST_WAIT_NANOS));
    }

    /// Forgets a query that is answered over as long a time as it failed.
    public void answered(Object question, long length) {
        synchronized (failed) {
            var known = failed.get(question);
            if (known != null && length >= known.length) {
                failed.remove(question);
            }
        }
    }

    /// Remembers a query that failed after so many nanoseconds.
    ///
    /// @param ofMemory whether it needed too much memory, for which the words are not Loki's
    public void failed(Object question, long length, long nanos, SigynException failure, boolean ofMemory) {
        long until = nanoTime.getAsLong() + Math.clamp(nanos * TIMES, LEAST_NANOS, MOST_NANOS);
        synchronized (failed) {
            failed.remove(question);
            failed.put(question, new Failed(length, until, nanos, failure.getMessage() + "", ofMemory));
            if (failed.size() > MOST) {
                failed.remove(failed.keySet().iterator().next());
            }
        }
    }
}
