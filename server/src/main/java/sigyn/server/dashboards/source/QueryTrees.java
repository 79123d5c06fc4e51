package sigyn.server.dashboards.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.LogRange;
import sigyn.logql.ast.MetricExpr;

/// The places in a query that read log lines.
final class QueryTrees {
    private QueryTrees() {}

    /// The query with every one of its log expressions changed.
    static Expr mapLogs(Expr expr, UnaryOperator<LogExpr> change) {
        return switch (expr) {
            case LogExpr log -> change.apply(log);
            case MetricExpr metric -> metric(metric, change);
        };
    }

    private static MetricExpr metric(MetricExpr expr, UnaryOperator<LogExpr> change) {
        return switch (expr) {
            case MetricExpr.RangeAggregation a ->
                new MetricExpr.RangeAggregation(
                        a.op(), a.parameter(), range(a.range(), change), a.grouping(), a.span());
            case MetricExpr.VectorAggregation a ->
                new MetricExpr.VectorAggregation(
                        a.op(), a.parameter(), metric(a.inner(), change), a.grouping(), a.span());
            case MetricExpr.Binary b ->
                new MetricExpr.Binary(
                        b.op(), metric(b.left(), change), metric(b.right(), change), b.bool(), b.matching(), b.span());
            case MetricExpr.LabelReplace l ->
                new MetricExpr.LabelReplace(
                        metric(l.inner(), change), l.target(), l.replacement(), l.source(), l.regex(), l.span());
            case MetricExpr.Variants v ->
                new MetricExpr.Variants(
                        v.variants().stream().map(m -> metric(m, change)).toList(), range(v.of(), change), v.span());
            case MetricExpr.CountDistinct c ->
                new MetricExpr.CountDistinct(
                        c.label(), c.approximate(), range(c.range(), change), c.grouping(), c.span());
            case MetricExpr.Vector v -> v;
            case MetricExpr.Literal l -> l;
        };
    }

    private static LogRange range(LogRange range, UnaryOperator<LogExpr> change) {
        return new LogRange(change.apply(range.log()), range.range(), range.offset(), range.unwrap());
    }

    /// All log expressions, in the order of the text.
    static List<LogExpr> logs(Expr expr) {
        var found = new ArrayList<LogExpr>();
        mapLogs(expr, log -> {
            found.add(log);
            return log;
        });
        return found;
    }
}
