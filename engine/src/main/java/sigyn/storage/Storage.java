package sigyn.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.ErrorKind;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.block.Encoders;
import sigyn.storage.head.HeadPart;
import sigyn.storage.head.SpareMemory;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.port.StreamStats;
import sigyn.storage.retention.Deletion;
import sigyn.storage.retention.RetentionRule;

/// The log store of one node.
///
/// A batch goes into the write-ahead log, and once it is on disk into the head, where queries see it; full parts of the
/// head become blocks, and the log is cut behind them. Every entry is kept once: same stream, time, line and metadata
/// is the same entry.
///
/// ```
/// <directory>/lock                     held by the process that has the store open
/// <directory>/wal/wal-*.log            what may not be in blocks yet
/// <directory>/wal/spare-*              files for the next of these, without content
/// <directory>/identity                 what tells this store from others
/// <directory>/manifest-*               which blocks count
/// <directory>/batches-*.ids            names of batches stored lately
/// <directory>/blocks/<tenant>/*.blk    everything else
/// <directory>/quarantine/              files that turned out to be damaged
/// ```
public final class Storage implements LogReader, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);
    /// A log that is mostly read by the time it has been waited for.
    private static final long SHORT_LOG = 32 << 20;

    private static final Duration SHORT_REPLAY = Duration.ofMillis(300);

    private final Clock clock;
    private final Capacity capacity;
    private final FileChannel lockFile;
    private final long identity;
    private final Damages damages;
    private final Manifest manifest;
    private final ConcurrentSkipListMap<Tenant, TenantStore> tenants;
    private final HeadRoom headRoom;
    private final SpareMemory spare;
    private final Sealer sealer;
    private final Appender appender;
    private final StorageReader reader;
    private final Tails tails = new Tails();
    private final TailSource tailSource;
    private final Rewriter rewriter;
    private final Upkeep upkeep;
    private boolean closed;

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
    /// background, and [#missing] says so. Waits for a short one, so that a start after a stop has nothing missing.
    public static Storage start(Path directory, Clock clock) {
        return start(directory, clock, Capacity.ofThisProcess(), SHORT_REPLAY);
    }

    /// @param shortReplay how long a short log is waited for
    static Storage start(Path directory, Clock clock, Capacity capacity, Duration shortReplay) {
        var storage = start(directory, clock, capacity);
        long bytes = storage.appender.log().diskBytes();
        storage.awaitReplay(bytes > SHORT_LOG ? Duration.ZERO : shortReplay);
        return storage;
    }

    private void awaitReplay(Duration atMost) {
        try {
            if (!appender.replay().await(atMost)) {
                LOG.info(
                        "the write-ahead log is read in the background: {} bytes",
                        appender.log().diskBytes());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The same without waiting.
    static Storage start(Path directory, Clock clock, Capacity capacity) {
        try {
            return new Storage(directory, clock, capacity);
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OPERATOR, "cannot open the store in " + directory + ": " + e, e);
        }
    }

    private Storage(Path directory, Clock clock, Capacity capacity) throws IOException {
        this.clock = clock;
        this.capacity = capacity;
        this.headRoom = new HeadRoom(capacity.headBytes());
        StoreDirectory.create(directory.toAbsolutePath());
        this.lockFile = StoreDirectory.lock(directory);
        try {
            this.identity = StoreIdentity.of(directory);
            this.spare = new SpareMemory(capacity.spareBytes());
            var recovery = new Recovery(directory, spare);
            this.damages = recovery.damages();
            this.manifest = recovery.manifest();
            this.tenants = recovery.tenants();
            Path blocks = directory.resolve("blocks");
            int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
            var encoders = new Encoders(workers);
            this.sealer = new Sealer(blocks, manifest, clock, encoders, workers, this::afterSeal);
            this.rewriter = new Rewriter(directory, recovery, clock, encoders, capacity.partBytes());
            var janitor = new Janitor(rewriter, manifest, clock);
            this.appender = new Appender(directory, recovery, clock, capacity, sealer, headRoom, tails);
            this.reader = new StorageReader(tenants, damages, appender.replay());
            this.tailSource = new TailSource(appender, tails, tenants);
            this.upkeep = new Upkeep(tenants, appender, sealer, janitor, capacity, clock);
            beginManifest();
        } catch (IOException | RuntimeException | Error e) {
            lockFile.close();
            throw e;
        }
        appender.replay().start();
        upkeep.start();
    }

    /// A full disk must not keep what is on it from being read: the next change tries again.
    private void beginManifest() {
        try {
            manifest.begin();
        } catch (IOException e) {
            LOG.error("the manifest cannot be written yet: {}", e.toString());
        }
    }

    private void afterSeal(List<HeadPart> parts) {
        headRoom.free(parts.stream().mapToLong(HeadPart::memory).sum());
        parts.forEach(HeadPart::retire);
        headRoom.wake();
        upkeep.wake();
    }

    /// Takes a batch and returns when it is on disk and visible to scans; it may be filled again then, unless it says
    /// that it is kept. Throws `OVERLOADED` when there is no room or
    /// the disk refuses; then nothing is acknowledged and the same batch may be sent again.
    public void append(Tenant tenant, PushBatch batch) throws InterruptedException {
        appender.append(tenant, batch);
    }

    /// True when a batch of this name is stored, for an hour after it was.
    public boolean holds(Tenant tenant, String batchName) {
        return appender.holds(tenant, batchName);
    }

    /// Seals everything in memory into blocks.
    public void flush() throws InterruptedException {
        upkeep.flush();
    }

    /// Removes what is past its time and what the disk has no room for, now. When this returns, nothing goes any more
    /// by a rule from before the call.
    public void sweep() throws IOException {
        upkeep.sweep();
    }

    /// Merges blocks as far as it goes, now.
    public void compact() throws IOException {
        upkeep.compact();
    }

    /// From now on entries go when `rule` says so, and the oldest blocks when all of them are more than `maxBytes`.
    public void retain(RetentionRule rule, long maxBytes) {
        upkeep.retain(rule, maxBytes);
    }

    /// Carries out the deletions that are due, to the last byte in blocks and log, now. What is written meanwhile goes
    /// into a new segment of the log and does not keep the old ones.
    public void erase() throws IOException, InterruptedException {
        upkeep.erase();
    }

    /// Makes entries invisible at once, durably; their bytes go after `delay`. Entries that arrive later stay.
    public Deletion delete(
            Tenant tenant, List<LabelMatcher> matchers, TimeRange range, List<LinePredicate> lines, Duration delay) {
        TenantStore store = appender.tenant(tenant);
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
                            appender.log().nextSeq(),
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
        upkeep.wake();
        return Objects.requireNonNull(made.get());
    }

    /// Deletions whose bytes are not all gone, oldest first.
    public List<Deletion> deletions(Tenant tenant) {
        TenantStore store = tenants.get(tenant);
        return store == null ? List.of() : store.deletions();
    }

    /// From now on `told` learns of each deletion whose bytes are gone, before the store forgets it; when it throws,
    /// that is done again.
    public void beforeForgetting(Consumer<Deletion> told) {
        upkeep.beforeForgetting(told);
    }

    /// Withdraws a deletion; its entries are visible again, each once. False when its bytes are gone or it never was.
    public boolean cancelDeletion(Tenant tenant, String id) {
        TenantStore store = tenants.get(tenant);
        try {
            return store != null && upkeep.withdraw(store, id);
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OVERLOADED, "the change cannot be written down: " + e, e);
        }
    }

    /// What arrives for the matching streams from now on.
    public Tail tail(Tenant tenant, List<LabelMatcher> matchers) {
        return tailSource.tail(tenant, matchers, appender.applied());
    }

    /// The same, and what has arrived behind place `after` in the log; empty when the log does not reach back so far.
    public Optional<Tail> tailBehind(Tenant tenant, List<LabelMatcher> matchers, long after) {
        return tailSource.tailBehind(tenant, matchers, after);
    }

    /// A random number that no other store has; places in the log mean something in the same store only.
    public long identity() {
        return identity;
    }

    /// The place in the log up to which entries are visible.
    public long position() {
        return appender.applied();
    }

    @Override
    public List<ScanUnit> scan(ScanRequest request) {
        return reader.scan(request);
    }

    @Override
    public NavigableSet<String> labelNames(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        return reader.labelNames(tenant, range, matchers);
    }

    @Override
    public NavigableSet<String> labelValues(Tenant tenant, String name, TimeRange range, List<LabelMatcher> matchers) {
        return reader.labelValues(tenant, name, range, matchers);
    }

    @Override
    public List<Labels> series(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        return reader.series(tenant, range, matchers);
    }

    @Override
    public List<StreamStats> stats(Tenant tenant, TimeRange range, List<LabelMatcher> matchers) {
        return reader.stats(tenant, range, matchers);
    }

    @Override
    public List<String> missing(Tenant tenant, TimeRange range) {
        return reader.missing(tenant, range);
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
        return upkeep.last();
    }

    public TenantCounters counters(Tenant tenant) {
        var store = tenants.get(tenant);
        return store == null ? new TenantCounters(0, 0, 0, 0, 0) : store.counters();
    }

    public UpkeepCounters upkeepCounters() {
        return upkeep.counters();
    }

    /// What was found in the write-ahead log at the start.
    public Recovered recovered() {
        return appender.replay().recovered();
    }

    /// Bytes of lines and metadata at which a part of the head becomes a row group.
    public long partBytes() {
        return capacity.partBytes();
    }

    /// Streams that open tails look at.
    public long tailedStreams() {
        return tails.streams(tenant -> tenants.get(tenant));
    }

    /// Tells `watcher` of every part of the head that becomes a row group, on the thread that wrote it.
    public void whenSealed(Consumer<Sealed> watcher) {
        sealer.watchedBy(watcher);
    }

    /// What could not be read since the start: queries over it are not complete.
    public Damages damages() {
        return damages;
    }

    public StorageCounters counters() {
        var wal = appender.log();
        long headRows = 0;
        long sealingParts = 0;
        long parts = 0;
        long openedParts = 0;
        long blocks = 0;
        long blockBytes = 0;
        long blockRows = 0;
        long streams = 0;
        long pendingDeletions = 0;
        for (var tenant : tenants.values()) {
            var tenantParts = tenant.parts();
            streams += tenant.streams().size();
            pendingDeletions += tenant.deletions().size();
            sealingParts += tenantParts.size() - tenant.growing().size();
            parts += tenantParts.size();
            openedParts += tenant.opened();
            for (var part : tenantParts) {
                headRows += part.rows();
            }
            for (var block : tenant.blocks()) {
                blocks++;
                blockBytes += block.size();
                for (var group : block.groups()) {
                    blockRows += group.rows();
                }
            }
        }
        return new StorageCounters(
                appender.lines(),
                appender.bytes(),
                appender.duplicates(),
                appender.rejects(),
                wal.syncs(),
                wal.writtenBytes(),
                wal.failures(),
                wal.diskBytes(),
                wal.queued(),
                appender.replay().found().records(),
                appender.replay().found().tornBytes(),
                streams,
                headRows,
                headRoom.used(),
                spare.bytes(),
                sealingParts,
                parts,
                openedParts,
                appender.records(),
                blocks,
                blockBytes,
                blockRows,
                sealer.sealedGroups(),
                sealer.failures(),
                sealer.failuresInARow(),
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
        appender.stop();
        upkeep.close();
        appender.log().close();
        sealer.close();
        try {
            manifest.close();
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
