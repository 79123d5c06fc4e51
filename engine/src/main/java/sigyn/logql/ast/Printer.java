package sigyn.logql.ast;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sigyn.model.GoQuote;
import sigyn.model.LabelMatcher;

/// Trees as canonical text on one line. Parsing the text gives the same tree again.
public final class Printer {
    private Printer() {}

    public static String print(Expr expr) {
        return switch (expr) {
            case LogExpr log -> log(log);
            case MetricExpr.RangeAggregation a ->
                a.op().text() + "("
                        + (a.parameter() == null ? "" : FloatText.of(a.parameter()) + ",")
                        + range(a.range()) + ")"
                        + (a.grouping() == null ? "" : " " + grouping(a.grouping(), ","));
            case MetricExpr.VectorAggregation a ->
                vectorHead(a, ",") + "(" + (a.op().takesParameter() ? a.parameter() + "," : "") + print(a.inner())
                        + ")";
            case MetricExpr.Binary b -> "(" + print(b.left()) + " " + operator(b) + " " + print(b.right()) + ")";
            case MetricExpr.LabelReplace r ->
                "label_replace(" + print(r.inner()) + ","
                        + List.of(r.target(), r.replacement(), r.source(), r.regex()).stream()
                                .map(GoQuote::quote)
                                .collect(Collectors.joining(","))
                        + ")";
            case MetricExpr.Vector v -> "vector(" + String.format(Locale.ROOT, "%f", v.value()) + ")";
            case MetricExpr.Literal l -> FloatText.general(l.value());
            case MetricExpr.Variants v ->
                "variants(" + v.variants().stream().map(Printer::print).collect(Collectors.joining(", ")) + ") of ("
                        + range(v.of()) + ")";
            case MetricExpr.CountDistinct c ->
                (c.approximate() ? "approx_count_distinct(" : "count_distinct(") + c.label() + "," + range(c.range())
                        + ")"
                        + (c.grouping() == null ? "" : " " + grouping(c.grouping(), ","));
        };
    }

    /// `sum by (a,b)`; an empty `by ()` says nothing.
    static String vectorHead(MetricExpr.VectorAggregation aggregation, String separator) {
        var grouping = aggregation.grouping();
        String name = aggregation.op().text();
        if (grouping == null || grouping.names().isEmpty() && !grouping.without()) {
            return name;
        }
        return name + " " + grouping(grouping, separator);
    }

    static String grouping(Grouping grouping, String separator) {
        return (grouping.without() ? "without (" : "by (") + String.join(separator, grouping.names()) + ")";
    }

    static String operator(MetricExpr.Binary binary) {
        var text = new StringBuilder(binary.op().text());
        if (binary.bool()) {
            text.append(" bool");
        }
        matching(text, binary.matching());
        return text.toString();
    }

    private static void matching(StringBuilder text, @Nullable Matching matching) {
        if (matching == null || !matching.on() && matching.names().isEmpty() && matching.many() == null) {
            return;
        }
        text.append(matching.on() ? " on (" : " ignoring (")
                .append(String.join(",", matching.names()))
                .append(") ");
        if (matching.many() != null) {
            text.append(matching.many().text());
            if (!matching.include().isEmpty()) {
                text.append(" (").append(String.join(", ", matching.include())).append(")");
            }
        }
    }

    static String selector(List<LabelMatcher> matchers) {
        return matchers.stream().map(LabelMatcher::toString).collect(Collectors.joining(", ", "{", "}"));
    }

    static String log(LogExpr log) {
        var text = new StringBuilder(selector(log.matchers()));
        for (var stage : log.stages()) {
            text.append(' ').append(stage(stage));
        }
        return text.toString();
    }

    static String range(LogRange range) {
        var text = new StringBuilder(log(range.log()));
        if (range.unwrap() != null) {
            text.append(unwrap(range.unwrap(), " "));
        }
        text.append('[').append(Durations.prometheusText(range.range())).append(']');
        if (range.offset() != 0) {
            text.append(" offset ").append(Durations.goText(range.offset()));
        }
        return text.toString();
    }

