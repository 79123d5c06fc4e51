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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.Tenant;
import sigyn.storage.block.Block;
import sigyn.storage.block.BlockWriter;
import sigyn.storage.block.Encoders;
import sigyn.storage.block.Rows;
import sigyn.storage.block.StoredRowGroup;
import sigyn.storage.head.HeadPart;
import sigyn.storage.wal.Wal;

/// Turns closed parts of the head into blocks, on threads of low priority. Parts of one cluster are sealed by one
/// thread in the order in which they were closed, because the manifest only notes up to where a cluster is sealed.
///
/// A seal that fails (a full disk) is tried again until it works or the store closes; the rows stay readable in the
/// head and durable in the log meanwhile.
final class Sealer {
    private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);
    private static final long RETRY_MILLIS = 500;

    /// Parts of one tenant that become one file; `done` tells how the first attempt went.
    record Task(TenantStore tenant, List<HeadPart> parts, CompletableFuture<Boolean> done) {}

    /// Called after a seal, with the memory that came free.
    @FunctionalInterface
    interface AfterSeal {
        void sealed(long memory);
    }

    private final Path blocks;
    private final Manifest manifest;
    private final Clock clock;
    private final Encoders encoders;
    private final AfterSeal afterSeal;
    private final List<LinkedBlockingDeque<Optional<Task>>> queues = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder sealedGroups = new LongAdder();
    private final LongAdder failures = new LongAdder();
    /// Tenants whose directory has been synced under its name by this process.
    private final Set<Tenant> durable = ConcurrentHashMap.newKeySet();

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Consumer<Sealed> watcher = _ -> {};
    private volatile boolean closing;

    Sealer(Path blocks, Manifest manifest, Clock clock, Encoders encoders, int workers, AfterSeal afterSeal) {
        this.blocks = blocks;
        this.manifest = manifest;
        this.clock = clock;
        this.encoders = encoders;
        this.afterSeal = afterSeal;
        for (int i = 0; i < workers; i++) {
            var queue = new LinkedBlockingDeque<Optional<Task>>();
            queues.add(queue);
            var thread = Thread.ofPlatform()
                    .name("seal-" + i)
                    .daemon(true)
                    .priority(Thread.MIN_PRIORITY)
                    .start(() -> run(queue));
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

    private void run(LinkedBlockingDeque<Optional<Task>> queue) {
        var rows = new Rows(0, 0);
        Task task = null;
        while (!closing) {
            try {
                if (task == null) {
                    task = queue.take().orElse(null);
                }
                if (task != null) {
                    seal(task, rows);
                    task.done().complete(true);
                    task = null;
                }
            } catch (InterruptedException e) {
                LOG.debug("woken", e);
            } catch (IOException | RuntimeException | Error e) {
                failures.increment();
                LOG.error("sealing for tenant {} failed and will be tried again", tenantOf(task), e);
                if (task != null) {
                    task.done().completeExceptionally(e);
                }
                queue.forEach(waiting -> waiting.ifPresent(t -> t.done().completeExceptionally(e)));
                pause();
            }
        }
    }

    private static Object tenantOf(@Nullable Task task) {
        return task == null ? "" : task.tenant().tenant();
    }

    private void pause() {
        try {
            if (closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("closing");
            }
        } catch (InterruptedException e) {
            LOG.debug("woken", e);
        }
    }

    private void seal(Task task, Rows rows) throws IOException {
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
        try (var writer = new BlockWriter(
                directory,
                number,
                tenant.tenant(),
                id -> tenant.streams().get(id).labels())) {
            for (var part : parts) {
                tenant.resolveLate(part);
                part.toRows(rows);
                if (rows.count() > 0) {
                    long start = System.nanoTime();
                    writer.add(encoders, rows, part.cluster(), part.firstSeq(), part.lastSeq());
                    written.add(part);
                    tookNanos.add(System.nanoTime() - start);
                }
                sealedSeq.merge(part.cluster(), part.lastSeq(), Math::max);
            }
            if (writer.groups() > 0) {
                Path file = writer.commit(nowNanos(), 0, List.of());
                Wal.syncDirectory(directory);
                block = Block.open(
                        file,
                        tenant.tenant().id(),
                        labels -> tenant.streams().intern(labels).id());
            }
        }
        manifest.commit(Manifest.Change.blocks(
                tenant.tenant(), block == null ? List.of() : List.of(number), List.of(), sealedSeq));
        tenant.sealed(parts, block);
        sealedGroups.add(written.size());
        for (int i = 0; block != null && i < written.size(); i++) {
            watcher.accept(sealed(written.get(i), block.groups().get(i), tookNanos.get(i)));
        }
        long memory = 0;
        for (var part : parts) {
            memory += part.memory();
        }
        afterSeal.sealed(memory);
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
        closed.countDown();
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
