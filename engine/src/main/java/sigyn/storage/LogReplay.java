package sigyn.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.storage.wal.Wal;
import sigyn.storage.wal.WalEntry;
import sigyn.storage.wal.WalSegment;

/// Brings what the write-ahead log held at the start back into the head, while blocks serve and new batches are
/// written. New batches reach the head behind the old ones, in the order of the log.
final class LogReplay<T> {
    private static final Logger LOG = LoggerFactory.getLogger(LogReplay.class);

    private final Wal<T> wal;
    private final Consumer<WalEntry<T>> apply;
    private final Damages damages;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread thread;
    /// Guarded by this, as is `over`.
    private List<WalEntry<T>> deferred = new ArrayList<>();

    private boolean over;
    private volatile long deferredBytes;
    private volatile Wal.Replay found = Wal.Replay.NOTHING;
    private volatile boolean complete;
    private volatile boolean waiting;
    private final long startNanos = System.nanoTime();
    private volatile long tookNanos = -1;
    private final LongAdder entries = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder streams = new LongAdder();
    private final LongAdder parts = new LongAdder();
    private volatile boolean stopped;

    /// `apply` takes new entries to the head.
    LogReplay(Wal<T> wal, Path quarantine, WalSegment.RecordSink sink, Consumer<WalEntry<T>> apply, Damages damages) {
        this.wal = wal;
        this.apply = apply;
        this.damages = damages;
        this.thread = Thread.ofPlatform().name("wal-replay").daemon(true).unstarted(() -> run(quarantine, sink));
    }

    void start() {
        thread.start();
    }

    private void run(Path quarantine, WalSegment.RecordSink sink) {
        try {
            found = wal.replay(quarantine, sink, () -> stopped);
            found.damage().forEach(damages::addForAll);
            complete = !stopped;
        } catch (IOException | RuntimeException e) {
            LOG.error("the write-ahead log cannot be read", e);
            damages.addForAll("the write-ahead log cannot be read: " + e);
        }
        try {
            for (var some = takeDeferred(); !some.isEmpty() && !stopped; some = takeDeferred()) {
                some.forEach(apply);
            }
        } finally {
            tookNanos = System.nanoTime() - startNanos;
            done.countDown();
        }
    }

    /// What was written meanwhile; nothing ends the replay.
    private synchronized List<WalEntry<T>> takeDeferred() {
        var some = deferred;
        deferred = new ArrayList<>();
        deferredBytes = 0;
        over = some.isEmpty();
        return some;
    }

    /// Keeps entries for later; false when the replay is over and they may go to the head.
    synchronized boolean defer(List<WalEntry<T>> group) {
        if (over) {
            return false;
        }
        deferred.addAll(group);
        long bytes = deferredBytes;
        for (var entry : group) {
            bytes += entry.size();
        }
        deferredBytes = bytes;
        return true;
    }

    /// Bytes of the log that wait for the replay.
    long deferredBytes() {
        return deferredBytes;
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    /// True when all of the log was read: nothing older can come from it any more.
    boolean isComplete() {
        return complete;
    }

    void await() throws InterruptedException {
        done.await();
    }

    /// False when the time was over first.
    boolean await(Duration atMost) throws InterruptedException {
        return done.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Counts what a record gave back.
    void recovered(long addedEntries, long addedBytes, long addedStreams, long addedParts) {
        entries.add(addedEntries);
        bytes.add(addedBytes);
        streams.add(addedStreams);
        parts.add(addedParts);
    }

    void waits(boolean forRoom) {
        waiting = forRoom;
    }

    Recovered recovered() {
        long took = tookNanos;
        return new Recovered(
                entries.sum(),
                bytes.sum(),
                streams.sum(),
                parts.sum(),
                !isDone(),
                took < 0 ? System.nanoTime() - startNanos : took,
                waiting);
    }

    /// What was found, once it is done.
    Wal.Replay found() {
        return found;
    }

    /// Ends it where it is: what is not in the head yet stays in the log.
    void stop() {
        stopped = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
