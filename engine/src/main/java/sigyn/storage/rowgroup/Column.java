package sigyn.storage.rowgroup;

import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSource;
import sigyn.codec.Bytes;

/// A column of variables, read: value `k` belongs to the `k`-th row of its template. Bytes are fetched at first use and
/// kept. Threads may share a column: what two of them fetch at once is equal, and published by a volatile field.
abstract sealed class Column
        permits ConstColumn, DictColumn, NumberColumn, HexColumn, RefColumn, TextColumn, TimeColumn {
    /// Numbers of the rows that a column belongs to.
    interface Rows {
        int row(int k);

        /// Rows of the whole group.
        int total();

        /// Time of a row of the group.
        long time(int row);
    }

    final int count;

    Column(int count) {
        this.count = count;
    }

    /// As [#maxLength], but perhaps larger, and without reading values.
    abstract int lengthBound();

    /// As [#maxLength], but perhaps larger, and without reading what [#write] of a few values does not.
    int writeBound() {
        return maxLength();
    }

    /// As [#minLength], but perhaps smaller, and without reading values.
    abstract int lengthFloor();

    /// The bytes other than letters and digits that values may have; null when any.
    @Nullable
    String others() {
        return null;
    }

    /// Bytes of the longest value, or more.
    abstract int maxLength();

    /// Bytes of the shortest value, or fewer.
    abstract int minLength();

    /// The classes of the bytes in all values, and perhaps more; without reading values.
    abstract int mask();

    /// False when no value has this byte; without reading values.
    boolean mayHave(byte b) {
        int of = CharClass.of(b);
        String others = others();
        return (mask() & of) != 0 && (of != CharClass.OTHER || others == null || others.indexOf(b & 0xff) >= 0);
    }

    /// Writes value `k` at `at` and returns the offset behind it. `out` has room for [#maxLength] bytes and 16 more,
    /// which may be overwritten.
    abstract int write(int k, byte[] out, int at);

    /// Writes `n` values from value `first` on, each at a place of its own, `at[0]` and so on, and moves the places
    /// behind them. What is read for it is not kept.
    ///
    /// @param numbers room for as many numbers
    abstract void write(int first, byte[] out, int[] at, int n, long[] numbers);

    /// Bytes of value `k`.
    abstract int length(int k);

    /// The bytes that values may have, as a set of 256 bits; perhaps more than occur.
    long[] bytes() {
        var set = new long[4];
        for (int b = 0; b < 256; b++) {
            if (mayHave((byte) b)) {
                set[b >>> 6] |= 1L << b;
            }
        }
        return set;
    }

    /// Bytes of the arrays that reading values has left behind.
    abstract long held();

    /// Marks the rows whose value passes a test.
    abstract void match(ValueTest test, RowBits into);

    /// Reads the entry of a column with `count` values.
    static Column read(
            ByteSource in, ColumnSource source, int code, int count, int kind, Rows rows, @Nullable Column[] pools) {
        return switch (code) {
            case ColumnKind.CONST -> new ConstColumn(in, count);
            case ColumnKind.DICT -> new DictColumn(in, source, count);
            case ColumnKind.NUMBER -> new NumberColumn(in, source, count);
            case ColumnKind.HEX -> new HexColumn(in, source, count);
            case ColumnKind.REF -> new RefColumn(in, source, count, rows, pools);
            case ColumnKind.TEXT -> new TextColumn(in, source, count);
            case ColumnKind.TIME -> new TimeColumn(in, source, count, Tokens.format(kind), rows);
            default -> throw new CorruptRowGroupException("column of kind " + code);
        };
    }

    /// Copies `length` bytes, eight at a time; up to 7 bytes behind both ranges are read and written.
    static void copy(byte[] from, int at, byte[] to, int toAt, int length) {
        if (length > 64) {
            System.arraycopy(from, at, to, toAt, length);
            return;
        }
        for (int i = 0; i < length; i += 8) {
            Bytes.putI64(to, toAt + i, Bytes.i64(from, at + i));
        }
    }

    /// Copies the same bytes to `n` places and moves the places behind them; up to 7 bytes behind the source are read,
    /// up to 15 behind each place written.
    static void copy(byte[] from, int start, int length, byte[] to, int[] at, int n) {
        if (length > 16) {
            for (int i = 0; i < n; i++) {
                copy(from, start, to, at[i], length);
                at[i] += length;
            }
        } else if (length > 0) {
            long first = Bytes.i64(from, start);
            long second = length > 8 ? Bytes.i64(from, start + 8) : 0;
            for (int i = 0; i < n; i++) {
                Bytes.putI64(to, at[i], first);
                Bytes.putI64(to, at[i] + 8, second);
                at[i] += length;
            }
        }
    }
}
