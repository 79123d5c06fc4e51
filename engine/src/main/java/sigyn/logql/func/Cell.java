package sigyn.logql.func;

import java.util.Arrays;

/// What is known of the samples of one bucket: enough for a function to go on from. A cell holds sums or all values, as
/// its [WindowFunction] wants.
public final class Cell {
    long count;
    double a;
    double b;
    long time;
    long[] times = NO_TIMES;
    double[] values = NO_VALUES;

    private static final long[] NO_TIMES = new long[0];
    static final double[] NO_VALUES = new double[0];

    /// Whether the values are known to rise, NaN first.
    private boolean sorted = true;

    /// Puts kept samples into the order of their times; equal times stay as they came.
    void sortByTime() {
        int n = (int) count;
        for (int i = 1; i < n; i++) {
            if (times[i] < times[i - 1]) {
                long time = times[i];
                double value = values[i];
                int at = i;
                while (at > 0 && times[at - 1] > time) {
                    times[at] = times[at - 1];
                    values[at] = values[at - 1];
                    at--;
                }
                times[at] = time;
                values[at] = value;
            }
        }
    }

    public long count() {
        return count;
    }

    /// Keeps a value and its time.
    void keep(long at, double value) {
        int n = (int) count;
        if (n == times.length) {
            times = Arrays.copyOf(times, Math.max(4, n * 2));
        }
        times[n] = at;
        keep(value);
    }

    /// Keeps a value without its time.
    void keep(double value) {
        int n = (int) count;
        if (n == values.length) {
            values = Arrays.copyOf(values, Math.max(4, n * 2));
        }
        sorted &= n == 0 || values[n - 1] <= value;
        values[n] = value;
        count++;
    }

    /// Keeps all values of another, without their times.
    void keepAll(Cell other) {
        int n = (int) count;
        int more = (int) other.count;
        if (n + more > values.length) {
            values = Arrays.copyOf(values, n + more);
        }
        System.arraycopy(other.values, 0, values, n, more);
        sorted &= other.sorted && (n == 0 || more == 0 || values[n - 1] <= values[n]);
        count += more;
    }

    /// Puts kept values in order, NaN first; their times are no longer theirs.
    void sort() {
        if (!sorted) {
            sort(values, (int) count);
            sorted = true;
        }
    }

    /// Puts the first `n` values in order, NaN first.
    static void sort(double[] values, int n) {
        int nan = 0;
        for (int i = 0; i < n; i++) {
            if (Double.isNaN(values[i])) {
                values[i] = values[nan];
                values[nan++] = Double.NaN;
            }
        }
        Arrays.sort(values, nan, n);
    }

    /// Bytes this cell takes, about.
    public long bytes() {
        return 64 + 8L * (values.length + times.length);
    }
}
