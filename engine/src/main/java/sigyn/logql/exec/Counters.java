package sigyn.logql.exec;

import java.util.concurrent.atomic.LongAdder;

/// What a query has looked at so far.
final class Counters {
    final LongAdder bytes = new LongAdder();
    final LongAdder lines = new LongAdder();
    final LongAdder matched = new LongAdder();
    final LongAdder metadataBytes = new LongAdder();
    final LongAdder units = new LongAdder();
    /// Rows that storage counted, and rows that were answered on columns; both are among the lines.
    final LongAdder counted = new LongAdder();

    final LongAdder byColumns = new LongAdder();
    /// Rows of pieces that were answered from [Partials]; they are among the lines.
    final LongAdder remembered = new LongAdder();

    void add(Counters other) {
        bytes.add(other.bytes.sum());
        lines.add(other.lines.sum());
        matched.add(other.matched.sum());
        metadataBytes.add(other.metadataBytes.sum());
        units.add(other.units.sum());
        counted.add(other.counted.sum());
        byColumns.add(other.byColumns.sum());
        remembered.add(other.remembered.sum());
    }

    Counters copy() {
        var copy = new Counters();
        copy.add(this);
        return copy;
    }

    /// What was added since a copy was made.
    Counters since(Counters before) {
        var more = new Counters();
        more.bytes.add(bytes.sum() - before.bytes.sum());
        more.lines.add(lines.sum() - before.lines.sum());
        more.matched.add(matched.sum() - before.matched.sum());
        more.metadataBytes.add(metadataBytes.sum() - before.metadataBytes.sum());
        return more;
    }

    /// Adds what was looked at when a part was made.
    void addRemembered(Counters part) {
        bytes.add(part.bytes.sum());
        lines.add(part.lines.sum());
        matched.add(part.matched.sum());
        metadataBytes.add(part.metadataBytes.sum());
        remembered.add(part.lines.sum());
    }

    QueryStats stats(long entries, long startNanos) {
        return new QueryStats(
                bytes.sum(),
                lines.sum(),
                matched.sum(),
                metadataBytes.sum(),
                units.sum(),
                counted.sum(),
                byColumns.sum(),
                remembered.sum(),
                entries,
                System.nanoTime() - startNanos);
    }
}
