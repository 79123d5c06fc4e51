package sigyn.logql.func;

import java.util.Arrays;

/// `quantile_over_time`: all values are kept, in any order; NaN is less than all others. Between two values the line
/// through both is taken.
record Quantile(double q) implements WindowFunction {
    @Override
    public void add(Cell cell, long time, double value) {
        cell.keep(value);
    }

    @Override
    public void merge(Cell cell, Cell other) {
        cell.keepAll(other);
    }

    @Override
    public boolean keepsSamples() {
        return true;
    }

    @Override
    public double value(Cell cell) {
        int n = (int) cell.count;
        if (n == 0 || Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        double[] values = cell.values;
        int nan = nanFirst(values, n);
        double rank = q * (n - 1);
        int lower = (int) Math.max(0, Math.floor(rank));
        int upper = Math.min(n - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        double below = lower < nan ? Double.NaN : select(values, nan, n, lower);
        double above = upper == lower || upper < nan ? below : least(values, upper, n);
        return below * (1 - weight) + above * weight;
    }

    /// Moves NaN to the front; how many there are.
    private static int nanFirst(double[] values, int n) {
        int nan = 0;
        for (int i = 0; i < n; i++) {
            if (Double.isNaN(values[i])) {
                values[i] = values[nan];
                values[nan++] = Double.NaN;
            }
        }
        return nan;
    }

    /// The value that would be at `k` if `from` to `to` were sorted; afterwards none before it is greater and none
    /// behind it is less. Hoare's Find with the median of three; values that defeat it are sorted.
    private static double select(double[] values, int from, int to, int k) {
        int lo = from;
        int hi = to - 1;
        for (int rounds = 2 * (32 - Integer.numberOfLeadingZeros(to - from)); lo < hi; rounds--) {
            if (rounds == 0) {
                Arrays.sort(values, lo, hi + 1);
                break;
            }
            double pivot = median(values[lo], values[(lo + hi) >>> 1], values[hi]);
            int i = lo;
            int j = hi;
            while (i <= j) {
                while (values[i] < pivot) {
                    i++;
                }
                while (values[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    double swapped = values[i];
                    values[i++] = values[j];
                    values[j--] = swapped;
                }
            }
            if (k <= j) {
                hi = j;
            } else if (k >= i) {
                lo = i;
            } else {
                break;
            }
        }
        return values[k];
    }

    private static double median(double a, double b, double c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }

    private static double least(double[] values, int from, int to) {
        double least = values[from];
        for (int i = from + 1; i < to; i++) {
            least = Math.min(least, values[i]);
        }
        return least;
    }
}
