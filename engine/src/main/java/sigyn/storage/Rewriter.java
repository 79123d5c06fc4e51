package sigyn.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.storage.block.Block;
import sigyn.storage.block.BlockWriter;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.block.Encoders;
import sigyn.storage.block.Rows;
import sigyn.storage.block.StoredRowGroup;
import sigyn.storage.head.HeadPart;
import sigyn.storage.retention.Deletion;
import sigyn.storage.wal.Wal;

/// Writes blocks anew: several as one, or one without some of its rows. Full row groups are copied byte for byte; small
/// ones of a cluster are merged. The old files stay readable until the manifest says durably that the new one counts;
/// then they are unlinked, and scans that began before go on reading what they have mapped. One thread at a time.
///
/// A row group that turns out to be damaged is kept as it is, damaged; where it must not stay it is set aside, as a
/// block of its own in `quarantine/<tenant>/`.
final class Rewriter {
    private static final Logger LOG = LoggerFactory.getLogger(Rewriter.class);

    private final Path blocks;
    private final Path quarantine;
    private final Damages damages;
    private final Manifest manifest;
    private final Clock clock;
    private final long groupBytes;
    private final Encoders encoders;
    private final LongAdder rewrites = new LongAdder();

    Rewriter(Path directory, Recovery recovery, Clock clock, Encoders encoders, long groupBytes) {
        this.blocks = directory.resolve("blocks");
        this.quarantine = directory.resolve("quarantine");
        this.damages = recovery.damages();
        this.manifest = recovery.manifest();
        this.clock = clock;
        this.encoders = encoders;
        this.groupBytes = groupBytes;
    }

    /// Says what becomes of a row group; asked again when it turns out to be damaged.
    interface Plan {
        Fate fate(StoredRowGroup group);

        /// Entries that go although they may be sent, and left out, again at this moment; then nothing is changed.
        default HeadPart.Span lost() {
            return (_, _, _) -> false;
        }

        /// For [Fate#FILTER]: false for rows that go.
        boolean keeps(StoredRowGroup group, Rows rows, int row);

        /// Everything as it is.
        Plan KEEP_ALL = new Plan() {
            @Override
            public Fate fate(StoredRowGroup group) {
                return Fate.KEEP;
            }

            @Override
            public boolean keeps(StoredRowGroup group, Rows rows, int row) {
                return true;
            }
        };
    }

    enum Fate {
        KEEP,
        /// Without some rows; not for a damaged one.
        FILTER,
        /// Out of the store, into quarantine.
        ASIDE,
        DROP
    }

    /// Rows of one or more row groups of a cluster, on their way into one.
    private record Piece(List<StoredRowGroup> groups, List<Rows> rows) {
        long bytes() {
            long sum = 0;
            for (var part : rows) {
                sum += part.byteCount();
            }
            return sum;
        }

        long lastSeq() {
            return groups.getLast().lastSeq();
        }
    }

    /// Replaces blocks by one without the rows that `plan` lets go. Returns false when that must not be now: then
    /// nothing has changed.
    boolean rewrite(TenantStore tenant, List<Block> inputs, int level, Plan plan) throws IOException {
        long damaged = damaged(inputs);
        while (true) {
            try {
                return attempt(tenant, inputs, level, plan);
            } catch (CorruptBlockException e) {
                long now = damaged(inputs);
                if (now == damaged) {
                    throw e;
                }
                damaged = now;
            }
        }
    }

    private static long damaged(List<Block> blocks) {
        return blocks.stream()
                .flatMap(block -> block.groups().stream())
                .filter(StoredRowGroup::isDamaged)
                .count();
    }

    private boolean attempt(TenantStore tenant, List<Block> inputs, int level, Plan plan) throws IOException {
        Path directory = blocks.resolve(tenant.tenant().id());
        long number = manifest.newBlockNumber();
        Block output = null;
        setAside(tenant, inputs, plan);
        try (var writer = new BlockWriter(
                directory,
                number,
                tenant.tenant(),
                id -> tenant.streams().get(id).labels())) {
            var clusters = new TreeMap<Long, List<StoredRowGroup>>();
            for (var block : inputs) {
                for (var group : block.groups()) {
                    clusters.computeIfAbsent(group.cluster(), _ -> new ArrayList<>())
                            .add(group);
                }
            }
            for (var groups : clusters.values()) {
                groups.sort(Comparator.comparingLong(StoredRowGroup::firstSeq));
                write(tenant, groups, plan, writer, inputs);
            }
            if (writer.groups() > 0) {
                var numbers = new ArrayList<Long>();
                for (var block : inputs) {
                    numbers.add(block.number());
                    numbers.addAll(block.replaces());
                }
                writer.commit(nowNanos(), level, numbers);
                Wal.syncDirectory(directory);
                output = writer.open();
            }
        }
        var change = Manifest.Change.blocks(
                tenant.tenant(),
                output == null ? List.of() : List.of(number),
                inputs.stream().map(Block::number).toList(),
                Map.of());
        if (!tenant.replace(inputs, output, plan.lost(), () -> manifest.commit(change))) {
            if (output != null) {
                Files.deleteIfExists(output.path());
            }
            return false;
        }
        for (var block : inputs) {
            Files.deleteIfExists(block.path());
        }
        rewrites.increment();
        return true;
    }

