package sigyn.storage.rowgroup;

import org.jspecify.annotations.Nullable;

/// Which rows of a template pass: all, none, or some.
///
/// @param rows the passing rows of the template; null for [#ALL] and [#NONE], which are known by identity
record Verdict(@Nullable RowBits rows) {
    static final Verdict ALL = new Verdict(null);
    static final Verdict NONE = new Verdict(null);

    static Verdict of(RowBits rows) {
        return rows.isEmpty() ? NONE : new Verdict(rows);
    }

    int count(int templateRows) {
        return this == ALL ? templateRows : rows == null ? 0 : rows.cardinality();
    }

    Verdict and(Verdict other) {
        if (this == NONE || other == ALL) {
            return this;
        }
        if (other == NONE || this == ALL || rows == null || other.rows == null) {
            return other;
        }
        rows.and(other.rows);
        return of(rows);
    }

    Verdict or(Verdict other) {
        if (this == ALL || other == NONE) {
            return this;
        }
        if (other == ALL || this == NONE || rows == null || other.rows == null) {
            return other;
        }
        rows.or(other.rows);
        return this;
    }

    Verdict not() {
        if (rows == null) {
            return this == ALL ? NONE : ALL;
        }
        rows.flip();
        return of(rows);
    }
}
