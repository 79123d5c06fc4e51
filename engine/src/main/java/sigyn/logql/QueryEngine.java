package sigyn.logql;

import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.storage.port.LogReader;

/// Answers queries from what a [LogReader] holds. One engine serves all callers; each call blocks until its answer is
/// there.
public final class QueryEngine implements AutoCloseable {
    private final LogReader reader;

    public QueryEngine(LogReader reader) {
        this.reader = reader;
    }

    /// Lines or a matrix.
    public QueryResult range(QueryContext context, RangeQuery query) throws InterruptedException {
        throw new UnsupportedOperationException(reader + query.text());
    }

    /// A vector or a scalar; a log query is refused.
    public QueryResult instant(QueryContext context, InstantQuery query) throws InterruptedException {
        throw new UnsupportedOperationException(reader + query.text());
    }

    @Override
    public void close() {}
}
