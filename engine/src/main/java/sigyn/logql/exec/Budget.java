package sigyn.logql.exec;

import java.util.concurrent.atomic.AtomicLong;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The memory one query may hold at once: groups, samples and lines. An estimate, never below what objects take by
/// much. What all queries hold together is bounded too, so that many of them cannot do what one may not; a modest query
/// is answered all the same.
public final class Budget implements AutoCloseable {
    /// What all queries of an engine may hold.
    public static final class Shared {
        private final long limit;
        private final Partials partials;
        private final AtomicLong used = new AtomicLong();

        /// @param partials are counted too, and give way to queries
        public Shared(long limit, Partials partials) {
            this.limit = limit;
            this.partials = partials;
        }

        /// Counts bytes as held by queries; false when all together hold too many.
        private boolean take(long bytes) {
            long now = used.addAndGet(bytes);
            long room = limit - now;
            if (room < partials.most() && partials.held() > room) {
                partials.release(partials.held() - Math.max(0, room));
            }
            return now <= limit;
        }

        /// Bytes that queries hold now.
        public long used() {
            return used.get();
        }
    }

    private static final long MODEST_BYTES = 2L << 20;

    private final long limit;
    private final Shared shared;
    private final AtomicLong used = new AtomicLong();
    private volatile boolean crowdedOut;

    public Budget(long limit, Shared shared) {
        this.limit = limit;
        this.shared = shared;
    }

    /// Counts bytes as held; throws `LIMIT_EXCEEDED` when they are too many.
    public void take(long bytes) {
        long mine = used.addAndGet(bytes);
        if (mine > limit) {
            shared.used.addAndGet(bytes);
            throw new SigynException(
                    ErrorKind.LIMIT_EXCEEDED,
                    "the query needs more memory than one query may use (limit: " + (limit >> 20)
                            + " MiB); consider adding more specific stream selectors, reducing the time range, or"
                            + " aggregating by fewer labels");
        }
        if (!shared.take(bytes) && mine > MODEST_BYTES) {
            crowdedOut = true;
            throw new SigynException(
                    ErrorKind.LIMIT_EXCEEDED,
                    "the queries that run now need more memory than they may use together (limit: "
                            + (shared.limit >> 20) + " MiB); try again later, or consider adding more specific stream"
                            + " selectors, reducing the time range, or aggregating by fewer labels");
        }
    }

    /// Whether the query itself needed more than one may use.
    public boolean isExceeded() {
        return used.get() > limit;
    }

    /// Whether others held too much for this query.
    public boolean isCrowdedOut() {
        return crowdedOut;
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
        shared.used.addAndGet(-bytes);
    }

    /// Gives everything back.
    @Override
    public void close() {
        shared.used.addAndGet(-used.getAndSet(0));
    }
}
