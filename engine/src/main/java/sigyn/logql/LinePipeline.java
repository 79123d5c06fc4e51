package sigyn.logql;

import java.util.Optional;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.exec.Entry;
import sigyn.model.Labels;

/// The stages of a log query for lines that arrive one by one, as a live tail has them. For one thread.
public final class LinePipeline {
    private final LogExpr expr;

    public LinePipeline(LogExpr expr) {
        this.expr = expr;
    }

    /// True when the stream is one the query selects.
    public boolean selects(Labels stream) {
        return stream.matches(expr.matchers());
    }

    /// What becomes of a line, or empty when a filter drops it.
    public Optional<Entry> process(Labels stream, long time, byte[] line, Labels metadata) {
        throw new UnsupportedOperationException(expr + " " + stream + time + line.length + metadata);
    }
}
