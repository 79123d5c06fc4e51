package sigyn.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The lines in memory, bounded by count and by bytes: one lock-free [Lane] per level, because a level is a stream of
/// its own in the store and must be able to make way for the levels above it. They wait as bytes outside the heap: a
/// full queue is nothing that a garbage collection copies while the program stands still.
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
    private final PageMemory memory;
    private final Lane[] lanes = new Lane[Level.COUNT];
    /// The pages that the collector is reading.
    private final AtomicReferenceArray<@Nullable Page> reading = new AtomicReferenceArray<>(Level.COUNT);
    /// Reserved room: count in the upper 24 bits, bytes in the lower 40.
    private final AtomicLong load = new AtomicLong();
    /// The part of `load` that senders have taken and not yet settled.
    private final AtomicLong taken = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final AtomicInteger waitingForRoom = new AtomicInteger();
    private volatile boolean closed;
    /// What becomes of a line that was offered before [#close()] and comes when nobody takes lines any more.
    private volatile @Nullable DropReason ended;

    /// The collector that sleeps until something happens; null while it is awake.
    private volatile @Nullable Thread sleeper;
    /// How many waiting lines wake the sleeper.
    private volatile int wakeCount;

    EventQueue(ClientConfig config, Counters counters) {
        this.config = config;
        this.counters = counters;
        memory = new PageMemory(config.queueBytes());
        for (int i = 0; i < lanes.length; i++) lanes[i] = new Lane(memory, config.queueEvents());
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
        if (isHopeless(event)) {
            counters.dropped(DropReason.OVERFLOW, 1);
            return;
        }
        var line = event.bytes;
        int own = event.level();
        if (!reserve(own, line.size())) {
            counters.dropped(DropReason.OVERFLOW, 1);
            return;
        }
        try {
            lanes[own].add(line);
        } catch (OutOfMemoryError e) {
            load.addAndGet(-ONE - line.size());
            counters.dropped(DropReason.INTERNAL, 1);
            return;
        }
        arrived();
    }

    /// Whether the event would be dropped for certain, which is known without reserving room for it.
    private boolean isHopeless(LogEvent event) {
        if (config.overflow() == Overflow.BLOCK) return false;
        if (!overfull(load.get() + ONE + event.bytes.size())) return false;
        for (int i = victims(event.level()) - 1; i >= 0; i--) if (!lanes[i].isEmpty()) return false;
        return true;
    }

    /// Lanes below this one make way for a line of level `own`.
    private int victims(int own) {
        return config.overflow() == Overflow.DROP_OLDEST ? own + 1 : own;
    }

    /// What follows an event's arrival in its lane.
    private void arrived() {
        var late = ended;
        if (late != null) drop(late);
        else if (sleeper != null && isFor(wakeCount)) wake();
    }

    /// Takes a line of the client's own in if there is free room for it; else it is as if it had never been. So no line
    /// of the program ever makes way for it.
    boolean offerIfRoom(LogEvent event) {
        var line = event.bytes;
        long before;
        do {
            before = load.get();
            if (closed || overfull(before + ONE + line.size())) return false;
        } while (!load.compareAndSet(before, before + ONE + line.size()));
        counters.enqueued();
        lanes[event.level()].add(line);
        arrived();
        return true;
    }

    /// The oldest event of the highest level that has one; its room stays reserved until it is settled. Called by one
    /// collector at a time.
    @Nullable
    Line take() {
        for (int i = lanes.length - 1; i >= 0; i--) {
            for (Page page; (page = reading(i)) != null; ) {
                var event = page.next();
                if (event != null) {
                    taken.addAndGet(ONE + event.bytes);
                    return event;
                }
                reading.set(i, null);
            }
        }
        return null;
    }

    private @Nullable Page reading(int lane) {
        var page = reading.get(lane);
        if (page != null) return page;
        page = lanes[lane].poll();
        if (page == null) return null;
        if (page.open()) {
            reading.set(lane, page);
            return page;
        }
        dropped(page.unread(), DropReason.INTERNAL);
        return reading(lane);
    }

    /// Gives back the room of taken events.
    void settle(long count, long bytes) {
        taken.addAndGet(-ONE * count - bytes);
        release(count, bytes);
    }

    /// The timestamp of the oldest waiting event, or `otherwise` when none waits.
    long oldestNanos(long otherwise) {
        long oldest = otherwise;
        for (var lane : lanes) oldest = Math.min(oldest, lane.oldestNanos());
        for (int i = 0; i < reading.length(); i++) {
            var page = reading.get(i);
            if (page != null) oldest = Math.min(oldest, page.nextNanos());
        }
        return oldest;
    }

    boolean isEmpty() {
        return oldestNanos(Long.MAX_VALUE) == Long.MAX_VALUE;
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

    /// From now on every offered event is dropped. What was offered before is still to be taken.
    void close() {
        closed = true;
        release(0, 0);
    }

    /// Makes memory ready before callers need it, until [#free()].
    void keepMemoryReady() {
        memory.keepReady();
    }

    /// Lets go of the memory in which nothing waits any more, after [#close()].
    void free() {
        memory.close();
    }

    /// Drops everything that waits and what is still being offered, once nobody takes lines any more.
    void end(DropReason reason) {
        ended = reason;
        drop(reason);
    }

    /// Drops everything that waits.
    void drop(DropReason reason) {
        for (int i = lanes.length - 1; i >= 0; i--) {
            for (Page page; (page = lanes[i].poll()) != null; ) dropped(page.evict(), reason);
        }
    }

    /// Drops what a collector had begun to read, once there is none any more.
    void dropBegun(DropReason reason) {
        for (int i = 0; i < reading.length(); i++) {
            var page = reading.getAndSet(i, null);
            if (page != null) dropped(page.unread(), reason);
        }
    }

    /// @param content the lines and bytes of a [Page]
    private void dropped(long content, DropReason reason) {
        counters.dropped(reason, Page.lines(content));
        release(Page.lines(content), Page.bytes(content));
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
    private boolean makeRoom(int own) {
        while (overfull(load.get())) {
            Page victim = null;
            for (int i = 0; i < victims(own) && victim == null; i++) victim = lanes[i].poll();
            if (victim == null) return false;
            dropped(victim.evict(), DropReason.EVICTED);
        }
        return true;
    }

    private boolean reserve(int own, int size) {
        if (size > config.queueBytes()) return false;
        if (!overfull(load.addAndGet(ONE + size)) || makeRoom(own)) return true;
        load.addAndGet(-ONE - size);
        return config.overflow() == Overflow.BLOCK && !ClientThread.isCurrent() && reserveLater(size);
    }

    private boolean reserveLater(int size) {
        long left = config.blockAtMost().toNanos();
        lock.lock();
        try {
            waitingForRoom.incrementAndGet();
            while (true) {
                if (!overfull(load.addAndGet(ONE + size))) return true;
                load.addAndGet(-ONE - size);
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
