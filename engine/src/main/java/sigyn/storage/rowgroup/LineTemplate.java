package sigyn.storage.rowgroup;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A template of a row group, for those who evaluate queries on structure instead of lines: pieces of static text with
/// a variable between each two. A line is `piece(0)`, the first variable's value, `piece(1)`, ...
///
/// Rows of a template are numbered from 0 in row order; [#row] leads to the group's numbers.
public final class LineTemplate {
    /// Distinct values of a variable, and which of them each row of the template has. Not to be changed.
    public record Dictionary(List<byte[]> values, int[] index) {}

    private final RowGroup group;
    private final StoredTemplate stored;

    LineTemplate(RowGroup group, StoredTemplate stored) {
        this.group = group;
        this.stored = stored;
    }

    public int rows() {
        return stored.rows;
    }

    /// The group's number of row `k` of the template; ascends with `k`.
    public int row(int k) {
        return group.rowAt()[stored.position + k];
    }

    public int variables() {
        return stored.columns.length;
    }

    /// Static text number `i`, from 0 to [#variables].
    public byte[] piece(int i) {
        return Arrays.copyOfRange(stored.text, stored.piece[i], stored.piece[i + 1]);
    }

    /// True when every value of variable `v` is known to be of ASCII letters and digits only, at least one: it holds no
    /// blank, quote, backslash or delimiter, so that a parser sees the same structure in every row.
    public boolean isAlphanumeric(int v) {
        return Tokens.type(stored.kind[v]) == Tokens.VAR;
    }

    /// True when no value of variable `v` can hold a quote, backslash, `=` or bracket, though perhaps `.`, `:`, `-`,
    /// `/`,
    /// `,`, `_` or a blank: addresses, times, timestamps, UUIDs, and all that are alphanumeric.
    public boolean isPlain(int v) {
        return Tokens.type(stored.kind[v]) != Tokens.WORD;
    }

    /// The value that variable `v` has in every row, or null.
    public byte @Nullable [] constant(int v) {
        return stored.columns[v] instanceof ConstColumn column ? column.value() : null;
    }

    /// The values of variable `v` as numbers, when each is a decimal number without sign or leading zeros below two to
    /// the
    /// power of 63; else null. Not to be changed.
    public long @Nullable [] numbers(int v) {
        return switch (stored.columns[v]) {
            case NumberColumn column when column.isPlainDecimal() -> column.values();
            case RefColumn column
            when column.pool() instanceof NumberColumn pool && pool.isPlainDecimal() -> {
                long[] values = pool.values();
                int[] ids = column.ids();
                long[] out = new long[ids.length];
                for (int k = 0; k < out.length; k++) {
                    out[k] = values[ids[k]];
                }
                yield out;
            }
            case Column _ -> null;
        };
    }

    /// The dictionary of variable `v`, when it is stored as one; else null.
    public @Nullable Dictionary dictionary(int v) {
        if (!(stored.columns[v] instanceof DictColumn column)) {
            return null;
        }
        var texts = column.texts();
        int[] offsets = texts.offsets();
        var values = new byte[texts.count()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = Arrays.copyOfRange(texts.bytes(), offsets[i], offsets[i + 1]);
        }
        return new Dictionary(List.of(values), column.index());
    }

    /// The value of variable `v` in row `k` of the template.
    public byte[] value(int v, int k) {
        byte[] out = new byte[stored.columns[v].maxLength() + Sections.SLACK];
        return Arrays.copyOf(out, stored.columns[v].write(k, out, 0));
    }

    /// Bytes that the longest line of the template takes, or more.
    public long maxLength() {
        return stored.maxLength();
    }
}