    private void setAside(TenantStore tenant, List<Block> inputs, Plan plan) throws IOException {
        var aside = inputs.stream()
                .flatMap(block -> block.groups().stream())
                .filter(group -> plan.fate(group) == Fate.ASIDE)
                .toList();
        if (aside.isEmpty()) {
            return;
        }
        Path directory =
                Files.createDirectories(quarantine.resolve(tenant.tenant().id()));
        try (var writer = new BlockWriter(
                directory,
                inputs.getFirst().number(),
                tenant.tenant(),
                id -> tenant.streams().get(id).labels())) {
            for (var group : aside) {
                writer.copyDamaged(group);
            }
            Path file = writer.commit(nowNanos(), 0, List.of());
            Wal.syncDirectory(directory);
            LOG.warn("damaged row groups of {} are set aside in {}", inputs, file);
        }
    }

    private Rows rows(TenantStore tenant, StoredRowGroup group) {
        try {
            return group.toRows();
        } catch (CorruptBlockException e) {
            throw noted(tenant, group, e);
        }
    }

    private CorruptBlockException noted(TenantStore tenant, StoredRowGroup group, CorruptBlockException e) {
        group.markDamaged();
        damages.add(tenant.tenant(), group.file(), group.minTime(), group.maxTime(), String.valueOf(e.getMessage()));
        return e;
    }

    private void write(
            TenantStore tenant, List<StoredRowGroup> groups, Plan plan, BlockWriter writer, List<Block> inputs)
            throws IOException {
        Piece open = null;
        for (var group : groups) {
            Fate fate = plan.fate(group);
            if (fate == Fate.DROP || fate == Fate.ASIDE) {
                continue;
            }
            boolean small = group.rawBytes() < groupBytes / 2 && !group.isDamaged();
            if (open != null && (!small || !joins(tenant, open, group, inputs))) {
                write(tenant, open, writer);
                open = null;
            }
            if (group.isDamaged()) {
                writer.copyDamaged(group);
                continue;
            }
            if (fate == Fate.KEEP && !small) {
                copy(tenant, group, writer);
                continue;
            }
            Rows rows = rows(tenant, group);
            if (fate == Fate.FILTER) {
                rows = filter(group, rows, plan);
            }
            if (open == null) {
                open = new Piece(new ArrayList<>(), new ArrayList<>());
            }
            open.groups().add(group);
            open.rows().add(rows);
            if (!small || open.bytes() >= groupBytes) {
                write(tenant, open, writer);
                open = null;
            }
        }
        if (open != null) {
            write(tenant, open, writer);
        }
    }

    private void copy(TenantStore tenant, StoredRowGroup group, BlockWriter writer) throws IOException {
        try {
            writer.copy(group);
        } catch (CorruptBlockException e) {
            throw noted(tenant, group, e);
        }
    }

    /// Groups may become one when no row of a third one arrived between theirs, and no pending deletion stands between.
    private static boolean joins(TenantStore tenant, Piece open, StoredRowGroup group, List<Block> inputs) {
        for (Deletion deletion : tenant.deletions()) {
            if (open.lastSeq() < deletion.seq() && group.firstSeq() >= deletion.seq()) {
                return false;
            }
        }
        for (var block : tenant.blocks()) {
            if (inputs.contains(block)) {
                continue;
            }
            for (var other : block.groups()) {
                if (other.cluster() == group.cluster()
                        && other.firstSeq() > open.lastSeq()
                        && other.lastSeq() < group.firstSeq()) {
                    return false;
                }
            }
        }
        return true;
    }

    private void write(TenantStore tenant, Piece piece, BlockWriter writer) throws IOException {
        if (piece.groups().size() == 1
                && piece.rows().getFirst().count() == piece.groups().getFirst().rows()) {
            copy(tenant, piece.groups().getFirst(), writer);
            return;
        }
        var merged = Rows.merge(piece.rows());
        if (merged.count() > 0) {
            var first = piece.groups().getFirst();
            writer.add(encoders, merged, first.cluster(), first.firstSeq(), piece.lastSeq());
        }
    }

    private static Rows filter(StoredRowGroup group, Rows rows, Plan plan) {
        var kept = new Rows(rows.count(), rows.byteCount());
        for (int row = 0; row < rows.count(); row++) {
            if (plan.keeps(group, rows, row)) {
                kept.add(rows, row);
            }
        }
        return kept;
    }

    private long nowNanos() {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    long rewrites() {
        return rewrites.sum();
    }
}
