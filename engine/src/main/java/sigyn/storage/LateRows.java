package sigyn.storage;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import sigyn.model.TimeRange;
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
        long[] times = new long[candidates.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = part.time(candidates[i]);
        }
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
                            return find(part, candidates, times, group, erasure, found);
                        });
                    } catch (CorruptBlockException e) {
                        group.markDamaged();
                    }
                }
            }
        }
        return found;
    }

    private static BitSet find(
            HeadPart part, int[] candidates, long[] times, StoredRowGroup group, Erasure erasure, BitSet found) {
        int to = group.maxTime() == Long.MAX_VALUE ? times.length : TimeRange.lowerBound(times, group.maxTime() + 1);
        int at = TimeRange.lowerBound(times, group.minTime());
        if (at >= to) {
            return found;
        }
        var ordinals = new Ordinals(group);
        while (at < to && ordinals.at(part.stream(candidates[at]), times[at]) < 0) {
            at++;
        }
        if (at == to) {
            return found;
        }
        var open = group.open();
        long[] rowTimes = open.times();
        int[] streams = open.streams();
        var rows = new WholeRows(open);
        var lines = part.lines();
        int row = TimeRange.lowerBound(rowTimes, times[at]);
        while (at < to && row < rowTimes.length) {
            long time = times[at];
            long rowTime = rowTimes[row];
            if (time != rowTime) {
                at += time < rowTime ? 1 : 0;
                row += time < rowTime ? 0 : 1;
                continue;
            }
            int candidate = candidates[at++];
            int ordinal = found.get(candidate) ? -1 : ordinals.at(part.stream(candidate), time);
            for (int same = row; ordinal >= 0 && same < rowTimes.length && rowTimes[same] == time; same++) {
                if (streams[same] == ordinal
                        && isSame(part, candidate, lines, rows, same)
                        && !isErased(part, candidate, lines, erasure)) {
                    found.set(candidate);
                }
            }
        }
        return found;
    }

    /// Where streams stand in a row group.
    private static final class Ordinals {
        private final StoredRowGroup group;
        private final Map<Integer, Integer> ordinals = new HashMap<>();
        private int stream = -1;
        private int ordinal = -1;

        Ordinals(StoredRowGroup group) {
            this.group = group;
            for (int k = 0; k < group.streamCount(); k++) {
                ordinals.put(group.stream(k), k);
            }
        }

        /// The ordinal of a stream that has rows around `time`, or -1.
        int at(int wanted, long time) {
            if (wanted != stream) {
                stream = wanted;
                ordinal = ordinals.getOrDefault(wanted, -1);
            }
            return ordinal >= 0 && time >= group.streamMinTime(ordinal) && time <= group.streamMaxTime(ordinal)
                    ? ordinal
                    : -1;
        }
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
}
