package sigyn.storage;

import java.util.BitSet;
import java.util.List;
import java.util.function.ToIntFunction;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.block.LineTest;
import sigyn.storage.block.RowGroup;
import sigyn.storage.block.RowReader;
import sigyn.storage.port.CountSink;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.retention.Deletion;

/// Scans one row group: cuts the time range out, keeps the wanted streams, tests lines, and fetches what is left, a
/// batch at a time in the wanted direction. Batches start small, so that a scan that wants few rows reads few.
final class RowGroupUnit implements ScanUnit {
    private static final int FIRST_BATCH = 128;
    private static final int BATCH_BYTES = 1 << 20;

    private final ScanRequest request;
    private final TenantStore tenant;
    private final RowGroup group;
    private final BitSet wanted;
    private final Damages damages;
    private final Erasure erasure;

    RowGroupUnit(
            ScanRequest request,
            TenantStore tenant,
            RowGroup group,
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
            scan(sink);
        } catch (CorruptBlockException e) {
            group.markDamaged();
            damages.add(tenant.tenant(), group.file(), group.minTime(), group.maxTime(), e.getMessage() + "");
        }
    }

    private void scan(RowSink sink) throws InterruptedException {
        var reader = group.reader();
        long[] times = reader.times();
        int from = LateRows.lowerBound(times, request.range().start());
        int to = LateRows.lowerBound(times, request.range().end());
        if (from >= to) {
            return;
        }
        int[] ordinals = reader.streams();
        boolean[] keep = wantedOrdinals();
        LineTest test = request.lines().isEmpty() ? null : LineTest.of(request.lines());
        boolean forward = request.direction() == Direction.FORWARD;
        var output = new Output(reader, times, ordinals);
        int step = FIRST_BATCH;
        int[] rows = new int[RowReader.BATCH];
        int low = from;
        int high = to;
        while (low < high) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int n = 0;
            int start = forward ? low : Math.max(low, high - step);
            int end = forward ? Math.min(high, low + step) : high;
            for (int row = start; row < end; row++) {
                if (keep[ordinals[row]]) {
                    rows[n++] = row;
                }
            }
            if (forward) {
                low = end;
            } else {
                high = start;
            }
            if (test != null) {
                n = reader.filter(rows, n, test);
            }
            if (!erasure.isNone()) {
                n = withoutErased(reader, rows, n, times, ordinals);
            }
            if (n > 0 && !output.emit(rows, n, forward, sink)) {
                return;
            }
            step = Math.min(RowReader.BATCH, step * 2);
        }
    }

    private int withoutErased(RowReader reader, int[] rows, int n, long[] times, int[] ordinals) {
        reader.materialise(rows, n, true, false);
        int kept = 0;
        for (int i = 0; i < n; i++) {
            int row = rows[i];
            if (!erasure.erases(
                    group.stream(ordinals[row]),
                    times[row],
                    reader.bytes(),
                    reader.lineStart()[i],
                    reader.lineLength()[i])) {
                rows[kept++] = row;
            }
        }
        return kept;
    }

    @Override
    public boolean count(ToIntFunction<Labels> groupOf, long[] bounds, CountSink sink) throws InterruptedException {
        if (!request.lines().isEmpty() || !erasure.isNone()) {
            return false;
        }
        try {
            return countRows(groupOf, bounds, sink);
        } catch (CorruptBlockException e) {
            group.markDamaged();
            damages.add(tenant.tenant(), group.file(), group.minTime(), group.maxTime(), e.getMessage() + "");
            return true;
        }
    }

    /// Streams that count for the same group need not be told apart; where all of them do, rows are counted by
    /// subtracting row numbers.
    private boolean countRows(ToIntFunction<Labels> groupOf, long[] bounds, CountSink sink)
            throws InterruptedException {
        boolean[] keep = wantedOrdinals();
        int[] groups = new int[keep.length];
        boolean uniform = true;
        int highest = -1;
        for (int i = 0; i < keep.length; i++) {
            groups[i] = keep[i]
                    ? groupOf.applyAsInt(tenant.streams().get(group.stream(i)).labels())
                    : -1;
            uniform &= groups[i] == groups[0];
            highest = Math.max(highest, groups[i]);
        }
        if (highest < 0) {
            return true;
        }
        var reader = group.reader();
        int[] ordinals = uniform ? new int[0] : reader.streams();
        long[] counts = new long[highest + 1];
        int bucket = 0;
        while (bucket + 1 < bounds.length && bounds[bucket + 1] <= group.minTime()) {
            bucket++;
        }
        for (; bucket + 1 < bounds.length && bounds[bucket] <= group.maxTime(); bucket++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            int from =
                    reader.lowerBound(Math.max(bounds[bucket], request.range().start()));
            int to = reader.lowerBound(
                    Math.min(bounds[bucket + 1], request.range().end()));
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
        return true;
    }

    private boolean[] wantedOrdinals() {
        var keep = new boolean[group.streamCount()];
        for (int i = 0; i < keep.length; i++) {
            keep[i] = wanted.get(group.stream(i));
        }
        return keep;
    }

    /// Fetches rows and hands them on.
    private final class Output {
        private final RowReader reader;
        private final long[] times;
        private final int[] ordinals;
        private final HeadUnit.BatchStreams labels = new HeadUnit.BatchStreams(tenant.streams());
        private final BatchBuilder builder = new BatchBuilder();
        private final int[] stream = new int[RowReader.BATCH];
        private final long[] time = new long[RowReader.BATCH];
        private final int[] piece = new int[RowReader.BATCH];

        Output(RowReader reader, long[] times, int[] ordinals) {
            this.reader = reader;
            this.times = times;
            this.ordinals = ordinals;
        }

        /// `rows` are ascending; they are reversed when the scan goes backward. Long lines come in smaller batches.
        boolean emit(int[] rows, int n, boolean forward, RowSink sink) throws InterruptedException {
            if (!forward) {
                for (int i = 0, j = n - 1; i < j; i++, j--) {
                    int row = rows[i];
                    rows[i] = rows[j];
                    rows[j] = row;
                }
            }
            long average = 1 + (group.lineBytes() + group.metadataBytes()) / group.rows();
            int most = Math.clamp(BATCH_BYTES / average, 1, RowReader.BATCH);
            for (int at = 0; at < n; at += most) {
                int part = Math.min(most, n - at);
                System.arraycopy(rows, at, piece, 0, part);
                if (!emit(part, sink)) {
                    return false;
                }
            }
            return true;
        }

        private boolean emit(int n, RowSink sink) throws InterruptedException {
            labels.clear();
            reader.materialise(piece, n, request.needsLines(), request.needsMetadata());
            for (int i = 0; i < n; i++) {
                stream[i] = labels.number(group.stream(ordinals[piece[i]]));
                time[i] = times[piece[i]];
            }
            List<RowBatch.MetadataColumn> columns = request.needsMetadata()
                    ? builder.columns(reader.bytes(), reader.metadataStart(), reader.metadataLength(), n)
                    : List.of();
            return sink.accept(new RowBatch(
                    n, labels.list(), stream, time, reader.bytes(), reader.lineStart(), reader.lineLength(), columns));
        }
    }
}
