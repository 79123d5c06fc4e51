package sigyn.client;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The lines in memory, bounded by count and by bytes: one lock-free lane per level, because a level is a stream of its
/// own in the store and must be able to make way for the levels above it.
///
/// Room is reserved before a line is put into its lane and given back when the line is settled, so lines taken by a
/// sender still count. Offering never waits, except with [Overflow#BLOCK].
@SuppressWarnings("EnumOrdinal") // a level is an index of an array
final class EventQueue {
    private static final int BYTE_BITS = 40;
    private static final long ONE = 1L << BYTE_BITS;
    private static final long BYTE_MASK = ONE - 1;

    private final Counters counters;
    private final ClientConfig config;
    private final Lane[] lanes = new Lane[Level.COUNT];
    /// Reserved room: count in the upper 24 bits, bytes in the lower 40.
    private final AtomicLong load = new AtomicLong();
    /// The part of `load` that senders have taken and not yet settled.
    private final AtomicLong taken = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final AtomicInteger waitingForRoom = new AtomicInteger();
    private volatile boolean closed;

    /// The collector that sleeps until something happens; null while it is awake.
    private volatile @Nullable Thread sleeper;
    /// How many waiting lines wake the sleeper.
    private volatile int wakeCount;

    @SuppressWarnings("serial")
    private static final class Lane extends ConcurrentLinkedQueue<LogEvent> {}

    EventQueue(ClientConfig config, Counters counters) {
        this.config = config;
        this.counters = counters;
        for (int i = 0; i < lanes.length; i++) lanes[i] = new Lane();
    }

    int count() {
        return (int) (load.get() >>> BYTE_BITS);
    }

    long bytes() {
        return load.get() & BYTE_MASK;
    }

    /// Takes the event in, or counts it as dropped.
    void offer(LogEvent event) {
        counters.enqueued();
        if (closed) {
            counters.dropped(DropReason.CLOSED, 1);
            return;
        }
        if (!reserve(event)) {
            counters.dropped(DropReason.OVERFLOW, 1);
            return;
        }
        try {
            lanes[event.level.ordinal()].add(event);
        } catch (OutOfMemoryError e) {
            load.addAndGet(-ONE - event.bytes);
            counters.dropped(DropReason.INTERNAL, 1);
            return;
        }
        arrived();
    }

    /// What follows an event's arrival in its lane.
    private void arrived() {
        if (closed) drop(DropReason.CLOSED);
        else if (sleeper != null && isFor(wakeCount)) wake();
    }

    /// Takes a line of the client's own in if there is free room for it; else it is as if it had never been. So no line
    /// of
    /// the program ever makes way for it.
    boolean offerIfRoom(LogEvent event) {
        long before;
        do {
            before = load.get();
            if (closed || overfull(before + ONE + event.bytes)) return false;
        } while (!load.compareAndSet(before, before + ONE + event.bytes));
        counters.enqueued();
        lanes[event.level.ordinal()].add(event);
        arrived();
        return true;
    }

    /// The oldest event of the highest level that has one; its room stays reserved until it is settled.
    @Nullable
    LogEvent take() {
        var event = poll();
        if (event != null) taken.addAndGet(ONE + event.bytes);
        return event;
    }

    /// Gives back the room of taken events.
    void settle(long count, long bytes) {
        taken.addAndGet(-ONE * count - bytes);
        release(count, bytes);
    }

    private @Nullable LogEvent poll() {
        for (int i = lanes.length - 1; i >= 0; i--) {
            var event = lanes[i].poll();
            if (event != null) return event;
        }
        return null;
    }

    /// The timestamp of the oldest waiting event, or `otherwise` when none waits.
    long oldestNanos(long otherwise) {
        long oldest = otherwise;
        for (var lane : lanes) {
            var head = lane.peek();
            if (head != null) oldest = Math.min(oldest, head.timeNanos);
        }
        return oldest;
    }

    boolean isEmpty() {
        for (var lane : lanes) if (!lane.isEmpty()) return false;
        return true;
    }

    private void release(long count, long bytes) {
        load.addAndGet(-ONE * count - bytes);
        if (waitingForRoom.get() > 0) {
            lock.lock();
            try {
                released.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// From now on every offered event is dropped.
    void close() {
        closed = true;
        release(0, 0);
    }

    /// Drops everything that waits; returns how many lines.
    int drop(DropReason reason) {
        int lines = 0;
        for (LogEvent event; (event = poll()) != null; lines++) {
            release(1, event.bytes);
            counters.dropped(reason, 1);
        }
        return lines;
    }

    /// Sleeps until about `lines` lines wait or a batch's worth of bytes, `nanos` have passed, or [#wake()] is called;
    /// called by one collector at a time. `awake` is asked once more after callers can see the sleeper.
    void sleep(int lines, long nanos, BooleanSupplier awake) {
        wakeCount = lines;
        sleeper = Thread.currentThread();
        try {
            if (!awake.getAsBoolean() && !isFor(wakeCount)) LockSupport.parkNanos(this, nanos);
        } finally {
            sleeper = null;
        }
    }

    void wake() {
        var thread = sleeper;
        if (thread != null) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }

    /// Whether so many lines, or a batch of bytes, wait.
    boolean isFor(int lines) {
        long waiting = Math.max(0, load.get() - taken.get());
        return waiting >>> BYTE_BITS >= lines || (waiting & BYTE_MASK) >= config.batchBytes();
    }

    private boolean overfull(long now) {
        return now >>> BYTE_BITS > config.queueEvents() || (now & BYTE_MASK) > config.queueBytes();
    }

    /// Evicts lower levels first, then with [Overflow#DROP_OLDEST] the same level, until the reservation fits.
    private boolean makeRoom(LogEvent event) {
        int own = event.level.ordinal();
        int end = config.overflow() == Overflow.DROP_OLDEST ? own + 1 : own;
        while (overfull(load.get())) {
            LogEvent victim = null;
            for (int i = 0; i < end && victim == null; i++) victim = lanes[i].poll();
            if (victim == null) return false;
            counters.dropped(DropReason.EVICTED, 1);
            release(1, victim.bytes);
        }
        return true;
    }

    private boolean reserve(LogEvent event) {
        if (!overfull(load.addAndGet(ONE + event.bytes)) || makeRoom(event)) return true;
        load.addAndGet(-ONE - event.bytes);
        return config.overflow() == Overflow.BLOCK && !ClientThread.isCurrent() && reserveLater(event);
    }

    private boolean reserveLater(LogEvent event) {
        long left = config.blockAtMost().toNanos();
        lock.lock();
        try {
            waitingForRoom.incrementAndGet();
            while (true) {
                if (!overfull(load.addAndGet(ONE + event.bytes))) return true;
                load.addAndGet(-ONE - event.bytes);
                if (closed || left <= 0) return false;
                left = released.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waitingForRoom.decrementAndGet();
            lock.unlock();
        }
    }
}
