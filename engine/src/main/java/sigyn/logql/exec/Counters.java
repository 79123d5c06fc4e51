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

    QueryStats stats(long entries, long startNanos) {
        return new QueryStats(
                bytes.sum(),
                lines.sum(),
                matched.sum(),
                metadataBytes.sum(),
                units.sum(),
                counted.sum(),
                byColumns.sum(),
                entries,
                System.nanoTime() - startNanos);
    }
}
