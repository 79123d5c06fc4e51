package sigyn.logql.func;

import java.util.Arrays;

/// `quantile_over_time`: all values are kept; between two of them the line through both is taken.
record Quantile(double q) implements WindowFunction {
    @Override
    public void add(Cell cell, long time, double value) {
        cell.keep(time, value);
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
        double[] sorted = Arrays.copyOf(cell.values, n);
        sort(sorted);
        double rank = q * (n - 1);
        int lower = (int) Math.max(0, Math.floor(rank));
        int upper = Math.min(n - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        return sorted[lower] * (1 - weight) + sorted[upper] * weight;
    }

    /// NaN comes first.
    private static void sort(double[] values) {
        Arrays.sort(values);
        int n = values.length;
        int nan = n;
        while (nan > 0 && Double.isNaN(values[nan - 1])) {
            nan--;
        }
        if (nan < n) {
            double[] rest = Arrays.copyOf(values, nan);
            Arrays.fill(values, 0, n - nan, Double.NaN);
            System.arraycopy(rest, 0, values, n - nan, nan);
        }
    }
}
