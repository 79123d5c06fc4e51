package sigyn.logql.func;

import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.RangeOp;

/// A function of the samples in a time window, as an algebra of [Cell]s: add a sample, merge two cells that follow each
/// other, read the value. Cells of one kind can be merged in any grouping, so overlapping windows share them.
public interface WindowFunction {
    void add(Cell cell, long time, double value);

    /// Adds what `other` knows, whose samples come after those of `cell` or at the same time.
    void merge(Cell cell, Cell other);

    /// May change the order of what is kept.
    double value(Cell cell);

    /// The value of a window over cells from `from` to `to`, each [#settle]d; null where a cell has nothing.
    default double value(Cell[] cells, int from, int to) {
        var all = new Cell();
        for (int i = from; i < to; i++) {
            if (cells[i] != null) {
                merge(all, cells[i]);
            }
        }
        return value(all);
    }

    /// Prepares a cell that gets no more samples for being read often.
    default void settle(Cell cell) {}

    /// True when cells keep every sample: then merging costs as much as adding them again.
    default boolean keepsSamples() {
        return false;
    }

    /// The function of an operation.
    ///
    /// @param rangeNanos length of the window
    /// @param parameter of `quantile_over_time`
    /// @param unwrapped whether samples are values of a label; otherwise each is a line, its value 1 or its bytes
    static WindowFunction of(RangeOp op, long rangeNanos, @Nullable Double parameter, boolean unwrapped) {
        double seconds = rangeNanos / 1e9;
        return switch (op) {
            case COUNT, BYTES, SUM -> new Sum(1);
            case RATE, BYTES_RATE -> new Sum(seconds);
            case AVG -> new Mean();
            case MIN -> new Extreme(true);
            case MAX -> new Extreme(false);
            case FIRST -> new Edge(true);
            case LAST -> new Edge(false);
            case STDDEV -> new Spread(true);
            case STDVAR -> new Spread(false);
            case QUANTILE -> new Quantile(parameter == null ? Double.NaN : parameter);
            case RATE_COUNTER -> new CounterRate(seconds);
            case ABSENT -> new Sum(1);
        };
    }

    /// True when the value of a line is its length in bytes.
    static boolean countsBytes(RangeOp op) {
        return op == RangeOp.BYTES || op == RangeOp.BYTES_RATE;
    }

    /// The sum, divided.
    record Sum(double divisor) implements WindowFunction {
        @Override
        public void add(Cell cell, long time, double value) {
            cell.count++;
            cell.a += value;
        }

        @Override
        public void merge(Cell cell, Cell other) {
            cell.count += other.count;
            cell.a += other.a;
        }

        @Override
        public double value(Cell cell) {
            return cell.a / divisor;
        }
    }

    record Mean() implements WindowFunction {
        @Override
        public void add(Cell cell, long time, double value) {
            cell.count++;
            if (!absorbs(cell.a, value)) {
                cell.a += (value - cell.a) / cell.count;
            }
        }

        /// An infinite mean stays what it is, but for NaN and the other infinity.
        private static boolean absorbs(double mean, double value) {
            return Double.isInfinite(mean) && !Double.isNaN(value) && (mean == value || !Double.isInfinite(value));
        }

        @Override
        public void merge(Cell cell, Cell other) {
            if (other.count == 0) {
                return;
            }
            cell.count += other.count;
            if (cell.count == other.count) {
                cell.a = other.a;
            } else if (!absorbs(cell.a, other.a)) {
                cell.a += (other.a - cell.a) * other.count / cell.count;
            }
        }

        @Override
        public double value(Cell cell) {
            return cell.a;
        }
    }

    /// The least or the greatest; NaN only where there is nothing else.
    record Extreme(boolean least) implements WindowFunction {
        @Override
        public void add(Cell cell, long time, double value) {
            boolean better = cell.count == 0 || Double.isNaN(cell.a) || (least ? value < cell.a : value > cell.a);
            if (better) {
                cell.a = value;
            }
            cell.count++;
        }

        @Override
        public void merge(Cell cell, Cell other) {
            if (other.count > 0) {
                long count = cell.count + other.count;
                add(cell, 0, other.a);
                cell.count = count;
            }
        }

        @Override
        public double value(Cell cell) {
            return cell.a;
        }
    }

    /// The value of the earliest or the latest time; of equal times the first, or the last, to come.
    record Edge(boolean first) implements WindowFunction {
        @Override
        public void add(Cell cell, long time, double value) {
            boolean better = cell.count == 0 || (first ? time < cell.time : time >= cell.time);
            if (better) {
                cell.a = value;
                cell.time = time;
            }
            cell.count++;
        }

        @Override
        public void merge(Cell cell, Cell other) {
            if (other.count > 0) {
                long count = cell.count + other.count;
                add(cell, other.time, other.a);
                cell.count = count;
            }
        }

        @Override
        public double value(Cell cell) {
            return cell.a;
        }
    }

    /// Population variance or deviation: Welford's running form, merged as Chan et al. do.
    record Spread(boolean root) implements WindowFunction {
        @Override
        public void add(Cell cell, long time, double value) {
            cell.count++;
            double delta = value - cell.a;
            cell.a += delta / cell.count;
            cell.b += delta * (value - cell.a);
        }

        @Override
        public void merge(Cell cell, Cell other) {
            if (other.count == 0) {
                return;
            }
            if (cell.count == 0) {
                cell.count = other.count;
                cell.a = other.a;
                cell.b = other.b;
                return;
            }
            long count = cell.count + other.count;
            double delta = other.a - cell.a;
            cell.b += other.b + delta * delta * cell.count * other.count / count;
            cell.a += delta * other.count / count;
            cell.count = count;
        }

        @Override
        public double value(Cell cell) {
            double variance = cell.b / cell.count;
            return root ? Math.sqrt(variance) : variance;
        }
    }
}
