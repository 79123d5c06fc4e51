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
/// stream around the row's time; then both are gone through side by side in the order of time, and lines are only
/// compared when stream and time are equal.
final class LateRows {
    private LateRows() {}

    /// @param candidates rows in order of arrival; put into order of time here
    static BitSet find(HeadPart part, int[] candidates, TenantStore.View view, StreamIndex streams) {
        part.sort(candidates);
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
        int row = 0;
        for (int i = firstFrom(part, candidates, group.minTime()); i < candidates.length; i++) {
            int candidate = candidates[i];
            long time = part.time(candidate);
            if (time > group.maxTime()) {
                break;
            }
            if (rows != null) {
                row = firstFrom(times, row, time);
                if (row == times.length || times[row] != time) {
                    continue;
                }
            }
            if (found.get(candidate)) {
                continue;
            }
            if (ordinals.isEmpty()) {
                for (int k = 0; k < group.streamCount(); k++) {
                    ordinals.put(group.stream(k), k);
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
                row = lowerBound(times, time);
            }
            for (int same = row; same < times.length && times[same] == time; same++) {
                if (streams[same] == ordinal
                        && isSame(part, candidate, lines, rows, same)
                        && !isErased(part, candidate, lines, erasure)) {
                    found.set(candidate);
                }
            }
        }
        return found;
    }

    /// The first candidate that is not before a time.
    private static int firstFrom(HeadPart part, int[] candidates, long time) {
        int low = 0;
        int high = candidates.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (part.time(candidates[middle]) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The first index from `from` on whose time is at least `time`: near `from` soon found.
    private static int firstFrom(long[] times, int from, long time) {
        int step = 1;
        int low = from;
        while (low + step <= times.length && times[low + step - 1] < time) {
            low += step;
            step *= 2;
        }
        int high = Math.min(times.length, low + step - 1);
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
