package sigyn.logql.func;

import java.util.Arrays;

/// `quantile_over_time`: all values are kept; NaN is less than all others. Between two values the line through both is
/// taken. Cells are sorted once, and a window that overlaps with others finds its value across its sorted cells without
/// putting them together.
record Quantile(double q) implements WindowFunction {
    /// So many values that are left are sorted.
    private static final int FEW = 24;

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
    public void settle(Cell cell) {
        cell.sort();
    }

    @Override
    public double value(Cell cell) {
        cell.sort();
        return value(new Cell[] {cell}, 0, 1);
    }

    @Override
    public double value(Cell[] cells, int from, int to) {
        int n = 0;
        for (int i = from; i < to; i++) {
            n += cells[i] == null ? 0 : (int) cells[i].count;
        }
        if (n == 0 || Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        double rank = q * (n - 1);
        int lower = (int) Math.max(0, Math.floor(rank));
        int upper = Math.min(n - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        var ranks = new Ranks(cells, from, to);
        return ranks.value(lower) * (1 - weight) + ranks.value(upper) * weight;
    }

    /// The values of sorted cells by their rank among all of them.
    private static final class Ranks {
        private final double[][] values;
        private final int[] counts;
        private final int[] lo;
        private final int[] hi;

        Ranks(Cell[] cells, int from, int to) {
            values = new double[to - from][];
            counts = new int[to - from];
            lo = new int[to - from];
            hi = new int[to - from];
            for (int i = from; i < to; i++) {
                values[i - from] = cells[i] == null ? Cell.NO_VALUES : cells[i].values;
                counts[i - from] = cells[i] == null ? 0 : (int) cells[i].count;
            }
        }

        /// Halves what may be it: the middle of the longest piece that is left says which parts of all pieces cannot.
        double value(int rank) {
            Arrays.fill(lo, 0);
            System.arraycopy(counts, 0, hi, 0, counts.length);
            int k = rank;
            while (true) {
                int longest = 0;
                int left = 0;
                for (int i = 0; i < values.length; i++) {
                    int length = hi[i] - lo[i];
                    left += length;
                    if (length > hi[longest] - lo[longest]) {
                        longest = i;
                    }
                }
                if (left <= FEW) {
                    return ofFew(left, k);
                }
                double pivot = values[longest][(lo[longest] + hi[longest]) >>> 1];
                int less = 0;
                for (int i = 0; i < values.length; i++) {
                    less += firstNotLess(values[i], lo[i], hi[i], pivot) - lo[i];
                }
                if (k < less) {
                    for (int i = 0; i < values.length; i++) {
                        hi[i] = firstNotLess(values[i], lo[i], hi[i], pivot);
                    }
                    continue;
                }
                int notGreater = 0;
                for (int i = 0; i < values.length; i++) {
                    notGreater += firstGreater(values[i], lo[i], hi[i], pivot) - lo[i];
                }
                if (k < notGreater) {
                    return pivot;
                }
                k -= notGreater;
                for (int i = 0; i < values.length; i++) {
                    lo[i] = firstGreater(values[i], lo[i], hi[i], pivot);
                }
            }
        }

        private double ofFew(int left, int k) {
            double[] few = new double[left];
            int n = 0;
            for (int i = 0; i < values.length; i++) {
                System.arraycopy(values[i], lo[i], few, n, hi[i] - lo[i]);
                n += hi[i] - lo[i];
            }
            Cell.sort(few, left);
            return few[k];
        }

        private static int firstNotLess(double[] sorted, int from, int to, double pivot) {
            if (Double.isNaN(pivot)) {
                return from;
            }
            int lo = from;
            int hi = to;
            while (lo < hi) {
                int middle = (lo + hi) >>> 1;
                if (sorted[middle] >= pivot) {
                    hi = middle;
                } else {
                    lo = middle + 1;
                }
            }
            return lo;
        }

        private static int firstGreater(double[] sorted, int from, int to, double pivot) {
            int lo = from;
            int hi = to;
            while (lo < hi) {
                int middle = (lo + hi) >>> 1;
                boolean greater = Double.isNaN(pivot) ? !Double.isNaN(sorted[middle]) : sorted[middle] > pivot;
                if (greater) {
                    hi = middle;
                } else {
                    lo = middle + 1;
                }
            }
            return lo;
        }
    }
}
