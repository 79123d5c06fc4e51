package sigyn.storage.block;

import java.util.LinkedHashMap;
import java.util.concurrent.locks.ReentrantLock;
import sigyn.storage.rowgroup.RowGroup;

/// Row groups that queries have opened, with what they have read of them: a dashboard that is refreshed asks the same
/// groups the same things. Those not asked for longest go first when all together hold more than `limit` bytes.
///
/// Groups are immutable, so nothing is ever out of date; a group whose block is gone is not asked for any more.
public final class OpenGroups {
    /// What a group holds is counted anew at every so many uses.
    private static final int COUNT_EVERY = 8;

    private record Opened(RowGroup rows, long bytes, int uses) {}

    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    /// Least recently used first. Guarded by `lock`, as is `held`.
    private final LinkedHashMap<StoredRowGroup, Opened> opened = new LinkedHashMap<>(64, 0.75f, true);

    private long held;
    private final Selections selections;

    /// Selections may take an eighth of `limit` besides.
    public OpenGroups(long limit) {
        this.limit = limit;
        selections = new Selections(limit / 8);
    }

    public Selections selections() {
        return selections;
    }

    /// The rows of a group. Whoever has used them calls [#used].
    public RowGroup open(StoredRowGroup group) {
        lock.lock();
        try {
            var known = opened.get(group);
            if (known != null) {
                return known.rows;
            }
        } finally {
            lock.unlock();
        }
        return group.open();
    }

    /// Keeps an opened group for the next who asks, if there is room.
    public void used(StoredRowGroup group, RowGroup rows) {
        lock.lock();
        try {
            var known = opened.get(group);
            if (known != null && known.rows != rows) {
                return;
            }
            int uses = known == null ? 0 : known.uses + 1;
            long bytes = known != null && uses % COUNT_EVERY != 1 ? known.bytes : rows.held();
            held += bytes - (known == null ? 0 : known.bytes);
            opened.put(group, new Opened(rows, bytes, uses));
            var oldest = opened.entrySet().iterator();
            while (held > limit && oldest.hasNext()) {
                held -= oldest.next().getValue().bytes;
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Bytes that all groups together hold.
    public long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }
}
