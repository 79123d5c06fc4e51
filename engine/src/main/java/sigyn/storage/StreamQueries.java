package sigyn.storage;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;
import sigyn.model.LabelMatcher;
import sigyn.model.TimeRange;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.block.OpenGroups;
import sigyn.storage.block.StoredRowGroup;
import sigyn.storage.head.HeadPart;
import sigyn.storage.port.StreamStats;

/// Which streams have entries in a range, and how many: answered from counters where a row group lies inside the range,
/// from its time and stream columns where the range cuts through it. Lines are never read.
final class StreamQueries {
    private final TenantStore tenant;
    private final TimeRange range;
    private final Damages damages;
    private final OpenGroups opened;

    StreamQueries(TenantStore tenant, TimeRange range, Damages damages, OpenGroups opened) {
        this.tenant = tenant;
        this.range = range;
        this.damages = damages;
        this.opened = opened;
    }

    /// Numbers of the matching streams that have an entry in the range.
    RoaringBitmap present(List<LabelMatcher> matchers) {
        RoaringBitmap present = tenant.streams().match(matchers);
        var view = tenant.view();
        BitSet missing = bits(present);
        for (var part : view.parts()) {
            if (part.rows() > 0 && range.overlaps(part.minTime(), part.maxTime())) {
                find(part, missing);
            }
        }
        for (boolean whole : new boolean[] {true, false}) {
            for (var block : view.blocks()) {
                for (var group : block.groups()) {
                    if (!missing.isEmpty()
                            && range.overlaps(group.minTime(), group.maxTime())
                            && whole == isWhole(group)) {
                        find(group, missing);
                    }
                }
            }
        }
        missing.stream().forEach(present::remove);
        return present;
    }

    private boolean isWhole(StoredRowGroup group) {
        return range.contains(group.minTime()) && range.contains(group.maxTime());
    }

    /// Takes the streams that a part has out of `missing`; ends with the last one.
    private void find(HeadPart part, BitSet missing) {
        tenant.resolveLate(part);
        var dropped = part.dropped();
        int rows = part.rows();
        int left = missing.cardinality();
        for (int row = 0; row < rows && left > 0; row++) {
            int stream = part.stream(row);
            if (missing.get(stream) && range.contains(part.time(row)) && (dropped == null || !dropped.get(row))) {
                missing.clear(stream);
                left--;
            }
        }
    }

    private static BitSet bits(RoaringBitmap numbers) {
        var bits = new BitSet(numbers.isEmpty() ? 0 : numbers.last() + 1);
        numbers.forEach((int number) -> bits.set(number));
        return bits;
    }

    private void find(StoredRowGroup group, BitSet missing) {
        boolean whole = isWhole(group);
        var unsure = new RoaringBitmap();
        try {
            for (int i = 0; i < group.streamCount(); i++) {
                int stream = group.stream(i);
                if (!missing.get(stream)) {
                    continue;
                }
                if (whole || range.contains(group.streamMinTime(i)) || range.contains(group.streamMaxTime(i))) {
                    missing.clear(stream);
                } else if (range.overlaps(group.streamMinTime(i), group.streamMaxTime(i))) {
                    unsure.add(i);
                }
            }
            if (!unsure.isEmpty()) {
                long[] counts = countsInRange(group);
                unsure.forEach((int i) -> {
                    if (counts[i] > 0) {
                        missing.clear(group.stream(i));
                    }
                });
            }
        } catch (CorruptBlockException e) {
            damaged(group, e);
        }
    }

    /// Entries in the range of each of the group's streams.
    private long[] countsInRange(StoredRowGroup group) {
        long[] counts = new long[group.streamCount()];
        return group.checked(() -> {
            var rows = opened.open(group);
            int from = TimeRange.lowerBound(rows.times(), range.start());
            int to = TimeRange.lowerBound(rows.times(), range.end());
            int[] streams = rows.streams();
            for (int row = from; row < to; row++) {
                counts[streams[row]]++;
            }
            opened.used(group, rows);
            return counts;
        });
    }

    /// Entries and bytes of the matching streams. Where the range cuts through a row group the entries are exact and
    /// the bytes are the stream's average in the group.
    List<StreamStats> stats(List<LabelMatcher> matchers) {
        RoaringBitmap candidates = tenant.streams().match(matchers);
        int size = candidates.isEmpty() ? 0 : candidates.last() + 1;
        var sums = new Sums(new long[size], new long[size], new long[size]);
        var view = tenant.view();
        for (var part : view.parts()) {
            add(part, candidates, sums);
        }
        for (var block : view.blocks()) {
            for (var group : block.groups()) {
                if (range.overlaps(group.minTime(), group.maxTime())) {
                    try {
                        add(group, candidates, sums);
                    } catch (CorruptBlockException e) {
                        damaged(group, e);
                    }
                }
            }
        }
        var result = new ArrayList<StreamStats>();
        for (var stream : tenant.streams().get(candidates)) {
            int id = stream.id();
            if (sums.entries[id] > 0) {
                result.add(new StreamStats(stream.labels(), sums.entries[id], sums.bytes[id], sums.chunks[id]));
            }
        }
        result.sort(Comparator.comparing(StreamStats::labels));
        return result;
    }

    private record Sums(long[] entries, long[] bytes, long[] chunks) {}

    private void add(HeadPart part, RoaringBitmap candidates, Sums sums) {
        int rows = part.rows();
        if (rows == 0 || !range.overlaps(part.minTime(), part.maxTime())) {
            return;
        }
        tenant.resolveLate(part);
        var dropped = part.dropped();
        var seen = new RoaringBitmap();
        for (int row = 0; row < rows; row++) {
            int stream = part.stream(row);
            if (range.contains(part.time(row))
                    && candidates.contains(stream)
                    && (dropped == null || !dropped.get(row))) {
                sums.entries[stream]++;
                sums.bytes[stream] += part.lineLength(row) + part.metadataLength(row);
                if (seen.checkedAdd(stream)) {
                    sums.chunks[stream]++;
                }
            }
        }
    }

    private void add(StoredRowGroup group, RoaringBitmap candidates, Sums sums) {
        boolean whole = range.contains(group.minTime()) && range.contains(group.maxTime());
        long[] counts = {};
        for (int i = 0; i < group.streamCount(); i++) {
            int stream = group.stream(i);
            if (!candidates.contains(stream)) {
                continue;
            }
            long entries;
            if (whole || range.contains(group.streamMinTime(i)) && range.contains(group.streamMaxTime(i))) {
                entries = group.streamRows(i);
            } else if (!range.overlaps(group.streamMinTime(i), group.streamMaxTime(i))) {
                continue;
            } else {
                if (counts.length == 0) {
                    counts = countsInRange(group);
                }
                entries = counts[i];
            }
            if (entries > 0) {
                sums.entries[stream] += entries;
                sums.bytes[stream] += entries == group.streamRows(i)
                        ? group.streamBytes(i)
                        : Math.round((double) group.streamBytes(i) * entries / group.streamRows(i));
                sums.chunks[stream]++;
            }
        }
    }

    private void damaged(StoredRowGroup group, CorruptBlockException e) {
        group.markDamaged();
        damages.add(tenant.tenant(), group.file(), group.minTime(), group.maxTime(), e.getMessage() + "");
    }
}
