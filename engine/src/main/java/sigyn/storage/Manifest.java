package sigyn.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.Bytes;
import sigyn.codec.DamagedException;
import sigyn.model.Tenant;
import sigyn.storage.retention.Deletion;
import sigyn.storage.wal.Wal;

/// Which block files count, and up to where in the log each cluster of streams is in them. A log of changes,
/// `manifest-<number, 16 hex digits>`; a change counts once it is synced. Every start, and every few megabytes, begins
/// a new file with a snapshot.
///
/// ```
/// header, 32 bytes
///      0     8  magic    "SIGYNMAN"
///      8     2  version  LE u16  1
///     10    14  zero
///     24     4  zero
///     28     4  crc32c   LE u32  of bytes 0..28
/// records: length LE u32, crc32c of the payload LE u32, payload
/// payload: kind u8 (1 snapshot, 2 change), nextBlock i64, lastSeq i64,
///          tenants varint; per tenant: name text,
///            added blocks varint, then their numbers i64; removed blocks varint, then their numbers i64;
///            seals varint, then pairs of cluster i64 and seq i64;
///            new deletions varint, then each as Deletion says; finished deletions varint, then their ids
/// ```
/// A torn record at the end is a change that never happened. Damage before the end means that the file cannot be
/// believed: then the blocks' own footers tell which of them count ([#rebuildNeeded]), and what the readable records
/// say of deletions and seals still holds.
final class Manifest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Manifest.class);
    private static final long MAGIC = Bytes.i64("SIGYNMAN".getBytes(StandardCharsets.ISO_8859_1), 0);
    private static final int VERSION = 1;
    private static final int HEADER_SIZE = 32;
    private static final int SNAPSHOT = 1;
    private static final int CHANGE = 2;
    private static final long ROLL_BYTES = 4 << 20;

    /// What the manifest says of one tenant.
    static final class TenantState {
        final TreeSet<Long> blocks = new TreeSet<>();
        final Map<Long, Long> sealedSeq = new HashMap<>();
        final Map<String, Deletion> deletions = new LinkedHashMap<>();
    }

    /// One step: all of it counts or nothing.
    record Change(
            Tenant tenant,
            List<Long> added,
            List<Long> removed,
            Map<Long, Long> sealedSeq,
            List<Deletion> deletions,
            List<String> finishedDeletions) {
        Change {
            added = List.copyOf(added);
            removed = List.copyOf(removed);
            sealedSeq = Map.copyOf(sealedSeq);
            deletions = List.copyOf(deletions);
            finishedDeletions = List.copyOf(finishedDeletions);
        }

        static Change blocks(Tenant tenant, List<Long> added, List<Long> removed, Map<Long, Long> sealedSeq) {
            return new Change(tenant, added, removed, sealedSeq, List.of(), List.of());
        }
    }

    private final Path directory;
    /// Guarded by this, as is everything below.
    private final TreeMap<Tenant, TenantState> tenants = new TreeMap<>();

    private long nextBlock = 1;
    private long lastSeq;
    private long fileNumber;
    private long fileBytes;
    private @Nullable FileChannel channel;
    private boolean rebuildNeeded;
    private String problem = "";

    private Manifest(Path directory) {
        this.directory = directory;
    }

    /// Reads the newest manifest of a directory; writing begins with [#begin].
    static Manifest read(Path directory) throws IOException {
        var manifest = new Manifest(directory);
        manifest.readNewest();
        return manifest;
    }

    /// Reads one file as far as it goes, for people; [#problem] says what is wrong with it.
    static Manifest readFile(Path file) throws IOException {
        var manifest = new Manifest(file);
        try {
            manifest.load(Files.readAllBytes(file));
        } catch (DamagedException e) {
            manifest.problem = e.getMessage() + "";
        }
        return manifest;
    }

    synchronized String problem() {
        return problem;
    }

    synchronized long nextBlockNumber() {
        return nextBlock;
    }

    private static Path path(Path directory, long number) {
        return directory.resolve("manifest-%016x".formatted(number));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().matches("manifest-[0-9a-f]{16}"))
                    .sorted(Comparator.comparing(Path::toString).reversed())
                    .toList();
        }
    }

    private synchronized void readNewest() throws IOException {
        List<Path> files = files(directory);
        if (files.isEmpty()) {
            rebuildNeeded = true;
            return;
        }
        Path newest = files.getFirst();
        fileNumber = Long.parseUnsignedLong(newest.getFileName().toString(), 9, 25, 16);
        byte[] bytes = Files.readAllBytes(newest);
        try {
            load(bytes);
        } catch (DamagedException e) {
            LOG.error("manifest {}: {}; the blocks' footers are read instead", newest, e.getMessage());
            tenants.values().forEach(state -> state.blocks.clear());
            rebuildNeeded = true;
            setAside(newest);
        }
    }

    private void setAside(Path file) {
        try {
            Path quarantine = directory.resolve("quarantine");
            Files.createDirectories(quarantine);
            Files.copy(file, quarantine.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.error("{} cannot be copied to quarantine: {}", file, e.toString());
        }
    }

    private synchronized void load(byte[] bytes) {
        if (bytes.length < HEADER_SIZE || Bytes.i64(bytes, 0) != MAGIC) {
            throw new DamagedException("no manifest header");
        }
        if (Bytes.i32(bytes, 28) != Bytes.crc32c(bytes, 0, 28)) {
            throw new DamagedException("header checksum is wrong");
        }
        if (Bytes.u16(bytes, 8) != VERSION) {
            throw new DamagedException("version " + Bytes.u16(bytes, 8) + ", this program knows " + VERSION);
        }
        int records = 0;
        int damagedAt = -1;
        boolean behind = false;
        for (int at = HEADER_SIZE; bytes.length - at >= 8; ) {
            int length = Bytes.i32(bytes, at);
            boolean whole = length > (damagedAt < 0 ? -1 : 16)
                    && length <= bytes.length - at - 8
                    && Bytes.crc32c(bytes, at + 8, length) == Bytes.i32(bytes, at + 4);
            if (whole) {
                apply(new ByteSource(bytes, at + 8, length));
                records++;
                behind |= damagedAt >= 0;
                at += 8 + length;
            } else {
                damagedAt = damagedAt < 0 ? at : damagedAt;
                at++;
            }
        }
        if (records == 0) {
            throw new DamagedException("no snapshot");
        }
        if (behind) {
            throw new DamagedException("damaged at byte " + damagedAt + " with records behind it");
        }
    }

    private void apply(ByteSource source) {
        int kind = source.u8();
        if (kind != SNAPSHOT && kind != CHANGE) {
            throw new DamagedException("a record of kind " + kind);
        }
        if (kind == SNAPSHOT) {
            tenants.clear();
        }
        nextBlock = Math.max(nextBlock, source.i64());
        lastSeq = Math.max(lastSeq, source.i64());
        for (int n = source.count(source.remaining()); n > 0; n--) {
            var tenant = new Tenant(source.text());
            var state = tenants.computeIfAbsent(tenant, _ -> new TenantState());
            for (int i = source.count(source.remaining()); i > 0; i--) {
                state.blocks.add(source.i64());
            }
            for (int i = source.count(source.remaining()); i > 0; i--) {
                state.blocks.remove(source.i64());
            }
            for (int i = source.count(source.remaining()); i > 0; i--) {
                long cluster = source.i64();
                state.sealedSeq.merge(cluster, source.i64(), Math::max);
            }
            for (int i = source.count(source.remaining()); i > 0; i--) {
                var deletion = Deletion.read(tenant, source);
                state.deletions.put(deletion.id(), deletion);
            }
            for (int i = source.count(source.remaining()); i > 0; i--) {
                state.deletions.remove(source.text());
            }
        }
        source.expectEnd();
    }

    /// True when there was no manifest that can be believed: the caller tells the state with [#adopt].
    synchronized boolean rebuildNeeded() {
        return rebuildNeeded;
    }

    synchronized void adopt(Tenant tenant, List<Long> blocks, Map<Long, Long> sealedSeq) {
        var state = tenants.computeIfAbsent(tenant, _ -> new TenantState());
        state.blocks.addAll(blocks);
        for (long block : blocks) {
            nextBlock = Math.max(nextBlock, block + 1);
        }
        sealedSeq.forEach((cluster, seq) -> {
            state.sealedSeq.merge(cluster, seq, Math::max);
            lastSeq = Math.max(lastSeq, seq);
        });
    }

    synchronized Map<Tenant, TenantState> tenants() {
        return Map.copyOf(tenants);
    }

    synchronized long lastSeq() {
        return lastSeq;
    }

    /// A number that no block file has had.
    synchronized long newBlockNumber() {
        return nextBlock++;
    }

    /// A copy of where each cluster is sealed up to.
    synchronized Map<Tenant, Map<Long, Long>> sealedSeqs() {
        var copy = new HashMap<Tenant, Map<Long, Long>>();
        tenants.forEach((tenant, state) -> copy.put(tenant, Map.copyOf(state.sealedSeq)));
        return copy;
    }

    /// Up to where a cluster is in blocks.
    synchronized long sealedSeq(Tenant tenant, long cluster) {
        var state = tenants.get(tenant);
        return state == null ? 0 : state.sealedSeq.getOrDefault(cluster, 0L);
    }

    /// Begins a new file with a snapshot of the state. The one before gets no change any more once the new one may be
    /// found beside it: when the directory cannot be synced either of them may be read at the next start.
    synchronized void begin() throws IOException {
        var sink = new ByteSink();
        payload(
                sink,
                SNAPSHOT,
                tenants.entrySet().stream()
                        .map(e -> new Change(
                                e.getKey(),
                                List.copyOf(e.getValue().blocks),
                                List.of(),
                                e.getValue().sealedSeq,
                                List.copyOf(e.getValue().deletions.values()),
                                List.of()))
                        .toList());
        long number = fileNumber + 1;
        Path target = path(directory, number);
        Path temporary = directory.resolve(target.getFileName() + ".tmp");
        byte[] header = new byte[HEADER_SIZE];
        Bytes.putI64(header, 0, MAGIC);
        Bytes.putU16(header, 8, VERSION);
        Bytes.putI32(header, 28, Bytes.crc32c(header, 0, 28));
        var fresh = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try {
            write(fresh, header, header.length);
            write(fresh, sink.array(), sink.size());
            fresh.force(true);
            close();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            Wal.syncDirectory(directory);
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        channel = fresh;
        fileNumber = number;
        fileBytes = (long) header.length + sink.size();
        rebuildNeeded = false;
        for (Path old : files(directory)) {
            if (!old.equals(target)) {
                Files.deleteIfExists(old);
            }
        }
    }

    /// Makes a change durable, then part of the state. When this throws, nothing has changed, and the next change
    /// begins a new file.
    synchronized void commit(Change change) throws IOException {
        for (long seq : change.sealedSeq().values()) {
            lastSeq = Math.max(lastSeq, seq);
        }
        for (var deletion : change.deletions()) {
            lastSeq = Math.max(lastSeq, deletion.seq() - 1);
        }
        var file = channel;
        if (file == null || fileBytes > ROLL_BYTES) {
            begin();
            file = channel;
        }
        if (file == null) {
            throw new AssertionError("a manifest without a file");
        }
        var sink = new ByteSink();
        payload(sink, CHANGE, List.of(change));
        try {
            write(file, sink.array(), sink.size());
            file.force(false);
        } catch (IOException e) {
            close();
            throw e;
        }
        fileBytes += sink.size();
        var state = tenants.computeIfAbsent(change.tenant(), _ -> new TenantState());
        state.blocks.addAll(change.added());
        change.removed().forEach(state.blocks::remove);
        change.sealedSeq().forEach((cluster, seq) -> state.sealedSeq.merge(cluster, seq, Math::max));
        change.deletions().forEach(deletion -> state.deletions.put(deletion.id(), deletion));
        change.finishedDeletions().forEach(state.deletions::remove);
    }

    private void payload(ByteSink sink, int kind, List<Change> changes) {
        sink.i64(0);
        sink.u8(kind);
        sink.i64(nextBlock);
        sink.i64(lastSeq);
        sink.varint(changes.size());
        for (var change : changes) {
            sink.text(change.tenant().id());
            sink.varint(change.added().size());
            change.added().forEach(sink::i64);
            sink.varint(change.removed().size());
            change.removed().forEach(sink::i64);
            sink.varint(change.sealedSeq().size());
            change.sealedSeq().forEach((cluster, seq) -> {
                sink.i64(cluster);
                sink.i64(seq);
            });
            sink.varint(change.deletions().size());
            change.deletions().forEach(deletion -> deletion.write(sink));
            sink.varint(change.finishedDeletions().size());
            change.finishedDeletions().forEach(sink::text);
        }
        int length = sink.size() - 8;
        Bytes.putI32(sink.array(), 0, length);
        Bytes.putI32(sink.array(), 4, Bytes.crc32c(sink.array(), 8, length));
    }

    private static void write(FileChannel file, byte[] bytes, int length) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        var file = channel;
        channel = null;
        if (file != null) {
            file.close();
        }
    }
}
