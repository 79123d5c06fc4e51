package sigyn.client;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes log lines from any number of threads and delivers them to a server that speaks Loki's push API.
///
/// [#log(LogEvent)] never blocks (unless [Overflow#BLOCK] asks for it), never throws and does no input or output. What
/// it takes is bounded in memory, delivered in batches by two daemon threads, repeated while the server is away, and
/// counted to the last line. A hook delivers what is left when the process ends.
///
/// Making a client starts its threads and loads what a call needs, so that the first call costs no more than the
/// others.
@SuppressWarnings("EnumOrdinal") // a level is a byte of an event
public final class SigynClient implements AutoCloseable {

    /// The part of the deadline, one in so many, that is kept back for the last words and for the end of the process.
    private static final int GRACE = 5;
    /// How long senders have to notice that the deadline is over. What they hold is counted as lost anyway.
    private static final long GIVING_UP_NANOS = 100_000_000;
    /// Between attempts to start the senders in a process that has no thread left.
    private static final long START_PAUSE_NANOS = 10_000_000_000L;

    private final ClientConfig config;
    private final Counters counters = new Counters();
    private final EventPool events;
    private final int minimum;
    private final EventQueue queue;
    private final EventTime time;
    private final Delivery delivery;
    private final Diagnostics diagnostics;
    private final Notices notices;
    private final Transport transport;
    private final LazySpool spool;
    private final Collector collector;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile long startFrom;
    private final AtomicBoolean closed = new AtomicBoolean();

    private final CountDownLatch closeDone = new CountDownLatch(1);
    private final List<Collector.Hand> hands = List.of(new Collector.Hand(), new Collector.Hand());
    private final ClientThread[] threads = new ClientThread[hands.size()];
    private final CountDownLatch ended = new CountDownLatch(hands.size());
    private volatile @Nullable Thread exitHook;
    private volatile Runnable afterExit = () -> {};
    private final Runnable hideFromManagement;

    public SigynClient(ClientConfig config) {
        this(config, Diagnostics::print);
    }

    /// @param trouble where the client speaks of its own trouble, from its own threads, at most once a minute per kind
    public SigynClient(ClientConfig config, Consumer<String> trouble) {
        this(config, trouble, InstantSource.system());
    }

    SigynClient(ClientConfig config, Consumer<String> trouble, InstantSource wall) {
        this(config, trouble, wall, System.nanoTime());
        if (ClientThread.mayStart()) start();
        // Meanwhile the threads make memory ready.
        Rehearsal.once();
    }

    private SigynClient(ClientConfig config, Consumer<String> trouble, InstantSource wall, long startFrom) {
        this.config = config;
        this.startFrom = startFrom;
        String instance = "%016x".formatted(ThreadLocalRandom.current().nextLong());
        events = new EventPool(config);
        minimum = config.minimum().ordinal();
        queue = new EventQueue(config, counters);
        time = new EventTime(wall);
        delivery = new Delivery(config);
        diagnostics = new Diagnostics(trouble);
        notices = new Notices(counters, queue, time, diagnostics);
        transport = new Transport(config);
        spool = new LazySpool(config, instance, counters, diagnostics);
        collector = new Collector(config, queue, counters, time, delivery, diagnostics, instance);
        hideFromManagement = config.jmx() ? showToManagement(instance) : () -> {};
    }

    /// One that only queues, for an hour.
    static SigynClient withoutSenders(ClientConfig config) {
        return new SigynClient(
                config,
                Diagnostics::print,
                InstantSource.system(),
                System.nanoTime() + Duration.ofHours(1).toNanos());
    }

    /// Drops what only queues.
    void dropWaiting() {
        queue.drop(DropReason.EVICTED);
    }

    public ClientConfig config() {
        return config;
    }

    /// An event to be filled and given to [#log(LogEvent)] of this client, once, by the calling thread. It is this
    /// client's again then: a call that uses it leaves no garbage.
    public LogEvent event(Level level, @Nullable String message) {
        return events.take().start(level, message);
    }

    /// Takes the line, or counts it as dropped. The event must not be touched afterwards.
    public void log(LogEvent event) {
        log(event, null);
    }

    void log(LogEvent event, @Nullable Console console) {
        try {
            event.seal(time.next());
            if (!ClientThread.isCurrent() && event.level() >= minimum && !event.isOwn()) {
                queue.offer(event);
                if (!started.get()) start();
            }
            if (console != null) console.print(event);
        } catch (RuntimeException | Error e) {
            // An application must not fail because it logs. The line is in the counters, or was never taken.
            failed(e);
        }
        if (event.pool == events) events.giveBack(event);
    }

    /// A call came to nothing.
    void failed(Throwable cause) {
        delivery.failed("a call failed: " + cause.getClass().getName());
    }

