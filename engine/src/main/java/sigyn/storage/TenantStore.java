package sigyn.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sigyn.model.Tenant;
import sigyn.storage.block.Block;
import sigyn.storage.head.Closing;
import sigyn.storage.head.HeadPart;
import sigyn.storage.head.PackedLines;
import sigyn.storage.head.SpareMemory;
import sigyn.storage.index.Stream;
import sigyn.storage.index.StreamIndex;
import sigyn.storage.port.PushBatch;
import sigyn.storage.retention.Deletion;

/// Everything of one tenant: streams, head and blocks. What readers see is one immutable [View], so a row is never in
/// two places and never in none.
final class TenantStore {
    private static final int MAX_PART_ROWS = 1 << 20;
    /// Rows for whose streams the head is asked together.
    private static final int FETCHED = 64;

    /// All rows of the tenant at one moment: parts may grow, but no row moves. Rows of the parts of a view that
    /// [TenantStore#view] gave may be read for as long as somebody has it.
    record View(List<HeadPart> parts, List<Block> blocks, List<Deletion> deletions) {
        View {
            parts = List.copyOf(parts);
            blocks = List.copyOf(blocks);
            deletions = List.copyOf(deletions);
        }

        private boolean show() {
            for (var part : parts) {
                if (!part.show()) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Tenant tenant;
    private final SpareMemory spare;
    private final StreamIndex streams = new StreamIndex();
    private final ReentrantLock lock = new ReentrantLock();
    /// The growing part of each cluster. Guarded by `lock`, as are the parts being sealed.
    private final Map<Long, HeadPart> growing = new HashMap<>();

    private final List<HeadPart> sealing = new ArrayList<>();
    /// Keeps the compiler from leaving out what [HeadPart#fetch] is for. Guarded by `lock`.
    @SuppressWarnings("UnusedVariable")
    private int fetched;

    private final LongAdder opened = new LongAdder();
    private final LongAdder erasedLines = new LongAdder();
    private final LongAdder finishedDeletions = new LongAdder();
    private volatile View view = new View(List.of(), List.of(), List.of());

    TenantStore(Tenant tenant, SpareMemory spare) {
        this.tenant = tenant;
        this.spare = spare;
    }

    Tenant tenant() {
        return tenant;
    }

    StreamIndex streams() {
        return streams;
    }

    View view() {
        View current = view;
        while (!current.show()) {
            current = view;
        }
        return current;
    }

    /// Parts of the head, for who looks at none of their rows.
    List<HeadPart> parts() {
        return view.parts();
    }

    List<Block> blocks() {
        return view.blocks();
    }

    List<Deletion> deletions() {
        return view.deletions();
    }

    /// The streams of a batch: work that needs no order, done by the caller's thread.
    Stream[] intern(PushBatch batch) {
        var interned = new Stream[batch.streams().size()];
        for (int i = 0; i < interned.length; i++) {
            var known = batch.interned(i);
            if (known == null || !known.isOf(streams)) {
                known = streams.intern(batch.streams().get(i));
                batch.intern(i, known);
            }
            interned[i] = known;
        }
        return interned;
    }

    /// Which clusters are in blocks up to which place in the log.
    @FunctionalInterface
    interface SealedSeq {
        long of(long cluster);
    }

    /// What a batch did: rows that were new, bytes by which the head's memory grew, parts that are full.
    record Applied(int added, long memory, List<HeadPart> full) {}

    /// Adds a batch to the head, in the order of the log. Rows of clusters that are sealed beyond `seq` are left out.
    Applied apply(
            PushBatch batch,
            Stream[] interned,
            ReadyPieces pieces,
            long seq,
            SealedSeq sealed,
            long nowMillis,
            long partBytes) {
        lock.lock();
        try {
            var full = new ArrayList<>(closeBeforeDeletions(seq));
            var parts = new HeadPart[interned.length];
            var earlier = new HeadPart[parts.length][];
            var skip = new boolean[parts.length];
            long before = 0;
            var touched = new LinkedHashMap<HeadPart, HeadPart[]>();
            boolean opened = false;
            for (int i = 0; i < parts.length; i++) {
                long cluster = interned[i].cluster();
                if (i > 0 && cluster == interned[i - 1].cluster()) {
                    parts[i] = parts[i - 1];
                    earlier[i] = earlier[i - 1];
                    skip[i] = skip[i - 1];
                    continue;
                }
                if (sealed.of(cluster) >= seq) {
                    skip[i] = true;
                    continue;
                }
                HeadPart part = growing.get(cluster);
                if (part == null) {
                    part = new HeadPart(cluster, seq, nowMillis, spare);
                    growing.put(cluster, part);
                    this.opened.increment();
                    opened = true;
                }
                part.reached(seq);
                parts[i] = part;
                earlier[i] = sealing.stream()
                        .filter(other -> other.cluster() == cluster)
                        .toArray(HeadPart[]::new);
                if (touched.put(part, earlier[i]) == null) {
                    before += memory(part, earlier[i]);
                }
            }
            if (opened) {
                publish(view.blocks());
            }
            int added = 0;
            int fetchedTo = 0;
            for (int from = 0, to; from < batch.rows(); from = to) {
                if (from >= fetchedTo) {
                    fetchedTo = Math.min(batch.rows(), from + FETCHED);
                    fetch(parts, skip, interned, batch, from, fetchedTo);
                }
                to = endOfRun(batch, from);
                int s = batch.stream(from);
                if (skip[s]) {
                    continue;
                }
                if (mayHold(parts[s], earlier[s], interned[s], batch.timestamp(from), batch.timestamp(to - 1))) {
                    for (int row = from; row < to; row++) {
                        if (add(parts[s], earlier[s], interned[s], batch, row, pieces.of(row))) {
                            added++;
                        }
                    }
                } else {
                    long newestInBlocks = interned[s].newestInBlocks();
                    parts[s].append(batch, from, to, interned[s].id(), newestInBlocks, pieces::of);
                    added += to - from;
                }
            }
            long after = 0;
            for (var entry : touched.entrySet()) {
                var part = entry.getKey();
                after += memory(part, entry.getValue());
                if (part.lineBytes() >= partBytes || part.rows() >= MAX_PART_ROWS) {
                    rotateLocked(part, Closing.FULL);
                    full.add(part);
                }
            }
            return new Applied(added, after - before, full);
        } finally {
            lock.unlock();
        }
    }

    /// With that of the parts in which a row may be looked for.
    private static long memory(HeadPart part, HeadPart[] earlier) {
        long sum = part.memory();
        for (var other : earlier) {
            sum += other.memory();
        }
        return sum;
    }

    private void fetch(HeadPart[] parts, boolean[] skip, Stream[] interned, PushBatch batch, int from, int to) {
        int sum = 0;
        int last = -1;
        for (int row = from; row < to; row++) {
            int s = batch.stream(row);
            if (s != last && !skip[s]) {
                sum += parts[s].fetch(interned[s].id());
            }
            last = s;
        }
        fetched = sum;
    }

    /// Where the rows end that are of the stream of the first and each newer than the one before it.
    private static int endOfRun(PushBatch batch, int from) {
        int stream = batch.stream(from);
        int to = from + 1;
        while (to < batch.rows() && batch.stream(to) == stream && batch.timestamp(to) > batch.timestamp(to - 1)) {
            to++;
        }
        return to;
    }

    private static boolean mayHold(HeadPart part, HeadPart[] earlier, Stream stream, long from, long to) {
        for (var other : earlier) {
            if (other.mayHold(stream.id(), from, to)) {
                return true;
            }
        }
        return part.mayHold(stream.id(), from, to);
    }

    /// A part holds rows from before or from after a deletion's place in the log, never both.
    private List<HeadPart> closeBeforeDeletions(long seq) {
        var closed = new ArrayList<HeadPart>();
        for (var deletion : view.deletions()) {
            if (deletion.seq() <= seq) {
                for (var part : List.copyOf(growing.values())) {
                    if (part.firstSeq() < deletion.seq() && rotateLocked(part, Closing.ASKED)) {
                        closed.add(part);
                    }
                }
            }
        }
        return closed;
    }

    /// Closes parts that a deletion made while their rows were on the way from the log.
    List<HeadPart> closeForDeletions() {
        lock.lock();
        try {
            return closeBeforeDeletions(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /// Takes note of a deletion that `make` gives, once `durable` has written it down. Returns the parts that were
    /// closed for it. No batch reaches the head meanwhile.
    <E extends Exception> List<HeadPart> delete(Supplier<Deletion> make, Durably<E> durable) throws E {
        lock.lock();
        try {
            var deletion = make.get();
            durable.write(deletion);
            var deletions = new ArrayList<>(view.deletions());
            deletions.add(deletion);
            publish(view.blocks(), deletions);
            return closeBeforeDeletions(deletion.seq());
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    interface Durably<E extends Exception> {
        void write(Deletion deletion) throws E;
    }

    /// Forgets a deletion that is withdrawn, once `durable` has written that down; false, and nothing has changed, when
    /// `allowed` does not hold of what readers see.
    boolean withdraw(Deletion deletion, Predicate<View> allowed, Step durable) throws IOException {
        lock.lock();
        try {
            if (!allowed.test(view)) {
                return false;
            }
            durable.take();
            forget(deletion);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets a deletion whose entries are all gone.
    void forget(Deletion deletion) {
        lock.lock();
        try {
            var deletions = new ArrayList<>(view.deletions());
            deletions.remove(deletion);
            publish(view.blocks(), deletions);
        } finally {
            lock.unlock();
        }
    }

    /// The same, of one that is carried out.
    void finish(Deletion deletion) {
        forget(deletion);
        finishedDeletions.increment();
    }

    void erased(long lines) {
        erasedLines.add(lines);
    }

    /// Parts that were begun since the start.
    long opened() {
        return opened.sum();
    }

    TenantCounters counters() {
        return new TenantCounters(
                streams.size(),
                streams.labelBytes(),
                erasedLines.sum(),
                finishedDeletions.sum(),
                view.deletions().stream()
                        .mapToLong(Deletion::createdNanos)
                        .min()
                        .orElse(0));
    }

    /// Something that is written down while no batch reaches the head.
    @FunctionalInterface
    interface Step {
        void take() throws IOException;
    }

    /// Readers see `with` (null for nothing) in place of some blocks from now on, once `durable` has written
    /// that down. False, and nothing has changed, when the head leaves out an entry because one of `lost` is
    /// older: the log would bring it back after a restart.
    boolean replace(Collection<Block> gone, @Nullable Block with, HeadPart.Span lost, Step durable) throws IOException {
        lock.lock();
        try {
            if (view.parts().stream().anyMatch(part -> part.leavesOut(lost))) {
                return false;
            }
            durable.take();
            var blocks = new ArrayList<>(view.blocks());
            blocks.removeAll(gone);
            if (with != null) {
                blocks.add(with);
            }
            publish(blocks);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// @param earlier the parts of the same cluster that are being sealed
    private boolean add(
            HeadPart part, HeadPart[] earlier, Stream stream, PushBatch batch, int row, @Nullable PackedLines packed) {
        long time = batch.timestamp(row);
        for (var other : earlier) {
            if (other.mayHold(stream.id(), time, time)
                    && other.contains(batch, row, stream.id())
                    && !Erasure.between(view.deletions(), streams, other.firstSeq(), part.firstSeq(), time, time)
                            .erases(stream.id(), time, batch.bytes(), batch.lineStart(row), batch.lineLength(row))) {
                part.isElsewhere(stream.id(), time);
                return false;
            }
        }
        return part.add(batch, row, stream.id(), stream.newestInBlocks(), packed);
    }

    /// Closes a part for sealing; its cluster starts a new one with the next row.
    boolean rotate(HeadPart part, Closing why) {
        lock.lock();
        try {
            return rotateLocked(part, why);
        } finally {
            lock.unlock();
        }
    }

    private boolean rotateLocked(HeadPart part, Closing why) {
        if (!growing.remove(part.cluster(), part)) {
            return false;
        }
        part.closes(why);
        sealing.add(part);
        publish(view.blocks());
        return true;
    }

    private void publish(List<Block> blocks) {
        publish(blocks, view.deletions());
    }

    private void publish(List<Block> blocks, List<Deletion> deletions) {
        var parts = new ArrayList<>(sealing);
        parts.addAll(growing.values());
        view = new View(parts, blocks, deletions);
    }

    List<HeadPart> growing() {
        lock.lock();
        try {
            return List.copyOf(growing.values());
        } finally {
            lock.unlock();
        }
    }

    /// The place in the log from which on rows are only in the head.
    long lowWater(long nothing) {
        long low = nothing;
        for (var part : view.parts()) {
            low = Math.min(low, part.firstSeq());
        }
        return low;
    }

    /// Those of some closed parts that are not blocks yet, with the parts of their clusters that were closed
    /// before them, in that order. Threads close a part first and tell the sealer then, so a later one may be
    /// told first.
    List<HeadPart> due(List<HeadPart> parts) {
        lock.lock();
        try {
            var clusters = new HashSet<Long>();
            var due = new ArrayList<HeadPart>();
            for (var part : sealing.reversed()) {
                if (parts.contains(part)) {
                    clusters.add(part.cluster());
                }
                if (clusters.contains(part.cluster())) {
                    due.add(part);
                }
            }
            return due.reversed();
        } finally {
            lock.unlock();
        }
    }

    /// Readers see the block instead of the parts from now on. `block` is null when nothing of the parts remained.
    void sealed(List<HeadPart> parts, @Nullable Block block) {
        lock.lock();
        try {
            var blocks = new ArrayList<>(view.blocks());
            if (block != null) {
                noteTimes(block);
                blocks.add(block);
            }
            sealing.removeAll(parts);
            publish(blocks);
        } finally {
            lock.unlock();
        }
    }

    /// Blocks and unfinished deletions found at start.
    void adopt(List<Block> found, Collection<Deletion> pending) {
        lock.lock();
        try {
            found.forEach(this::noteTimes);
            var blocks = new ArrayList<>(view.blocks());
            blocks.addAll(found);
            publish(blocks, List.copyOf(pending));
        } finally {
            lock.unlock();
        }
    }

    private void noteTimes(Block block) {
        for (var group : block.groups()) {
            for (int i = 0; i < group.streamCount(); i++) {
                streams.get(group.stream(i)).sealedUpTo(group.streamMaxTime(i));
            }
        }
    }

    void resolveLate(HeadPart part) {
        part.resolveLate((p, candidates) -> LateRows.find(p, candidates, view, streams));
    }
}
