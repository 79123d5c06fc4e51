package sigyn.server.ingest;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;
import sigyn.codec.Hash64;
import sigyn.server.config.IngestLimits;
import sigyn.storage.index.Stream;

/// What came of the label texts that one tenant sent lately: agents send the same text with every push, so it is parsed
/// and checked once. Texts that were refused are not kept. Thread-safe.
final class KnownStreams {
    static final int LONGEST_TEXT = 8 << 10;
    /// About what an entry takes besides its text.
    private static final int OVERHEAD = 64;

    private static final int FEWEST_SLOTS = 64;
    /// Senders must not be able to choose texts that fall into one slot.
    private static final long SEED = new SplittableRandom().nextLong();

    /// A text whose stream passed the checks of `limits` and whose labels all stay in a [LabelDemotion#period()].
    /// `level` is what they say, null for nothing.
    record Known(
            byte[] text,
            int hash,
            IngestLimits limits,
            Object period,
            Stream stream,
            @Nullable String level) {
        private boolean isOf(byte[] bytes, int from, int length, int hashOfText) {
            return hash == hashOfText && text.length == length && Bytes.equal(text, 0, bytes, from, length);
        }
    }

    private final long mostBytes = Runtime.getRuntime().maxMemory() / 24;
    /// By the hash of the text, at most every other slot taken. Written under the lock, read without: who misses what
    /// is just being written parses once more.
    private volatile @Nullable Known[] slots = new @Nullable Known[FEWEST_SLOTS];

    private int count;
    private long size;

    static int hash(byte[] bytes, int from, int length) {
        long hash = Hash64.of(SEED, bytes, from, length);
        return (int) (hash ^ hash >>> 32);
    }

    /// What is known of a text, of this hash, under these limits in this period, or null.
    @Nullable
    Known get(byte[] bytes, int from, int length, int hash, IngestLimits limits, Object period) {
        var all = slots;
        var found = all[slot(all, bytes, from, length, hash)];
        return found != null && found.limits() == limits && found.period() == period ? found : null;
    }

    /// Brings what is known of texts with these hashes into the cache, waiting for all of it at once. The sum that is
    /// returned says nothing.
    int fetch(int[] hashes, int count) {
        var all = slots;
        int sum = 0;
        for (int i = 0; i < count; i++) {
            var at = all[hashes[i] & all.length - 1];
            if (at != null) {
                var labels = at.stream().labels();
                sum += at.text().length + labels.hashCode() + labels.size();
            }
        }
        return sum;
    }

    /// Where a text is, or would be.
    private static int slot(@Nullable Known[] slots, byte[] bytes, int from, int length, int hash) {
        int mask = slots.length - 1;
        int slot = hash & mask;
        for (var at = slots[slot]; at != null && !at.isOf(bytes, from, length, hash); at = slots[slot]) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /// Keeps what came of a text, which is not longer than `LONGEST_TEXT`.
    synchronized void put(Known known) {
        if (size > mostBytes) {
            slots = new @Nullable Known[FEWEST_SLOTS];
            count = 0;
            size = 0;
        }
        if (place(slots, known)) {
            count++;
            size += known.text().length + OVERHEAD;
        }
        if (count * 2 == slots.length) {
            var wider = new @Nullable Known[slots.length * 2];
            for (var old : slots) {
                if (old != null) {
                    place(wider, old);
                }
            }
            slots = wider;
        }
    }

    /// False when it takes the place of the same text.
    private static boolean place(@Nullable Known[] slots, Known known) {
        int slot = slot(slots, known.text(), 0, known.text().length, known.hash());
        boolean isNew = slots[slot] == null;
        slots[slot] = known;
        return isNew;
    }
}
