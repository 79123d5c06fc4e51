package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.Grouping;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.Printer;
import sigyn.logql.ast.Stage;
import sigyn.logql.column.TemplateFilter;
import sigyn.logql.column.TemplatePipeline;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.rule.Rules;
import sigyn.model.LinePredicate;

/// How a query would be answered, as lines of text: its tree, and for each selector in it the plan, the rules that made
/// it, and how its rows are read.
public final class Explain {
    private final List<String> lines = new ArrayList<>();

    private Explain() {}

    public static List<String> of(Expr expr) {
        var explain = new Explain();
        switch (expr) {
            case LogExpr log -> explain.log(log);
            case MetricExpr metric -> explain.metric(metric, null, 0);
        }
        return List.copyOf(explain.lines);
    }

    /// What a query has read, skipped and cost.
    public static List<String> of(QueryStats stats) {
        return List.of(
                "read",
                "  pieces of storage                  " + stats.units(),
                "  rows counted by storage            " + stats.rowsCounted(),
                "  rows answered on columns           " + stats.rowsByColumns(),
                "  rows remembered                    " + stats.rowsRemembered(),
                "  rows read as lines                 " + stats.rowsByLines(),
                "  rows that passed all filters       " + stats.linesMatched(),
                "  bytes of lines                     " + stats.bytesProcessed(),
                "  bytes of metadata                  " + stats.metadataBytes(),
                "returned                             " + stats.entriesReturned(),
                String.format(Locale.ROOT, "time in ms                           %.1f", stats.execNanos() / 1e6));
    }

    private void add(int depth, String text) {
        lines.add("  ".repeat(depth) + text);
    }

    private void log(LogExpr log) {
        add(0, "lines of " + Printer.print(log));
        var optimized = Rules.optimize(LogRun.plan(log));
        var pipeline = TemplatePipeline.of(optimized.plan().stages(), Set.of());
        plan(
                optimized,
                TemplateFilter.helps(pipeline) ? "rows picked on columns, then read as lines" : "rows read as lines",
                1);
    }

    /// @param outer grouping of a sum around, which takes the samples directly
    private void metric(MetricExpr expr, @Nullable Grouping outer, int depth) {
        switch (expr) {
            case MetricExpr.RangeAggregation range -> {
                add(depth, "range function " + Printer.print(range));
                var grouping = outer == null ? range.grouping() : outer;
                range(range, grouping, depth + 1);
            }
            case MetricExpr.VectorAggregation vector -> {
                add(depth, "aggregation " + Printer.print(vector));
                metric(vector.inner(), MetricRun.groupingOfSum(vector), depth + 1);
            }
            case MetricExpr.Binary binary -> {
                add(depth, "operator " + binary.op());
                metric(binary.left(), null, depth + 1);
                metric(binary.right(), null, depth + 1);
            }
            case MetricExpr.LabelReplace replace -> {
                add(depth, "label_replace");
                metric(replace.inner(), null, depth + 1);
            }
            case MetricExpr.Variants variants -> {
                add(depth, "variants");
                variants.variants().forEach(v -> metric(v, null, depth + 1));
            }
            case MetricExpr.CountDistinct distinct -> add(depth, Printer.print(distinct));
            case MetricExpr.Vector vector -> add(depth, Printer.print(vector));
            case MetricExpr.Literal literal -> add(depth, Printer.print(literal));
        }
    }

    private void range(MetricExpr.RangeAggregation range, @Nullable Grouping grouping, int depth) {
        var effective = RangeRun.effective(range, grouping);
        plan(RangeRun.optimized(range, effective), RangeRun.way(range, effective), depth);
    }

    private void plan(Rules.Optimized optimized, String way, int depth) {
        LogPlan plan = optimized.plan();
        add(depth, "scan {" + plan.matchers().stream().map(Object::toString).collect(Collectors.joining(", ")) + "}");
        plan.predicates().forEach(predicate -> add(depth + 1, "where " + text(predicate)));
        plan.fields()
                .forEach(field -> add(depth + 1, "of row groups where " + field.name() + " " + text(field.shows())));
        add(
                depth + 1,
                "lines " + (plan.needsLines() ? "wanted" : "not read") + ", structured metadata "
                        + (plan.needsMetadata() ? "wanted" : "not read"));
        for (Stage stage : plan.stages()) {
            add(depth + 1, "stage " + Printer.stage(stage));
        }
        var names = plan.needs().names();
        add(
                depth + 1,
                "labels " + (names == null ? "all" : names.stream().sorted().toList()));
        add(depth + 1, way);
        add(depth + 1, "rules " + optimized.fired());
    }

    private static String text(LinePredicate predicate) {
        return switch (predicate) {
            case LinePredicate.Contains(var needle, var ignoreCase) ->
                "has \"" + needle + "\"" + (ignoreCase ? " in any case" : "");
            case LinePredicate.Matches(var regex) -> "matches `" + regex + "`";
            case LinePredicate.NotAscii() -> "has other characters than ASCII";
            case LinePredicate.AnyOf(var parts) ->
                "(" + parts.stream().map(Explain::text).collect(Collectors.joining(" or ")) + ")";
            case LinePredicate.Not(var part) -> "not " + text(part);
        };
    }
}
