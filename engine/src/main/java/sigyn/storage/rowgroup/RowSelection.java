package sigyn.storage.rowgroup;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import sigyn.model.TimeRange;

/// Chosen rows of one row group: a bit for each row of the group, or their numbers where they are few. Immutable.
public final class RowSelection {
    /// One row in so many, and bits take more room than numbers.
    private static final int FEW = 32;

    private static final int[] NONE = {};

    private final @Nullable RowBits bits;
    /// Ascending; of no meaning where there are bits.
    private final int[] numbers;

    RowSelection(RowBits bits) {
        int count = bits.cardinality();
        if (count <= bits.size() / FEW) {
            this.bits = null;
            numbers = numbers(bits, count);
        } else {
            this.bits = bits;
            numbers = NONE;
        }
    }

    private RowSelection(int[] numbers) {
        bits = null;
        this.numbers = numbers;
    }

    static RowSelection all(int rows) {
        var bits = new RowBits(rows);
        bits.setAll();
        return new RowSelection(bits);
    }

    /// How many rows were chosen.
    public int count() {
        return bits == null ? numbers.length : bits.cardinality();
    }

    public boolean isEmpty() {
        return bits == null && numbers.length == 0;
    }

    public boolean contains(int row) {
        return bits == null ? Arrays.binarySearch(numbers, row) >= 0 : bits.get(row);
    }

    /// The chosen rows, ascending. Not to be changed.
    public int[] rows() {
        return bits == null ? numbers : numbers(bits, bits.cardinality());
    }

    /// Those of the chosen rows that are of a time range; `times` are those of all rows of the group.
    public RowSelection within(TimeRange range, long[] times) {
        if (range.contains(times[0]) && range.contains(times[times.length - 1])) {
            return this;
        }
        int from = TimeRange.lowerBound(times, range.start());
        int to = Math.max(from, TimeRange.lowerBound(times, range.end()));
        if (bits != null) {
            var inside = new RowBits(bits.size());
            inside.setRange(from, to);
            inside.and(bits);
            return new RowSelection(inside);
        }
        int first = place(from);
        return new RowSelection(Arrays.copyOfRange(numbers, first, Math.max(first, place(to))));
    }

    private int place(int row) {
        int at = Arrays.binarySearch(numbers, row);
        return at < 0 ? -at - 1 : at;
    }

    /// Bytes it takes.
    public long bytes() {
        return 64 + (bits == null ? 4L * numbers.length : bits.size() / 8);
    }

    private static int[] numbers(RowBits bits, int count) {
        int[] rows = new int[count];
        int row = -1;
        for (int i = 0; i < count; i++) {
            row = bits.next(row + 1);
            rows[i] = row;
        }
        return rows;
    }
}
