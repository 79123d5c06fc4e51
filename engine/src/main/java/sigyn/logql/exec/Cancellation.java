package sigyn.logql.exec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// When a query has to stop: its deadline passed, or somebody called [#cancel]. Looked at between batches by every
/// thread that works for the query.
public final class Cancellation {
    private static final String TIMED_OUT =
            "request timed out, decrease the duration of the request or add more label matchers (prefer exact match over"
                    + " regex match) to reduce the amount of data processed";

    private final long deadline;
    private final boolean bounded;
    private final List<Runnable> listeners = new ArrayList<>();
    private volatile boolean cancelled;

    private Cancellation(long deadline, boolean bounded) {
        this.deadline = deadline;
        this.bounded = bounded;
    }

    public static Cancellation never() {
        return new Cancellation(0, false);
    }

    public static Cancellation after(Duration timeout) {
        return new Cancellation(System.nanoTime() + timeout.toNanos(), true);
    }

    /// Another that is cancelled for itself and has this one's deadline.
    Cancellation sameDeadline() {
        return new Cancellation(deadline, bounded);
    }

    public void cancel() {
        List<Runnable> told;
        synchronized (listeners) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            told = List.copyOf(listeners);
            listeners.clear();
        }
        told.forEach(Runnable::run);
    }

    /// Runs `listener` when [#cancel] is called, or at once when it was.
    void whenCancelled(Runnable listener) {
        synchronized (listeners) {
            if (!cancelled) {
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }

    /// Waits so long, or until the query has to stop; then as [#check].
    public void await(long nanos) throws InterruptedException {
        var told = new CountDownLatch(1);
        whenCancelled(told::countDown);
        told.await(bounded ? Math.min(nanos, deadline - System.nanoTime()) : nanos, TimeUnit.NANOSECONDS);
        check();
    }

    /// Throws `CANCELLED` or `TIMEOUT` when the query has to stop.
    public void check() {
        if (cancelled || Thread.currentThread().isInterrupted()) {
            throw new SigynException(ErrorKind.CANCELLED, "the request was cancelled by the client");
        }
        if (bounded && System.nanoTime() - deadline > 0) {
            throw new SigynException(ErrorKind.TIMEOUT, TIMED_OUT);
        }
    }
}
