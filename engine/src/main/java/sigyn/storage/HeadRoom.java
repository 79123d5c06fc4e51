package sigyn.storage;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Accounts for the memory of the head: writers wait while it is full, until blocks have been written.
final class HeadRoom {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();

    HeadRoom(long limit) {
        this.limit = limit;
    }

    long used() {
        return used.get();
    }

    /// Counts memory that was taken; returns by how much more than two thirds of the limit are taken, at least 0.
    long take(long bytes) {
        return Math.max(0, used.addAndGet(bytes) - limit / 3 * 2);
    }

    /// Counts memory that came free; [#wake] lets who waits have it.
    void free(long bytes) {
        used.addAndGet(-bytes);
    }

    void wake() {
        lock.lock();
        try {
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there is room or `stop` holds; false when the time is over.
    boolean await(long seconds, BooleanSupplier stop) throws InterruptedException {
        if (used.get() < limit) {
            return true;
        }
        long left = TimeUnit.SECONDS.toNanos(seconds);
        lock.lock();
        try {
            while (used.get() >= limit && !stop.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = freed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
