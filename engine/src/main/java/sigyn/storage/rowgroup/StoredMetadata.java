package sigyn.storage.rowgroup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSource;
import sigyn.codec.Varint;

/// Structured metadata, read; rows by template. See [MetadataEncoder] for the layout.
final class StoredMetadata {
    /// The shape of whole metadata, the very array.
    private static final int[] WHOLE = {-1};

    private final int rows;
    private final byte[][] keys;
    private final int[][] shapes;
    private final NumberSequence.@Nullable Stored shapeOf;
    private final @Nullable Column[] columns;
    private final RowsOfColumn[] members;
    /// Written last, behind what is sorted by it.
    private volatile int @Nullable [] shape;

    /// Of each row, how many rows before it have its shape.
    private int[] rank = new int[0];
    /// Rows ordered by shape.
    private int[] byShape = new int[0];
    /// Where the rows of each shape begin in `byShape`.
    private int[] shapeStart = new int[0];
    /// Where the values of a shape's rows begin in the column of its `j`-th key.
    private int[][] valueStart = new int[0][];

    /// Rows that have one key.
    private final class RowsOfColumn implements Column.Rows {
        private final Column.Rows all;
        private final int key;
        private volatile int @Nullable [] positions;

        RowsOfColumn(Column.Rows all, int key) {
            this.all = all;
            this.key = key;
        }

        @Override
        public int row(int k) {
            int[] known = positions;
            if (known == null) {
                known = positionsOf(key);
                positions = known;
            }
            return all.row(known[k]);
        }

        @Override
        public int total() {
            return all.total();
        }

        @Override
        public long time(int row) {
            return all.time(row);
        }
    }

    StoredMetadata(ByteSource in, ColumnSource source, int rows, Column.Rows all, Deferral deferral) {
        this.rows = rows;
        int present = in.count(1);
        if (present == 0) {
            keys = new byte[0][];
            shapes = new int[0][];
            shapeOf = null;
            columns = new Column[0];
            members = new RowsOfColumn[0];
            return;
        }
        keys = new byte[in.count(MetadataEncoder.MAX_KEYS)][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = in.block();
        }
        shapes = new int[in.count(MetadataEncoder.MAX_SHAPES + 1)][];
        for (int i = 0; i < shapes.length; i++) {
            int count = in.count(MetadataEncoder.MAX_KEYS + 1);
            if (count == 0) {
                shapes[i] = WHOLE;
                continue;
            }
            shapes[i] = new int[count - 1];
            for (int j = 0; j < count - 1; j++) {
                shapes[i][j] = in.count(keys.length - 1);
            }
        }
        shapeOf = new NumberSequence.Stored(in, source, rows, SectionKind.INDEXES);
        columns = new Column[keys.length + 1];
        members = new RowsOfColumn[keys.length + 1];
        for (int key = 0; key <= keys.length; key++) {
            int count = in.count(rows);
            members[key] = new RowsOfColumn(all, key);
            if (count > 0) {
                int index = key;
                deferral.column(in, count, Tokens.WORD, members[key], column -> columns[index] = column);
            }
        }
    }

    /// Reads a column, now or when the pools are known.
    interface Deferral {
        void column(ByteSource in, int count, int kind, Column.Rows rows, java.util.function.Consumer<Column> target);
    }

    private int[] shape() {
        int[] known = shape;
        if (known == null) {
            known = shapeOf == null ? new int[rows] : shapeOf.readIndexes(shapes.length);
            synchronized (this) {
                if (shape == null) {
                    sortByShape(known);
                    shape = known;
                }
            }
        }
        return known;
    }

    private void sortByShape(int[] of) {
        shapeStart = new int[shapes.length + 1];
        rank = new int[rows];
        for (int i = 0; i < rows; i++) {
            rank[i] = shapeStart[of[i] + 1]++;
        }
        for (int s = 0; s < shapes.length; s++) {
            shapeStart[s + 1] += shapeStart[s];
        }
        byShape = new int[rows];
        for (int i = 0; i < rows; i++) {
            byShape[shapeStart[of[i]] + rank[i]] = i;
        }
        int[] used = new int[columns.length];
        valueStart = new int[shapes.length][];
        for (int s = 0; s < shapes.length; s++) {
            int[] keysOf = keysOf(s);
            valueStart[s] = new int[keysOf.length];
            for (int j = 0; j < keysOf.length; j++) {
                valueStart[s][j] = used[keysOf[j]];
                used[keysOf[j]] += shapeStart[s + 1] - shapeStart[s];
            }
        }
        for (int key = 0; key < used.length; key++) {
            if (used[key] != count(key)) {
                throw new CorruptRowGroupException(
                        "metadata key " + key + " has " + used[key] + " rows, " + count(key) + " values");
            }
        }
    }

