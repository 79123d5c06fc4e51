package sigyn.storage.head;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Hash64;
import sigyn.storage.block.Rows;
import sigyn.storage.port.PushBatch;

/// Rows of one cluster of streams in order of arrival, none of them twice. Grows until it is sealed into a block.
///
/// Most rows are of a time at which nothing of their stream came before, and are added without being looked for. From
/// the first one on that may be here already, the part has a table of its rows.
///
/// A row that is not newer than what its stream has in blocks is *late*: it may be in a block already. Late rows are
/// compared with the blocks when somebody reads or seals, and those found there are dropped.
public final class HeadPart {
    private static final VarHandle ROWS = field("rows", int.class);
    private static final VarHandle MEMORY = field("memory", long.class);

    private static final int PAGE_BITS = Integer.numberOfTrailingZeros(SpareMemory.PAGE);
    private static final int PAGE = SpareMemory.PAGE;
    private static final int SMALLEST_PAGE = 64;
    /// In a page, and in the order of time.
    private static final int ROW_BYTES = RowPage.ROW_BYTES + Integer.BYTES;
    /// Senders must not be able to choose rows that fall into one slot.
    private static final long SEED = new SplittableRandom().nextLong();

    private final long cluster;
    private final long firstSeq;
    private final long openedMillis;

    private RowPage[] pages = {new RowPage(SMALLEST_PAGE)};
    /// Rows for which pages have room.
    private int capacity = SMALLEST_PAGE;

    private final SpareMemory spare;
    private final LineChunks lines;
    /// Where rows came, as long as there is no table.
    private final StreamSpans spans;

    private @Nullable RowTable table;

    private long lastSeq;
    private long minTime = Long.MAX_VALUE;
    private long maxTime = Long.MIN_VALUE;
    /// Written last: what it counts is complete. For each row, so without a fence that waits for all that was written
    /// of it before.
    private volatile int rows;

    private volatile long memory;

    /// Oldest time, by stream, of rows that came with the part's batches and are in a part before it.
    private final ConcurrentHashMap<Integer, Long> elsewhere = new ConcurrentHashMap<>();

    private final Object resolveLock = new Object();
    private final Object lateLock = new Object();
    /// Guarded by `lateLock`, as is the count.
    private int[] late = new int[8];

    private int lateCount;
    private volatile boolean hasLate;
    private volatile @Nullable BitSet dropped;
    private volatile int[] byTime = {};
    private volatile Closing closing = Closing.ASKED;

    /// Who has looked at rows or may yet.
    private enum Seen {
        /// Nobody but the writer and who seals.
        BY_NOBODY,
        BY_READERS,
        /// Nobody, and none will: the memory is somebody else's.
        NEVER
    }

    private final AtomicReference<Seen> seen = new AtomicReference<>(Seen.BY_NOBODY);

