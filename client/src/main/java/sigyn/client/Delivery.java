package sigyn.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What the senders of one client share: whether the server is away, whether the client is closing, and the waits that
/// closing cuts short.
final class Delivery {
    private static final long CLOSING_PAUSE = 100_000_000L;
    private static final long LATELY = 10_000_000_000L;
    private static final int MOST_LAST_TRIES = 10;

    private final ClientConfig config;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition progressed = lock.newCondition();
    private final AtomicInteger watchers = new AtomicInteger();
    private final AtomicInteger lastTries = new AtomicInteger();

    private volatile boolean closing;
    private volatile long closeBy;
    private volatile boolean abandoned;
    private volatile long awayUntil = Long.MIN_VALUE;
    private volatile long lastSuccess = Long.MIN_VALUE;
    private volatile @Nullable String lastFailure;

    Delivery(ClientConfig config) {
        this.config = config;
    }

    boolean isClosing() {
        return closing;
    }

    /// True once nothing more may be sent.
    boolean isAbandoned() {
        return abandoned;
    }

    void beginClosing(long deadlineNanos) {
        closeBy = deadlineNanos;
        closing = true;
        signal();
    }

    void abandon() {
        abandoned = true;
        signal();
    }

    /// How long one attempt may take now.
    Duration attemptTimeout() {
        long most = config.requestTimeout().toNanos();
        if (closing) most = Math.min(most, Math.max(1_000_000, closeBy - System.nanoTime()));
        return Duration.ofNanos(most);
    }

    void succeeded() {
        lastSuccess = System.nanoTime();
        awayUntil = Long.MIN_VALUE;
    }

    /// Whether a server that has just failed is still likely to take what waits on disk: it has answered well lately,
    /// and the last tries are not used up.
    boolean isWorthALastTry() {
        long last = lastSuccess;
        return last != Long.MIN_VALUE
                && System.nanoTime() - last < LATELY
                && lastTries.getAndIncrement() < MOST_LAST_TRIES;
    }

    /// Whatever pause was agreed on is over.
    void back() {
        awayUntil = Long.MIN_VALUE;
    }

    void failed(String why) {
        lastFailure = why;
    }

    @Nullable
    String lastFailure() {
        return lastFailure;
    }

    /// Nanoseconds since the last acknowledgement, negative before the first.
    long sinceSuccess() {
        long last = lastSuccess;
        return last == Long.MIN_VALUE ? -1 : Math.max(0, System.nanoTime() - last);
    }

    /// The server is expected back after this pause.
    void awayFor(long nanos) {
        awayUntil = System.nanoTime() + nanos;
    }

    /// Nanoseconds until the server is worth another attempt; 0 when it is now.
    long awayNanos() {
        long until = awayUntil;
        return until == Long.MIN_VALUE ? 0 : Math.max(0, until - System.nanoTime());
    }

    /// The pause before attempt `attempt` + 1: doubling from `retryFirst` to `retryMost`, between half and all of it.
    long backoff(int attempt) {
        long whole = config.retryFirst().toNanos();
        long most = config.retryMost().toNanos();
        for (int i = 0; i < attempt && whole < most; i++) whole *= 2;
        whole = Math.min(whole, most);
        return whole / 2 + ThreadLocalRandom.current().nextLong(whole / 2 + 1);
    }

    /// Waits, at most a moment when the client is closing, not at all when it has given up.
    void pause(long nanos, Runnable everyTenSeconds) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        lock.lock();
        try {
            while (!abandoned) {
                long left = end - System.nanoTime();
                if (left <= 0) return;
                if (closing) {
                    changed.awaitNanos(Math.min(left, CLOSING_PAUSE));
                    return;
                }
                if (changed.awaitNanos(Math.min(left, TimeUnit.SECONDS.toNanos(10))) <= 0) everyTenSeconds.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /// To be called after lines have been settled.
    void progressed() {
        if (watchers.get() == 0) return;
        lock.lock();
        try {
            progressed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until `done` or the time is over; returns whether it is done.
    boolean await(BooleanSupplier done, Duration atMost) {
        long left = atMost.toNanos();
        lock.lock();
        try {
            watchers.incrementAndGet();
            while (!done.getAsBoolean()) {
                if (left <= 0) return false;
                left = progressed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            watchers.decrementAndGet();
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
