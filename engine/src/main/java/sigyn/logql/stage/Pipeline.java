package sigyn.logql.stage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.LogRange;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.Printer;
import sigyn.logql.ast.Stage;
import sigyn.logql.template.Template;
import sigyn.logql.template.TemplateException;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;

/// The stages of a log query in the order in which they run. For one thread.
public final class Pipeline {
    private static final EarlyFilters NO_FILTERS = new EarlyFilters(List.of());

    private final RowStage[] stages;

    private Pipeline(RowStage[] stages) {
        this.stages = stages;
    }

    /// Compiles stages; `needs` says which labels anybody wants. Throws `BAD_REQUEST`, `parse error : stage '..' : ..`.
    public static Pipeline compile(List<Stage> stages, Needs needs) {
        var compiled = new ArrayList<RowStage>();
        var early = new EarlyFilters(stages);
        for (var stage : stages) {
            compiled.add(compile(stage, needs, early));
        }
        return new Pipeline(compiled.toArray(RowStage[]::new));
    }

    /// Runs the stages; false when one of them drops the row.
    public boolean process(Row row) {
        for (var stage : stages) {
            if (!stage.process(row)) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        return stages.length == 0;
    }

    private static RowStage compile(Stage stage, Needs needs, EarlyFilters early) {
        try {
            return switch (stage) {
                case Stage.LineFilter f -> new LineFilterStage(f);
                case Stage.Json j ->
                    j.extractions().isEmpty()
                            ? new JsonStage(needs, early)
                            : new JsonExpressionStage(j.extractions(), needs);
                case Stage.Logfmt l ->
                    l.extractions().isEmpty()
                            ? new LogfmtStage(l.strict(), l.keepEmpty(), needs, early)
                            : new LogfmtExpressionStage(l.strict(), l.extractions(), needs);
                case Stage.Regexp r -> new RegexpStage(r.regex(), needs);
                case Stage.Pattern p -> new PatternStage(p.pattern(), needs);
                case Stage.Unpack _ -> new UnpackStage(needs);
                case Stage.Filter f -> new LabelFilterStage(f.filter());
                case Stage.LineFormat f -> new FormatStages.Line(f.template());
                case Stage.LabelFormat f -> new FormatStages.Label(f.assignments());
                case Stage.Decolorize _ -> LabelStages.decolorize();
                case Stage.Drop d -> LabelStages.drop(d.items());
                case Stage.Keep k -> LabelStages.keep(k.items());
                case Stage.Distinct _, Stage.Sort _, Stage.Context _ -> row -> true;
            };
        } catch (SigynException e) {
            throw refused(stage, e);
        }
    }

    private static SigynException refused(Stage stage, SigynException e) {
        String prefix = switch (stage) {
            case Stage.Regexp _ -> "invalid regexp parser: ";
            case Stage.Pattern _ -> "invalid pattern parser: ";
            default -> "stage '" + Printer.stage(stage) + "' : ";
        };
        return new SigynException(ErrorKind.BAD_REQUEST, "parse error : " + prefix + e.getMessage(), e);
    }

    /// Refuses stages whose own syntax is wrong, as soon as the query is read.
    public static void check(List<Stage> stages) {
        for (var stage : stages) {
            compile(stage, Needs.ALL, NO_FILTERS);
        }
    }

    /// Refuses only parsers without captures: the one thing that is looked at even where a query is merely formatted.
    public static void checkParsers(List<Stage> stages) {
        for (var stage : stages) {
            if (stage instanceof Stage.Regexp || stage instanceof Stage.Pattern) {
                compile(stage, Needs.ALL, NO_FILTERS);
            }
        }
    }

    /// All ranges of a metric query.
    public static void eachRange(MetricExpr expr, java.util.function.Consumer<LogRange> sink) {
        switch (expr) {
            case MetricExpr.RangeAggregation a -> sink.accept(a.range());
            case MetricExpr.VectorAggregation a -> eachRange(a.inner(), sink);
            case MetricExpr.Binary b -> {
                eachRange(b.left(), sink);
                eachRange(b.right(), sink);
            }
            case MetricExpr.LabelReplace r -> eachRange(r.inner(), sink);
            case MetricExpr.Variants v -> {
                sink.accept(v.of());
                v.variants().forEach(e -> eachRange(e, sink));
            }
            case MetricExpr.CountDistinct c -> sink.accept(c.range());
            case MetricExpr.Vector _, MetricExpr.Literal _ -> {}
        }
    }

    /// The labels that stages read by name: those of filters and templates, and what is renamed.
    public static Set<String> named(LogExpr log) {
        var names = new HashSet<String>();
        for (var stage : log.stages()) {
            switch (stage) {
                case Stage.Filter f -> named(f.filter(), names);
                case Stage.LineFormat f -> names.addAll(fields(f.template()));
                case Stage.LabelFormat f -> {
                    for (var assignment : f.assignments()) {
                        if (assignment.rename()) {
                            names.add(assignment.value());
                        } else {
                            names.addAll(fields(assignment.value()));
                        }
                    }
                }
                case Stage.Distinct d -> names.addAll(d.names());
                case Stage.LineFilter _,
                        Stage.Json _,
                        Stage.Logfmt _,
                        Stage.Regexp _,
                        Stage.Pattern _,
                        Stage.Unpack _,
                        Stage.Decolorize _,
                        Stage.Drop _,
                        Stage.Keep _,
                        Stage.Sort _,
                        Stage.Context _ -> {}
            }
        }
        return names;
    }

    private static Set<String> fields(String template) {
        try {
            return Template.parse("line", template).fields();
        } catch (TemplateException e) {
            return Set.of();
        }
    }

    public static void named(LabelFilter filter, Set<String> names) {
        switch (filter) {
            case LabelFilter.Text(var matcher) -> names.add(matcher.name());
            case LabelFilter.Numeric number -> names.add(number.name());
            case LabelFilter.Duration duration -> names.add(duration.name());
            case LabelFilter.Bytes bytes -> names.add(bytes.name());
            case LabelFilter.Ip ip -> names.add(ip.name());
            case LabelFilter.And(var left, var right) -> {
                named(left, names);
                named(right, names);
            }
            case LabelFilter.Or(var left, var right) -> {
                named(left, names);
                named(right, names);
            }
        }
    }
}
