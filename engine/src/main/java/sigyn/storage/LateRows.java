package sigyn.storage;

import java.util.Arrays;
import java.util.BitSet;
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

    /// @param rows in order of arrival; put into order of time here
    static BitSet find(HeadPart part, int[] rows, TenantStore.View view, StreamIndex streams) {
        part.sort(rows);
        var candidates = new Candidates(part, rows);
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

    private static BitSet find(
            HeadPart part, Candidates candidates, StoredRowGroup group, Erasure erasure, BitSet found) {
        long[] times = candidates.times;
        int to = group.maxTime() == Long.MAX_VALUE ? times.length : TimeRange.lowerBound(times, group.maxTime() + 1);
        int at = TimeRange.lowerBound(times, group.minTime());
        if (at >= to || !candidates.mayBeIn(group)) {
            return found;
        }
        while (at < to && candidates.ordinal(at, group) < 0) {
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
            int candidate = candidates.rows[at];
            int ordinal = found.get(candidate) ? -1 : candidates.ordinal(at, group);
            at++;
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

    /// Rows in order of time, and where their streams stand in one row group after the other.
    private static final class Candidates {
        final int[] rows;
        final long[] times;
        /// The different streams, ascending.
        private final int[] streams;
        /// Each row's place in `streams`.
        private final int[] streamOf;
        private final long[] minTime;
        private final long[] maxTime;
        /// By place in `streams`: the ordinal in the row group at hand, or -1.
        private final int[] ordinal;

        Candidates(HeadPart part, int[] rows) {
            this.rows = rows;
            times = new long[rows.length];
            var seen = new BitSet();
            for (int i = 0; i < rows.length; i++) {
                times[i] = part.time(rows[i]);
                seen.set(part.stream(rows[i]));
            }
            streams = seen.stream().toArray();
            streamOf = new int[rows.length];
            minTime = new long[streams.length];
            maxTime = new long[streams.length];
            ordinal = new int[streams.length];
            Arrays.fill(minTime, Long.MAX_VALUE);
            for (int i = 0; i < rows.length; i++) {
                int of = Arrays.binarySearch(streams, part.stream(rows[i]));
                streamOf[i] = of;
                minTime[of] = Math.min(minTime[of], times[i]);
                maxTime[of] = times[i];
            }
        }

        /// Looks up the streams in a row group; false when none of them has rows there around the time of those here.
        boolean mayBeIn(StoredRowGroup group) {
            Arrays.fill(ordinal, -1);
            boolean any = false;
            for (int k = 0; k < group.streamCount(); k++) {
                int of = Arrays.binarySearch(streams, group.stream(k));
                if (of >= 0 && minTime[of] <= group.streamMaxTime(k) && maxTime[of] >= group.streamMinTime(k)) {
                    ordinal[of] = k;
                    any = true;
                }
            }
            return any;
        }

        /// The ordinal of a row's stream when that has rows around the row's time, or -1.
        int ordinal(int at, StoredRowGroup group) {
            int of = ordinal[streamOf[at]];
            return of >= 0 && times[at] >= group.streamMinTime(of) && times[at] <= group.streamMaxTime(of) ? of : -1;
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
