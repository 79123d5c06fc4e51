package sigyn.logql.exec;

import org.jspecify.annotations.Nullable;
import sigyn.logql.func.Cell;
import sigyn.logql.func.WindowFunction;

/// The samples of one series, bucket by bucket: plain sums where that is all a function wants, cells otherwise.
final class Buckets {
    final double @Nullable [] sums;
    final int @Nullable [] counts;
    final Cell @Nullable [] cells;
    /// Whether a sample has come.
    boolean any;

    private Buckets(double @Nullable [] sums, int @Nullable [] counts, Cell @Nullable [] cells) {
        this.sums = sums;
        this.counts = counts;
        this.cells = cells;
    }

    static Buckets ofSums(int n) {
        return new Buckets(new double[n], new int[n], null);
    }

    static Buckets ofCells(int n) {
        return new Buckets(null, null, new Cell[n]);
    }

    /// Adds what `part` has in bucket `i` to bucket `into[i]`, or nowhere when that is below zero.
    void add(Buckets part, int[] into, WindowFunction function, Budget budget) {
        if (sums != null && part.sums != null && counts != null && part.counts != null) {
            for (int i = 0; i < into.length; i++) {
                if (into[i] >= 0) {
                    sums[into[i]] += part.sums[i];
                    counts[into[i]] += part.counts[i];
                }
            }
        }
        if (cells != null && part.cells != null) {
            for (int i = 0; i < into.length; i++) {
                if (into[i] >= 0 && part.cells[i] != null) {
                    add(into[i], part.cells[i], function, budget);
                }
            }
        }
    }

    private void add(int bucket, Cell part, WindowFunction function, Budget budget) {
        Cell[] mine = cells;
        if (mine == null) {
            return;
        }
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
    Buckets join(Buckets other, WindowFunction function) {
        if (sums != null && other.sums != null && counts != null && other.counts != null) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += other.sums[i];
                counts[i] += other.counts[i];
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
        for (int i = 0; i < into.length; i++) {
            if (into[i] >= 0 && (counts != null && counts[i] > 0 || cells != null && cells[i] != null)) {
                return true;
            }
        }
        return false;
    }

    long bytes() {
        long bytes = 64;
        if (sums != null) {
            bytes += 12L * sums.length;
        }
        if (cells != null) {
            bytes += 4L * cells.length;
            for (var cell : cells) {
                bytes += cell == null ? 0 : cell.bytes();
            }
        }
        return bytes;
    }
}
