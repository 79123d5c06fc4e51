package sigyn.logql.ast;

/// A query: log lines or numbers.
public sealed interface Expr permits LogExpr, MetricExpr {
    Span span();
}
