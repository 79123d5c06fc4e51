package sigyn.logql.exec;

import org.jspecify.annotations.Nullable;
import sigyn.logql.func.Cell;
import sigyn.logql.func.WindowFunction;

/// The samples of one series, bucket by bucket: plain sums where that is all a function wants, cells otherwise.
///
/// Room for the sums of all buckets is made with the second bucket that has a sample: the series of a grouping by what
/// is never the same have one.
final class Buckets {
    private static final double[] NO_SUMS = {};
    private static final int[] NO_COUNTS = {};

    private final int size;
    final Cell @Nullable [] cells;
    private double[] sums = NO_SUMS;
    private int[] counts = NO_COUNTS;
    /// While there are no sums of all: the bucket that has a sample, or -1.
    private int only = -1;

    private double onlySum;
    private int onlyCount;
    /// Whether a sample has come.
    boolean any;

    private Buckets(int size, Cell @Nullable [] cells) {
        this.size = size;
        this.cells = cells;
    }

    static Buckets ofSums(int n) {
        return new Buckets(n, null);
    }

    static Buckets ofCells(int n) {
        return new Buckets(n, new Cell[n]);
    }

    /// Adds to the sum of a bucket. Not for cells.
    void add(int bucket, double value, int count, Budget budget) {
        if (sums == NO_SUMS) {
            if (only < 0 || only == bucket) {
                only = bucket;
                onlySum += value;
                onlyCount += count;
                return;
            }
            budget.take(12L * size);
            sums = new double[size];
            counts = new int[size];
            sums[only] = onlySum;
            counts[only] = onlyCount;
        }
        sums[bucket] += value;
        counts[bucket] += count;
    }

    /// Adds what `part` has in bucket `i` to bucket `into[i]`, or nowhere when that is below zero.
    void add(Buckets part, int[] into, WindowFunction function, Budget budget) {
        if (part.only >= 0 && into[part.only] >= 0 && part.sums == NO_SUMS) {
            add(into[part.only], part.onlySum, part.onlyCount, budget);
        }
        for (int i = 0; i < part.sums.length; i++) {
            if (into[i] >= 0 && part.counts[i] > 0) {
                add(into[i], part.sums[i], part.counts[i], budget);
            }
        }
        if (cells != null && part.cells != null) {
            for (int i = 0; i < into.length; i++) {
                if (into[i] >= 0 && part.cells[i] != null) {
                    add(cells, into[i], part.cells[i], function, budget);
                }
            }
        }
    }

    private static void add(Cell[] mine, int bucket, Cell part, WindowFunction function, Budget budget) {
        long before = 0;
        if (mine[bucket] == null) {
            mine[bucket] = new Cell();
        } else {
            before = mine[bucket].bytes();
        }
        function.merge(mine[bucket], part);
        budget.take(mine[bucket].bytes() - before);
    }

    /// Takes over what another has, bucket by bucket; the other is not to be used any more.
    Buckets join(Buckets other, WindowFunction function, Budget budget) {
        if (other.only >= 0 && other.sums == NO_SUMS) {
            add(other.only, other.onlySum, other.onlyCount, budget);
        }
        for (int i = 0; i < other.sums.length; i++) {
            if (other.counts[i] > 0) {
                add(i, other.sums[i], other.counts[i], budget);
            }
        }
        if (cells != null && other.cells != null) {
            for (int i = 0; i < cells.length; i++) {
                if (cells[i] == null) {
                    cells[i] = other.cells[i];
                } else if (other.cells[i] != null) {
                    function.merge(cells[i], other.cells[i]);
                }
            }
        }
        return this;
    }

    /// Prepares what gets no more samples for being read often.
    void settle(WindowFunction function) {
        if (cells != null) {
            for (var cell : cells) {
                if (cell != null) {
                    function.settle(cell);
                }
            }
        }
    }

    /// True when a sample is in one of the buckets that go somewhere.
    boolean hasAny(int[] into) {
        if (only >= 0 && sums == NO_SUMS) {
            return into[only] >= 0;
        }
        for (int i = 0; i < into.length; i++) {
            if (into[i] >= 0 && (i < counts.length && counts[i] > 0 || cells != null && cells[i] != null)) {
                return true;
            }
        }
        return false;
    }

    /// The sums of windows, one after the other.
    void windows(Windows windows, int steps, WindowSink sink) {
        if (sums == NO_SUMS) {
            for (int i = 0; i < steps; i++) {
                if (windows.from(i) <= only && only < windows.to(i)) {
                    sink.accept(i, onlySum);
                }
            }
            return;
        }
        double sum = 0;
        long count = 0;
        int low = 0;
        int high = 0;
        for (int i = 0; i < steps; i++) {
            while (high < windows.to(i)) {
                sum += sums[high];
                count += counts[high++];
            }
            while (low < windows.from(i)) {
                sum -= sums[low];
                count -= counts[low++];
            }
            if (count > 0) {
                sink.accept(i, sum);
            }
        }
    }

    /// Receives the sums of the windows that have a sample.
    @FunctionalInterface
    interface WindowSink {
        void accept(int step, double sum);
    }

    long bytes() {
        return 96 + (cells == null ? 0 : 4L * cells.length) + sampleBytes();
    }

    /// Bytes that came with samples.
    long sampleBytes() {
        long bytes = 12L * sums.length;
        if (cells != null) {
            for (var cell : cells) {
                bytes += cell == null ? 0 : cell.bytes();
            }
        }
        return bytes;
    }
}
