package sigyn.storage.head;

import java.util.Arrays;

/// Puts rows in order of arrival into order of time, equal times in order of arrival. Arrival is nearly in order,
/// stream
/// by stream: few runs are merged, many rows in many runs go through a radix sort.
final class TimeOrder {
    /// Merging goes over all rows once for each doubling of the runs, the radix sort three to five times.
    private static final int FEW_RUNS = 8;
    private static final int FEW_ROWS = 2048;
    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;

    private TimeOrder() {}

    /// @param times of the rows, changed too
    static void sort(int[] rows, long[] times) {
        int runs = 1;
        for (int i = 1; i < times.length; i++) {
            if (times[i] < times[i - 1]) {
                runs++;
            }
        }
        if (runs == 1) {
            return;
        }
        if (runs <= FEW_RUNS || rows.length <= FEW_ROWS) {
            mergeRuns(rows, times);
        } else {
            byDigits(rows, times);
        }
    }

    /// A stable merge sort that finds runs first.
    private static void mergeRuns(int[] rows, long[] times) {
        int n = rows.length;
        int[] from = rows;
        int[] to = new int[n];
        long[] fromTimes = times;
        long[] toTimes = new long[n];
        for (boolean whole = false; !whole; ) {
            int out = 0;
            int at = 0;
            int merges = 0;
            while (at < n) {
                int middle = runEnd(fromTimes, at);
                int end = runEnd(fromTimes, middle);
                merges++;
                int a = at;
                int b = middle;
                while (a < middle || b < end) {
                    int next = a == middle || b < end && fromTimes[b] < fromTimes[a] ? b++ : a++;
                    to[out] = from[next];
                    toTimes[out++] = fromTimes[next];
                }
                at = end;
            }
            whole = merges <= 1;
            int[] otherRows = from;
            from = to;
            to = otherRows;
            long[] otherTimes = fromTimes;
            fromTimes = toTimes;
            toTimes = otherTimes;
        }
        if (from != rows) {
            System.arraycopy(from, 0, rows, 0, n);
        }
    }

    private static int runEnd(long[] times, int at) {
        int end = Math.min(at + 1, times.length);
        while (end < times.length && times[end - 1] <= times[end]) {
            end++;
        }
        return end;
    }

    /// A stable radix sort, lowest digit first, of the distances to the earliest time.
    private static void byDigits(int[] rows, long[] times) {
        int n = rows.length;
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (long time : times) {
            min = Math.min(min, time);
            max = Math.max(max, time);
        }
        int bits = Long.SIZE - Long.numberOfLeadingZeros(max - min);
        int[] from = rows;
        int[] to = new int[n];
        long[] fromTimes = times;
        long[] toTimes = new long[n];
        int[] place = new int[DIGITS];
        for (int shift = 0; shift < bits; shift += DIGIT_BITS) {
            Arrays.fill(place, 0);
            for (int i = 0; i < n; i++) {
                place[(int) (fromTimes[i] - min >>> shift) & DIGITS - 1]++;
            }
            int before = 0;
            for (int digit = 0; digit < DIGITS; digit++) {
                int count = place[digit];
                place[digit] = before;
                before += count;
            }
            for (int i = 0; i < n; i++) {
                int at = place[(int) (fromTimes[i] - min >>> shift) & DIGITS - 1]++;
                to[at] = from[i];
                toTimes[at] = fromTimes[i];
            }
            int[] otherRows = from;
            from = to;
            to = otherRows;
            long[] otherTimes = fromTimes;
            fromTimes = toTimes;
            toTimes = otherTimes;
        }
        if (from != rows) {
            System.arraycopy(from, 0, rows, 0, n);
        }
    }
}
