package sigyn.logql.exec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// Queries that needed more memory than one may use, for a while: who asks the same over as long a range is refused at
/// once. So a panel that cannot be answered, refreshed by all who look at it, costs what trying it now and then costs.
/// A query is tried again after ten times as long as it took to fail, but not within five seconds, and after a minute
/// at the latest.
public final class Hopeless {
    /// Few, as each may have a text of 128 KB.
    private static final int MOST = 64;
    private static final long TIMES = 10;
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private record Failed(long length, long until, String message) {}

    private final LongSupplier nanoTime;
    /// Guarded by itself; the oldest goes first.
    private final Map<Object, Failed> failed = new LinkedHashMap<>();

    /// @param nanoTime as of [System#nanoTime()]
    public Hopeless(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Throws `LIMIT_EXCEEDED` when the same has failed a moment ago over this length of time or a shorter one.
    ///
    /// @param question equal for queries that differ in their times only
    public void check(Object question, long length) {
        Failed known;
        long left;
        synchronized (failed) {
            known = failed.get(question);
            if (known == null) {
                return;
            }
            left = known.until - nanoTime.getAsLong();
            if (left <= 0) {
                failed.remove(question);
                return;
            }
        }
        if (length >= known.length) {
            throw new SigynException(
                    ErrorKind.LIMIT_EXCEEDED,
                    known.message + "; it did a moment ago and is tried again in "
                            + Math.ceilDiv(left, TimeUnit.SECONDS.toNanos(1)) + " s");
        }
    }

    /// Remembers a query that failed after so many nanoseconds.
    public void failed(Object question, long length, long nanos, SigynException failure) {
        long until = nanoTime.getAsLong() + Math.clamp(nanos * TIMES, LEAST_NANOS, MOST_NANOS);
        synchronized (failed) {
            failed.remove(question);
            failed.put(question, new Failed(length, until, failure.getMessage() + ""));
            if (failed.size() > MOST) {
                failed.remove(failed.keySet().iterator().next());
            }
        }
    }
}
