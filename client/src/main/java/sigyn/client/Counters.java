package sigyn.client;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// Where every line went. An event is born with one increment of `enqueued` and ends with one increment of `sent` or of
/// one `dropped` reason; between the two it is queued.
///
/// All counts only grow, so a reader that finds the ends unchanged after reading the births has read one instant
/// (Afek et al., "Atomic snapshots of shared memory", the double collect). Under a storm of drops it stops trying: then
/// `queued` still counts lines that ended while it was reading, and the sum still holds.
@SuppressWarnings("EnumOrdinal") // a reason is an index of an array
final class Counters {
    private static final int SENT = DropReason.COUNT;
    private static final int TRIES = 100;

    private final AtomicLong enqueued = new AtomicLong();
    private final AtomicLongArray ended = new AtomicLongArray(DropReason.COUNT + 1);
    private final AtomicLong retried = new AtomicLong();

    record Snapshot(long enqueued, long sent, long dropped, Map<DropReason, Long> droppedBy) {
        long queued() {
            return enqueued - sent - dropped;
        }
    }

    void enqueued() {
        enqueued.getAndIncrement();
    }

    void enqueued(long lines) {
        enqueued.getAndAdd(lines);
    }

    void sent(long lines) {
        ended.getAndAdd(SENT, lines);
    }

    void dropped(DropReason reason, long lines) {
        ended.getAndAdd(reason.ordinal(), lines);
    }

    void retried() {
        retried.getAndIncrement();
    }

    long retriedSoFar() {
        return retried.get();
    }

    long droppedSoFar() {
        long sum = 0;
        for (int i = 0; i < SENT; i++) sum += ended.get(i);
        return sum;
    }

    /// Lines not yet sent or dropped; never less than the truth of the moment the call began.
    long queued() {
        long finished = droppedSoFar() + ended.get(SENT);
        return enqueued.get() - finished;
    }

    Snapshot snapshot() {
        var first = new long[DropReason.COUNT + 1];
        for (int attempt = 0; ; attempt++) {
            for (int i = 0; i < first.length; i++) first[i] = ended.get(i);
            long births = enqueued.get();
            boolean still = true;
            for (int i = 0; i < first.length; i++) still &= first[i] == ended.get(i);
            if (still || attempt == TRIES) return snapshot(births, first);
            Thread.onSpinWait();
        }
    }

    private static Snapshot snapshot(long births, long[] ends) {
        var reasons = new EnumMap<DropReason, Long>(DropReason.class);
        long dropped = 0;
        for (var reason : DropReason.values()) {
            long lines = ends[reason.ordinal()];
            if (lines > 0) reasons.put(reason, lines);
            dropped += lines;
        }
        return new Snapshot(births, ends[SENT], dropped, Map.copyOf(reasons));
    }
}
