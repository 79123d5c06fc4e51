package sigyn.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSink;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.storage.block.LineTest;
import sigyn.storage.head.HeadLines;
import sigyn.storage.head.HeadPart;
import sigyn.storage.index.StreamIndex;
import sigyn.storage.port.CountSink;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.retention.Deletion;

/// Scans a part of the head: the rows that were there when the scan began.
final class HeadUnit implements ScanUnit {
    private static final int BATCH = 1024;
    /// Rows that room is made for when few may pass.
    private static final int SOME = 64;
    private static final int CHECK_ROWS = 128;
    private static final int BATCH_BYTES = 1 << 20;
    private static final BitSet NONE = new BitSet(0);

    private final ScanRequest request;
    private final TenantStore tenant;
    private final HeadPart part;
    private final int count;
    private final BitSet wanted;
    private final Erasure erasure;
    /// Whether it takes a look at its line to know that a row passes.
    private final boolean looks;
    private final long minTime;
    private final long maxTime;

    HeadUnit(ScanRequest request, TenantStore tenant, HeadPart part, BitSet wanted, List<Deletion> deletions) {
        this.request = request;
        this.tenant = tenant;
        this.part = part;
        this.count = part.rows();
        this.wanted = wanted;
        this.minTime = part.minTime();
        this.maxTime = part.maxTime();
        this.erasure = Erasure.of(deletions, tenant.streams(), part.firstSeq(), minTime, maxTime);
        this.looks = !request.lines().isEmpty() || !request.fields().isEmpty() || !erasure.isNone();
    }

    @Override
    public long minTime() {
        return minTime;
    }

    @Override
    public long maxTime() {
        return maxTime;
    }

    @Override
    public long rows() {
        return count;
    }

    @Override
    public long arrival() {
        return part.firstSeq();
    }

