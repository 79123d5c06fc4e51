package sigyn.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files of a segment's size that wait to become the next segments, `spare-<number>`: segments that nothing is needed
/// of any more, or zeros. Writing over bytes that a file already has changes nothing but these bytes, so that a sync
/// does not wait for the file system's journal, which carries the blocks that are written meanwhile.
///
/// Spare files hold nothing: those of an earlier process are removed.
final class SpareFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SpareFiles.class);
    private static final int MOST = 4;
    private static final int ZEROS = 1 << 20;
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Path directory;
    private final long bytes;
    /// Guarded by this, as is all that follows.
    private final ArrayDeque<Path> ready = new ArrayDeque<>();
    /// Renamed, but not durably yet: a power cut could bring the old name back, so nothing may be written there.
    private final ArrayDeque<Path> renamed = new ArrayDeque<>();

    private long reusableFrom;
    private long made;
    private long releases;
    private volatile int held;
    private long lastFailureNanos = System.nanoTime() - PAUSE_NANOS;

    /// @param firstSegment number of the first segment that may be taken over
    SpareFiles(Path directory, long bytes, long firstSegment) throws IOException {
        this.directory = directory;
        this.bytes = bytes;
        this.reusableFrom = firstSegment;
        try (var files = Files.list(directory)) {
            files.filter(f -> f.getFileName().toString().startsWith("spare-")).forEach(SpareFiles::remove);
        }
    }

    synchronized @Nullable Path take() {
        Path spare = ready.poll();
        count();
        return spare;
    }

    private void count() {
        held = ready.size() + renamed.size();
    }

    /// Bytes of all of them.
    long bytes() {
        return held * bytes;
    }

    /// Takes a segment over; [#settle] must follow. False when it is not of the right size, from before the last
    /// [#release(long)] or one too many: then it is to be removed.
    synchronized boolean adopt(Path segment, long number, long length) {
        if (number < reusableFrom || length < bytes || length >= 2 * bytes || held >= MOST) {
            return false;
        }
        Path spare = next();
        try {
            Files.move(segment, spare, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{} cannot be used again: {}", segment, e.toString());
            return false;
        }
        renamed.add(spare);
        count();
        return true;
    }

    private Path next() {
        return directory.resolve("spare-" + made++);
    }

    /// What was taken over may be used from now on.
    void settle() {
        List<Path> settling;
        synchronized (this) {
            settling = new ArrayList<>(renamed);
        }
        if (settling.isEmpty()) {
            return;
        }
        boolean durable = true;
        try {
            Wal.syncDirectory(directory);
        } catch (IOException e) {
            LOG.warn("files of the log cannot be used again: {}", e.toString());
            durable = false;
        }
        synchronized (this) {
            for (Path spare : settling) {
                if (renamed.remove(spare)) {
                    if (durable) {
                        ready.add(spare);
                    } else {
                        remove(spare);
                    }
                }
            }
            count();
        }
    }

    /// How often they were given up.
    synchronized long releases() {
        return releases;
    }

    /// Sees to it that there is one, of zeros if need be, unless they were given up since [#releases] was `before`.
    /// After a failure not again for a minute.
    void provide(long before) {
        Path file;
        synchronized (this) {
            if (before != releases || held > 0 || System.nanoTime() - lastFailureNanos < PAUSE_NANOS) {
                return;
            }
            file = next();
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            var zeros = ByteBuffer.allocate((int) Math.min(ZEROS, bytes));
            for (long left = bytes; left > 0; left -= zeros.position()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), left));
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
            channel.force(true);
        } catch (IOException e) {
            LOG.warn("no room for a segment of the log ahead of time: {}", e.toString());
            remove(file);
            synchronized (this) {
                lastFailureNanos = System.nanoTime();
            }
            return;
        }
        synchronized (this) {
            if (before == releases) {
                ready.add(file);
                count();
            } else {
                remove(file);
            }
        }
    }

    /// Gives the disk its space back, that of a file which is being made too.
    synchronized void release() {
        releases++;
        ready.forEach(SpareFiles::remove);
        ready.clear();
        renamed.forEach(SpareFiles::remove);
        renamed.clear();
        count();
    }

    /// Nothing that stands in segments before this one is kept any longer than the segment.
    synchronized void release(long before) {
        reusableFrom = before;
        release();
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} stays until the next start: {}", file, e.toString());
        }
    }
}
