package sigyn.logql.exec;

import java.util.concurrent.atomic.AtomicLong;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The memory one query may hold at once: groups, samples and lines. An estimate, never below what objects take by
/// much.
final class Budget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    Budget(long limit) {
        this.limit = limit;
    }

    /// Counts bytes as held; throws `LIMIT_EXCEEDED` when they are too many.
    void take(long bytes) {
        if (used.addAndGet(bytes) > limit) {
            throw new SigynException(
                    ErrorKind.LIMIT_EXCEEDED,
                    "the query needs more memory than one query may use (limit: " + (limit >> 20)
                            + " MiB); consider adding more specific stream selectors, reducing the time range, or"
                            + " aggregating by fewer labels");
        }
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }
}
