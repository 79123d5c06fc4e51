package sigyn.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.codec.DamagedException;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The write-ahead log of one node, with group commit: one thread takes everything that waits, writes it with one
/// gathering write, syncs once and passes the group on. While one sync runs, the next group forms, so there is no timer
/// and no delay to set.
///
/// A write or sync that fails fails its whole group, and the segment is never used again: after a failed sync the
/// kernel may have dropped the pages, and a second sync would wrongly succeed.
///
/// A file whose records are all in blocks becomes a segment again ([SpareFiles]).
public final class Wal<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wal.class);
    private static final int BUFFER_BYTES = 4 << 20;
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Path directory;
    private final Consumer<List<WalEntry<T>>> committed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    /// Guarded by `lock`, as are `closing` and `between`.
    private ArrayList<WalEntry<T>> queue = new ArrayList<>();

    private boolean closing;
    /// What the writer's thread is to do between two groups.
    private @Nullable Runnable between;

    private final Condition isDone = lock.newCondition();
    private final Thread writer;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final long segmentBytes;
    private final SpareFiles spares;
    /// First record of each closed or open segment that holds any, by the segment's number. Guarded by this.
    private final TreeMap<Long, Extent> segments = new TreeMap<>();
    private final LongAdder syncs = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile long diskBytes;
    /// Segments of earlier processes.
    private List<Long> old = List.of();

    private long nextSegment;
    private volatile long nextSeq;
    private volatile long synced;
    /// Changed by the writer's thread only, guarded by this.
    private @Nullable SegmentWriter open;
    /// Guarded by this, as is when it changed.
    private long lastWritten;

    private long lastWrittenNanos = System.nanoTime();

    /// Where a segment's last record stands in the log (the greatest number until that is known), and how large it is.
    record Extent(long lastSeq, long bytes) {}

    /// What was found in the log at start: records, bytes cut from torn ends, damage in words.
    public record Replay(long records, long tornBytes, List<String> damage) {
        public static final Replay NOTHING = new Replay(0, 0, List.of());
    }

    private Wal(
            Path directory,
            long segmentBytes,
            long nextSegment,
            long nextSeq,
            SpareFiles spares,
            Consumer<List<WalEntry<T>>> committed) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.nextSegment = nextSegment;
        this.spares = spares;
        this.nextSeq = nextSeq;
        this.synced = nextSeq - 1;
        this.committed = committed;
        this.writer = Thread.ofPlatform().name("wal-writer").daemon(true).unstarted(this::run);
    }

    /// Opens the log for writing behind what is there and behind `lastSeq`. `committed` gets every group, in order,
    /// once it is on disk; it runs on the writer's thread and must not block for long.
    ///
    /// @param segmentBytes size at which a segment ends; the group that reaches it is still in it
    public static <T> Wal<T> open(
            Path directory, long segmentBytes, long lastSeq, Consumer<List<WalEntry<T>>> committed) throws IOException {
        Files.createDirectories(directory);
        long last = lastSeq;
        var found = new TreeMap<Long, Extent>();
        for (long number : WalSegment.list(directory)) {
            Path file = WalSegment.path(directory, number);
            last = Math.max(last, WalSegment.lastSeqAtMost(file));
            found.put(number, new Extent(Long.MAX_VALUE, Files.size(file)));
        }
        long nextSegment = found.isEmpty() ? 1 : found.lastKey() + 1;
        var spares = new SpareFiles(directory, segmentBytes, nextSegment);
        var wal = new Wal<>(directory, segmentBytes, nextSegment, last + 1, spares, committed);
        synchronized (wal) {
            wal.segments.putAll(found);
            wal.measure();
        }
        wal.old = List.copyOf(found.keySet());
        wal.writer.start();
        return wal;
    }

    /// Reads the segments that were there when the log was opened, in order, into `sink`. Writing goes on meanwhile,
    /// and none of them is removed before it was read. Torn ends are cut, damaged segments copied to `quarantine`.
    public Replay replay(Path quarantine, WalSegment.RecordSink sink, BooleanSupplier stop) throws IOException {
        long records = 0;
        long torn = 0;
        var damage = new ArrayList<String>();
        for (long number : old) {
            if (stop.getAsBoolean()) {
                break;
            }
            Path file = WalSegment.path(directory, number);
            var reading = WalSegment.read(file, record -> {
                if (!stop.getAsBoolean()) {
                    sink.accept(record);
                }
            });
            if (stop.getAsBoolean()) {
                break;
            }
            records += reading.records();
            torn += reading.tornBytes();
            boolean keep = false;
            if (!reading.damage().isEmpty()) {
                damage.addAll(reading.damage());
                keep = !setAside(file, quarantine);
            }
            if (reading.tornBytes() > 0) {
                LOG.warn("wal segment {}: {} bytes of a torn write cut", file, reading.tornBytes());
            }
            boolean empty = reading.records() == 0 && reading.damage().isEmpty();
            if (empty) {
                SpareFiles.remove(file);
            } else if (reading.tornBytes() + reading.leftoverBytes() > 0) {
                WalSegment.cut(file, reading.validBytes());
            }
            long bytes = empty ? 0 : Files.size(file);
            synchronized (this) {
                if (empty) {
                    segments.remove(number);
                } else if (!keep) {
                    segments.put(number, new Extent(reading.lastSeq(), bytes));
                }
                measure();
            }
        }
        return new Replay(records, torn, damage);
    }

    /// Copies a damaged segment; false when the disk does not take it, then the segment stays where it is.
    private static boolean setAside(Path file, Path quarantine) {
        try {
            Files.createDirectories(quarantine);
            Files.copy(file, quarantine.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            LOG.error("{} is damaged and cannot be copied to {}: {}", file, quarantine, e.toString());
            return false;
        }
    }

    /// Gives `sink` what stands in the log from place `from` on, in order, until there is no more or it is `mostBytes`.
    /// Writing goes on meanwhile.
    ///
    /// @return the place to go on from; empty when the log does not reach back to `from` or is damaged behind it
    public OptionalLong read(long from, long mostBytes, WalSegment.RecordSink sink) throws IOException {
        var extents = new TreeMap<Long, Extent>();
        long next;
        synchronized (this) {
            extents.putAll(segments);
            next = synced + 1;
        }
        if (from > next || extents.isEmpty() && from < next) {
            return OptionalLong.empty();
        }
        boolean oldest = true;
        long bytes = 0;
        long at = from;
        try {
            for (var extent : extents.entrySet()) {
                if (!oldest && extent.getValue().lastSeq() < at) {
                    continue;
                }
                try (var segment = SegmentReader.open(
                        directory, extent.getKey(), extent.getValue().bytes())) {
                    if (oldest && segment.firstSeq() > from) {
                        return OptionalLong.empty();
                    }
                    oldest = false;
                    if (extent.getValue().lastSeq() < at) {
                        continue;
                    }
                    for (var record = segment.next(at); record != null; record = segment.next(at)) {
                        sink.accept(record);
                        at = record.seq() + 1;
                        bytes += record.length();
                        if (bytes >= mostBytes) {
                            return OptionalLong.of(at);
                        }
                    }
                }
            }
        } catch (NoSuchFileException | DamagedException e) {
            LOG.debug("the log cannot be read from {}: {}", from, e.toString());
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.max(at, next));
    }

    /// The place of the last record that is on disk.
    public long synced() {
        return synced;
    }

    /// Queues an entry; [WalEntry#await] tells its fate.
    public void submit(WalEntry<T> entry) {
        lock.lock();
        try {
            if (closing) {
                entry.fail(new SigynException(ErrorKind.OVERLOADED, "the log store is shutting down"));
                return;
            }
            queue.add(entry);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Everything that waits, in order; empty when the log closes.
    private List<WalEntry<T>> take() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closing || between != null) {
                if (between != null) {
                    between.run();
                    between = null;
                    isDone.signalAll();
                } else {
                    work.awaitUninterruptibly();
                }
            }
            var group = queue;
            queue = new ArrayList<>();
            return group;
        } finally {
            lock.unlock();
        }
    }

    /// Ends the segment that is being written, so that it can be removed once its records are in blocks. It and those
    /// before it are removed then, not written over, and what was kept to be written over is removed now.
    public void roll() throws InterruptedException {
        betweenGroups(() -> {
            endSegment();
            spares.release(nextSegment);
        });
    }

    /// Lets the log go on in a segment that begins with the last records of the one that is being written, as many
    /// as fit into `keptBytes` but at least one, when all of that one stand before `lowWater`: it can be removed
    /// then, and who reads the log still finds those. Does nothing when somebody writes meanwhile, or when that one
    /// cannot be read.
    public void shorten(long lowWater, long keptBytes) throws InterruptedException {
        long number;
        Extent extent;
        long fileBytes;
        synchronized (this) {
            number = open == null ? -1 : open.number();
            fileBytes = open == null ? 0 : open.fileBytes();
            extent = segments.get(number);
        }
        if (extent != null && extent.lastSeq() < lowWater && fileBytes > WalSegment.HEADER_SIZE + keptBytes) {
            ArrayDeque<WalRecord> kept;
            try {
                kept = lastRecords(number, extent, keptBytes);
            } catch (IOException | DamagedException e) {
                LOG.warn("the log in {} stays as long as it is: {}", directory, e.toString());
                return;
            }
            betweenGroups(() -> goOnBehind(number, extent, kept));
        }
    }

    private ArrayDeque<WalRecord> lastRecords(long number, Extent extent, long mostBytes) throws IOException {
        var records = new ArrayDeque<WalRecord>();
        long bytes = 0;
        try (var segment = SegmentReader.open(directory, number, extent.bytes())) {
            for (var record = segment.next(0); record != null; record = segment.next(0)) {
                records.add(record);
                bytes += record.size();
                while (bytes > mostBytes && records.size() > 1) {
                    bytes -= records.remove().size();
                }
            }
        }
        return records;
    }

    private void goOnBehind(long number, Extent extent, ArrayDeque<WalRecord> kept) {
        SegmentWriter before = open;
        if (before == null || before.number() != number || before.bytes() != extent.bytes()) {
            return;
        }
        try {
            var segment = SegmentWriter.begin(directory, nextSegment++, null, buffer);
            try {
                segment.repeat(kept);
            } catch (IOException e) {
                segment.abandon();
                throw e;
            }
            synchronized (this) {
                open = segment;
                segments.put(segment.number(), new Extent(extent.lastSeq(), segment.bytes()));
                measure();
            }
            before.end();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the log in {} stays as long as it is: {}", directory, e.toString());
        }
    }

    private void betweenGroups(Runnable action) throws InterruptedException {
        lock.lock();
        try {
            while (between != null && !closing) {
                isDone.await();
            }
            if (!closing) {
                between = action;
                work.signal();
            }
            while (between == action && !closing) {
                isDone.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (var group = take(); !group.isEmpty(); group = take()) {
            try {
                write(group);
                committed.accept(group);
            } catch (IOException | RuntimeException | Error e) {
                failures.increment();
                LOG.error("the write-ahead log in {} cannot be written: {}", directory, e.toString());
                endSegment();
                spares.release();
                for (var entry : group) {
                    entry.fail(e);
                }
            }
        }
    }

    private void write(List<WalEntry<T>> group) throws IOException {
        SegmentWriter segment = segment();
        long first = nextSeq;
        nextSeq = first + group.size();
        long bytes = segment.append(group, first);
        syncs.increment();
        writtenBytes.add(bytes);
        synchronized (this) {
            segments.put(segment.number(), new Extent(nextSeq - 1, segment.bytes()));
            synced = nextSeq - 1;
            measure();
        }
    }

    private SegmentWriter segment() throws IOException {
        SegmentWriter segment = open;
        if (segment != null && segment.bytes() < segmentBytes) {
            return segment;
        }
        endSegment();
        segment = SegmentWriter.begin(directory, nextSegment++, spares.take(), buffer);
        synchronized (this) {
            open = segment;
        }
        return segment;
    }

    private void endSegment() {
        SegmentWriter segment;
        synchronized (this) {
            segment = open;
            open = null;
        }
        if (segment != null) {
            segment.end();
        }
    }

    /// Lets go of segments whose records all stand before `lowWater`; their files may become segments again.
    public void truncate(long lowWater) {
        TreeMap<Long, Extent> ended;
        synchronized (this) {
            ended = obsolete(lowWater);
            segments.keySet().removeAll(ended.keySet());
        }
        ended.forEach((number, extent) -> {
            Path file = WalSegment.path(directory, number);
            try {
                if (!spares.adopt(file, number, extent.bytes())) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                LOG.warn("wal segment {} stays: {}", number, e.toString());
                synchronized (this) {
                    segments.put(number, extent);
                }
            }
        });
        spares.settle();
        synchronized (this) {
            measure();
        }
    }

    /// To be called every second or so: sees to it that there is a file for the next segment when this one is half
    /// full, and gives up such files when nothing is written.
    public void provide() {
        long now = System.nanoTime();
        long releases;
        boolean writes;
        boolean idle;
        synchronized (this) {
            releases = spares.releases();
            writes = noteWritten(now) && open != null && open.bytes() > segmentBytes / 2;
            idle = now - lastWrittenNanos > IDLE_NANOS;
        }
        if (writes) {
            spares.provide(releases);
        } else if (idle) {
            spares.release();
        }
        synchronized (this) {
            measure();
        }
    }

    /// True when something was written since this was asked last.
    private boolean noteWritten(long now) {
        long written = writtenBytes.sum();
        boolean more = written != lastWritten;
        if (more) {
            lastWritten = written;
            lastWrittenNanos = now;
        }
        return more;
    }

    /// Gives the disk the room of files that wait to be written over. What was written before this is no reason for
    /// [#provide] to make one.
    public synchronized void releaseSpares() {
        noteWritten(System.nanoTime());
        spares.release();
        measure();
    }

    /// True when [#truncate] would remove something.
    public synchronized boolean hasObsolete(long lowWater) {
        return !obsolete(lowWater).isEmpty();
    }

    private TreeMap<Long, Extent> obsolete(long lowWater) {
        SegmentWriter writing = open;
        var obsolete = new TreeMap<Long, Extent>();
        segments.forEach((number, extent) -> {
            if (extent.lastSeq() < lowWater && (writing == null || number != writing.number())) {
                obsolete.put(number, extent);
            }
        });
        return obsolete;
    }

    private void measure() {
        long sum = 0;
        for (var extent : segments.values()) {
            sum += extent.bytes();
        }
        diskBytes = sum + spares.bytes();
    }

    /// The place in the log that no entry has yet.
    public long nextSeq() {
        return nextSeq;
    }

    public long diskBytes() {
        return diskBytes;
    }

    public long syncs() {
        return syncs.sum();
    }

    public long writtenBytes() {
        return writtenBytes.sum();
    }

    public long failures() {
        return failures.sum();
    }

    public int queued() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /// Makes names in a directory durable.
    public static void syncDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Writes what is queued, then stops the writer.
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
            isDone.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        endSegment();
        spares.release();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
