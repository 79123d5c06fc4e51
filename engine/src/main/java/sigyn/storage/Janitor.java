package sigyn.storage;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import sigyn.model.Tenant;
import sigyn.storage.block.Block;
import sigyn.storage.block.Rows;
import sigyn.storage.block.StoredRowGroup;
import sigyn.storage.compact.CompactionPolicy;
import sigyn.storage.head.HeadPart;
import sigyn.storage.retention.Deletion;
import sigyn.storage.retention.RetentionRule;

/// Works off what is due on sealed blocks: deletions, retention, the disk's limit, compaction. One at a time.
final class Janitor {
    private static final double DEAD_SHARE = 0.3;

    private final Rewriter rewriter;
    private final Manifest manifest;
    private final Clock clock;
    private final LongAdder untouched = new LongAdder();
    private final LongAdder rewritten = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    Janitor(Rewriter rewriter, Manifest manifest, Clock clock) {
        this.rewriter = rewriter;
        this.manifest = manifest;
        this.clock = clock;
    }

    private long nowNanos() {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /// Removes the bytes of what is due for deletion from blocks. A deletion whose entries are partly still in the head
    /// waits. True when one was finished: the log may still have its entries, in segments that can go.
    synchronized boolean deleteDue(TenantStore tenant, Consumer<Deletion> beforeForgetting) throws IOException {
        boolean finished = false;
        for (var deletion : tenant.view().deletions()) {
            boolean inHead = tenant.view().parts().stream().anyMatch(p -> p.firstSeq() < deletion.seq());
            if (deletion.dueNanos() <= nowNanos() && !inHead) {
                boolean done = true;
                for (var block : tenant.view().blocks()) {
                    done &= delete(tenant, block, deletion);
                }
                if (done) {
                    beforeForgetting.accept(deletion);
                    manifest.commit(new Manifest.Change(
                            tenant.tenant(), List.of(), List.of(), Map.of(), List.of(), List.of(deletion.id())));
                    tenant.finish(deletion);
                    finished = true;
                }
            }
        }
        if (finished) {
            // The old file of the manifest says what was looked for.
            manifest.begin();
        }
        return finished;
    }

    private boolean delete(TenantStore tenant, Block block, Deletion deletion) throws IOException {
        var erasures = new HashMap<StoredRowGroup, Erasure>();
        for (var group : block.groups()) {
            var erasure =
                    Erasure.of(List.of(deletion), tenant.streams(), group.firstSeq(), group.minTime(), group.maxTime());
            if (!erasure.isNone() && !group.isDamaged() && mayErase(group, erasure)) {
                erasures.put(group, erasure);
            }
        }
        if (erasures.isEmpty()) {
            return true;
        }
        long[] erased = {0};
        boolean done = rewriter.rewrite(tenant, List.of(block), block.level(), new Rewriter.Plan() {
            @Override
            public Rewriter.Fate fate(StoredRowGroup group) {
                return erasures.containsKey(group) ? Rewriter.Fate.FILTER : Rewriter.Fate.KEEP;
            }

            @Override
            public boolean keeps(StoredRowGroup group, Rows rows, int row) {
                boolean erases = erasures.getOrDefault(group, Erasure.NONE)
                        .erases(
                                rows.stream(row),
                                rows.time(row),
                                rows.bytes(),
                                rows.lineStart(row),
                                rows.lineLength(row));
                erased[0] += erases ? 1 : 0;
                return !erases;
            }
        });
        tenant.erased(done ? erased[0] : 0);
        return done;
    }

    private static boolean mayErase(StoredRowGroup group, Erasure erasure) {
        for (int i = 0; i < group.streamCount(); i++) {
            if (erasure.concerns(group.stream(i))) {
                return true;
            }
        }
        return false;
    }

    /// Parts of the head whose batches have entries past their time. They must be in blocks before those are
    /// expired: an entry of a dropped block that is in the log once more would be back after a restart.
    List<HeadPart> expiring(TenantStore tenant, RetentionRule rule) {
        long now = nowNanos();
        var cutoffs = new HashMap<Integer, Long>();
        return tenant.view().parts().stream()
                .filter(part -> hasExpired(tenant, part, rule, now, cutoffs))
                .toList();
    }

    private static boolean hasExpired(
            TenantStore tenant, HeadPart part, RetentionRule rule, long now, Map<Integer, Long> cutoffs) {
        int rows = part.rows();
        for (int row = 0; row < rows; row++) {
            if (part.time(row) < cutoff(tenant, part.stream(row), rule, now, cutoffs)) {
                return true;
            }
        }
        for (var oldest : part.elsewhere().entrySet()) {
            if (oldest.getValue() < cutoff(tenant, oldest.getKey(), rule, now, cutoffs)) {
                return true;
            }
        }
        return false;
    }

    /// Drops row groups whose entries are all past their time, and rewrites those that are mostly so.
    synchronized void expire(TenantStore tenant, RetentionRule rule) throws IOException {
        long now = nowNanos();
        var cutoffs = new HashMap<Integer, Long>();
        for (var block : tenant.view().blocks()) {
            var fates = new HashMap<StoredRowGroup, Rewriter.Fate>();
            for (var group : block.groups()) {
                var fate = fate(tenant, group, rule, now, cutoffs);
                if (fate != Rewriter.Fate.KEEP) {
                    fates.put(group, fate);
                }
            }
            if (fates.isEmpty()) {
                untouched.increment();
                continue;
            }
            boolean whole = fates.size() == block.groups().size()
                    && fates.values().stream().allMatch(fate -> fate == Rewriter.Fate.DROP);
            boolean done = rewriter.rewrite(tenant, List.of(block), block.level(), new Rewriter.Plan() {
                @Override
                public Rewriter.Fate fate(StoredRowGroup group) {
                    return fates.getOrDefault(group, Rewriter.Fate.KEEP);
                }

                @Override
                public boolean keeps(StoredRowGroup group, Rows rows, int row) {
                    return rows.time(row) >= cutoff(tenant, rows.stream(row), rule, now, cutoffs);
                }
            });
            if (done) {
                (whole ? dropped : rewritten).increment();
            }
        }
    }

    private static Rewriter.Fate fate(
            TenantStore tenant, StoredRowGroup group, RetentionRule rule, long now, Map<Integer, Long> cutoffs) {
        long dead = 0;
        long all = 0;
        int deadStreams = 0;
        for (int i = 0; i < group.streamCount(); i++) {
            all += group.streamBytes(i);
            if (group.streamMaxTime(i) < cutoff(tenant, group.stream(i), rule, now, cutoffs)) {
                dead += group.streamBytes(i);
                deadStreams++;
            }
        }
        // A stream of empty lines has no bytes and still counts.
        if (deadStreams == group.streamCount()) {
            return Rewriter.Fate.DROP;
        }
        return dead > all * DEAD_SHARE ? Rewriter.Fate.FILTER : Rewriter.Fate.KEEP;
    }

    private static long cutoff(
            TenantStore tenant, int stream, RetentionRule rule, long now, Map<Integer, Long> cutoffs) {
        return cutoffs.computeIfAbsent(stream, id -> {
            var age = rule.maxAge(tenant.tenant(), tenant.streams().get(id).labels());
            return age == null ? Long.MIN_VALUE : now - age.toNanos();
        });
    }

    /// Drops the blocks with the oldest entries, of all tenants, until the rest fits.
    synchronized void shrinkTo(Collection<TenantStore> tenants, long maxBytes) throws IOException {
        record Owned(TenantStore tenant, Block block, long newest) {}
        var all = new ArrayList<Owned>();
        long sum = 0;
        for (var tenant : tenants) {
            for (var block : tenant.view().blocks()) {
                long newest = block.groups().stream()
                        .mapToLong(StoredRowGroup::maxTime)
                        .max()
                        .orElse(Long.MIN_VALUE);
                all.add(new Owned(tenant, block, newest));
                sum += block.size();
            }
        }
        all.sort(Comparator.comparingLong(Owned::newest));
        for (var owned : all) {
            if (sum <= maxBytes) {
                return;
            }
            rewriter.rewrite(owned.tenant(), List.of(owned.block()), 0, new Rewriter.Plan() {
                @Override
                public Rewriter.Fate fate(StoredRowGroup group) {
                    return Rewriter.Fate.DROP;
                }

                @Override
                public boolean keeps(StoredRowGroup group, Rows rows, int row) {
                    return false;
                }
            });
            dropped.increment();
            sum -= owned.block().size();
        }
    }

    /// Merges blocks as the policy says; with `settle` as far as it goes.
    synchronized void compact(TenantStore tenant, boolean settle) throws IOException {
        var byNumber = new HashMap<Long, Block>();
        var candidates = new ArrayList<CompactionPolicy.Candidate>();
        for (var block : tenant.view().blocks()) {
            if (!block.groups().isEmpty() && block.groups().stream().noneMatch(StoredRowGroup::isDamaged)) {
                byNumber.put(block.number(), block);
                long min = block.groups().stream()
                        .mapToLong(StoredRowGroup::minTime)
                        .min()
                        .orElse(0);
                candidates.add(new CompactionPolicy.Candidate(block.number(), block.size(), block.level(), min));
            }
        }
        for (var merge : CompactionPolicy.choose(candidates, settle)) {
            var inputs = merge.numbers().stream().map(byNumber::get).toList();
            rewriter.rewrite(tenant, inputs, merge.level(), Rewriter.Plan.KEEP_ALL);
        }
    }

    /// Withdraws a deletion whose time has not come. False when it is not pending any more.
    synchronized boolean cancel(TenantStore tenant, Tenant owner, String id) throws IOException {
        for (var deletion : tenant.view().deletions()) {
            if (deletion.id().equals(id)) {
                manifest.commit(new Manifest.Change(owner, List.of(), List.of(), Map.of(), List.of(), List.of(id)));
                tenant.forget(deletion);
                return true;
            }
        }
        return false;
    }

    UpkeepCounters counters(PassCount retention, PassCount compaction) {
        return new UpkeepCounters(
                retention.counts(), compaction.counts(), untouched.sum(), rewritten.sum(), dropped.sum());
    }
}
