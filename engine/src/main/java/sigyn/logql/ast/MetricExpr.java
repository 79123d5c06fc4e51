package sigyn.logql.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Numbers over time.
public sealed interface MetricExpr extends Expr {
    record RangeAggregation(
            RangeOp op,
            @Nullable Double parameter,
            LogRange range,
            @Nullable Grouping grouping,
            Span span) implements MetricExpr {}

    record VectorAggregation(
            VectorOp op,
            int parameter,
            MetricExpr inner,
            @Nullable Grouping grouping,
            Span span) implements MetricExpr {}

    /// `bool` turns a comparison from a filter into 0 and 1.
    record Binary(
            BinaryOp op,
            MetricExpr left,
            MetricExpr right,
            boolean bool,
            @Nullable Matching matching,
            Span span) implements MetricExpr {}

    record LabelReplace(MetricExpr inner, String target, String replacement, String source, String regex, Span span)
            implements MetricExpr {}

    /// `vector(1)`: one series without labels.
    record Vector(double value, Span span) implements MetricExpr {}

    /// A bare number.
    record Literal(double value, Span span) implements MetricExpr {}

    /// `variants(a, b) of (range)`: several aggregations of the same lines.
    record Variants(List<MetricExpr> variants, LogRange of, Span span) implements MetricExpr {
        public Variants {
            variants = List.copyOf(variants);
        }
    }

    /// `count_distinct(label, {..}[5m]) by (x)` (an extension): different values of a label in the window.
    record CountDistinct(
            String label,
            boolean approximate,
            LogRange range,
            @Nullable Grouping grouping,
            Span span) implements MetricExpr {}
}