    public HeadPart(long cluster, long firstSeq, long openedMillis, SpareMemory spare) {
        this.spare = spare;
        this.lines = new LineChunks(spare);
        this.spans = new StreamSpans(spare);
        this.cluster = cluster;
        this.firstSeq = firstSeq;
        this.lastSeq = firstSeq;
        this.openedMillis = openedMillis;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(HeadPart.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static int hash(int streamId, long time, int lineSize, byte[] bytes, int from, int size) {
        long hash = Hash64.of(Hash64.of(SEED + streamId, time) + lineSize, bytes, from, size);
        return (int) (hash ^ hash >>> 32);
    }

    private static int hash(PushBatch batch, int batchRow, int streamId) {
        int lineSize = batch.lineLength(batchRow);
        int size = lineSize + batch.metadataLength(batchRow);
        return hash(streamId, batch.timestamp(batchRow), lineSize, batch.bytes(), batch.lineStart(batchRow), size);
    }

    /// False when no row of a stream between two times, both inclusive, is here. Writer only.
    public boolean mayHold(int streamId, long from, long to) {
        return from <= maxTime && to >= minTime && (table != null || spans.overlap(streamId, from, to));
    }

    /// True when a row of a batch is here. Writer only.
    public boolean contains(PushBatch batch, int batchRow, int streamId) {
        return find(table(), batch, batchRow, hash(batch, batchRow, streamId), streamId) >= 0;
    }

    /// The row, or `-1 - slot` of the slot that it would have.
    private int find(RowTable in, PushBatch batch, int batchRow, int rowHash, int streamId) {
        long at = batch.timestamp(batchRow);
        int lineSize = batch.lineLength(batchRow);
        int metadataSize = batch.metadataLength(batchRow);
        int[] rows = in.rows();
        int[] hashes = in.hashes();
        int mask = rows.length - 1;
        int slot = rowHash & mask;
        for (int next = rows[slot]; next != 0; next = rows[slot]) {
            if (hashes[slot] == rowHash) {
                int row = next - 1;
                var page = pages[row >>> PAGE_BITS];
                int i = row & PAGE - 1;
                if (page.stream()[i] == streamId
                        && page.time()[i] == at
                        && page.lineLength()[i] == lineSize
                        && page.metadataLength()[i] == metadataSize
                        && lines.holds(
                                page.position()[i],
                                batch.bytes(),
                                batch.lineStart(batchRow),
                                lineSize + metadataSize)) {
                    return row;
                }
            }
            slot = slot + 1 & mask;
        }
        return -1 - slot;
    }

    private RowTable table() {
        var known = table;
        if (known != null) {
            return known;
        }
        var made = spare.table(Math.max(SMALLEST_PAGE * 2, Integer.highestOneBit(rows) * 4));
        var reader = linesInOrderOfArrival();
        for (int row = 0; row < rows; row++) {
            reader.seek(row);
            int lineSize = lineLength(row);
            int size = lineSize + metadataLength(row);
            made.add(row, hash(stream(row), time(row), lineSize, reader.bytes(), reader.start(), size));
        }
        table = made;
        spans.retire();
        noteMemory();
        return made;
    }

    /// A table that is at most three quarters full with so many rows.
    private RowTable withRoom(RowTable known, int count) {
        if (count * 4L <= known.size() * 3L) {
            return known;
        }
        var wider = spare.table(known.size() * 2);
        known.addTo(wider);
        spare.give(known);
        return wider;
    }

    /// Brings what is looked at first for a row of a stream into the processor's cache. Streams are all over the table:
    /// asked for one after the other, each is a wait for memory; for many at once, they are fetched together. The
    /// result means nothing, but must be used. Writer only.
    public int fetch(int streamId) {
        return spans.fetch(streamId);
    }

    /// Notes that a batch at this place in the log has been looked through for the part's cluster. Writer only.
    public void reached(long seq) {
        lastSeq = seq;
    }

    /// Notes a row that is left out because a part before this one has it. Writer only.
    public void isElsewhere(int streamId, long at) {
        elsewhere.merge(streamId, at, Math::min);
    }

    /// Oldest time, by stream, of rows that were left out: the log has them among the part's batches all the same.
    public Map<Integer, Long> elsewhere() {
        return elsewhere;
    }

    /// Adds rows of a batch, all of one stream and each newer than the one before it, between whose times [#mayHold]
    /// knows of none. Writer only.
    ///
    /// @param newestInBlocks rows that are not newer are late
    /// @param packed gives what has a row's line too; null where only the batch has it
    public void append(
            PushBatch batch,
            int from,
            int to,
            int streamId,
            long newestInBlocks,
            IntFunction<@Nullable PackedLines> packed) {
        if (table == null) {
            spans.add(streamId, batch.timestamp(from), batch.timestamp(to - 1));
        }
        int row = rows;
        for (int batchRow = from; batchRow < to; batchRow++) {
            put(row, batch, batchRow, streamId, newestInBlocks, packed.apply(batchRow));
            if (table != null) {
                table.add(row, hash(batch, batchRow, streamId));
                table = withRoom(table, row + 1);
            }
            row++;
        }
        ROWS.setRelease(this, row);
        noteMemory();
    }

    /// Adds a row that is not here yet and says true, or does nothing and says false. Writer only.
    ///
    /// @param newestInBlocks a row that is not newer is late
    /// @param packed has the row's line too; null where only the batch has it
    public boolean add(PushBatch batch, int batchRow, int streamId, long newestInBlocks, @Nullable PackedLines packed) {
        var known = table();
        int rowHash = hash(batch, batchRow, streamId);
        int found = find(known, batch, batchRow, rowHash, streamId);
        if (found >= 0) {
            return false;
        }
        int row = rows;
        put(row, batch, batchRow, streamId, newestInBlocks, packed);
        known.put(-1 - found, row, rowHash);
        table = withRoom(known, row + 1);
        ROWS.setRelease(this, row + 1);
        noteMemory();
        return true;
    }

    private void put(
            int row, PushBatch batch, int batchRow, int streamId, long newestInBlocks, @Nullable PackedLines packed) {
        long at = batch.timestamp(batchRow);
        int from = batch.lineStart(batchRow);
        int lineSize = batch.lineLength(batchRow);
        int metadataSize = batch.metadataLength(batchRow);
        if (row == capacity) {
            grow();
        }
        int size = lineSize + metadataSize;
        var page = pages[row >>> PAGE_BITS];
        int i = row & PAGE - 1;
        page.position()[i] = packed == null ? lines.add(batch.bytes(), from, size) : lines.add(packed, from);
        page.stream()[i] = streamId;
        page.time()[i] = at;
        page.lineLength()[i] = lineSize;
        page.metadataLength()[i] = metadataSize;
        minTime = Math.min(minTime, at);
        maxTime = Math.max(maxTime, at);
        if (at <= newestInBlocks) {
            synchronized (lateLock) {
                if (lateCount == late.length) {
                    late = Arrays.copyOf(late, lateCount * 2);
                }
                late[lateCount++] = row;
                hasLate = true;
            }
        }
    }

    private void noteMemory() {
        var known = table;
        long found = known == null ? spans.memory() : (long) known.size() * RowTable.SLOT_BYTES;
        MEMORY.setRelease(this, lines.memory() + (long) capacity * ROW_BYTES + found);
    }

    private void grow() {
        if (capacity < PAGE) {
            pages = new RowPage[] {pages[0].wider()};
            capacity *= 2;
            return;
        }
        int n = capacity >>> PAGE_BITS;
        if (n == pages.length) {
            pages = Arrays.copyOf(pages, n * 2);
        }
        pages[n] = spare.page();
        capacity += PAGE;
    }

    /// Says that others than the writer and who seals will read rows; false when they cannot any more, because a block
    /// has taken the part's place.
    public boolean show() {
        return seen.compareAndExchange(Seen.BY_NOBODY, Seen.BY_READERS) != Seen.NEVER;
    }

    /// Gives its memory to other parts unless somebody may still read it. Only once it is a block that readers see in
    /// its place.
    public void retire() {
        if (seen.compareAndExchange(Seen.BY_NOBODY, Seen.NEVER) == Seen.BY_NOBODY) {
            lines.retire();
            for (var page : pages) {
                if (page != null && page.rows() == PAGE) {
                    spare.give(page);
                }
            }
            pages = new RowPage[0];
            if (table != null) {
                spare.give(table);
            }
            spans.retire();
        }
    }

    /// Rows that a reader may look at; read this before anything else of the part.
    public int rows() {
        return rows;
    }

    public long cluster() {
        return cluster;
    }

    public long firstSeq() {
        return firstSeq;
    }

    /// Place in the log of the last batch with entries of the cluster, new or not. Meaningful to the writer, and to all
    /// once sealing began.
    public long lastSeq() {
        return lastSeq;
    }

    public long openedMillis() {
        return openedMillis;
    }

    /// Takes note of why it is closed.
    public void closes(Closing why) {
        closing = why;
    }

    /// Why it was closed, once it is.
    public Closing closing() {
        return closing;
    }

    /// Bytes of lines and metadata, with those of rows that came compressed with others and were here already. Writer
    /// only.
    public long lineBytes() {
        return lines.rawBytes();
    }

    /// Bytes of memory held.
    public long memory() {
        return memory;
    }

    public int stream(int row) {
        return pages[row >>> PAGE_BITS].stream()[row & PAGE - 1];
    }

    public long time(int row) {
        return pages[row >>> PAGE_BITS].time()[row & PAGE - 1];
    }

    public int lineLength(int row) {
        return pages[row >>> PAGE_BITS].lineLength()[row & PAGE - 1];
    }

    public int metadataLength(int row) {
        return pages[row >>> PAGE_BITS].metadataLength()[row & PAGE - 1];
    }

    /// A reader of lines and metadata, for the rows that [#rows] counted before. For one thread.
    public HeadLines lines() {
        return new HeadLines(this, lines, true);
    }

    /// For rows in order of arrival; keeps no more than one chunk.
    public HeadLines linesInOrderOfArrival() {
        return new HeadLines(this, lines, false);
    }

    int position(int row) {
        return pages[row >>> PAGE_BITS].position()[row & PAGE - 1];
    }

    /// Finds out which of some rows are in blocks already.
    @FunctionalInterface
    public interface Duplicates {
        /// Numbers of those of `candidates` that are.
        BitSet find(HeadPart part, int[] candidates);
    }

    /// Compares late rows with the blocks; after this [#dropped] is final for the rows counted before.
    public void resolveLate(Duplicates duplicates) {
        if (!hasLate) {
            return;
        }
        synchronized (resolveLock) {
            int[] candidates;
            synchronized (lateLock) {
                candidates = Arrays.copyOf(late, lateCount);
            }
            if (candidates.length > 0) {
                BitSet found = duplicates.find(this, candidates);
                BitSet known = dropped;
                if (known != null) {
                    found.or(known);
                }
                dropped = found;
            }
            synchronized (lateLock) {
                lateCount -= candidates.length;
                System.arraycopy(late, candidates.length, late, 0, lateCount);
                hasLate = lateCount > 0;
            }
        }
    }

    /// Tells whether entries of a stream between two times, both inclusive, are among some.
    @FunctionalInterface
    public interface Span {
        boolean has(int streamId, long from, long to);
    }

    /// True when a row was left out, or may yet be, because an entry of the span is older: the log has it among the
    /// part's batches all the same.
    public boolean leavesOut(Span span) {
        synchronized (lateLock) {
            for (int i = 0; i < lateCount; i++) {
                if (span.has(stream(late[i]), time(late[i]), time(late[i]))) {
                    return true;
                }
            }
        }
        BitSet gone = dropped;
        if (gone != null && gone.stream().anyMatch(row -> span.has(stream(row), time(row), time(row)))) {
            return true;
        }
        return elsewhere.entrySet().stream().anyMatch(e -> span.has(e.getKey(), e.getValue(), Long.MAX_VALUE));
    }

    /// The rows among the first that turned out to be in blocks, or null for none.
    public @Nullable BitSet dropped() {
        return dropped;
    }

    /// Rows by time, equal times in order of arrival: all of `[0, count)`, dropped ones too, and perhaps some that came
    /// since. Only rows that nobody has asked for yet are sorted. Not to be changed.
    public int[] byTime(int count) {
        int[] known = byTime;
        if (known.length >= count) {
            return known;
        }
        int[] fresh = new int[count - known.length];
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = known.length + i;
        }
        sort(fresh);
        int[] order = Arrays.copyOf(known, count);
        int a = known.length - 1;
        int b = fresh.length - 1;
        for (int to = count - 1; b >= 0; to--) {
            order[to] = a >= 0 && time(known[a]) > time(fresh[b]) ? known[a--] : fresh[b--];
        }
        byTime = order;
        return order;
    }

    /// Puts rows in order of arrival into order of time, equal times in order of arrival.
    public void sort(int[] rows) {
        long[] times = new long[rows.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = time(rows[i]);
        }
        new TimeOrder().sort(rows, times);
    }

    /// Puts the rows that stay into `result`, as a block takes them. Only once nothing is added any more.
    ///
    /// @param order for its memory
    public void toRows(Rows result, TimeOrder order) {
        BitSet gone = dropped;
        int stay = rows - (gone == null ? 0 : gone.cardinality());
        byte[] bytes = result.reset(stay, Math.toIntExact(lines.rawBytes()));
        int[] chunkStart = lines.unpack(bytes);
        int n = rows;
        int[] sorted = byTime.length == 0 ? order.of(this, n) : byTime(n);
        for (int k = 0; k < n; k++) {
            int row = sorted[k];
            if (gone != null && gone.get(row)) {
                continue;
            }
            var page = pages[row >>> PAGE_BITS];
            int i = row & PAGE - 1;
            result.place(
                    page.stream()[i],
                    page.time()[i],
                    LineChunks.place(page.position()[i], chunkStart),
                    page.lineLength()[i],
                    page.metadataLength()[i]);
        }
    }

    public long minTime() {
        return minTime;
    }

    public long maxTime() {
        return maxTime;
    }
}
