package sigyn.logql.exec;

import sigyn.logql.exec.SeriesSet.Series;
import sigyn.logql.func.Cell;
import sigyn.logql.func.WindowFunction;

/// Reads the value of each step's window off the buckets of a series.
record WindowReader(Steps steps, Windows windows, WindowFunction function) {
    void sums(Series series, Buckets buckets) {
        double divisor = function instanceof WindowFunction.Sum(double d) ? d : 1;
        buckets.windows(windows, steps.count(), (step, sum) -> series.put(step, sum / divisor));
    }

    /// Windows slide over the cells with two stacks: what is behind `middle` is merged from the right, what is before
    /// it from the left, so that each cell is merged a constant number of times.
    void cells(Series series, Cell[] cells) {
        if (function.keepsSamples()) {
            for (var cell : cells) {
                if (cell != null) {
                    function.settle(cell);
                }
            }
            for (int i = 0; i < steps.count(); i++) {
                if (hasSamples(cells, windows.from(i), windows.to(i))) {
                    series.put(i, function.value(cells, windows.from(i), windows.to(i)));
                }
            }
            return;
        }
        var suffix = new Cell[cells.length];
        int middle = 0;
        int hi = 0;
        var front = new Cell();
        for (int i = 0; i < steps.count(); i++) {
            int from = windows.from(i);
            int to = windows.to(i);
            hi = Math.max(hi, from);
            while (hi < to) {
                if (cells[hi] != null) {
                    function.merge(front, cells[hi]);
                }
                hi++;
            }
            if (from >= middle) {
                middle = hi;
                front = new Cell();
                var tail = new Cell();
                for (int k = hi - 1; k >= from; k--) {
                    var next = new Cell();
                    if (cells[k] != null) {
                        function.merge(next, cells[k]);
                    }
                    function.merge(next, tail);
                    suffix[k] = next;
                    tail = next;
                }
            }
            var all = new Cell();
            if (from < middle) {
                function.merge(all, suffix[from]);
            }
            function.merge(all, front);
            if (all.count() > 0) {
                series.put(i, function.value(all));
            }
        }
    }

    private static boolean hasSamples(Cell[] cells, int from, int to) {
        for (int i = from; i < to; i++) {
            if (cells[i] != null && cells[i].count() > 0) {
                return true;
            }
        }
        return false;
    }
}
