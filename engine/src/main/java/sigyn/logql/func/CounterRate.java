package sigyn.logql.func;

/// `rate_counter`: how much a counter grew per second, falls being restarts from zero.
///
/// The growth is stretched to the window as Loki does it, with its unit slip: milliseconds between the first and the
/// last sample are taken for seconds. Fewer than two samples give 0, all at one time NaN.
record CounterRate(double seconds) implements WindowFunction {
    @Override
    public void add(Cell cell, long time, double value) {
        cell.keep(time, value);
    }

    @Override
    public void merge(Cell cell, Cell other) {
        for (int i = 0; i < other.count; i++) {
            cell.keep(other.times[i], other.values[i]);
        }
    }

    @Override
    public boolean keepsSamples() {
        return true;
    }

    @Override
    public double value(Cell cell) {
        int n = (int) cell.count;
        if (n < 2) {
            return 0;
        }
        cell.sortByTime();
        double growth = cell.values[n - 1] - cell.values[0];
        for (int i = 1; i < n; i++) {
            if (cell.values[i] < cell.values[i - 1]) {
                growth += cell.values[i - 1];
            }
        }
        double between = (cell.times[n - 1] - cell.times[0]) / 1000.0;
        double average = between / (n - 1);
        double before = seconds;
        if (growth > 0 && cell.values[0] >= 0) {
            // The counter was at zero not longer ago than its growth allows.
            before = Math.min(before, between * (cell.values[0] / growth));
        }
        double stretched = between + (before < average * 1.1 ? before : average / 2);
        if (!(average * 1.1 > 0)) {
            stretched += average / 2;
        }
        return growth * (stretched / between) / seconds;
    }
}
