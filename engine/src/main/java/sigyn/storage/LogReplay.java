package sigyn.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.storage.wal.Wal;
import sigyn.storage.wal.WalEntry;
import sigyn.storage.wal.WalRecord;

/// Brings what the write-ahead log held at the start back into the head, while blocks serve and new batches are
/// written. New batches reach the head behind the old ones, in the order of the log. One thread reads the files and
/// decodes, a little ahead of the one that fills the head; both make way for requests and for the rest of the start.
final class LogReplay<T> {
    private static final Logger LOG = LoggerFactory.getLogger(LogReplay.class);

    private static final int AHEAD = 3;
    private static final int TOGETHER = 128 << 10;

    private final Wal<T> wal;
    private final Consumer<WalEntry<T>> apply;
    private final Damages damages;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread reader;
    private final Thread thread;
    /// What the reader has made ready, in the order of the log; an empty list is the end.
    private final BlockingQueue<List<Runnable>> ahead = new ArrayBlockingQueue<>(AHEAD);
    /// Guarded by this, as is `over`.
    private List<WalEntry<T>> deferred = new ArrayList<>();

    private boolean over;
    private volatile long deferredBytes;
    private volatile Wal.Replay found = Wal.Replay.NOTHING;
    private volatile boolean whole;
    private volatile boolean failed;
    private volatile boolean complete;
    private volatile boolean waiting;
    private final long startNanos = System.nanoTime();
    private volatile long tookNanos = -1;
    private final LongAdder entries = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder streams = new LongAdder();
    private final LongAdder parts = new LongAdder();
    private volatile boolean stopped;

    /// `ready` makes of a record, on a thread of its own, what brings it into the head; `apply` takes new entries
    /// there.
    LogReplay(
            Wal<T> wal,
            Path quarantine,
            Function<WalRecord, Runnable> ready,
            Consumer<WalEntry<T>> apply,
            Damages damages) {
        this.wal = wal;
        this.apply = apply;
        this.damages = damages;
        this.reader = Thread.ofPlatform().name("wal-read").daemon(true).unstarted(() -> read(quarantine, ready));
        this.thread = Thread.ofPlatform().name("wal-replay").daemon(true).unstarted(this::run);
    }

    void start() {
        reader.start();
        thread.start();
    }

    private void read(Path quarantine, Function<WalRecord, Runnable> ready) {
        LowShare.take();
        var some = new Some();
        try {
            found = wal.replay(
                    quarantine, record -> some.add(ready.apply(record), record.length()), () -> stopped || failed);
            found.damage().forEach(damages::addForAll);
            some.handOn();
            whole = !stopped;
        } catch (IOException | RuntimeException e) {
            fail(e);
        } finally {
            some.handOnNothing();
        }
    }

    private void fail(Exception e) {
        LOG.error("the write-ahead log cannot be read", e);
        damages.addForAll("the write-ahead log cannot be read: " + e);
        failed = true;
    }

    /// Records that are ready but not handed on: small ones go together.
    private final class Some {
        private List<Runnable> waiting = new ArrayList<>();
        private long size;

        void add(Runnable record, int length) {
            waiting.add(record);
            size += length;
            if (size >= TOGETHER) {
                handOn();
            }
        }

        void handOn() {
            if (!waiting.isEmpty()) {
                put(waiting);
                waiting = new ArrayList<>();
                size = 0;
            }
        }

        void handOnNothing() {
            put(List.of());
        }

        private void put(List<Runnable> records) {
            boolean interrupted = false;
            while (true) {
                try {
                    ahead.put(records);
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        LowShare.take();
        try {
            for (var some = next(); !some.isEmpty(); some = next()) {
                bring(some);
            }
            complete = whole && !stopped && !failed;
            for (var some = takeDeferred(); !some.isEmpty() && !stopped; some = takeDeferred()) {
                some.forEach(apply);
            }
        } finally {
            tookNanos = System.nanoTime() - startNanos;
            done.countDown();
        }
    }

    private List<Runnable> next() {
        while (true) {
            try {
                return ahead.take();
            } catch (InterruptedException e) {
                LOG.debug("woken", e);
            }
        }
    }

    /// Goes on taking what is ready when it is of no use any more, so that the reader comes to its end.
    private void bring(List<Runnable> records) {
        try {
            for (var record : records) {
                if (!stopped && !failed) {
                    record.run();
                }
            }
        } catch (RuntimeException e) {
            fail(e);
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
