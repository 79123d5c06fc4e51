package sigyn.storage.head;

/// Spans of time in which the rows of each stream came, a few of each. What came in order, or only changed places with
/// its neighbours on the way, is told from what may have come before without looking at a row; where there are more
/// spans than are kept, the oldest become one and cover what is between them too. For one thread.
///
/// A table with open addressing: the stream of each slot, 0 where it is free, and the slot's spans in order of time.
final class StreamSpans {
    /// Of one stream: as much as a line of the processor's cache holds.
    private static final int SPANS = 2;

    private static final int BITS = Integer.numberOfTrailingZeros(SPANS * 2);
    private static final int SMALLEST = 16;
    private static final int SPREAD = 0x9E3779B9;

    private int[] streams = new int[SMALLEST];
    /// First and last time of each span; where there is none, a first that is later than any last.
    private long[] bounds = emptyBounds(SMALLEST);

    private int count;

    private static long[] emptyBounds(int slots) {
        long[] bounds = new long[slots << BITS];
        for (int i = 0; i < bounds.length; i += 2) {
            bounds[i] = Long.MAX_VALUE;
            bounds[i + 1] = Long.MIN_VALUE;
        }
        return bounds;
    }

    private int slot(int streamId) {
        int mask = streams.length - 1;
        int slot = streamId * SPREAD >>> 1 & mask;
        while (streams[slot] != 0 && streams[slot] != streamId + 1) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /// Brings what the others look at first into the processor's cache; the result means nothing.
    int fetch(int streamId) {
        int slot = streamId * SPREAD >>> 1 & streams.length - 1;
        return streams[slot] + (int) bounds[slot << BITS];
    }

    /// False when nothing of a stream was added between two times, both inclusive.
    boolean overlap(int streamId, long first, long last) {
        int at = slot(streamId) << BITS;
        for (int i = at; i < at + 2 * SPANS; i += 2) {
            if (first <= bounds[i + 1] && last >= bounds[i]) {
                return true;
            }
        }
        return false;
    }

    /// Adds a span that overlaps with none of its stream.
    void add(int streamId, long first, long last) {
        int slot = slot(streamId);
        if (streams[slot] == 0) {
            if ((count + 1) * 4L > streams.length * 3L) {
                widen();
                slot = slot(streamId);
            }
            streams[slot] = streamId + 1;
            count++;
        }
        insert(slot << BITS, first, last);
    }

    private void insert(int at, long first, long last) {
        int end = at + 2 * SPANS;
        boolean isFull = bounds[end - 2] <= bounds[end - 1];
        if (isFull && first < bounds[at]) {
            bounds[at] = first;
            return;
        }
        if (isFull && first < bounds[at + 2]) {
            bounds[at + 1] = last;
            return;
        }
        int to;
        if (isFull) {
            bounds[at + 1] = bounds[at + 3];
            for (to = at + 2; to + 2 < end && bounds[to + 2] < first; to += 2) {
                bounds[to] = bounds[to + 2];
                bounds[to + 1] = bounds[to + 3];
            }
        } else {
            for (to = end - 2; to > at && bounds[to - 2] >= first; to -= 2) {
                bounds[to] = bounds[to - 2];
                bounds[to + 1] = bounds[to - 1];
            }
        }
        bounds[to] = first;
        bounds[to + 1] = last;
    }

    private void widen() {
        int[] before = streams;
        long[] boundsBefore = bounds;
        streams = new int[before.length * 2];
        bounds = emptyBounds(streams.length);
        for (int i = 0; i < before.length; i++) {
            if (before[i] != 0) {
                int slot = slot(before[i] - 1);
                streams[slot] = before[i];
                System.arraycopy(boundsBefore, i << BITS, bounds, slot << BITS, 2 * SPANS);
            }
        }
    }

    /// Bytes of memory held.
    long memory() {
        return streams.length * (Integer.BYTES + ((long) Long.BYTES << BITS));
    }
}
