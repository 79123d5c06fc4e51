package sigyn.storage.block;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import sigyn.model.LabelMatcher;
import sigyn.model.LinePredicate;
import sigyn.storage.rowgroup.RowSelection;

/// Which rows of which row groups passed which tests, of all times: row groups never change, so the next query that
/// asks the same need not search them again. Those not asked for longest go first when all together take more than
/// `limit` bytes.
public final class Selections {
    private static final long KEY_BYTES = 300;

    /// @param group id of the row group
    /// @param picked what a sink that picks rows by template is known by, null without one
    public record Key(
            long group,
            List<LabelMatcher> matchers,
            List<LinePredicate> lines,
            @Nullable Object picked) {}

    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    /// Least recently used first. Guarded by `lock`, as is `held`.
    private final LinkedHashMap<Key, RowSelection> known = new LinkedHashMap<>(64, 0.75f, true);

    private long held;

    Selections(long limit) {
        this.limit = limit;
    }

    public @Nullable RowSelection get(Key key) {
        lock.lock();
        try {
            return known.get(key);
        } finally {
            lock.unlock();
        }
    }

    public void put(Key key, RowSelection rows) {
        lock.lock();
        try {
            var before = known.put(key, rows);
            held += bytes(rows) - (before == null ? 0 : bytes(before));
            var oldest = known.values().iterator();
            while (held > limit && oldest.hasNext()) {
                held -= bytes(oldest.next());
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    private static long bytes(RowSelection rows) {
        return KEY_BYTES + rows.bytes();
    }
}