    /// Columns that a shape has values in.
    private int[] keysOf(int s) {
        return shapes[s] == WHOLE ? new int[] {keys.length} : shapes[s];
    }

    private int[] positionsOf(int key) {
        shape();
        int[] positions = new int[count(key)];
        int n = 0;
        for (int s = 0; s < shapes.length; s++) {
            if (contains(shapes[s], key)) {
                int many = shapeStart[s + 1] - shapeStart[s];
                System.arraycopy(byShape, shapeStart[s], positions, n, many);
                n += many;
            }
        }
        return positions;
    }

    private boolean contains(int[] shapeKeys, int key) {
        if (shapeKeys == WHOLE) {
            return key == keys.length;
        }
        for (int k : shapeKeys) {
            if (k == key) {
                return true;
            }
        }
        return false;
    }

    private int count(int key) {
        var column = columns[key];
        return column == null ? 0 : column.count;
    }

    /// Index of row `position`'s value in the column of `key`, or -1.
    int index(int key, int position) {
        int s = shape()[position];
        int[] keysOf = keysOf(s);
        for (int j = 0; j < keysOf.length; j++) {
            if (keysOf[j] == key) {
                return valueStart[s][j] + rank[position];
            }
        }
        return -1;
    }

    long held() {
        long held = shape == null ? 0 : 12L * rows;
        for (int key = 0; key < columns.length; key++) {
            var column = columns[key];
            held += column == null ? 0 : column.held();
            held += members[key].positions == null ? 0 : 4L * count(key);
        }
        return held;
    }

    boolean isEmpty() {
        return shapes.length == 0;
    }

    /// Names of the keys, as UTF-8.
    List<byte[]> keys() {
        return new ArrayList<>(Arrays.asList(keys));
    }

    /// The column of key `i`; the one behind the last key holds whole metadata. Null when no row has it.
    @Nullable
    Column column(int key) {
        return columns[key];
    }

    /// Bytes that the metadata of any row takes at most.
    long maxLength() {
        long most = 0;
        for (int[] keysOf : shapes) {
            long size = 8;
            if (keysOf == WHOLE) {
                size += maxLength(keys.length);
            } else {
                for (int key : keysOf) {
                    size += keys[key].length + maxLength(key) + 2 * Varint.MAX_BYTES;
                }
            }
            most = Math.max(most, size);
        }
        return most;
    }

    private int maxLength(int key) {
        var column = columns[key];
        return column == null ? 0 : column.maxLength();
    }

    /// Writes the metadata of a row as it came; `out` has room for [#maxLength] bytes and 16 more.
    int write(int position, byte[] out, int at) {
        if (shapes.length == 0) {
            return at;
        }
        int s = shape()[position];
        int[] keysOf = shapes[s];
        if (keysOf.length == 0) {
            return at;
        }
        if (keysOf == WHOLE) {
            return value(keys.length, position, out, at);
        }
        at = Varint.write(out, at, keysOf.length);
        for (int j = 0; j < keysOf.length; j++) {
            byte[] name = keys[keysOf[j]];
            at = Varint.write(out, at, name.length);
            System.arraycopy(name, 0, out, at, name.length);
            at += name.length;
            var column = columns[keysOf[j]];
            if (column == null) {
                throw new CorruptRowGroupException("metadata key " + keysOf[j] + " without values");
            }
            // most values are short: leave room for one byte of length
            int end = column.write(valueStart[s][j] + rank[position], out, at + 1);
            int length = end - at - 1;
            int size = Varint.size(length);
            if (size > 1) {
                System.arraycopy(out, at + 1, out, at + size, length);
            }
            Varint.write(out, at, length);
            at += size + length;
        }
        return at;
    }

    private int value(int key, int position, byte[] out, int at) {
        var column = columns[key];
        int k = index(key, position);
        if (column == null || k < 0) {
            throw new CorruptRowGroupException("row without a value of its metadata key " + key);
        }
        return column.write(k, out, at);
    }
}
