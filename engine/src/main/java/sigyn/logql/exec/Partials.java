package sigyn.logql.exec;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;

/// What queries came to over immutable pieces of storage, kept for the next who asks the same of the same piece: a
/// dashboard that is refreshed reads anew only what is not sealed yet. A part is of the whole piece, whatever times
/// were asked for. Least recently used parts go first.
public final class Partials {
    /// Steps `phase + k * step` and windows of `range` before them, in the time of rows. Null in a key means one bucket
    /// for the whole piece.
    record Grid(long step, long range, long phase) {}

    /// @param piece identity of the piece, see `ScanUnit`
    /// @param question all that decides what the piece's rows come to
    record Key(Object piece, Object question, @Nullable Grid grid) {}

    sealed interface Part {
        /// What was looked at when it was made.
        Counters counters();

        long bytes();
    }

    /// The lines that a piece has for an answer.
    record Lines(List<Entry> entries, Counters counters) implements Part {
        @Override
        public long bytes() {
            long bytes = 400;
            for (var entry : entries) {
                bytes += LogRun.bytes(entry);
            }
            return bytes;
        }
    }

    /// What a range function came to, in the buckets of a [Grid], so that it serves every query whose steps lie on that
    /// grid.
    ///
    /// @param ends where each bucket ends, in the time of rows
    /// @param series not to be changed
    record Sums(long[] ends, Map<Labels, Buckets> series, Counters counters) implements Part {
        @Override
        public long bytes() {
            long bytes = 400L + 8L * ends.length;
            for (var entry : series.entrySet()) {
                bytes += 200L + 64L * entry.getKey().size() + entry.getValue().bytes();
            }
            return bytes;
        }
    }

    private record Kept(Part part, long bytes) {}

    /// What is kept, and what happened since the start.
    public record Counts(long entries, long bytes, long asked, long found, long added, long evicted) {}

    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    /// Least recently used first. Guarded by `lock`, as are the counts.
    private final LinkedHashMap<Key, Kept> kept = new LinkedHashMap<>(64, 0.75f, true);

    private long held;
    private long asked;
    private long hits;
    private long added;
    private long evicted;

    public Partials(long limit) {
        this.limit = limit;
    }

    @Nullable
    Part get(Key key) {
        lock.lock();
        try {
            var found = kept.get(key);
            asked++;
            hits += found == null ? 0 : 1;
            return found == null ? null : found.part;
        } finally {
            lock.unlock();
        }
    }

    /// Keeps a part, unless it would push out most of the others.
    void put(Key key, Part part) {
        long bytes = part.bytes();
        if (bytes > limit / 4) {
            return;
        }
        lock.lock();
        try {
            var before = kept.put(key, new Kept(part, bytes));
            held += bytes - (before == null ? 0 : before.bytes);
            added += before == null ? 1 : 0;
            evict(limit);
        } finally {
            lock.unlock();
        }
    }

    private void evict(long most) {
        Iterator<Kept> oldest = kept.values().iterator();
        while (held > most && oldest.hasNext()) {
            held -= oldest.next().bytes;
            oldest.remove();
            evicted++;
        }
    }

    /// Gives memory back to those who need it now: at least so many bytes, if there are so many.
    void release(long bytes) {
        lock.lock();
        try {
            evict(Math.max(0, held - bytes));
        } finally {
            lock.unlock();
        }
    }

    /// Bytes that all parts hold at most.
    long most() {
        return limit;
    }

    /// Bytes that all parts hold.
    public long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    public Counts counts() {
        lock.lock();
        try {
            return new Counts(kept.size(), held, asked, hits, added, evicted);
        } finally {
            lock.unlock();
        }
    }
}
