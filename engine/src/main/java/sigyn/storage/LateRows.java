package sigyn.storage;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.block.StoredRowGroup;
import sigyn.storage.head.HeadLines;
import sigyn.storage.head.HeadPart;
import sigyn.storage.index.StreamIndex;
import sigyn.storage.rowgroup.WholeRows;

/// Finds late rows of the head that are in blocks already. A row group is only looked into when it holds the row's
/// stream around the row's time, and lines are only compared when stream and time are equal.
final class LateRows {
    private LateRows() {}

    static BitSet find(HeadPart part, int[] candidates, TenantStore.View view, StreamIndex streams) {
        var found = new BitSet();
        for (var block : view.blocks()) {
            for (var group : block.groups()) {
                if (!group.isDamaged()) {
                    try {
                        group.checked(() -> {
                            var erasure = Erasure.between(
                                    view.deletions(),
                                    streams,
                                    group.firstSeq(),
                                    part.firstSeq(),
                                    group.minTime(),
                                    group.maxTime());
                            return find(part, candidates, group, erasure, found);
                        });
                    } catch (CorruptBlockException e) {
                        group.markDamaged();
                    }
                }
            }
        }
        return found;
    }

    private static BitSet find(HeadPart part, int[] candidates, StoredRowGroup group, Erasure erasure, BitSet found) {
        var ordinals = new HashMap<Integer, Integer>();
        var lines = part.lines();
        WholeRows rows = null;
        long[] times = {};
        int[] streams = {};
        int streamBefore = -1;
        int ordinal = -1;
        for (int candidate : candidates) {
            long time = part.time(candidate);
            if (time < group.minTime() || time > group.maxTime() || found.get(candidate)) {
                continue;
            }
            if (ordinals.isEmpty()) {
                for (int i = 0; i < group.streamCount(); i++) {
                    ordinals.put(group.stream(i), i);
                }
            }
            if (part.stream(candidate) != streamBefore) {
                streamBefore = part.stream(candidate);
                ordinal = ordinals.getOrDefault(streamBefore, -1);
            }
            if (ordinal < 0 || time < group.streamMinTime(ordinal) || time > group.streamMaxTime(ordinal)) {
                continue;
            }
            if (rows == null) {
                var open = group.open();
                times = open.times();
                streams = open.streams();
                rows = new WholeRows(open);
            }
            for (int row = lowerBound(times, time); row < times.length && times[row] == time; row++) {
                if (streams[row] == ordinal
                        && isSame(part, candidate, lines, rows, row)
                        && !isErased(part, candidate, lines, erasure)) {
                    found.set(candidate);
                }
            }
        }
        return found;
    }

    /// Compares line and metadata.
    private static boolean isSame(HeadPart part, int candidate, HeadLines lines, WholeRows rows, int row) {
        rows.read(row);
        lines.seek(candidate);
        int line = part.lineLength(candidate);
        int size = line + part.metadataLength(candidate);
        return line == rows.lineLength()
                && size == line + rows.metadataLength()
                && Arrays.equals(lines.bytes(), lines.start(), lines.start() + size, rows.bytes(), 0, size);
    }

    /// A row that came again after it was deleted is a new row.
    private static boolean isErased(HeadPart part, int row, HeadLines lines, Erasure erasure) {
        return erasure.erases(part.stream(row), part.time(row), lines.bytes(), lines.start(), part.lineLength(row));
    }

    /// The first index whose time is at least `time`.
    static int lowerBound(long[] times, long time) {
        int low = 0;
        int high = times.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
