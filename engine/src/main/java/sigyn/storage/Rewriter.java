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
import sigyn.storage.retention.Deletion;
import sigyn.storage.wal.Wal;

/// Writes blocks anew: several as one, or one without some of its rows. Full row groups are copied byte for byte; small
/// ones of a cluster are merged. The old files stay readable until the manifest says that the new one counts, and scans
/// that began before go on reading them after that. One thread at a time.
final class Rewriter {
    private static final Logger LOG = LoggerFactory.getLogger(Rewriter.class);

    private final Path blocks;
    private final Manifest manifest;
    private final Clock clock;
    private final long groupBytes;
    private final Encoders encoders;
    private final LongAdder rewrites = new LongAdder();

    Rewriter(Path blocks, Manifest manifest, Clock clock, Encoders encoders, long groupBytes) {
        this.blocks = blocks;
        this.manifest = manifest;
        this.clock = clock;
        this.encoders = encoders;
        this.groupBytes = groupBytes;
    }

    /// Says what becomes of a row group.
    interface Plan {
        Fate fate(StoredRowGroup group);

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
        FILTER,
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

    /// Replaces blocks by one without the rows that `plan` lets go. Returns false when a damaged row group stood in the
    /// way: then nothing has changed.
    boolean rewrite(TenantStore tenant, List<Block> inputs, int level, Plan plan) throws IOException {
        Path directory = blocks.resolve(tenant.tenant().id());
        long number = manifest.newBlockNumber();
        Block output = null;
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
                Path file = writer.commit(nowNanos(), level, numbers);
                Wal.syncDirectory(directory);
                output = Block.open(
                        file,
                        tenant.tenant().id(),
                        labels -> tenant.streams().intern(labels).id());
            }
        } catch (CorruptBlockException e) {
            LOG.warn("not rewritten: {}", e.getMessage());
            return false;
        }
        manifest.commit(Manifest.Change.blocks(
                tenant.tenant(),
                output == null ? List.of() : List.of(number),
                inputs.stream().map(Block::number).toList(),
                Map.of()));
        tenant.replace(inputs, output);
        for (var block : inputs) {
            Files.deleteIfExists(block.path());
        }
        rewrites.increment();
        return true;
    }

    private void write(
            TenantStore tenant, List<StoredRowGroup> groups, Plan plan, BlockWriter writer, List<Block> inputs)
            throws IOException {
        Piece open = null;
        for (var group : groups) {
            Fate fate = plan.fate(group);
            if (fate == Fate.DROP) {
                continue;
            }
            boolean small = group.rawBytes() < groupBytes / 2;
            if (open != null && (!small || !joins(tenant, open, group, inputs))) {
                write(open, writer);
                open = null;
            }
            if (fate == Fate.KEEP && !small) {
                writer.copy(group);
                continue;
            }
            Rows rows = group.toRows();
            if (fate == Fate.FILTER) {
                rows = filter(group, rows, plan);
            }
            if (open == null) {
                open = new Piece(new ArrayList<>(), new ArrayList<>());
            }
            open.groups().add(group);
            open.rows().add(rows);
            if (!small || open.bytes() >= groupBytes) {
                write(open, writer);
                open = null;
            }
        }
        if (open != null) {
            write(open, writer);
        }
    }

    /// Groups may become one when no row of a third one arrived between theirs, and no pending deletion stands between.
    private static boolean joins(TenantStore tenant, Piece open, StoredRowGroup group, List<Block> inputs) {
        var view = tenant.view();
        for (Deletion deletion : view.deletions()) {
            if (open.lastSeq() < deletion.seq() && group.firstSeq() >= deletion.seq()) {
                return false;
            }
        }
        for (var block : view.blocks()) {
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

    private void write(Piece piece, BlockWriter writer) throws IOException {
        if (piece.groups().size() == 1
                && piece.rows().getFirst().count() == piece.groups().getFirst().rows()) {
            writer.copy(piece.groups().getFirst());
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
