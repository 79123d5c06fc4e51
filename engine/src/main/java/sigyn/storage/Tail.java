package sigyn.storage;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sigyn.model.ErrorKind;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.storage.index.StreamIndex;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.RowBatch;
import sigyn.storage.retention.Deletion;

/// What arrives for some streams behind a place in the log, batch by batch as it becomes durable. Holds a bounded
/// number of batches; who reads too slowly gets the rest from the log again, or, when told to drop, loses the newest
/// and can see how many rows.
public final class Tail implements AutoCloseable {
    private static final int BATCHES = 64;
    private static final long READ_BYTES = 1 << 20;
    private static final int MOST_KNOWN = 10_000;

    /// A batch and its place in the log.
    record Arrived(long seq, PushBatch batch) {}

    /// Where a tail comes from.
    interface Source {
        /// Batches of all tenants from a place in the log on, some at a time.
        ///
        /// @return the place to go on from, empty when the log does not reach back so far
        OptionalLong read(long from, long mostBytes, BatchSink sink) throws IOException;

        /// The place of the last record that [#read] would give.
        long written();

        /// The place up to which batches have been offered to all tails that there were.
        long offered();

        void closed(Tail tail);
    }

    @FunctionalInterface
    interface BatchSink {
        void accept(long seq, Tenant tenant, PushBatch batch);
    }

    private final Tenant tenant;
    private final List<LabelMatcher> matchers;
    private final Source source;
    private final Supplier<@Nullable TenantStore> store;
    private final ArrayBlockingQueue<Arrived> queue = new ArrayBlockingQueue<>(BATCHES);
    private final LongAdder dropped = new LongAdder();
    private final Map<Labels, Boolean> matching = new HashMap<>();
    /// Read from the log, for the reader.
    private final Deque<Arrived> again = new ArrayDeque<>();

    private volatile boolean missed = true;
    private volatile boolean dropping;
    private long readUpTo;
    private long position;
    private int[] origin = new int[0];

    /// @param after the place in the log that the reader has
    Tail(Tenant tenant, List<LabelMatcher> matchers, long after, Source source, Supplier<@Nullable TenantStore> store) {
        this.tenant = tenant;
        this.matchers = List.copyOf(matchers);
        this.source = source;
        this.store = store;
        this.position = after;
        this.readUpTo = after;
    }

    Tenant tenant() {
        return tenant;
    }

    List<LabelMatcher> matchers() {
        return matchers;
    }

    /// From now on what there is no room for is lost.
    public void dropWhenSlow() {
        dropping = true;
    }

    /// Never blocks. Called by one thread, in the order of the log.
    void offer(long seq, PushBatch batch) {
        batch.keep();
        if (queue.offer(new Arrived(seq, batch))) {
            return;
        }
        if (dropping) {
            dropped.add(batch.rows());
        } else {
            missed = true;
        }
    }

    /// The matching rows of the next batch that has any, in its order; null when none came in time. One reader.
    public @Nullable RowBatch next(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        while (true) {
            Arrived arrived = take(deadline);
            if (arrived == null) {
                passOver();
                return null;
            }
            position = arrived.seq();
            RowBatch rows = rows(arrived);
            if (rows != null) {
                return rows;
            }
        }
    }

    /// When nothing waits, nothing of what was offered is for this reader.
    private void passOver() {
        long offered = source.offered();
        if (queue.isEmpty() && !missed) {
            readUpTo = Math.max(readUpTo, offered);
            position = readUpTo;
        }
    }

    private @Nullable Arrived take(long deadline) throws InterruptedException {
        while (true) {
            if (!again.isEmpty()) {
                return again.poll();
            }
            if (missed) {
                readAgain();
                continue;
            }
            Arrived arrived = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (arrived == null) {
                return null;
            }
            // What was missed stands before a batch that was queued after it; the log has both.
            if (!missed && arrived.seq() > readUpTo) {
                readUpTo = arrived.seq();
                return arrived;
            }
        }
    }

