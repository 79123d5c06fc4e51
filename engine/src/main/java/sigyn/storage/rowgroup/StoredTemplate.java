package sigyn.storage.rowgroup;

/// A template, read: pieces of static text with a column of variables between each two.
final class StoredTemplate {
    /// Rows of the template.
    final int rows;
    final int model;
    /// Position of its first row among rows by template.
    final int position;
    /// Kind of each variable, without classes.
    final int[] kind;
    /// Static text, all pieces back to back, with slack.
    final byte[] text;
    /// Where piece `i` begins in `text`; piece `i` ends where the next begins.
    final int[] piece;
    final Column[] columns;

    StoredTemplate(int rows, int model, int position, int[] kind, byte[] text, int[] piece) {
        this.rows = rows;
        this.model = model;
        this.position = position;
        this.kind = kind;
        this.text = text;
        this.piece = piece;
        columns = new Column[kind.length];
    }

    /// Bytes of the longest line, or more.
    long maxLength() {
        long length = piece[kind.length + 1];
        for (var column : columns) {
            length += column.maxLength();
        }
        return length;
    }

    /// As [#maxLength], but perhaps larger, and without reading what [#write] of a few rows does not.
    long writeBound() {
        long length = piece[kind.length + 1];
        for (var column : columns) {
            length += column.writeBound();
        }
        return length;
    }

    /// Writes the line of the template's `k`-th row; `out` has room for [#maxLength] bytes and 16 more.
    int write(int k, byte[] out, int at) {
        int last = columns.length;
        for (int v = 0; v < last; v++) {
            int from = piece[v];
            int length = piece[v + 1] - from;
            Column.copy(text, from, out, at, length);
            at = columns[v].write(k, out, at + length);
        }
        int length = piece[last + 1] - piece[last];
        Column.copy(text, piece[last], out, at, length);
        return at + length;
    }

    /// Writes the lines of `n` rows from the `first`-th on, each at a place of its own with room as for one line, and
    /// moves the places behind them. Column by column, which is faster than line by line.
    ///
    /// @param numbers room for as many numbers
    void write(int first, byte[] out, int[] at, int n, long[] numbers) {
        int last = columns.length;
        for (int v = 0; v < last; v++) {
            Column.copy(text, piece[v], piece[v + 1] - piece[v], out, at, n);
            columns[v].write(first, out, at, n, numbers);
        }
        Column.copy(text, piece[last], piece[last + 1] - piece[last], out, at, n);
    }
}
