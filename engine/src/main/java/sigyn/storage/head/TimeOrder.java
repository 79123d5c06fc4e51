package sigyn.storage.head;

import java.util.Arrays;

/// Puts rows in order of arrival into order of time, equal times in order of arrival. Arrival is nearly in order,
/// stream by stream: few runs are merged, many rows in many runs go through a radix sort. Keeps its memory for the
/// next time; one thread at a time.
public final class TimeOrder {
    /// Merging goes over all rows once for each doubling of the runs, the radix sort three to five times.
    private static final int FEW_RUNS = 8;
    private static final int FEW_ROWS = 2048;
    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;

    private int[] rows = {};
    private long[] times = {};
    private int[] otherRows = {};
    private long[] otherTimes = {};
    private final int[] place = new int[DIGITS];

    /// The first `n` rows of a part by time: the first `n` of the result, which is good until the next call.
    int[] of(HeadPart part, int n) {
        makeRoom(n);
        for (int row = 0; row < n; row++) {
            rows[row] = row;
            times[row] = part.time(row);
        }
        sort(n);
        return rows;
    }

    /// @param when the time of each of `some`
    void sort(int[] some, long[] when) {
        int n = some.length;
        makeRoom(n);
        System.arraycopy(some, 0, rows, 0, n);
        System.arraycopy(when, 0, times, 0, n);
        sort(n);
        System.arraycopy(rows, 0, some, 0, n);
    }

    private void makeRoom(int n) {
        if (rows.length < n) {
            rows = new int[n];
            times = new long[n];
            otherRows = new int[n];
            otherTimes = new long[n];
        }
    }

    private void sort(int n) {
        int runs = 1;
        for (int i = 1; i < n; i++) {
            if (times[i] < times[i - 1]) {
                runs++;
            }
        }
        if (runs == 1) {
            return;
        }
        if (runs <= FEW_RUNS || n <= FEW_ROWS) {
            mergeRuns(n);
        } else {
            byDigits(n);
        }
    }

    /// A stable merge sort that finds runs first.
    private void mergeRuns(int n) {
        for (boolean whole = false; !whole; ) {
            int out = 0;
            int at = 0;
            int merges = 0;
            while (at < n) {
                int middle = runEnd(at, n);
                int end = runEnd(middle, n);
                merges++;
                int a = at;
                int b = middle;
                while (a < middle || b < end) {
                    int next = a == middle || b < end && times[b] < times[a] ? b++ : a++;
                    otherRows[out] = rows[next];
                    otherTimes[out++] = times[next];
                }
                at = end;
            }
            whole = merges <= 1;
            swap();
        }
    }

    private int runEnd(int at, int n) {
        int end = Math.min(at + 1, n);
        while (end < n && times[end - 1] <= times[end]) {
            end++;
        }
        return end;
    }

    private void swap() {
        int[] sortedRows = otherRows;
        otherRows = rows;
        rows = sortedRows;
        long[] sortedTimes = otherTimes;
        otherTimes = times;
        times = sortedTimes;
    }

    /// A stable radix sort, lowest digit first, of the distances to the earliest time.
    private void byDigits(int n) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int i = 0; i < n; i++) {
            min = Math.min(min, times[i]);
            max = Math.max(max, times[i]);
        }
        int bits = Long.SIZE - Long.numberOfLeadingZeros(max - min);
        for (int shift = 0; shift < bits; shift += DIGIT_BITS) {
            sortByDigit(rows, times, otherRows, otherTimes, n, min, shift);
            swap();
        }
    }

    private void sortByDigit(int[] from, long[] fromTimes, int[] to, long[] toTimes, int n, long min, int shift) {
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
    }
}