    static String unwrap(Unwrap unwrap, String before) {
        var text = new StringBuilder(before).append("| unwrap ");
        if (unwrap.conversion() == Unwrap.Conversion.NONE) {
            text.append(unwrap.name());
        } else {
            text.append(unwrap.conversion().text())
                    .append('(')
                    .append(unwrap.name())
                    .append(')');
        }
        for (var filter : unwrap.filters()) {
            text.append(before).append("| ").append(filter(filter));
        }
        return text.toString();
    }

    public static String stage(Stage stage) {
        return switch (stage) {
            case Stage.LineFilter f ->
                f.op().text() + " "
                        + f.needles().stream()
                                .map(Printer::needle)
                                .collect(Collectors.joining(f.op().negated() ? " " + f.op().text() + " " : " or "));
            case Stage.Json j -> "| json" + extractions(j.extractions());
            case Stage.Logfmt l ->
                "| logfmt" + (l.strict() ? " --strict" : "") + (l.keepEmpty() ? " --keep-empty" : "")
                        + extractions(l.extractions());
            case Stage.Regexp r -> "| regexp " + GoQuote.quote(r.regex());
            case Stage.Pattern p -> "| pattern " + GoQuote.quote(p.pattern());
            case Stage.Unpack _ -> "| unpack";
            case Stage.Filter f -> "| " + filter(f.filter());
            case Stage.LineFormat f -> "| line_format " + GoQuote.quote(f.template());
            case Stage.LabelFormat f ->
                "| label_format "
                        + f.assignments().stream()
                                .map(a -> a.name() + "=" + (a.rename() ? a.value() : GoQuote.quote(a.value())))
                                .collect(Collectors.joining(","));
            case Stage.Decolorize _ -> "| decolorize";
            case Stage.Drop d -> "| drop " + items(d.items());
            case Stage.Keep k -> "| keep " + items(k.items());
            case Stage.Distinct d -> "| distinct " + String.join(",", d.names());
            case Stage.Sort s -> "| sort by " + s.name() + (s.descending() ? " desc" : "");
            case Stage.Context c -> "| context " + c.before() + " " + c.after();
        };
    }

    private static String needle(Stage.Needle needle) {
        return needle.isIp() ? "ip(" + GoQuote.quote(needle.text()) + ")" : GoQuote.quote(needle.text());
    }

    private static String extractions(List<Stage.Extraction> extractions) {
        return extractions.isEmpty()
                ? ""
                : extractions.stream()
                        .map(e -> e.name() + "=" + GoQuote.quote(e.expression()))
                        .collect(Collectors.joining(",", " ", ""));
    }

    private static String items(List<Stage.Item> items) {
        return items.stream()
                .map(i -> i.matcher() == null ? i.name() : i.matcher().toString())
                .collect(Collectors.joining(","));
    }

    static String filter(LabelFilter filter) {
        return switch (filter) {
            case LabelFilter.Text t -> text(t.matcher());
            case LabelFilter.Numeric n -> n.name() + n.op().text() + FloatText.of(n.value());
            case LabelFilter.Duration d -> d.name() + d.op().text() + Durations.goText(d.nanos());
            case LabelFilter.Bytes b -> b.name() + b.op().text() + ByteSizes.text(b.bytes());
            case LabelFilter.Ip i -> i.name() + (i.negated() ? "!=" : "=") + "ip(" + GoQuote.quote(i.pattern()) + ")";
            case LabelFilter.And a -> "( " + filter(a.left()) + " , " + filter(a.right()) + " )";
            case LabelFilter.Or o -> "( " + filter(o.left()) + " or " + filter(o.right()) + " )";
        };
    }

    /// Regular expressions that cannot be reduced to plain texts are printed raw, as Loki does for `=~` alone.
    private static String text(LabelMatcher matcher) {
        boolean raw = matcher.op() == LabelMatcher.Op.REGEX
                && matcher.value().indexOf('`') < 0
                && RegexShape.of(matcher.value()) == null;
        return raw ? matcher.name() + "=~`" + matcher.value() + "`" : matcher.toString();
    }
}