    private void start() {
        if (closed.get() || System.nanoTime() - startFrom < 0 || !started.compareAndSet(false, true)) return;
        try {
            for (int i = 0; i < hands.size(); i++) {
                var sender = new Sender(
                        config,
                        collector,
                        queue,
                        counters,
                        delivery,
                        transport,
                        diagnostics,
                        notices,
                        spool,
                        hands.get(i),
                        this::senderEnded);
                Runnable work = i > 0
                        ? sender
                        : () -> {
                            startOthers();
                            sender.run();
                        };
                threads[i] = new ClientThread("sigyn-sender-" + i, work);
            }
            threads[0].start();
            var hook = new Thread(this::closeAtExit, "sigyn-exit");
            hook.setContextClassLoader(null);
            Runtime.getRuntime().addShutdownHook(hook);
            exitHook = hook;
            if (closed.get()) removeHook();
        } catch (IllegalStateException e) {
            // The process is ending: whoever closes this client delivers what it can.
            delivery.failed("started while the process was ending");
        } catch (OutOfMemoryError e) {
            delivery.failed("no thread for a sender");
            startFrom = System.nanoTime() + START_PAUSE_NANOS;
            started.set(false);
        }
    }

    /// Done by the first sender, because each start costs whoever makes the client a good part of a millisecond.
    private void startOthers() {
        for (int i = 1; i < threads.length; i++) {
            try {
                threads[i].start();
            } catch (OutOfMemoryError e) {
                delivery.failed("no thread for a second sender");
                senderEnded();
            }
        }
        try {
            new ClientThread("sigyn-memory", queue::keepMemoryReady).start();
        } catch (OutOfMemoryError e) {
            delivery.failed("no thread for memory");
        }
    }

    private void senderEnded() {
        ended.countDown();
        if (ended.getCount() == 0) collector.dropCarried();
    }

    /// Waits until everything logged before the call is delivered, given up or spooled; returns 0 then, else how many
    /// lines are queued.
    public long flush(Duration atMost) {
        if (ClientThread.isCurrent()) return counters.queued();
        long until = time.next();
        collector.flush();
        try {
            boolean done = delivery.await(() -> !started.get() || !collector.holds(until, hands), atMost);
            return done ? 0 : counters.snapshot().queued();
        } finally {
            collector.flushed();
        }
    }

    public ClientStats stats() {
        var counts = counters.snapshot();
        long age = delivery.sinceSuccess();
        return new ClientStats(
                counts.enqueued(),
                counts.sent(),
                counts.dropped(),
                counts.queued(),
                spool.lines(),
                counters.retriedSoFar(),
                queue.bytes(),
                counts.droppedBy(),
                age < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(age)),
                Optional.ofNullable(delivery.lastFailure()));
    }

    /// Delivers what is queued within [ClientConfig#closeWithin()], then gives up and says how many lines are lost.
    /// Every line logged from now on is dropped. A second call waits for the first and does nothing else.
    @Override
    public void close() {
        close(config.closeWithin());
    }

    /// [#close()] with a deadline of its own.
    public void close(Duration within) {
        long deadline = System.nanoTime() + within.toNanos() - within.toNanos() / GRACE;
        if (!closed.compareAndSet(false, true)) {
            awaitOther(within);
            return;
        }
        try {
            queue.close();
            delivery.beginClosing(deadline);
            queue.wake();
            if (ClientThread.isCurrent()) return;
            boolean emptied = started.get() && await(ended, deadline - System.nanoTime());
            if (started.get() && !emptied) giveUp();
            if (ended.getCount() == 0) collector.dropCarried();
            queue.end(emptied ? DropReason.CLOSED : DropReason.SHUTDOWN);
            long lost = lost();
            if (lost > 0) {
                var why = delivery.lastFailure();
                diagnostics.always(lost + " log lines lost at exit" + (why == null ? "" : " (" + why + ")"));
            }
            queue.free();
            spool.close();
            transport.close();
            hideFromManagement.run();
            removeHook();
        } finally {
            closeDone.countDown();
        }
    }

    private void closeAtExit() {
        exitHook = null;
        close();
        afterExit.run();
    }

    /// What else is to be done when the process ends.
    void afterExit(Runnable work) {
        afterExit = work;
    }

    private Runnable showToManagement(String instance) {
        try {
            return ManagementBean.register(config.service(), instance, this::stats);
        } catch (Exception | LinkageError e) {
            diagnostics.say("jmx", "no MBean: " + e);
            return () -> {};
        }
    }

    private void giveUp() {
        delivery.abandon();
        for (var thread : threads) if (thread != null) thread.interrupt();
        await(ended, GIVING_UP_NANOS);
    }

    /// Dropped by closing, and what a thread that does not react still holds.
    private long lost() {
        var counts = counters.snapshot();
        return counts.droppedBy().getOrDefault(DropReason.SHUTDOWN, 0L) + Math.max(0, counts.queued() - spool.lines());
    }

    private void awaitOther(Duration within) {
        if (!ClientThread.isCurrent()) await(closeDone, within.toNanos());
    }

    private static boolean await(CountDownLatch latch, long nanos) {
        try {
            return latch.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void removeHook() {
        var hook = exitHook;
        exitHook = null;
        if (hook == null || hook == Thread.currentThread()) return;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending and the hook runs already.
        }
    }
}
