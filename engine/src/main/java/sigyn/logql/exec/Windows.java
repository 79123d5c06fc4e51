package sigyn.logql.exec;

import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Cuts time into buckets so that the window `(t - range, t]` of every step is a whole number of them: at all window
/// starts and all window ends. Each sample falls into one bucket, however many windows overlap there.
final class Windows {
    /// Bucket `i` holds times in `(borders[i], borders[i + 1]]`.
    private final long[] borders;

    private final int[] from;
    private final int[] to;
    private final boolean[] used;
    private int last;

    Windows(Steps steps, long range) {
        int n = steps.count();
        long[] all = new long[n * 2];
        for (int i = 0; i < n; i++) {
            all[i] = steps.time(i);
            all[n + i] = steps.time(i) - range;
        }
        Arrays.sort(all);
        int unique = 0;
        for (int i = 0; i < all.length; i++) {
            if (i == 0 || all[i] != all[unique - 1]) {
                all[unique++] = all[i];
            }
        }
        borders = Arrays.copyOf(all, unique);
        from = new int[n];
        to = new int[n];
        used = new boolean[Math.max(unique - 1, 0)];
        for (int i = 0; i < n; i++) {
            from[i] = Arrays.binarySearch(borders, steps.time(i) - range);
            to[i] = Arrays.binarySearch(borders, steps.time(i));
            Arrays.fill(used, from[i], to[i], true);
        }
    }

    private Windows(long[] borders, boolean[] used) {
        this.borders = borders;
        this.used = used;
        from = new int[0];
        to = new int[0];
    }

    /// One bucket that holds the times from `min` to `max`.
    static Windows whole(long min, long max) {
        return new Windows(new long[] {min - 1, max}, new boolean[] {true});
    }

    /// The buckets of a grid, as far as they hold times from `min` to `max`; null when they are more than `most`.
    static @Nullable Windows of(Partials.Grid grid, long min, long max, int most) {
        long step = grid.step();
        if ((max - min) / step > most / 2 - 4) {
            return null;
        }
        long lastStart = grid.phase() - grid.range();
        var all = new TreeSet<Long>();
        for (long phase : new long[] {grid.phase(), lastStart}) {
            long border = Math.floorDiv(min - 1 - phase, step) * step + phase;
            all.add(border);
            while (border < max) {
                border += step;
                all.add(border);
            }
        }
        long[] borders = all.stream().mapToLong(Long::longValue).toArray();
        boolean[] used = new boolean[borders.length - 1];
        for (int i = 0; i < used.length; i++) {
            used[i] = grid.range() >= step || Math.floorMod(borders[i + 1] - grid.phase(), step) == 0;
        }
        return new Windows(borders, used);
    }

    private Windows(Windows other) {
        borders = other.borders;
        from = other.from;
        to = other.to;
        used = other.used;
    }

    /// The same windows for another thread: finding a bucket remembers the last one.
    Windows copy() {
        return new Windows(this);
    }

    int buckets() {
        return used.length;
    }

    /// Where the buckets begin, and behind them where the last ends, for those who count what is at or after a border:
    /// times are moved back by `offset`.
    long[] bounds(long offset) {
        long[] bounds = new long[borders.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = borders[i] + 1 - offset;
        }
        return bounds;
    }

    /// Where each bucket ends.
    long[] ends() {
        return Arrays.copyOfRange(borders, 1, borders.length);
    }

    /// False when no window reaches over the bucket.
    boolean isUsed(int bucket) {
        return used[bucket];
    }

    /// The bucket of a time, or -1 when no window holds it.
    int bucket(long time) {
        int i = last;
        if (i >= used.length || time <= borders[i] || time > borders[i + 1]) {
            i = find(time);
            if (i < 0) {
                return -1;
            }
            last = i;
        }
        return used[i] ? i : -1;
    }

    private int find(long time) {
        if (used.length == 0 || time <= borders[0] || time > borders[borders.length - 1]) {
            return -1;
        }
        int at = Arrays.binarySearch(borders, time);
        return at >= 0 ? at - 1 : -at - 2;
    }

    /// The first bucket of a step's window.
    int from(int step) {
        return from[step];
    }

    /// The bucket behind the last one of a step's window.
    int to(int step) {
        return to[step];
    }
}
