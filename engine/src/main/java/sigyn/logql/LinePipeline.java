package sigyn.logql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.LogRun;
import sigyn.logql.plan.rule.MoveLineFiltersToFront;
import sigyn.logql.stage.Needs;
import sigyn.logql.stage.Pipeline;
import sigyn.logql.stage.Row;
import sigyn.model.Labels;
import sigyn.storage.port.RowBatch;

/// The stages of a log query for lines that arrive one by one, as a live tail has them. For one thread.
public final class LinePipeline {
    private final LogExpr expr;
    private final Pipeline pipeline;
    private final Row row = new Row();

    public LinePipeline(LogExpr expr) {
        this.expr = expr;
        var plan = LogRun.plan(expr);
        this.pipeline = Pipeline.compile(
                new MoveLineFiltersToFront().apply(plan).orElse(plan).stages(), Needs.ALL);
    }

    /// True when the stream is one the query selects.
    public boolean selects(Labels stream) {
        return stream.matches(expr.matchers());
    }

    /// What becomes of a row of a batch, or empty when a filter drops it.
    public Optional<Entry> process(RowBatch rows, int number) {
        int start = rows.lineStart()[number];
        byte[] line = Arrays.copyOfRange(rows.bytes(), start, start + rows.lineLength()[number]);
        var metadata = new TreeMap<String, String>();
        for (var column : rows.metadata()) {
            int length = column.length()[number];
            if (length >= 0) {
                metadata.put(
                        column.name(),
                        new String(column.bytes(), column.start()[number], length, StandardCharsets.UTF_8));
            }
        }
        return process(rows.streams().get(rows.stream()[number]), rows.timestamp()[number], line, Labels.of(metadata));
    }

    /// What becomes of a line, or empty when a filter drops it.
    public Optional<Entry> process(Labels stream, long time, byte[] line, Labels metadata) {
        row.reset(time, line, 0, line.length, stream, Row.visibleMetadata(stream, metadata));
        return pipeline.process(row) ? Optional.of(LogRun.entry(row)) : Optional.empty();
    }
}