    /// Reads some of the log behind what the reader has. What is written after the last of it is offered.
    private void readAgain() {
        missed = false;
        long written = source.written();
        long from = readUpTo + 1;
        OptionalLong next;
        try {
            next = source.read(from, READ_BYTES, (seq, owner, batch) -> {
                if (owner.equals(tenant)) {
                    again.add(new Arrived(seq, batch));
                }
            });
        } catch (IOException e) {
            throw new SigynException(ErrorKind.OPERATOR, "the write-ahead log cannot be read: " + e, e);
        }
        if (next.isEmpty()) {
            throw new SigynException(ErrorKind.OVERLOADED, "the reader of a tail is so slow that the log is cut");
        }
        readUpTo = next.getAsLong() - 1;
        if (readUpTo < written) {
            missed = true;
        }
        if (again.isEmpty()) {
            position = Math.max(position, readUpTo);
        }
    }

    private @Nullable RowBatch rows(Arrived arrived) {
        var batch = arrived.batch();
        var wanted = new boolean[batch.streams().size()];
        boolean any = false;
        for (int i = 0; i < wanted.length; i++) {
            if (matching.size() > MOST_KNOWN) {
                matching.clear();
            }
            wanted[i] = matching.computeIfAbsent(batch.streams().get(i), labels -> labels.matches(matchers));
            any |= wanted[i];
        }
        if (!any) {
            return null;
        }
        int n = batch.rows();
        int[] stream = new int[n];
        long[] time = new long[n];
        int[] lineStart = new int[n];
        int[] lineLength = new int[n];
        int[] metadataStart = new int[n];
        int[] metadataLength = new int[n];
        origin = new int[n];
        int kept = 0;
        var erased = new Erased(arrived);
        for (int row = 0; row < n; row++) {
            if (wanted[batch.stream(row)] && !erased.is(row)) {
                stream[kept] = batch.stream(row);
                time[kept] = batch.timestamp(row);
                lineStart[kept] = batch.lineStart(row);
                lineLength[kept] = batch.lineLength(row);
                metadataStart[kept] = batch.metadataStart(row);
                metadataLength[kept] = batch.metadataLength(row);
                origin[kept] = row;
                kept++;
            }
        }
        if (kept == 0) {
            return null;
        }
        var columns = new BatchBuilder().columns(batch.bytes(), metadataStart, metadataLength, kept);
        return new RowBatch(kept, batch.streams(), stream, time, batch.bytes(), lineStart, lineLength, columns);
    }

    /// What was deleted after it came and before it was read here.
    private final class Erased {
        private final PushBatch batch;
        private final Erasure erasure;
        private final int[] ids;

        Erased(Arrived arrived) {
            this.batch = arrived.batch();
            TenantStore of = store.get();
            var deletions = of == null ? List.<Deletion>of() : of.deletions();
            this.erasure = of == null
                    ? Erasure.NONE
                    : Erasure.of(deletions, of.streams(), arrived.seq(), Long.MIN_VALUE, Long.MAX_VALUE);
            this.ids = erasure.isNone() || of == null ? new int[0] : ids(of.streams());
        }

        private int[] ids(StreamIndex index) {
            return batch.streams().stream()
                    .mapToInt(labels -> {
                        var known = index.find(labels);
                        return known == null ? -1 : known.id();
                    })
                    .toArray();
        }

        boolean is(int row) {
            int id = erasure.isNone() ? -1 : ids[batch.stream(row)];
            return id >= 0
                    && erasure.erases(
                            id, batch.timestamp(row), batch.bytes(), batch.lineStart(row), batch.lineLength(row));
        }
    }

    /// The place in the log that the reader has come to: that of the rows [#next] gave last, or of what it passed over.
    public long position() {
        return position;
    }

    /// The number, in their batch as it was written, of a row that [#next] gave last.
    public int origin(int row) {
        return origin[row];
    }

    /// Rows that came while the reader was behind, since the last call.
    public long takeDropped() {
        return dropped.sumThenReset();
    }

    @Override
    public void close() {
        source.closed(this);
        queue.clear();
    }
}
