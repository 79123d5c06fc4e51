package sigyn.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.codec.BufferPool;
import sigyn.codec.ByteSink;
import sigyn.codec.DamagedException;
import sigyn.model.Direction;
import sigyn.model.ErrorKind;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.block.Encoders;
import sigyn.storage.block.OpenGroups;
import sigyn.storage.head.HeadPart;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.port.StreamStats;
import sigyn.storage.retention.Deletion;
import sigyn.storage.retention.RetentionRule;
import sigyn.storage.wal.Wal;
import sigyn.storage.wal.WalEntry;
import sigyn.storage.wal.WalRecord;

/// The log store of one node.
///
/// A batch goes into the write-ahead log, and once it is on disk into the head, where queries see it; full parts of the
/// head become blocks, and the log is cut behind them. Every entry is kept once: same stream, time, line and metadata
/// is the same entry.
///
/// ```
/// <directory>/lock                     held by the process that has the store open
/// <directory>/wal/wal-*.log            what may not be in blocks yet
/// <directory>/identity                 what tells this store from others
/// <directory>/manifest-*               which blocks count
/// <directory>/batches-*.ids            names of batches stored lately
/// <directory>/blocks/<tenant>/*.blk    everything else
/// <directory>/quarantine/              files that turned out to be damaged
/// ```
public final class Storage implements LogReader, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);
    private static final long QUEUE_WAIT_SECONDS = 5;
    private static final long ROOM_WAIT_SECONDS = 10;
    private static final long SEAL_WAIT_SECONDS = 30;
    private static final long SEAL_LOOK_NANOS = 100_000_000;
    private static final long ERASE_WAIT_SECONDS = 60;
    private static final long SWEEP_MILLIS = 60_000;
    private static final int KILOBYTE = 1024;
    private static final Duration SHORT_REPLAY = Duration.ofMillis(300);

    /// What the log hands on when a batch is durable.
    private record Write(TenantStore tenant, PushBatch batch, TenantStore.Prepared prepared) {}

    /// Units of a scan from which on filters are asked by the threads that scan.
    private static final int MAX_PROBED = 4096;

    private final Clock clock;
    private final Capacity capacity;
    private final FileChannel lockFile;
    private final long identity;
    private final Manifest manifest;
    private final Sealer sealer;
    private final Wal<Write> wal;
    private final StoredBatches batches;
    private final Damages damages;
    private final OpenGroups opened =
            new OpenGroups(Math.clamp(Runtime.getRuntime().maxMemory() / 8, 32L << 20, 2L << 30));
    private final ConcurrentSkipListMap<Tenant, TenantStore> tenants;
    private final Semaphore queueKilobytes;
    private final HeadRoom headRoom;
    private final BufferPool buffers = new BufferPool();
    private final LongAdder appendedLines = new LongAdder();
    private final LongAdder appendedBytes = new LongAdder();
    private final LongAdder duplicateLines = new LongAdder();
    private final LongAdder rejects = new LongAdder();
    private final LogReplay<Write> replay;
    private final Thread upkeep;
    private final ReentrantLock upkeepLock = new ReentrantLock();
    private final Condition upkeepWake = upkeepLock.newCondition();
    private final Janitor janitor;
    private final Rewriter rewriter;
    private final Tails tails = new Tails();
    private final LogSource tailSource = new LogSource();
    private volatile long applied;
    private volatile RetentionRule retention = RetentionRule.FOREVER;
    private volatile long maxDiskBytes = Long.MAX_VALUE;
    private volatile long lastSweepMillis;
    private volatile long lastUpkeepMillis;
    private volatile boolean closed;

    /// Opens or creates the store in a directory and returns when all of it can be read. Needs no human after any
    /// crash.
    public static Storage open(Path directory, Clock clock) {
        return open(directory, clock, Capacity.ofThisProcess());
    }

    static Storage open(Path directory, Clock clock, Capacity capacity) {
        var storage = start(directory, clock, capacity);
        storage.awaitReplay(Duration.ofSeconds(Long.MAX_VALUE / 1_000_000_000L));
        return storage;
    }

    /// Like [#open], but returns when blocks can be read and batches written; a long write-ahead log is read in the
    /// background, and [#missing] says so.
    public static Storage start(Path directory, Clock clock) {
        var storage = start(directory, clock, Capacity.ofThisProcess());
        storage.awaitReplay(SHORT_REPLAY);
        return storage;
    }

    private void awaitReplay(Duration atMost) {
        try {
            if (!replay.await(atMost)) {
                LOG.info("the write-ahead log is read in the background: {} bytes", wal.diskBytes());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Storage start(Path directory, Clock clock, Capacity capacity) {
        try {
            return new Storage(directory, clock, capacity);
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OPERATOR, "cannot open the store in " + directory + ": " + e, e);
        }
    }

    private Storage(Path directory, Clock clock, Capacity capacity) throws IOException {
        this.clock = clock;
        this.capacity = capacity;
        this.queueKilobytes = new Semaphore(Math.toIntExact(capacity.queueBytes() / KILOBYTE));
        this.headRoom = new HeadRoom(capacity.headBytes());
        create(directory.toAbsolutePath());
        this.lockFile = lock(directory);
        try {
            this.identity = StoreIdentity.of(directory);
            var recovery = new Recovery(directory);
            this.damages = recovery.damages();
            this.manifest = recovery.manifest();
            this.tenants = recovery.tenants();
            int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
            var encoders = new Encoders(workers);
            this.sealer = new Sealer(directory.resolve("blocks"), manifest, clock, encoders, workers, this::afterSeal);
            this.rewriter = new Rewriter(directory.resolve("blocks"), manifest, clock, encoders, capacity.partBytes());
            this.janitor = new Janitor(rewriter, manifest, clock);
            this.batches = new StoredBatches(directory, clock, capacity.batchNames());
            Path log = directory.resolve("wal");
            this.wal = Wal.open(log, manifest.lastSeq(), this::committed);
            this.applied = wal.synced();
            this.replay = new LogReplay<>(
                    wal, directory.resolve("quarantine"), this::replayed, this::applyCommitted, damages);
            beginManifest();
        } catch (IOException | RuntimeException | Error e) {
            lockFile.close();
            throw e;
        }
        replay.start();
        this.upkeep = Thread.ofPlatform().name("storage-upkeep").daemon(true).start(this::upkeep);
    }

    /// A record that says nonsense under a right checksum must not keep the store from opening, again and again.
    private void replayed(WalRecord record) {
        try {
            var decoded = BatchCodec.decode(record.payload());
            TenantStore tenant = tenant(decoded.tenant());
            remember(decoded.tenant(), decoded.batch());
            apply(tenant, decoded.batch(), tenant.prepare(decoded.batch()), record.seq());
        } catch (DamagedException e) {
            damages.addForAll("record " + record.seq() + " of the write-ahead log: " + e.getMessage());
        }
        awaitReplayRoom();
    }

    /// A full disk must not keep what is on it from being read: the next change tries again.
    private void beginManifest() {
        try {
            manifest.begin();
        } catch (IOException e) {
            LOG.error("the manifest cannot be written yet: {}", e.toString());
        }
    }

    /// Creates a directory and what leads to it; a name counts once the directory above it is synced.
    private static void create(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent == null) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            create(parent);
            Files.createDirectories(directory);
            Wal.syncDirectory(parent);
        } else if (Files.isReadable(parent)) {
            Wal.syncDirectory(parent);
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        var channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another process has it open");
        }
        return channel;
    }

    private TenantStore tenant(Tenant tenant) {
        return tenants.computeIfAbsent(tenant, TenantStore::new);
    }

    /// Takes a batch and returns when it is on disk and visible to scans; it may be filled again then, unless it says
    /// that it is kept. Throws `OVERLOADED` when there is no room or
    /// the disk refuses; then nothing is acknowledged and the same batch may be sent again.
    public void append(Tenant tenant, PushBatch batch) throws InterruptedException {
        if (batch.rows() == 0) {
            return;
        }
        if (batch.name().isEmpty()) {
            write(tenant, batch);
        } else {
            batches.once(tenant, batch.name(), () -> write(tenant, batch));
        }
    }

    /// True when a batch of this name is stored, for an hour after it was.
    public boolean holds(Tenant tenant, String batchName) {
        return batches.contains(tenant, batchName);
    }

    private void remember(Tenant tenant, PushBatch batch) {
        if (!batch.name().isEmpty()) {
            batches.add(tenant, batch.name());
        }
    }

    private void write(Tenant tenant, PushBatch batch) throws InterruptedException {
        if (!headRoom.await(ROOM_WAIT_SECONDS, () -> closed)) {
            rejects.increment();
            throw new SigynException(
                    ErrorKind.OVERLOADED, "the memory for new entries is full; blocks cannot be written fast enough");
        }
        if (replay.deferredBytes() > capacity.queueBytes()) {
            rejects.increment();
            throw new SigynException(ErrorKind.OVERLOADED, "the write-ahead log is still being read");
        }
        long size = batch.byteCount() + 32L * batch.rows() + KILOBYTE;
        int permits = (int) Math.min(size / KILOBYTE, capacity.queueBytes() / KILOBYTE);
        if (!queueKilobytes.tryAcquire(permits, QUEUE_WAIT_SECONDS, TimeUnit.SECONDS)) {
            rejects.increment();
            throw new SigynException(ErrorKind.OVERLOADED, "too many writes wait for the disk");
        }
        try {
            TenantStore store = tenant(tenant);
            var write = new Write(store, batch, store.prepare(batch));
            var payload = new ByteSink(buffers.take());
            BatchCodec.encode(tenant, batch, payload);
            var packed = new ByteSink(buffers.take());
            var entry = WalEntry.of(payload, packed, write);
            wal.submit(entry);
            Throwable failure = entry.await();
            buffers.give(payload.array());
            buffers.give(packed.array());
            if (failure != null) {
                rejects.increment();
                throw failure instanceof SigynException known
                        ? known
                        : new SigynException(
                                ErrorKind.OVERLOADED, "the write-ahead log cannot be written: " + failure, failure);
            }
        } finally {
            queueKilobytes.release(permits);
        }
    }

    /// Replay outruns sealing; it waits like a writer, but a disk that cannot take blocks must not keep the store shut.
    private void awaitReplayRoom() {
        try {
            headRoom.await(Long.MAX_VALUE / 1_000_000_000L, () -> closed || sealer.failures() > 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Runs on the log's thread, in the order of the log.
    private void committed(List<WalEntry<Write>> group) {
        if (replay.defer(group)) {
            group.forEach(entry -> entry.task().batch().keep());
        } else {
            group.forEach(this::applyCommitted);
        }
        for (var entry : group) {
            var write = entry.task();
            appendedLines.add(write.batch().rows());
            appendedBytes.add(write.batch().byteCount());
            tails.offer(entry.seq(), write.tenant().tenant(), write.batch());
        }
        applied = group.getLast().seq();
        group.forEach(WalEntry::complete);
    }

    private void applyCommitted(WalEntry<Write> entry) {
        var write = entry.task();
        remember(write.tenant().tenant(), write.batch());
        apply(write.tenant(), write.batch(), write.prepared(), entry.seq());
    }

    private void apply(TenantStore tenant, PushBatch batch, TenantStore.Prepared prepared, long seq) {
        var applied = tenant.apply(
                batch,
                prepared,
                seq,
                cluster -> manifest.sealedSeq(tenant.tenant(), cluster),
                clock.millis(),
                capacity.partBytes());
        duplicateLines.add(batch.rows() - applied.added());
        long excess = headRoom.take(applied.memory());
        if (!applied.full().isEmpty()) {
            sealer.submit(tenant, applied.full());
        }
        if (excess > 0) {
            sealLargest(excess);
        }
    }

    /// Closes the largest parts until what is being sealed accounts for the excess.
    private void sealLargest(long excess) {
        record Owned(TenantStore tenant, HeadPart part) {}
        var all = new ArrayList<Owned>();
        long underway = headRoom.used();
        for (var tenant : tenants.values()) {
            for (var part : tenant.growing()) {
                all.add(new Owned(tenant, part));
                underway -= part.memory();
            }
        }
        all.sort(Comparator.comparingLong((Owned o) -> o.part().memory()).reversed());
        for (var owned : all) {
            if (underway >= excess) {
                return;
            }
            if (owned.tenant().rotate(owned.part())) {
                underway += owned.part().memory();
                sealer.submit(owned.tenant(), List.of(owned.part()));
            }
        }
    }

    private void afterSeal(long memory) {
        headRoom.free(memory);
        wakeUpkeep();
    }

    private void wakeUpkeep() {
        upkeepLock.lock();
        try {
            upkeepWake.signalAll();
        } finally {
            upkeepLock.unlock();
        }
    }

    private void upkeep() {
        while (!closed) {
            upkeepLock.lock();
            try {
                if (!closed && upkeepWake.awaitNanos(TimeUnit.SECONDS.toNanos(1)) < 0) {
                    LOG.trace("upkeep");
                }
            } catch (InterruptedException e) {
                continue;
            } finally {
                upkeepLock.unlock();
            }
            try {
                sealOld();
                cutLog();
                tidy();
                lastUpkeepMillis = clock.millis();
            } catch (IOException | InterruptedException | RuntimeException e) {
                LOG.error("upkeep will be tried again: {}", e.toString());
            }
        }
    }

    private void cutLog() throws IOException {
        long low = lowWater();
        if (wal.hasObsolete(low)) {
            batches.sync();
            wal.truncate(low);
        }
    }

    /// True when a deletion was finished in blocks.
    private boolean deleteDue() throws IOException {
        boolean finished = false;
        for (var tenant : tenants.values()) {
            if (replay.isComplete() && !tenant.view().deletions().isEmpty()) {
                sealer.submit(tenant, tenant.closeForDeletions());
                finished |= janitor.deleteDue(tenant);
            }
        }
        return finished;
    }

    /// Carries out the deletions that are due, to the last byte in blocks and log, now. What is written meanwhile goes
    /// into a new segment of the log and does not keep the old ones.
    public void erase() throws IOException, InterruptedException {
        wal.roll();
        replay.await();
        var written = parts();
        flush();
        upkeepLock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(ERASE_WAIT_SECONDS);
            while (!closed && left > 0 && !Collections.disjoint(parts(), written)) {
                left = upkeepWake.awaitNanos(left);
            }
            if (left <= 0) {
                throw new IOException("blocks cannot be written fast enough");
            }
        } finally {
            upkeepLock.unlock();
        }
        deleteDue();
        cutLog();
    }

    private Set<HeadPart> parts() {
        var parts = new HashSet<HeadPart>();
        tenants.values().forEach(tenant -> parts.addAll(tenant.view().parts()));
        return parts;
    }

    private void tidy() throws IOException, InterruptedException {
        if (!replay.isDone()) {
            return;
        }
        if (deleteDue()) {
            wal.roll();
            cutLog();
        }
        long now = clock.millis();
        if (now - lastSweepMillis >= SWEEP_MILLIS || now < lastSweepMillis) {
            lastSweepMillis = now;
            sweep();
        }
        for (var tenant : tenants.values()) {
            janitor.compact(tenant, false);
        }
    }

    /// Removes what is past its time and what the disk has no room for, now.
    public void sweep() throws IOException {
        var rule = retention;
        for (var tenant : tenants.values()) {
            seal(tenant, janitor.expiring(tenant, rule));
            janitor.expire(tenant, rule);
        }
        janitor.shrinkTo(tenants.values(), maxDiskBytes);
    }

    /// Seals parts and waits for it. A disk that takes no blocks must not keep retention from making room.
    private void seal(TenantStore tenant, List<HeadPart> parts) {
        long failures = sealer.failures();
        sealer.submit(tenant, parts.stream().filter(tenant::rotate).toList());
        upkeepLock.lock();
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SEAL_WAIT_SECONDS);
            while (!closed
                    && System.nanoTime() < end
                    && failures == sealer.failures()
                    && !Collections.disjoint(tenant.view().parts(), parts)) {
                if (upkeepWake.awaitNanos(SEAL_LOOK_NANOS) < 0) {
                    LOG.trace("sealing before retention");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            upkeepLock.unlock();
        }
    }

    /// Merges blocks as far as it goes, now.
    public void compact() throws IOException {
        for (var tenant : tenants.values()) {
            janitor.compact(tenant, true);
        }
    }

    /// From now on entries go when `rule` says so, and the oldest blocks when all of them are more than `maxBytes`.
    public void retain(RetentionRule rule, long maxBytes) {
        retention = rule;
        maxDiskBytes = maxBytes;
    }

    /// Makes entries invisible at once, durably; their bytes go after `delay`. Entries that arrive later stay.
    public Deletion delete(
            Tenant tenant, List<LabelMatcher> matchers, TimeRange range, List<LinePredicate> lines, Duration delay) {
        TenantStore store = tenant(tenant);
        var now = clock.instant();
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        var made = new AtomicReference<Deletion>();
        try {
            var closedParts = store.delete(
                    () -> new Deletion(
                            UUID.randomUUID().toString().substring(0, 8),
                            tenant,
                            matchers,
                            range,
                            lines,
                            wal.nextSeq(),
                            nanos,
                            nanos + delay.toNanos()),
                    deletion -> {
                        manifest.commit(new Manifest.Change(
                                tenant, List.of(), List.of(), Map.of(), List.of(deletion), List.of()));
                        made.set(deletion);
                    });
            sealer.submit(store, closedParts);
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OVERLOADED, "the deletion cannot be written down: " + e, e);
        }
        wakeUpkeep();
        return Objects.requireNonNull(made.get());
    }

    /// Deletions whose bytes are not all gone, oldest first.
    public List<Deletion> deletions(Tenant tenant) {
        TenantStore store = tenants.get(tenant);
        return store == null ? List.of() : store.view().deletions();
    }

    /// Withdraws a deletion; its entries are visible again. False when its bytes are gone or it never was.
    public boolean cancelDeletion(Tenant tenant, String id) {
        TenantStore store = tenants.get(tenant);
        try {
            return store != null && janitor.cancel(store, tenant, id);
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OVERLOADED, "the change cannot be written down: " + e, e);
        }
    }

    /// What arrives for the matching streams from now on.
    public Tail tail(Tenant tenant, List<LabelMatcher> matchers) {
        return tail(tenant, matchers, applied);
    }

    /// The same, and what has arrived behind place `after` in the log; empty when the log does not reach back so far.
    public Optional<Tail> tailBehind(Tenant tenant, List<LabelMatcher> matchers, long after) {
        try {
            return wal.read(after + 1, 1, _ -> {}).isEmpty()
                    ? Optional.empty()
                    : Optional.of(tail(tenant, matchers, after));
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OPERATOR, "the write-ahead log cannot be read: " + e, e);
        }
    }

    /// A random number that no other store has; places in the log mean something in the same store only.
    public long identity() {
        return identity;
    }

    /// The place in the log up to which entries are visible.
    public long position() {
        return applied;
    }

    private Tail tail(Tenant tenant, List<LabelMatcher> matchers, long after) {
        var tail = new Tail(tenant, matchers, after, tailSource, () -> tenants.get(tenant));
        tails.add(tail);
        return tail;
    }

    private final class LogSource implements Tail.Source {
        @Override
        public OptionalLong read(long from, long mostBytes, Tail.BatchSink sink) throws IOException {
            return wal.read(from, mostBytes, record -> {
                var decoded = BatchCodec.decode(record.payload());
                sink.accept(record.seq(), decoded.tenant(), decoded.batch());
            });
        }

        @Override
        public long written() {
            return wal.synced();
        }

        @Override
        public long offered() {
            return applied;
        }

        @Override
        public void closed(Tail tail) {
            tails.remove(tail);
        }
    }

    private void sealOld() {
        long now = clock.millis();
        long low = wal.diskBytes() > capacity.walBytes() ? lowWater() : -1;
        for (var tenant : tenants.values()) {
            var due = new ArrayList<HeadPart>();
            for (var part : tenant.growing()) {
                boolean old = now - part.openedMillis() >= capacity.partMillis() || part.firstSeq() <= low;
                if (old && tenant.rotate(part)) {
                    due.add(part);
                }
            }
            if (!due.isEmpty()) {
                sealer.submit(tenant, due);
            }
        }
    }

    /// Entries of the log before this are in blocks.
    private long lowWater() {
        if (!replay.isDone()) {
            return 0;
        }
        long low = wal.nextSeq();
        for (var tenant : tenants.values()) {
            low = tenant.lowWater(low);
        }
        return low;
    }

    @Override
    public List<ScanUnit> scan(ScanRequest request) {
        TenantStore tenant = tenants.get(request.tenant());
        if (tenant == null || request.range().isEmpty()) {
            return List.of();
        }
        var view = tenant.view();
        RoaringBitmap matched = tenant.streams().match(request.matchers());
        var wanted = new BitSet();
        matched.forEach((int id) -> wanted.set(id));
        var units = new ArrayList<ScanUnit>();
        for (var part : view.parts()) {
            var unit = new HeadUnit(request, tenant, part, wanted, view.deletions());
            if (unit.rows() > 0 && request.range().overlaps(unit.minTime(), unit.maxTime())) {
                units.add(unit);
            }
        }
        for (var block : view.blocks()) {
            for (var group : block.groups()) {
                if (request.range().overlaps(group.minTime(), group.maxTime()) && group.hasAny(wanted)) {
                    var unit = new RowGroupUnit(request, tenant, group, wanted, view.deletions(), damages, opened);
                    if (units.size() >= MAX_PROBED || !unit.isKnownToBeEmpty()) {
                        units.add(unit);
                    }
                }
            }
        }
        units.sort(
                request.direction() == Direction.FORWARD
                        ? Comparator.comparingLong(ScanUnit::minTime).thenComparingLong(ScanUnit::arrival)
                        : Comparator.comparingLong(ScanUnit::maxTime)
                                .thenComparingLong(ScanUnit::arrival)
                                .reversed());
        return units;
    }

    private RoaringBitmap present(TenantStore store, TimeRange range, List<LabelMatcher> matchers) {
        return range.isEmpty()
                ? new RoaringBitmap()
                : new StreamQueries(store, range, damages, opened).present(matchers);
    }

    @Override
    public NavigableSet<String> labelNames(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        TenantStore store = tenants.get(tenant);
        return store == null ? new TreeSet<>() : store.streams().names(present(store, range, matchers));
    }

    @Override
    public NavigableSet<String> labelValues(Tenant tenant, String name, TimeRange range, List<LabelMatcher> matchers) {
        TenantStore store = tenants.get(tenant);
        return store == null ? new TreeSet<>() : store.streams().values(name, present(store, range, matchers));
    }

    @Override
    public List<Labels> series(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        TenantStore store = tenants.get(tenant);
        return store == null
                ? List.of()
                : store.streams().get(present(store, range, matchers)).stream()
                        .map(stream -> stream.labels())
                        .sorted()
                        .toList();
    }

    @Override
    public List<StreamStats> stats(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        TenantStore store = tenants.get(tenant);
        return store == null || range.isEmpty()
                ? List.of()
                : new StreamQueries(store, range, damages, opened).stats(matchers);
    }

    /// Damage, and what of the write-ahead log has not been read yet.
    @Override
    public List<String> missing(Tenant tenant, TimeRange range) {
        var words = new ArrayList<String>();
        if (!replay.isDone()) {
            words.add("the answer is incomplete: the write-ahead log is still being read after a restart");
        }
        for (var damage : damages.in(tenant, range)) {
            words.add("the answer is incomplete: " + damage.message());
        }
        return words;
    }

    /// Tenants that have ever written.
    public List<Tenant> tenants() {
        return List.copyOf(tenants.keySet());
    }

    /// How many streams of a tenant are known.
    public int streamCount(Tenant tenant) {
        var store = tenants.get(tenant);
        return store == null ? 0 : store.streams().size();
    }

    /// When upkeep (sealing what is old, retention, compaction) last went through without a failure; 1970 before the
    /// first time.
    public Instant lastUpkeep() {
        return Instant.ofEpochMilli(lastUpkeepMillis);
    }

    /// What could not be read since the start: queries over it are not complete.
    public Damages damages() {
        return damages;
    }

    /// Seals everything in memory into blocks.
    public void flush() throws InterruptedException {
        replay.await();
        var waiting = new ArrayList<CompletableFuture<Boolean>>();
        for (var tenant : tenants.values()) {
            var parts = tenant.growing().stream().filter(tenant::rotate).toList();
            waiting.addAll(sealer.submit(tenant, parts));
        }
        for (var future : waiting) {
            try {
                future.get();
            } catch (ExecutionException e) {
                throw new SigynException(
                        ErrorKind.OPERATOR, "blocks cannot be written and will be tried again: " + e.getCause(), e);
            }
        }
        try {
            cutLog();
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OPERATOR, "the write-ahead log stays as long as it is: " + e, e);
        }
    }

    public StorageCounters counters() {
        long headRows = 0;
        long sealingParts = 0;
        long blocks = 0;
        long blockBytes = 0;
        long blockRows = 0;
        long streams = 0;
        long pendingDeletions = 0;
        for (var tenant : tenants.values()) {
            var view = tenant.view();
            streams += tenant.streams().size();
            pendingDeletions += view.deletions().size();
            sealingParts += view.parts().size() - tenant.growing().size();
            for (var part : view.parts()) {
                headRows += part.rows();
            }
            for (var block : view.blocks()) {
                blocks++;
                blockBytes += block.size();
                for (var group : block.groups()) {
                    blockRows += group.rows();
                }
            }
        }
        return new StorageCounters(
                appendedLines.sum(),
                appendedBytes.sum(),
                duplicateLines.sum(),
                rejects.sum(),
                wal.syncs(),
                wal.writtenBytes(),
                wal.failures(),
                wal.diskBytes(),
                wal.queued(),
                replay.found().records(),
                replay.found().tornBytes(),
                streams,
                headRows,
                headRoom.used(),
                sealingParts,
                blocks,
                blockBytes,
                blockRows,
                sealer.sealedGroups(),
                sealer.failures(),
                rewriter.rewrites(),
                pendingDeletions,
                tails.size(),
                damages.all().size());
    }

    /// Finishes what was accepted and stops. What is in the head stays in the log, so this is quick.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        headRoom.wake();
        replay.stop();
        wakeUpkeep();
        join(upkeep);
        wal.close();
        sealer.close();
        try {
            manifest.close();
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void join(Thread thread) {
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
