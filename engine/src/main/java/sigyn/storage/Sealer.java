package sigyn.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.Tenant;
import sigyn.storage.block.Block;
import sigyn.storage.block.BlockWriter;
import sigyn.storage.block.Encoders;
import sigyn.storage.block.Rows;
import sigyn.storage.block.Scratch;
import sigyn.storage.block.StoredRowGroup;
import sigyn.storage.head.HeadPart;
import sigyn.storage.head.TimeOrder;
import sigyn.storage.wal.Wal;

/// Turns closed parts of the head into blocks, on threads of low priority. Parts of one cluster are sealed by one
/// thread in the order in which they were closed, because the manifest only notes up to where a cluster is sealed.
///
/// A seal that fails (a full disk) is tried again until it works or the store closes, after half a second first and
/// twice as long each time up to a bound, or at once when somebody asks; the rows stay readable in the head and durable
/// in the log meanwhile.
final class Sealer {
    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);
    private static final long RETRY_MILLIS = 500;
    private static final int MOST_DOUBLINGS = 5;

    /// Parts of one tenant that become one file; `done` tells how the first attempt went.
    record Task(TenantStore tenant, List<HeadPart> parts, CompletableFuture<Boolean> done) {}

    /// Memory that a seal needs until its rows are encoded.
    private record Working(Rows rows, TimeOrder order) {}

    private final Path blocks;
    private final Manifest manifest;
    private final Clock clock;
    private final Encoders encoders;
    private final Scratch<Working> scratch = new Scratch<>(() -> new Working(new Rows(0, 0), new TimeOrder()));
    private final Consumer<List<HeadPart>> afterSeal;
    private final List<LinkedBlockingDeque<Optional<Task>>> queues = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder sealedGroups = new LongAdder();
    private final LongAdder failures = new LongAdder();
    /// Tenants whose directory has been synced under its name by this process.
    private final Set<Tenant> durable = ConcurrentHashMap.newKeySet();

    /// Failures since the last seal that worked, by thread.
    private final AtomicIntegerArray inARow;

    private final AtomicLong asks = new AtomicLong();
    private final ReentrantLock retryLock = new ReentrantLock();
    private final Condition retry = retryLock.newCondition();
    private volatile Consumer<Sealed> watcher = _ -> {};
    private volatile boolean closing;

    /// @param afterSeal is told of parts whose place a block has taken
    Sealer(
            Path blocks,
            Manifest manifest,
            Clock clock,
            Encoders encoders,
            int workers,
            Consumer<List<HeadPart>> afterSeal) {
        this.blocks = blocks;
        this.manifest = manifest;
        this.clock = clock;
        this.encoders = encoders;
        this.afterSeal = afterSeal;
        this.inARow = new AtomicIntegerArray(workers);
        for (int i = 0; i < workers; i++) {
            int worker = i;
            var queue = new LinkedBlockingDeque<Optional<Task>>();
            queues.add(queue);
            var thread = Thread.ofPlatform().name("seal-" + i).daemon(true).start(() -> {
                LowShare.take();
                run(worker, queue);
            });
            threads.add(thread);
        }
    }

    /// Queues parts that were closed just now. The futures complete when the parts are blocks, or with the failure of
    /// the first attempt, their own or that of one before them.
    List<CompletableFuture<Boolean>> submit(TenantStore tenant, List<HeadPart> parts) {
        var byWorker = new HashMap<Integer, List<HeadPart>>();
        for (var part : parts) {
            int worker = Math.floorMod(
                    Long.hashCode(part.cluster()) * 31 + tenant.tenant().hashCode(), queues.size());
            byWorker.computeIfAbsent(worker, _ -> new ArrayList<>()).add(part);
        }
        var futures = new ArrayList<CompletableFuture<Boolean>>();
        byWorker.forEach((worker, some) -> {
            var task = new Task(tenant, List.copyOf(some), new CompletableFuture<>());
            queues.get(worker).add(Optional.of(task));
            futures.add(task.done());
        });
        return futures;
    }

    private void run(int worker, LinkedBlockingDeque<Optional<Task>> queue) {
        Task task = null;
        while (!closing) {
            long asked = asks.get();
            try {
                if (task == null) {
                    task = queue.take().orElse(null);
                    asked = asks.get();
                }
                if (task != null) {
                    seal(task);
                    task.done().complete(true);
                    task = null;
                    inARow.set(worker, 0);
                }
            } catch (InterruptedException e) {
                LOG.debug("woken", e);
            } catch (IOException | RuntimeException | Error e) {
                int failed = inARow.incrementAndGet(worker);
                failures.increment();
                long millis = RETRY_MILLIS << Math.min(failed - 1, MOST_DOUBLINGS);
                report(task, failed, millis, e);
                if (task != null) {
                    task.done().completeExceptionally(e);
                }
                queue.forEach(waiting -> waiting.ifPresent(t -> t.done().completeExceptionally(e)));
                pause(millis, asked);
            }
        }
    }

    /// The first failure in a row with its stack, the others in a line.
    private static void report(@Nullable Task task, int failed, long millis, Throwable e) {
        if (failed == 1) {
            LOG.error("sealing for tenant {} failed and will be tried again", tenantOf(task), e);
        } else {
            LOG.error(
                    "sealing for tenant {} failed {} times in a row, next attempt in {} ms: {}",
                    tenantOf(task),
                    failed,
                    millis,
                    e.toString());
        }
    }

    private static Object tenantOf(@Nullable Task task) {
        return task == null ? "" : task.tenant().tenant();
    }

    /// Waits before the next attempt, unless somebody has asked for one since `asked` was read.
    private void pause(long millis, long asked) {
        retryLock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (left > 0 && !closing && asks.get() == asked) {
                left = retry.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            LOG.debug("woken", e);
        } finally {
            retryLock.unlock();
        }
    }

    /// Seals that failed are tried again now.
    void retryNow() {
        retryLock.lock();
        try {
            asks.incrementAndGet();
            retry.signalAll();
        } finally {
            retryLock.unlock();
        }
    }

    private void seal(Task task) throws IOException {
        TenantStore tenant = task.tenant();
        var parts = tenant.due(task.parts());
        if (parts.isEmpty()) {
            return;
        }
        Path directory = blocks.resolve(tenant.tenant().id());
        if (!durable.contains(tenant.tenant())) {
            Files.createDirectories(directory);
            Wal.syncDirectory(blocks);
            durable.add(tenant.tenant());
        }
        long number = manifest.newBlockNumber();
        Map<Long, Long> sealedSeq = new HashMap<>();
        var written = new ArrayList<HeadPart>();
        var tookNanos = new ArrayList<Long>();
        Block block = null;
        var working = scratch.take();
        var rows = working.rows();
        try (var writer = new BlockWriter(
                directory,
                number,
                tenant.tenant(),
                id -> tenant.streams().get(id).labels())) {
            for (var part : parts) {
                tenant.resolveLate(part);
                part.toRows(rows, working.order());
                if (rows.count() > 0) {
                    long start = System.nanoTime();
                    writer.add(encoders, rows, part.cluster(), part.firstSeq(), part.lastSeq());
                    written.add(part);
                    tookNanos.add(System.nanoTime() - start);
                }
                sealedSeq.merge(part.cluster(), part.lastSeq(), Math::max);
            }
            if (writer.groups() > 0) {
                writer.commit(nowNanos(), 0, List.of());
                Wal.syncDirectory(directory);
                block = writer.open();
            }
        }
        scratch.giveBack(working);
        manifest.commit(Manifest.Change.blocks(
                tenant.tenant(), block == null ? List.of() : List.of(number), List.of(), sealedSeq));
        tenant.sealed(parts, block);
        sealedGroups.add(written.size());
        for (int i = 0; block != null && i < written.size(); i++) {
            watcher.accept(sealed(written.get(i), block.groups().get(i), tookNanos.get(i)));
        }
        afterSeal.accept(parts);
    }

    private Sealed sealed(HeadPart part, StoredRowGroup group, long nanos) {
        return new Sealed(
                part.closing(),
                group.rows(),
                group.streamCount(),
                group.rawBytes(),
                group.storedBytes(),
                group.minTime(),
                group.maxTime(),
                Math.max(0, clock.millis() - part.openedMillis()),
                nanos);
    }

    /// Tells of every part from now on, on the thread that sealed it.
    void watchedBy(Consumer<Sealed> watcher) {
        this.watcher = watcher;
    }

    private long nowNanos() {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    long sealedGroups() {
        return sealedGroups.sum();
    }

    long failures() {
        return failures.sum();
    }

    /// The most failures in a row that a thread is in the middle of; 0 when blocks can be written.
    int failuresInARow() {
        int most = 0;
        for (int i = 0; i < inARow.length(); i++) {
            most = Math.max(most, inARow.get(i));
        }
        return most;
    }

    int waiting() {
        int n = 0;
        for (var queue : queues) {
            n += queue.size();
        }
        return n;
    }

    /// Lets the seals that run come to their end and drops those that wait: the log has their rows.
    void close() {
        closing = true;
        retryNow();
        queues.forEach(queue -> queue.addFirst(Optional.empty()));
        boolean interrupted = false;
        for (var thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
