package sigyn.storage;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import sigyn.storage.block.Block;
import sigyn.storage.block.CorruptBlockException;
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
    /// Whether the manifest's file has words of a deletion that is finished. Guarded by this.
    private boolean finished;

    Janitor(Rewriter rewriter, Manifest manifest, Clock clock) {
        this.rewriter = rewriter;
        this.manifest = manifest;
        this.clock = clock;
    }

    private long nowNanos() {
        var now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /// The time to withdraw is over, and bytes may be gone.
    boolean isDue(Deletion deletion) {
        return deletion.dueNanos() <= nowNanos();
    }

    /// Removes the bytes of what is due for deletion from blocks. A deletion whose entries are partly still in the head
    /// waits. What is finished is forgotten by [#forgetFinished()].
    synchronized void deleteDue(TenantStore tenant, Consumer<Deletion> beforeForgetting) throws IOException {
        for (var deletion : tenant.deletions()) {
            boolean inHead = tenant.parts().stream().anyMatch(p -> p.firstSeq() < deletion.seq());
            if (isDue(deletion) && !inHead) {
                boolean done = true;
                for (var block : tenant.blocks()) {
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
    }

    /// Begins a new file of the manifest when the one there is says what finished deletions looked for. True when so:
    /// the log may still have their entries, in segments that can go.
    synchronized boolean forgetFinished() throws IOException {
        if (!finished) {
            return false;
        }
        manifest.begin();
        finished = false;
        return true;
    }

    private boolean delete(TenantStore tenant, Block block, Deletion deletion) throws IOException {
        var erasures = new HashMap<StoredRowGroup, Erasure>();
        for (var group : block.groups()) {
            var erasure = concerned(tenant, group, deletion);
            if (!erasure.isNone()) {
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
                if (!erasures.containsKey(group)) {
                    return Rewriter.Fate.KEEP;
                }
                return group.isDamaged() ? Rewriter.Fate.ASIDE : Rewriter.Fate.FILTER;
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

    /// What a deletion may take of a group; none where it takes nothing for sure.
    private static Erasure concerned(TenantStore tenant, StoredRowGroup group, Deletion deletion) {
        var erasure =
                Erasure.of(List.of(deletion), tenant.streams(), group.firstSeq(), group.minTime(), group.maxTime());
        for (int i = 0; !erasure.isNone() && i < group.streamCount(); i++) {
            if (erasure.concerns(group.stream(i))) {
                return erasure;
            }
        }
        return Erasure.NONE;
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

    /// Drops row groups whose entries are all past their time, and rewrites those that are mostly so. An entry that was
    /// sent again meanwhile keeps its block until the head has been sealed, unless `force` says that it cannot be.
    synchronized void expire(TenantStore tenant, RetentionRule rule, boolean force) throws IOException {
        long now = nowNanos();
        var cutoffs = new HashMap<Integer, Long>();
        for (var block : tenant.blocks()) {
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
                    var fate = fates.getOrDefault(group, Rewriter.Fate.KEEP);
                    return group.isDamaged() && fate == Rewriter.Fate.FILTER ? Rewriter.Fate.KEEP : fate;
                }

                @Override
                public HeadPart.Span lost() {
                    return (stream, from, to) -> !force
                            && from < cutoff(tenant, stream, rule, now, cutoffs)
                            && isAmong(fates.keySet(), stream, from, to);
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

    /// True when some group may have entries of a stream between two times, both inclusive.
    private static boolean isAmong(Collection<StoredRowGroup> groups, int stream, long from, long to) {
        for (var group : groups) {
            if (from <= group.maxTime() && to >= group.minTime()) {
                for (int i = 0; i < group.streamCount(); i++) {
                    if (group.stream(i) == stream) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static Rewriter.Fate fate(
            TenantStore tenant, StoredRowGroup group, RetentionRule rule, long now, Map<Integer, Long> cutoffs) {
        try {
            return fateOfReadable(tenant, group, rule, now, cutoffs);
        } catch (CorruptBlockException e) {
            group.markDamaged();
            return isPast(tenant, group, rule, now, cutoffs) ? Rewriter.Fate.DROP : Rewriter.Fate.KEEP;
        }
    }

    private static Rewriter.Fate fateOfReadable(
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
        return dead > all * DEAD_SHARE && !group.isDamaged() ? Rewriter.Fate.FILTER : Rewriter.Fate.KEEP;
    }

    /// Of a group that cannot be asked about each stream.
    private static boolean isPast(
            TenantStore tenant, StoredRowGroup group, RetentionRule rule, long now, Map<Integer, Long> cutoffs) {
        for (int i = 0; i < group.streamCount(); i++) {
            if (group.maxTime() >= cutoff(tenant, group.stream(i), rule, now, cutoffs)) {
                return false;
            }
        }
        return true;
    }

    private static long cutoff(
            TenantStore tenant, int stream, RetentionRule rule, long now, Map<Integer, Long> cutoffs) {
        return cutoffs.computeIfAbsent(stream, id -> {
            var age = rule.maxAge(tenant.tenant(), tenant.streams().get(id).labels());
            return age == null ? Long.MIN_VALUE : now - age.toNanos();
        });
    }

    /// A block and whose it is.
    record Owned(TenantStore tenant, Block block) {
        private long newest() {
            return block.groups().stream()
                    .mapToLong(StoredRowGroup::maxTime)
                    .max()
                    .orElse(Long.MIN_VALUE);
        }

        private boolean has(int stream, long from, long to) {
            return isAmong(block.groups(), stream, from, to);
        }

        /// Parts of the head that leave out an entry because the block has it.
        List<HeadPart> leftOut() {
            var parts = tenant.view().parts();
            parts.forEach(tenant::resolveLate);
            return parts.stream().filter(part -> part.leavesOut(this::has)).toList();
        }
    }

    /// The blocks with the oldest entries, of all tenants, without which the rest fits.
    List<Owned> tooMuch(Collection<TenantStore> tenants, long maxBytes) {
        var all = new ArrayList<Owned>();
        long sum = 0;
        for (var tenant : tenants) {
            for (var block : tenant.blocks()) {
                all.add(new Owned(tenant, block));
                sum += block.size();
            }
        }
        all.sort(Comparator.comparingLong(Owned::newest));
        int n = 0;
        while (sum > maxBytes && n < all.size()) {
            sum -= all.get(n++).block().size();
        }
        return all.subList(0, n);
    }

    /// Drops a block. It stays when an entry of it was sent again and is left out of the head, unless `force` says that
    /// the head cannot be sealed.
    synchronized void drop(Owned owned, boolean force) throws IOException {
        if (!owned.tenant().blocks().contains(owned.block())) {
            return;
        }
        boolean gone = rewriter.rewrite(owned.tenant(), List.of(owned.block()), 0, new Rewriter.Plan() {
            @Override
            public Rewriter.Fate fate(StoredRowGroup group) {
                return Rewriter.Fate.DROP;
            }

            @Override
            public boolean keeps(StoredRowGroup group, Rows rows, int row) {
                return false;
            }

            @Override
            public HeadPart.Span lost() {
                return (stream, from, to) -> !force && owned.has(stream, from, to);
            }
        });
        if (gone) {
            dropped.increment();
        }
    }

    /// Merges blocks as the policy says; with `settle` as far as it goes.
    synchronized void compact(TenantStore tenant, boolean settle) throws IOException {
        var byNumber = new HashMap<Long, Block>();
        var candidates = new ArrayList<CompactionPolicy.Candidate>();
        for (var block : tenant.blocks()) {
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

    /// Parts of the head with entries that a deletion may be about, those that came after it among them; none when
    /// nothing came after it.
    List<HeadPart> concerned(TenantStore tenant, Deletion deletion) {
        var view = tenant.view();
        var about = new About(tenant, deletion);
        return about.hasNewer(view)
                ? view.parts().stream().filter(about::concerns).toList()
                : List.of();
    }

    /// Withdraws a deletion: its entries are visible again, those that came again after it once. False when that cannot
    /// be while the head has entries of that kind.
    synchronized boolean withdraw(TenantStore tenant, Deletion deletion) throws IOException {
        if (isDue(deletion)) {
            return false;
        }
        var about = new About(tenant, deletion);
        var before = tenant.view();
        if (about.hasNewer(before)) {
            for (var block : before.blocks()) {
                removeCopies(tenant, block, about);
            }
        }
        var after = tenant.view();
        return tenant.withdraw(
                deletion,
                view -> !about.hasNewer(view)
                        || view.blocks().equals(after.blocks())
                                && view.parts().stream().noneMatch(about::concerns),
                () -> manifest.commit(new Manifest.Change(
                        tenant.tenant(), List.of(), List.of(), Map.of(), List.of(), List.of(deletion.id()))));
    }

    /// Removes the hidden rows of a block that came again after the deletion and are in a newer row group.
    private void removeCopies(TenantStore tenant, Block block, About about) throws IOException {
        var copies = new HashMap<StoredRowGroup, BitSet>();
        for (var group : block.groups()) {
            var found = about.cameAgain(group);
            if (!found.isEmpty()) {
                copies.put(group, found);
            }
        }
        if (copies.isEmpty()) {
            return;
        }
        rewriter.rewrite(tenant, List.of(block), block.level(), new Rewriter.Plan() {
            @Override
            public Rewriter.Fate fate(StoredRowGroup group) {
                return copies.containsKey(group) && !group.isDamaged() ? Rewriter.Fate.FILTER : Rewriter.Fate.KEEP;
            }

            @Override
            public boolean keeps(StoredRowGroup group, Rows rows, int row) {
                var gone = copies.get(group);
                return gone == null || !gone.get(row);
            }
        });
    }

    UpkeepCounters counters(PassCount retention, PassCount compaction) {
        return new UpkeepCounters(
                retention.counts(), compaction.counts(), untouched.sum(), rewritten.sum(), dropped.sum());
    }
}
