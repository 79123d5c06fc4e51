package sigyn.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import sigyn.codec.BufferPool;
import sigyn.codec.ByteSink;
import sigyn.codec.DamagedException;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.storage.head.Closing;
import sigyn.storage.head.HeadPart;
import sigyn.storage.head.SpareMemory;
import sigyn.storage.index.Stream;
import sigyn.storage.port.PushBatch;
import sigyn.storage.wal.Wal;
import sigyn.storage.wal.WalEntry;
import sigyn.storage.wal.WalRecord;

/// The way of a batch: into the write-ahead log, and once it is on disk into the head. What the log held at the start
/// goes the second half of the same way.
final class Appender {
    private static final long QUEUE_WAIT_SECONDS = 5;
    private static final long ROOM_WAIT_SECONDS = 10;
    private static final int KILOBYTE = 1024;
    private static final long KEPT_LOG_BYTES = 1 << 20;

    /// What the log hands on when a batch is durable.
    record Write(TenantStore tenant, PushBatch batch, Stream[] streams, ReadyPieces pieces) {}

    private final ConcurrentSkipListMap<Tenant, TenantStore> tenants;
    private final SpareMemory spare;
    private final Manifest manifest;
    private final Clock clock;
    private final Capacity capacity;
    private final Sealer sealer;
    private final HeadRoom headRoom;
    private final Tails tails;
    private final Damages damages;
    private final StoredBatches batches;
    private final Wal<Write> wal;
    private final LogReplay<Write> replay;
    private final Semaphore queueKilobytes;
    private final BufferPool buffers = new BufferPool();
    private final BufferPool smallBuffers = new BufferPool();
    private final LongAdder lines = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder rejects = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final ReentrantLock cutting = new ReentrantLock();
    /// Which clusters were in blocks up to which place in the log when the store was opened.
    private final Map<Tenant, Map<Long, Long>> sealedBefore;

    private volatile long applied;
    private volatile boolean closed;

    Appender(
            Path directory,
            Recovery recovery,
            Clock clock,
            Capacity capacity,
            Sealer sealer,
            HeadRoom headRoom,
            Tails tails)
            throws IOException {
        this.tenants = recovery.tenants();
        this.spare = recovery.spare();
        this.manifest = recovery.manifest();
        this.damages = recovery.damages();
        this.clock = clock;
        this.capacity = capacity;
        this.sealer = sealer;
        this.headRoom = headRoom;
        this.tails = tails;
        this.queueKilobytes = new Semaphore(Math.toIntExact(capacity.queueBytes() / KILOBYTE));
        this.batches = new StoredBatches(directory, clock, capacity.batchNames());
        this.wal = Wal.open(directory.resolve("wal"), capacity.segmentBytes(), manifest.lastSeq(), this::committed);
        this.applied = wal.synced();
        this.sealedBefore = manifest.sealedSeqs();
        this.replay = new LogReplay<>(wal, directory.resolve("quarantine"), this::ready, this::applyDeferred, damages);
    }

    Wal<Write> log() {
        return wal;
    }

    LogReplay<Write> replay() {
        return replay;
    }

    /// The place in the log up to which entries are visible.
    long applied() {
        return applied;
    }

    TenantStore tenant(Tenant tenant) {
        return tenants.computeIfAbsent(tenant, name -> new TenantStore(name, spare));
    }

    /// Reads a record of the log and does what needs no order; what is returned brings it into the head. A record that
    /// says nonsense under a right checksum must not keep the store from opening, again and again.
    private Runnable ready(WalRecord record) {
        try {
            long seq = record.seq();
            var decoded = BatchCodec.decode(record, (tenant, stream) -> !isSealed(tenant, Stream.cluster(stream), seq));
            var batch = decoded.batch();
            TenantStore tenant = tenant(decoded.tenant());
            int before = tenant.streams().size();
            var streams = tenant.intern(batch);
            int added = tenant.streams().size() - before;
            return () -> replayed(decoded, tenant, streams, seq, added);
        } catch (DamagedException e) {
            String wrong = "record " + record.seq() + " of the write-ahead log: " + e.getMessage();
            return () -> damages.addForAll(wrong);
        }
    }

    /// True when a cluster was sealed beyond a place in the log when the store was opened.
    private boolean isSealed(Tenant tenant, long cluster, long seq) {
        return sealedBefore.getOrDefault(tenant, Map.of()).getOrDefault(cluster, 0L) >= seq;
    }

