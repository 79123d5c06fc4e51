package sigyn.storage.head;

/// Spans of time in which the rows of each stream came, two of each. What came in order, or only changed places with
/// its neighbour on the way, is told from what may have come before without looking at a row; where a third comes, the
/// older two become one and cover what is between them too. For one thread.
///
/// A table with open addressing: the stream of each slot and one, 0 where it is free, and the slot's spans, the older
/// first.
final class StreamSpans {
    /// First and last time of the older span, and of the younger.
    private static final int BOUNDS = 4;

    private static final int SMALLEST = 16;
    private static final int SPREAD = 0x9E3779B9;

    private int[] streams = new int[SMALLEST];
    /// Where there is no span, a first time that is later than any last.
    private long[] bounds = emptyBounds(SMALLEST);

    private int count;

    private static long[] emptyBounds(int slots) {
        long[] bounds = new long[slots * BOUNDS];
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
        return streams[slot] + (int) bounds[slot * BOUNDS];
    }

    /// False when nothing of a stream was added between two times, both inclusive.
    boolean overlap(int streamId, long first, long last) {
        int at = slot(streamId) * BOUNDS;
        return first <= bounds[at + 1] && last >= bounds[at] || first <= bounds[at + 3] && last >= bounds[at + 2];
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
        insert(slot * BOUNDS, first, last);
    }

    private void insert(int at, long first, long last) {
        boolean isFull = bounds[at + 2] <= bounds[at + 3];
        if (isFull && first < bounds[at]) {
            bounds[at] = first;
        } else if (isFull && first < bounds[at + 2]) {
            bounds[at + 1] = last;
        } else if (isFull) {
            bounds[at + 1] = bounds[at + 3];
            put(at + 2, first, last);
        } else if (first <= bounds[at]) {
            put(at + 2, bounds[at], bounds[at + 1]);
            put(at, first, last);
        } else {
            put(at + 2, first, last);
        }
    }

    private void put(int at, long first, long last) {
        bounds[at] = first;
        bounds[at + 1] = last;
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
                System.arraycopy(boundsBefore, i * BOUNDS, bounds, slot * BOUNDS, BOUNDS);
            }
        }
    }

    /// Bytes of memory held.
    long memory() {
        return streams.length * (long) (Integer.BYTES + BOUNDS * Long.BYTES);
    }
}
