package sigyn.storage;

import java.util.AbstractList;
import java.util.BitSet;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.block.StoredRowGroup;
import sigyn.storage.port.CountSink;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.retention.Deletion;
import sigyn.storage.rowgroup.CorruptRowGroupException;
import sigyn.storage.rowgroup.RowGroup;
import sigyn.storage.rowgroup.RowReader;

/// Scans one row group: its summary may say that no line can match; else the rows are chosen on the encoded columns and
/// only the chosen ones are put together, a batch at a time in the wanted direction.
final class RowGroupUnit implements ScanUnit {
    private final ScanRequest request;
    private final TenantStore tenant;
    private final StoredRowGroup group;
    private final BitSet wanted;
    private final Damages damages;
    private final Erasure erasure;

    RowGroupUnit(
            ScanRequest request,
            TenantStore tenant,
            StoredRowGroup group,
            BitSet wanted,
            List<Deletion> deletions,
            Damages damages) {
        this.request = request;
        this.tenant = tenant;
        this.group = group;
        this.wanted = wanted;
        this.damages = damages;
        this.erasure = Erasure.of(deletions, tenant.streams(), group.firstSeq(), group.minTime(), group.maxTime());
    }

    @Override
    public long minTime() {
        return group.minTime();
    }

    @Override
    public long maxTime() {
        return group.maxTime();
    }

    @Override
    public long rows() {
        return group.rows();
    }

    @Override
    public long arrival() {
        return group.firstSeq();
    }

    @Override
    public void read(RowSink sink) throws InterruptedException {
        try {
            if (group.checked(() -> group.summary().mayMatch(request.lines(), request.range()))) {
                scan(sink);
            }
        } catch (CorruptBlockException e) {
            damaged(e);
        }
    }

    private void damaged(CorruptBlockException e) {
        group.markDamaged();
        damages.add(tenant.tenant(), group.file(), group.minTime(), group.maxTime(), e.getMessage() + "");
    }

    private void scan(RowSink sink) throws InterruptedException {
        RowGroup rows = group.open();
        var selection = group.checked(() -> rows.select(request.lines(), wantedOrdinals(), request.range()));
        if (selection.isEmpty()) {
            return;
        }
        boolean lines = request.needsLines() || !erasure.isNone();
        var reader = rows.read(selection, request.direction(), lines, request.needsMetadata(), new LabelsByOrdinal());
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            RowBatch batch = next(reader);
            if (batch == null || batch.rows() > 0 && !sink.accept(batch)) {
                return;
            }
        }
    }

    private @Nullable RowBatch next(RowReader reader) {
        try {
            RowBatch batch = reader.next();
            return batch == null || erasure.isNone() ? batch : withoutErased(batch);
        } catch (CorruptRowGroupException e) {
            throw new CorruptBlockException(group.file(), e.getMessage() + "", e);
        }
    }

    /// Moves the rows that stay to the front of the batch's own arrays, which the reader fills anew each time.
    private RowBatch withoutErased(RowBatch batch) {
        int kept = 0;
        for (int i = 0; i < batch.rows(); i++) {
            if (erasure.erases(
                    group.stream(batch.stream()[i]),
                    batch.timestamp()[i],
                    batch.bytes(),
                    batch.lineStart()[i],
                    batch.lineLength()[i])) {
                continue;
            }
            batch.stream()[kept] = batch.stream()[i];
            batch.timestamp()[kept] = batch.timestamp()[i];
            batch.lineStart()[kept] = batch.lineStart()[i];
            batch.lineLength()[kept] = batch.lineLength()[i];
            for (var column : batch.metadata()) {
                column.start()[kept] = column.start()[i];
                column.length()[kept] = column.length()[i];
            }
            kept++;
        }
        return new RowBatch(
                kept,
                batch.streams(),
                batch.stream(),
                batch.timestamp(),
                batch.bytes(),
                batch.lineStart(),
                batch.lineLength(),
                batch.metadata());
    }

    /// By the group's own stream numbers: true for the wanted ones; null when all are.
    private boolean @Nullable [] wantedOrdinals() {
        var keep = new boolean[group.streamCount()];
        boolean all = true;
        for (int i = 0; i < keep.length; i++) {
            keep[i] = wanted.get(group.stream(i));
            all &= keep[i];
        }
        return all ? null : keep;
    }

    /// Looked up when asked for: a group may have many streams and a scan few rows.
    private final class LabelsByOrdinal extends AbstractList<Labels> {
        private final @Nullable Labels[] known = new Labels[group.streamCount()];

        @Override
        public Labels get(int ordinal) {
            Labels labels = known[ordinal];
            if (labels == null) {
                labels = tenant.streams().get(group.stream(ordinal)).labels();
                known[ordinal] = labels;
            }
            return labels;
        }

        @Override
        public int size() {
            return known.length;
        }
    }

    @Override
    public boolean count(ToIntFunction<Labels> groupOf, long[] bounds, CountSink sink) throws InterruptedException {
        if (!request.lines().isEmpty() || !erasure.isNone()) {
            return false;
        }
        try {
            countRows(groupOf, bounds, sink);
        } catch (CorruptBlockException e) {
            damaged(e);
        }
        return true;
    }

    /// Streams that count for the same group need not be told apart; where all of them do, rows are counted by
    /// subtracting row numbers.
    private void countRows(ToIntFunction<Labels> groupOf, long[] bounds, CountSink sink) throws InterruptedException {
        int[] groups = new int[group.streamCount()];
        boolean uniform = true;
        int highest = -1;
        for (int i = 0; i < groups.length; i++) {
            groups[i] = wanted.get(group.stream(i))
                    ? groupOf.applyAsInt(tenant.streams().get(group.stream(i)).labels())
                    : -1;
            uniform &= groups[i] == groups[0];
            highest = Math.max(highest, groups[i]);
        }
        if (highest < 0) {
            return;
        }
        RowGroup rows = group.open();
        long[] times = group.checked(rows::times);
        int[] ordinals = uniform ? new int[0] : group.checked(rows::streams);
        long[] counts = new long[highest + 1];
        int bucket = 0;
        while (bucket + 1 < bounds.length && bounds[bucket + 1] <= group.minTime()) {
            bucket++;
        }
        for (; bucket + 1 < bounds.length && bounds[bucket] <= group.maxTime(); bucket++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int from = LateRows.lowerBound(
                    times, Math.max(bounds[bucket], request.range().start()));
            int to = LateRows.lowerBound(
                    times, Math.min(bounds[bucket + 1], request.range().end()));
            if (uniform) {
                if (from < to) {
                    sink.add(groups[0], bucket, to - from);
                }
                continue;
            }
            for (int row = from; row < to; row++) {
                int g = groups[ordinals[row]];
                if (g >= 0) {
                    counts[g]++;
                }
            }
            for (int g = 0; g < counts.length; g++) {
                if (counts[g] > 0) {
                    sink.add(g, bucket, counts[g]);
                    counts[g] = 0;
                }
            }
        }
    }
}