    @Override
    public void read(RowSink sink) throws InterruptedException {
        tenant.resolveLate(part);
        var rows = rows(request.direction());
        var lines = part.lines();
        StreamIndex index = tenant.streams();
        var builder = new BatchBuilder();
        var bytes = new ByteSink(64 << 10);
        var labels = new BatchStreams(index);
        for (int row = rows.next(); row >= 0; ) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            bytes.clear();
            labels.clear();
            int room = Math.min(BATCH, rows.left() + 1);
            int[] stream = new int[room];
            long[] time = new long[room];
            int[] lineStart = new int[room];
            int[] lineLength = new int[room];
            int[] metadataStart = new int[room];
            int[] metadataLength = new int[room];
            int n = 0;
            for (; row >= 0 && n < room && bytes.size() < BATCH_BYTES; row = rows.next()) {
                stream[n] = labels.number(part.stream(row));
                time[n] = part.time(row);
                lineStart[n] = bytes.size();
                if (request.needsLines() || request.needsMetadata()) {
                    lines.seek(row);
                }
                if (request.needsLines()) {
                    lineLength[n] = part.lineLength(row);
                    bytes.write(lines.bytes(), lines.start(), lineLength[n]);
                }
                metadataStart[n] = bytes.size();
                if (request.needsMetadata()) {
                    metadataLength[n] = part.metadataLength(row);
                    bytes.write(lines.bytes(), lines.start() + part.lineLength(row), metadataLength[n]);
                }
                n++;
            }
            List<RowBatch.MetadataColumn> columns = request.needsMetadata()
                    ? builder.columns(bytes.array(), metadataStart, metadataLength, n)
                    : List.of();
            var batch = new RowBatch(n, labels.list(), stream, time, bytes.array(), lineStart, lineLength, columns);
            if (!sink.accept(batch)) {
                return;
            }
        }
    }

    @Override
    public boolean count(
            Predicate<String> matters, ToIntFunction<Labels> groupOf, long[] bounds, boolean bytes, CountSink sink) {
        tenant.resolveLate(part);
        var groups = new HashMap<Integer, Integer>();
        int[] found = looks ? matching() : null;
        if (haveKey(found, matters)) {
            return false;
        }
        var rows = found == null ? standing(Direction.FORWARD) : byTime(found, Direction.FORWARD);
        int bucket = 0;
        for (int row = rows.next(); row >= 0; row = rows.next()) {
            long time = part.time(row);
            while (bucket + 1 < bounds.length && bounds[bucket + 1] <= time) {
                bucket++;
            }
            if (bucket + 1 >= bounds.length) {
                break;
            }
            if (time >= bounds[bucket]) {
                int group = groups.computeIfAbsent(
                        part.stream(row),
                        id -> groupOf.applyAsInt(tenant.streams().get(id).labels()));
                if (group >= 0) {
                    sink.add(group, bucket, 1, part.lineLength(row));
                }
            }
        }
        return true;
    }

    /// Whether some rows have metadata of a key that passes.
    ///
    /// @param rows in order of arrival; null for all that [#stands] holds for
    private boolean haveKey(int @Nullable [] rows, Predicate<String> passes) {
        BitSet gone = gone();
        var lines = part.linesInOrderOfArrival();
        var keys = new KeyTest(passes);
        int chunk = -1;
        boolean chunkMayHave = true;
        int n = rows == null ? count : rows.length;
        for (int i = 0; i < n; i++) {
            if (i % CHECK_ROWS == 0) {
                request.check().run();
            }
            int row = rows == null ? i : rows[i];
            int length = part.metadataLength(row);
            if (length == 0 || rows == null && !stands(row, gone)) {
                continue;
            }
            if (chunk != lines.chunkOf(row)) {
                chunk = lines.chunkOf(row);
                var names = lines.keys(row, count);
                chunkMayHave = names == null || names.stream().anyMatch(passes);
            }
            if (chunkMayHave) {
                lines.seek(row);
                int from = lines.start() + part.lineLength(row);
                if (keys.test(lines.bytes(), from, from + length)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Some rows by time, in one direction or the other; those that do not [#stands] are passed over.
    private final class Walk {
        private final int[] rows;
        private final BitSet gone;
        private final int end;
        private final int step;
        private int at;

        /// @param from index of the oldest row
        /// @param to index behind the newest
        Walk(int[] rows, int from, int to, Direction direction) {
            this.rows = rows;
            this.gone = gone();
            boolean forward = direction == Direction.FORWARD;
            step = forward ? 1 : -1;
            at = forward ? from : to - 1;
            end = forward ? to : from - 1;
        }

        /// The next row, or -1.
        int next() {
            while (at != end) {
                if (at % CHECK_ROWS == 0) {
                    request.check().run();
                }
                int row = rows[at];
                at += step;
                if (stands(row, gone)) {
                    return row;
                }
            }
            return -1;
        }

        /// How many may still come.
        int left() {
            return Math.abs(end - at);
        }
    }

    /// The rows that pass.
    private Walk rows(Direction direction) {
        return looks ? byTime(matching(), direction) : standing(direction);
    }

    /// @param rows in order of arrival, changed too
    private Walk byTime(int[] rows, Direction direction) {
        part.sort(rows);
        return new Walk(rows, 0, rows.length, direction);
    }

    /// The rows that [#stands] holds for.
    private Walk standing(Direction direction) {
        int[] rows = part.byTime(count);
        int from = firstFrom(rows, request.range().start());
        return new Walk(rows, from, firstFrom(rows, request.range().end()), direction);
    }

    /// The index of the first row that is not older.
    private int firstFrom(int[] rows, long time) {
        int low = 0;
        int high = rows.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (part.time(rows[middle]) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private BitSet gone() {
        BitSet gone = part.dropped();
        return gone == null ? NONE : gone;
    }

    /// Whether a row passes as far as its line has no say.
    private boolean stands(int row, BitSet gone) {
        return row < count
                && !gone.get(row)
                && request.range().contains(part.time(row))
                && wanted.get(part.stream(row));
    }

    /// The rows that pass by their lines too, in order of arrival: so chunks are read one after the other.
    private int[] matching() {
        var lines = part.linesInOrderOfArrival();
        LineTest test = request.lines().isEmpty() ? null : LineTest.of(request.lines());
        var fields = request.fields().stream()
                .map(field -> new FieldTest(field, tenant.streams()))
                .toArray(FieldTest[]::new);
        BitSet gone = gone();
        int[] rows = new int[Math.min(count, SOME)];
        int n = 0;
        int chunk = -1;
        boolean chunkPasses = true;
        for (int row = 0; row < count; row++) {
            if (row % CHECK_ROWS == 0) {
                request.check().run();
            }
            if (!stands(row, gone)) {
                continue;
            }
            if (chunk != lines.chunkOf(row)) {
                chunk = lines.chunkOf(row);
                chunkPasses = mayPass(row, lines, test, fields);
            }
            if (chunkPasses && stays(row, lines, test, fields)) {
                if (n == rows.length) {
                    rows = Arrays.copyOf(rows, Math.min(count, n * 4));
                }
                rows[n++] = row;
            }
        }
        return n == rows.length ? rows : Arrays.copyOf(rows, n);
    }

    /// False when no row of the chunk that this one is in passes.
    private static boolean mayPass(int row, HeadLines lines, @Nullable LineTest test, FieldTest[] fields) {
        var pieces = lines.pieces(row);
        for (var field : fields) {
            field.within(pieces);
        }
        return test == null || pieces == null || test.mayPass(pieces) && lines.mayPass(test, row);
    }

    private boolean stays(int row, HeadLines lines, @Nullable LineTest test, FieldTest[] fields) {
        lines.seek(row);
        int start = lines.start();
        int length = part.lineLength(row);
        for (var field : fields) {
            if (!field.mayHave(part.stream(row), lines.bytes(), start, length, part.metadataLength(row))) {
                return false;
            }
        }
        return (test == null || test.test(lines.bytes(), start, start + length))
                && !erasure.erases(part.stream(row), part.time(row), lines.bytes(), start, length);
    }

    /// The label sets of one batch, numbered as they come.
    static final class BatchStreams {
        private final StreamIndex index;
        private final HashMap<Integer, Integer> numbers = new HashMap<>();
        private ArrayList<Labels> list = new ArrayList<>();

        BatchStreams(StreamIndex index) {
            this.index = index;
        }

        int number(int streamId) {
            Integer known = numbers.get(streamId);
            if (known == null) {
                known = list.size();
                numbers.put(streamId, known);
                list.add(index.get(streamId).labels());
            }
            return known;
        }

        List<Labels> list() {
            return list;
        }

        void clear() {
            if (numbers.size() > 4096) {
                numbers.clear();
                list = new ArrayList<>();
            }
        }
    }
}
