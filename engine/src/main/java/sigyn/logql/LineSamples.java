package sigyn.logql;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.RangeOp;
import sigyn.logql.ast.Unwrap;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.LogRun;
import sigyn.logql.stage.Row;
import sigyn.logql.stage.Unwrapper;
import sigyn.model.Labels;
import sigyn.model.SigynException;

/// What each line counts for in a range function: one, its bytes, or the number that it unwraps. For one thread.
public final class LineSamples {
    /// @param labels of the line's series, before any grouping
    public record Sample(Labels labels, double value) {}

    private final MetricExpr.RangeAggregation aggregation;
    private final @Nullable Unwrap unwrap;
    private final @Nullable Unwrapper unwrapper;
    private final Row row = new Row();

    private LineSamples(MetricExpr.RangeAggregation aggregation) {
        this.aggregation = aggregation;
        this.unwrap = aggregation.range().unwrap();
        this.unwrapper = unwrap == null ? null : new Unwrapper(unwrap);
    }

    /// Of the one range function of a query.
    public static LineSamples of(Expr query) {
        return switch (query) {
            case MetricExpr.RangeAggregation range -> new LineSamples(range);
            case MetricExpr.VectorAggregation vector -> of(vector.inner());
            case MetricExpr.LabelReplace replace -> of(replace.inner());
            default -> throw SigynException.badRequest("only one range function over a log selector has samples");
        };
    }

    /// The lines that have samples.
    public LogExpr log() {
        return aggregation.range().log();
    }

    /// The sample of a line, none when it has no number.
    public @Nullable Sample of(Entry entry) {
        if (unwrap == null || unwrapper == null) {
            boolean bytes = aggregation.op() == RangeOp.BYTES || aggregation.op() == RangeOp.BYTES_RATE;
            return new Sample(entry.labels(), bytes ? entry.line().length : 1);
        }
        row.reset(entry.time(), entry.line(), 0, entry.line().length, entry.labels(), Labels.EMPTY);
        return unwrapper.process(row)
                ? new Sample(without(unwrap.name(), LogRun.entry(row).labels()), unwrapper.value())
                : null;
    }

    private static Labels without(String name, Labels labels) {
        var kept = new TreeMap<String, String>();
        for (int i = 0; i < labels.size(); i++) {
            if (!labels.name(i).equals(name)) {
                kept.put(labels.name(i), labels.value(i));
            }
        }
        return Labels.of(kept);
    }
}
