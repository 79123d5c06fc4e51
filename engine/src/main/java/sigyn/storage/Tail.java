package sigyn.storage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.RowBatch;

/// What arrives for some streams from now on, batch by batch as it becomes durable. Holds a bounded number of batches:
/// who reads too slowly loses the newest and can see how many rows.
public final class Tail implements AutoCloseable {
    private static final int BATCHES = 64;

    private final Tenant tenant;
    private final List<LabelMatcher> matchers;
    private final Consumer<Tail> onClose;
    private final ArrayBlockingQueue<PushBatch> queue = new ArrayBlockingQueue<>(BATCHES);
    private final LongAdder dropped = new LongAdder();
    private final AtomicLong offered = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final Map<Labels, Boolean> matching = new HashMap<>();

    Tail(Tenant tenant, List<LabelMatcher> matchers, Consumer<Tail> onClose) {
        this.tenant = tenant;
        this.matchers = List.copyOf(matchers);
        this.onClose = onClose;
    }

    Tenant tenant() {
        return tenant;
    }

    /// Never blocks. Called by one thread.
    void offer(PushBatch batch) {
        if (queue.offer(batch)) {
            offered.incrementAndGet();
        } else {
            dropped.add(batch.rows());
        }
    }

    /// The matching rows of the next batch that has any, in its order; null when none came in time. One reader.
    public @Nullable RowBatch next(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        while (true) {
            PushBatch batch = queue.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (batch == null) {
                return null;
            }
            taken.incrementAndGet();
            RowBatch rows = rows(batch);
            if (rows.rows() > 0) {
                return rows;
            }
        }
    }

    private RowBatch rows(PushBatch batch) {
        var wanted = new boolean[batch.streams().size()];
        for (int i = 0; i < wanted.length; i++) {
            if (matching.size() > 10_000) {
                matching.clear();
            }
            wanted[i] = matching.computeIfAbsent(batch.streams().get(i), labels -> labels.matches(matchers));
        }
        int n = batch.rows();
        int[] stream = new int[n];
        long[] time = new long[n];
        int[] lineStart = new int[n];
        int[] lineLength = new int[n];
        int[] metadataStart = new int[n];
        int[] metadataLength = new int[n];
        int kept = 0;
        for (int row = 0; row < n; row++) {
            if (wanted[batch.stream(row)]) {
                stream[kept] = batch.stream(row);
                time[kept] = batch.timestamp(row);
                lineStart[kept] = batch.lineStart(row);
                lineLength[kept] = batch.lineLength(row);
                metadataStart[kept] = batch.metadataStart(row);
                metadataLength[kept] = batch.metadataLength(row);
                kept++;
            }
        }
        var columns = new BatchBuilder().columns(batch.bytes(), metadataStart, metadataLength, kept);
        return new RowBatch(kept, batch.streams(), stream, time, batch.bytes(), lineStart, lineLength, columns);
    }

    /// Batches that have come and were not dropped.
    public long offered() {
        return offered.get();
    }

    /// Batches that [#next] has looked at.
    public long taken() {
        return taken.get();
    }

    /// Rows that came while the reader was behind, since the last call.
    public long takeDropped() {
        return dropped.sumThenReset();
    }

    @Override
    public void close() {
        onClose.accept(this);
        queue.clear();
    }
}
