package sigyn.storage.head;

import java.util.Arrays;

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

    private final SpareMemory spare;
    private Table table = new Table(SMALLEST);
    private int count;

    /// @param bounds of a free slot mean nothing; where a slot has no second span, a first time later than any last
    record Table(int[] streams, long[] bounds) {
        static final int SLOT_BYTES = Integer.BYTES + BOUNDS * Long.BYTES;

        Table(int slots) {
            this(new int[slots], new long[slots * BOUNDS]);
        }

        int size() {
            return streams.length;
        }

        private int slot(int streamId) {
            int mask = streams.length - 1;
            int slot = streamId * SPREAD >>> 1 & mask;
            while (streams[slot] != 0 && streams[slot] != streamId + 1) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        void clear() {
            Arrays.fill(streams, 0);
        }
    }

    StreamSpans(SpareMemory spare) {
        this.spare = spare;
    }

    /// Brings what the others look at first into the processor's cache; the result means nothing.
    int fetch(int streamId) {
        int slot = streamId * SPREAD >>> 1 & table.size() - 1;
        return table.streams[slot] + (int) table.bounds[slot * BOUNDS];
    }

    /// False when nothing of a stream was added between two times, both inclusive.
    boolean overlap(int streamId, long first, long last) {
        int slot = table.slot(streamId);
        long[] bounds = table.bounds;
        int at = slot * BOUNDS;
        return table.streams[slot] != 0
                && (first <= bounds[at + 1] && last >= bounds[at] || first <= bounds[at + 3] && last >= bounds[at + 2]);
    }

    /// Adds a span that overlaps with none of its stream.
    void add(int streamId, long first, long last) {
        int slot = table.slot(streamId);
        if (table.streams[slot] != 0) {
            insert(table.bounds, slot * BOUNDS, first, last);
            return;
        }
        if ((count + 1) * 4L > table.size() * 3L) {
            widen();
            slot = table.slot(streamId);
        }
        table.streams[slot] = streamId + 1;
        put(table.bounds, slot * BOUNDS, first, last);
        put(table.bounds, slot * BOUNDS + 2, Long.MAX_VALUE, Long.MIN_VALUE);
        count++;
    }

    private static void insert(long[] bounds, int at, long first, long last) {
        boolean isFull = bounds[at + 2] <= bounds[at + 3];
        if (isFull && first < bounds[at]) {
            bounds[at] = first;
        } else if (isFull && first < bounds[at + 2]) {
            bounds[at + 1] = last;
        } else if (isFull) {
            bounds[at + 1] = bounds[at + 3];
            put(bounds, at + 2, first, last);
        } else if (first < bounds[at]) {
            put(bounds, at + 2, bounds[at], bounds[at + 1]);
            put(bounds, at, first, last);
        } else {
            put(bounds, at + 2, first, last);
        }
    }

    private static void put(long[] bounds, int at, long first, long last) {
        bounds[at] = first;
        bounds[at + 1] = last;
    }

    private void widen() {
        var before = table;
        var wider = spare.spans(before.size() * 2);
        for (int i = 0; i < before.size(); i++) {
            if (before.streams[i] != 0) {
                int slot = wider.slot(before.streams[i] - 1);
                wider.streams[slot] = before.streams[i];
                System.arraycopy(before.bounds, i * BOUNDS, wider.bounds, slot * BOUNDS, BOUNDS);
            }
        }
        table = wider;
        spare.give(before);
    }

    /// Gives its memory to others; nothing but [#fetch] may be asked any more.
    void retire() {
        spare.give(table);
        table = new Table(SMALLEST);
    }

    /// Bytes of memory held.
    long memory() {
        return (long) table.size() * Table.SLOT_BYTES;
    }
}
