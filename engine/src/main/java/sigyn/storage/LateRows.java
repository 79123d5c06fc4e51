package sigyn.storage;

import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import sigyn.storage.block.Block;
import sigyn.storage.block.CorruptBlockException;
import sigyn.storage.block.RowGroup;
import sigyn.storage.block.RowReader;
import sigyn.storage.head.HeadPart;

/// Finds late rows of the head that are in blocks already. A row group is only looked into when it holds the row's
/// stream around the row's time, and lines are only compared when stream and time are equal.
final class LateRows {
    private LateRows() {}

    static BitSet find(HeadPart part, int[] candidates, List<Block> blocks) {
        var found = new BitSet();
        for (var block : blocks) {
            for (var group : block.groups()) {
                if (!group.isDamaged()) {
                    try {
                        find(part, candidates, group, found);
                    } catch (CorruptBlockException e) {
                        group.markDamaged();
                    }
                }
            }
        }
        return found;
    }

    private static void find(HeadPart part, int[] candidates, RowGroup group, BitSet found) {
        var ordinals = new TreeMap<Integer, Integer>();
        for (int i = 0; i < group.streamCount(); i++) {
            ordinals.put(group.stream(i), i);
        }
        RowReader reader = null;
        long[] times = {};
        int[] streams = {};
        for (int candidate : candidates) {
            long time = part.time(candidate);
            Integer ordinal = time < group.minTime() || time > group.maxTime() || found.get(candidate)
                    ? null
                    : ordinals.get(part.stream(candidate));
            if (ordinal == null || time < group.streamMinTime(ordinal) || time > group.streamMaxTime(ordinal)) {
                continue;
            }
            if (reader == null) {
                reader = group.reader();
                times = reader.times();
                streams = reader.streams();
            }
            int row = lowerBound(times, time);
            for (; row < times.length && times[row] == time; row++) {
                if (streams[row] == ordinal && same(part, candidate, reader, row)) {
                    found.set(candidate);
                    break;
                }
            }
        }
    }

    private static boolean same(HeadPart part, int candidate, RowReader reader, int row) {
        reader.materialise(new int[] {row}, 1, true, true);
        return equal(
                        part.bytes(candidate),
                        part.lineStart(candidate),
                        part.lineLength(candidate),
                        reader.bytes(),
                        reader.lineStart()[0],
                        reader.lineLength()[0])
                && equal(
                        part.bytes(candidate),
                        part.metadataStart(candidate),
                        part.metadataLength(candidate),
                        reader.bytes(),
                        reader.metadataStart()[0],
                        reader.metadataLength()[0]);
    }

    private static boolean equal(byte[] a, int aFrom, int aLength, byte[] b, int bFrom, int bLength) {
        return java.util.Arrays.equals(a, aFrom, aFrom + aLength, b, bFrom, bFrom + bLength);
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