    private void replayed(BatchCodec.Decoded decoded, TenantStore tenant, Stream[] streams, long seq, int newStreams) {
        var batch = decoded.batch();
        remember(decoded.tenant(), batch);
        long parts = tenant.opened();
        var lines = decoded.lines();
        var pieces = lines == null ? ReadyPieces.none() : ReadyPieces.of(lines, batch, streams);
        int added = apply(tenant, batch, streams, pieces, seq);
        duplicates.add(decoded.rows() - batch.rows());
        replay.recovered(added, batch.byteCount(), newStreams, tenant.opened() - parts);
        awaitReplayRoom();
    }

    /// Takes a batch and returns when it is on disk and visible to scans; it may be filled again then, unless it says
    /// that it is kept. Throws `OVERLOADED` when there is no room or
    /// the disk refuses; then nothing is acknowledged and the same batch may be sent again.
    void append(Tenant tenant, PushBatch batch) throws InterruptedException {
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
    boolean holds(Tenant tenant, String batchName) {
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
            var streams = store.intern(batch);
            var packed = new ByteSink(buffers.take());
            var lines = LinePieces.pack(batch, streams, packed);
            var payload = new ByteSink(smallBuffers.take());
            int head = BatchCodec.encode(tenant, batch, lines, payload);
            var pieces = ReadyPieces.of(lines, batch, streams);
            var entry = WalEntry.of(payload, head, packed, new Write(store, batch, streams, pieces));
            wal.submit(entry);
            Throwable failure = entry.await();
            smallBuffers.give(payload.array());
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
        replay.waits(true);
        try {
            headRoom.await(Long.MAX_VALUE / 1_000_000_000L, () -> closed || sealer.failures() > 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            replay.waits(false);
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
            lines.add(write.batch().rows());
            bytes.add(write.batch().byteCount());
            tails.offer(entry.seq(), write.tenant().tenant(), write.batch());
        }
        records.add(group.size());
        applied = group.getLast().seq();
        group.forEach(WalEntry::complete);
    }

    private void applyCommitted(WalEntry<Write> entry) {
        applyCommitted(entry, entry.task().pieces());
    }

    /// The buffer that the compressed lines were in belongs to others by now.
    private void applyDeferred(WalEntry<Write> entry) {
        applyCommitted(entry, ReadyPieces.none());
    }

    private void applyCommitted(WalEntry<Write> entry, ReadyPieces pieces) {
        var write = entry.task();
        remember(write.tenant().tenant(), write.batch());
        apply(write.tenant(), write.batch(), write.streams(), pieces, entry.seq());
    }

    /// Returns how many rows were new.
    private int apply(TenantStore tenant, PushBatch batch, Stream[] streams, ReadyPieces pieces, long seq) {
        var applied = tenant.apply(
                batch,
                streams,
                pieces,
                seq,
                cluster -> manifest.sealedSeq(tenant.tenant(), cluster),
                clock.millis(),
                capacity.partBytes());
        duplicates.add(batch.rows() - applied.added());
        long excess = headRoom.take(applied.memory());
        if (!applied.full().isEmpty()) {
            sealer.submit(tenant, applied.full());
        }
        if (excess > 0) {
            sealLargest(excess);
        }
        return applied.added();
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
            if (owned.tenant().rotate(owned.part(), Closing.FULL)) {
                underway += owned.part().memory();
                sealer.submit(owned.tenant(), List.of(owned.part()));
            }
        }
    }

    /// Removes segments of the log that hold nothing from `lowWater` on; when this returns, nobody else is about to.
    void cutLog(long lowWater) throws IOException {
        cutting.lock();
        try {
            if (wal.hasObsolete(lowWater)) {
                batches.sync();
                wal.truncate(lowWater);
            }
        } finally {
            cutting.unlock();
        }
    }

    /// The same, and leaves little more of the log than tails resume from when it holds nothing from `lowWater` on.
    void shortenLog(long lowWater) throws IOException, InterruptedException {
        cutLog(lowWater);
        wal.releaseSpares();
        wal.shorten(lowWater, KEPT_LOG_BYTES);
        cutLog(lowWater);
        wal.releaseSpares();
    }

    long lines() {
        return lines.sum();
    }

    /// Batches written to the log.
    long records() {
        return records.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    long duplicates() {
        return duplicates.sum();
    }

    long rejects() {
        return rejects.sum();
    }

    /// Ends what waits for room, and the replay where it is.
    void stop() {
        closed = true;
        headRoom.wake();
        replay.stop();
    }
}
