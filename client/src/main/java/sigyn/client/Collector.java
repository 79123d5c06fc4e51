package sigyn.client;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Decides what goes out next: a spooled batch, or the waiting lines once there are enough of them or the oldest is old
/// enough. One sender collects at a time, so lines are not scattered over half-full batches.
final class Collector {
    private static final long IDLE = 10_000_000_000L;

    private final ClientConfig config;
    private final EventQueue queue;
    private final Counters counters;
    private final EventTime time;
    private final Delivery delivery;
    private final Diagnostics diagnostics;
    private final String instance;
    private final AtomicLong sequence = new AtomicLong();
    private final ReentrantLock collecting = new ReentrantLock();
    private volatile int flushes;
    private volatile boolean structuredMetadata;
    /// Taken from the queue but did not fit the last batch; guarded by `collecting`.
    private volatile @Nullable Line carried;

    /// What one sender holds: the time of its oldest unsettled line, [#EMPTY] when it holds none.
    static final class Hand {
        static final long EMPTY = Long.MAX_VALUE;

        volatile long oldestNanos = EMPTY;
    }

    /// What a sender does next: `spooled` is the entry the batch was read from, null for lines from memory.
    record Work(Batch batch, Spool.@Nullable Entry spooled) {}

    Collector(
            ClientConfig config,
            EventQueue queue,
            Counters counters,
            EventTime time,
            Delivery delivery,
            Diagnostics diagnostics,
            String instance) {
        this.config = config;
        this.queue = queue;
        this.counters = counters;
        this.time = time;
        this.delivery = delivery;
        this.diagnostics = diagnostics;
        this.instance = instance;
        structuredMetadata = config.structuredMetadata();
    }

    boolean structuredMetadata() {
        return structuredMetadata;
    }

    /// From now on metadata goes into the line.
    void withoutStructuredMetadata() {
        structuredMetadata = false;
    }

    String nextId() {
        return instance + "-" + sequence.getAndIncrement();
    }

    /// Between this and [#flushed()] no line waits for its batch to fill.
    void flush() {
        synchronized (this) {
            flushes++;
        }
        queue.wake();
    }

    synchronized void flushed() {
        flushes--;
    }

    /// Waits for work; null when the client is closing and nothing is left.
    @Nullable
    Work next(BatchEncoder encoder, Hand hand, @Nullable Spool spool, Runnable everyTenSeconds)
            throws InterruptedException {
        collecting.lockInterruptibly();
        try {
            while (encoder.lines() == 0) {
                if (delivery.isAbandoned()) return null;
                var spooled = spooled(spool);
                if (spooled != null) return spooled;
                if (carried == null && queue.isEmpty()) {
                    if (delivery.isClosing()) {
                        if (spool == null || spool.isEmpty() || !delivery.isWorthALastTry()) return null;
                        delivery.pause(delivery.awayNanos(), everyTenSeconds);
                        delivery.back();
                        continue;
                    }
                    long until = spool == null || spool.isEmpty() ? IDLE : Math.min(IDLE, delivery.awayNanos() + 1);
                    queue.sleep(1, until, () -> delivery.isClosing() || !queue.isEmpty());
                    if (Thread.interrupted()) throw new InterruptedException();
                    everyTenSeconds.run();
                    continue;
                }
                waitForMore();
                fill(encoder, hand);
            }
        } finally {
            collecting.unlock();
        }
        // Compressing takes longer than collecting, and the senders do it side by side.
        return new Work(encoder.finish(nextId()), null);
    }

    /// Drops what was taken but not finished, after a failure or at the end.
    void drop(BatchEncoder encoder) {
        if (encoder.lines() == 0) return;
        var reason = delivery.isAbandoned() ? DropReason.SHUTDOWN : DropReason.INTERNAL;
        counters.dropped(reason, encoder.lines());
        queue.settle(encoder.lines(), encoder.heldBytes());
        encoder.reset();
    }

    /// Drops what the last batch left over, once no sender is left.
    synchronized void dropCarried() {
        var held = carried;
        if (held != null) {
            carried = null;
            counters.dropped(DropReason.SHUTDOWN, 1);
            queue.settle(1, held.bytes);
        }
        queue.dropBegun(DropReason.SHUTDOWN);
    }

    private @Nullable Work spooled(@Nullable Spool spool) {
        if (spool == null || delivery.awayNanos() > 0) return null;
        for (Spool.Entry entry; (entry = spool.claimOldest()) != null; ) {
            try {
                return new Work(Spool.read(entry), entry);
            } catch (IOException e) {
                diagnostics.say("spool", "a spooled batch is lost: " + e.getMessage());
                counters.dropped(DropReason.SPOOL, entry.lines());
                spool.remove(entry);
            }
        }
        return null;
    }

    /// Until the batch is full, its oldest line has waited `batchAge`, or nobody should wait any longer.
    private void waitForMore() throws InterruptedException {
        long age = config.batchAge().toNanos();
        while (!hurried() && carried == null) {
            long now = time.wallNanos();
            long waited = Math.max(0, now - queue.oldestNanos(now));
            if (waited >= age || queue.isFor(config.batchEvents())) return;
            queue.sleep(config.batchEvents(), age - waited, this::hurried);
            if (Thread.interrupted()) throw new InterruptedException();
            if (queue.isEmpty()) return;
        }
    }

    private boolean hurried() {
        return flushes > 0 || delivery.isClosing();
    }

    private void fill(BatchEncoder encoder, Hand hand) {
        boolean metadata = structuredMetadata;
        long oldest = Hand.EMPTY;
        hand.oldestNanos = Long.MIN_VALUE;
        while (true) {
            var event = carried != null ? carried : queue.take();
            carried = null;
            if (event == null) break;
            try {
                if (!encoder.add(event, metadata)) {
                    carried = event;
                    break;
                }
                oldest = Math.min(oldest, event.timeNanos);
            } catch (RuntimeException | Error e) {
                counters.dropped(DropReason.INTERNAL, 1);
                queue.settle(1, event.bytes);
                diagnostics.say("encode", "a line cannot be encoded: " + e);
            }
        }
        hand.oldestNanos = oldest;
    }

    /// Whether a line logged at or before `nanos` is in memory, on its way or not. The places are asked in the order in
    /// which a line moves, and the first ones again.
    boolean holds(long nanos, Iterable<Hand> hands) {
        if (queue.oldestNanos(Hand.EMPTY) <= nanos || isCarried(nanos)) return true;
        for (var hand : hands) if (hand.oldestNanos <= nanos) return true;
        return isCarried(nanos) || queue.oldestNanos(Hand.EMPTY) <= nanos;
    }

    private boolean isCarried(long nanos) {
        var event = carried;
        return event != null && event.timeNanos <= nanos;
    }
}
