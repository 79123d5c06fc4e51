package sigyn.storage.compact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// Blocks of one tenant and one day are merged in two steps: seven as sealed become one of level 1, seven of these one
/// of level 2. A row is so copied twice at most. A settled day, one that gets no new blocks, is merged to as few files
/// as the size allows.
public final class CompactionPolicy {
    static final int FAN_IN = 7;
    static final int LAST_LEVEL = 2;
    static final long LARGEST = 128L << 20;
    private static final long DAY_NANOS = 86_400_000_000_000L;

    private CompactionPolicy() {}

    /// What the policy knows of a block.
    public record Candidate(long number, long bytes, int level, long minTime) {}

    /// Blocks that should become one of a level.
    public record Merge(List<Long> numbers, int level) {
        public Merge {
            numbers = List.copyOf(numbers);
        }
    }

    /// Merges to do, most useful first. With `settle` every day counts as settled.
    public static List<Merge> choose(List<Candidate> blocks, boolean settle) {
        var days = new TreeMap<Long, List<Candidate>>();
        for (var block : blocks) {
            days.computeIfAbsent(Math.floorDiv(block.minTime(), DAY_NANOS), _ -> new ArrayList<>())
                    .add(block);
        }
        var merges = new ArrayList<Merge>();
        for (var day : days.values()) {
            if (settle) {
                settle(day, merges);
            } else {
                for (int level = 0; level < LAST_LEVEL; level++) {
                    merge(day, level, merges);
                }
            }
        }
        return merges;
    }

    private static void merge(List<Candidate> day, int level, List<Merge> merges) {
        var some = new ArrayList<Candidate>();
        long bytes = 0;
        for (var block : sorted(day)) {
            if (block.level() == level && block.bytes() <= LARGEST / 2) {
                some.add(block);
                bytes += block.bytes();
                if (some.size() >= FAN_IN || bytes > LARGEST / 2) {
                    add(some, level + 1, merges);
                    some = new ArrayList<>();
                    bytes = 0;
                }
            }
        }
    }

    private static void settle(List<Candidate> day, List<Merge> merges) {
        var some = new ArrayList<Candidate>();
        long bytes = 0;
        for (var block : sorted(day)) {
            if (bytes + block.bytes() > LARGEST) {
                add(some, LAST_LEVEL, merges);
                some = new ArrayList<>();
                bytes = 0;
            }
            if (block.bytes() <= LARGEST / 2) {
                some.add(block);
                bytes += block.bytes();
            }
        }
        add(some, LAST_LEVEL, merges);
    }

    private static List<Candidate> sorted(List<Candidate> blocks) {
        return blocks.stream()
                .sorted(Comparator.comparingLong(Candidate::number))
                .toList();
    }

    private static void add(List<Candidate> blocks, int level, List<Merge> merges) {
        if (blocks.size() > 1) {
            merges.add(new Merge(blocks.stream().map(Candidate::number).toList(), level));
        }
    }
}
