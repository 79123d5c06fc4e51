package sigyn.logql.ast;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sigyn.model.GoQuote;

/// Trees as text for people: what has more than 100 characters on one line is split, parts two blanks further in.
public final class PrettyPrinter {
    private static final int MAX_WIDTH = 100;

    private PrettyPrinter() {}

    public static String print(Expr expr) {
        return pretty(expr, 0);
    }

    private static String pretty(Expr expr, int level) {
        String line = Printer.print(expr);
        if (fits(line) && !(expr instanceof MetricExpr.Variants)) {
            return indent(level) + line;
        }
        return switch (expr) {
            case LogExpr log -> log(log, level);
            case MetricExpr.RangeAggregation a ->
                indent(level) + a.op().text() + "(\n"
                        + (a.parameter() == null ? "" : indent(level + 1) + FloatText.of(a.parameter()) + ",\n")
                        + range(a.range(), level + 1) + "\n" + indent(level) + ")"
                        + (a.grouping() == null
                                        || a.grouping().names().isEmpty()
                                                && !a.grouping().without()
                                ? ""
                                : " " + Printer.grouping(a.grouping(), ", "));
            case MetricExpr.VectorAggregation a ->
                indent(level) + Printer.vectorHead(a, ", ") + "(\n"
                        + (a.op().takesParameter() ? indent(level + 1) + a.parameter() + ",\n" : "")
                        + pretty(a.inner(), level + 1) + "\n" + indent(level) + ")";
            case MetricExpr.Binary b ->
                pretty(b.left(), level + 1) + "\n" + indent(level) + Printer.operator(b) + "\n"
                        + pretty(b.right(), level + 1);
            case MetricExpr.LabelReplace r ->
                indent(level) + "label_replace(\n" + pretty(r.inner(), level + 1) + ",\n"
                        + List.of(r.target(), r.replacement(), r.source(), r.regex()).stream()
                                .map(s -> indent(level + 1) + GoQuote.quote(s))
                                .collect(Collectors.joining(",\n"))
                        + "\n" + indent(level) + ")";
            case MetricExpr.Variants v ->
                indent(level) + "variants(\n"
                        + v.variants().stream().map(e -> pretty(e, level + 1)).collect(Collectors.joining(",\n"))
                        + "\n" + indent(level) + ") of (\n" + range(v.of(), level + 1) + "\n" + indent(level) + ")";
            case MetricExpr.CountDistinct _, MetricExpr.Vector _, MetricExpr.Literal _ -> indent(level) + line;
        };
    }

    private static String log(LogExpr log, int level) {
        var text = new StringBuilder(indent(level)).append(Printer.selector(log.matchers()));
        for (String stage : stages(log.stages())) {
            text.append('\n');
            // Loki forgets to indent this one stage.
            text.append(stage.equals("| decolorize") ? "" : indent(level + 1)).append(stage);
        }
        return text.toString();
    }

    /// One text per stage; line filters in a row share a line.
    private static List<String> stages(List<Stage> stages) {
        var texts = new ArrayList<String>();
        boolean afterFilter = false;
        for (var stage : stages) {
            boolean filter = stage instanceof Stage.LineFilter;
            String text = Printer.stage(stage);
            if (filter && afterFilter) {
                texts.add(texts.removeLast() + " " + text);
            } else {
                texts.add(text);
            }
            afterFilter = filter;
        }
        return texts;
    }

    private static String range(LogRange range, int level) {
        var text = new StringBuilder(pretty(range.log(), level));
        if (range.unwrap() != null) {
            text.append(Printer.unwrap(range.unwrap(), "\n" + indent(level + 1)));
        }
        text.append(" [").append(Durations.prometheusText(range.range())).append(']');
        if (range.offset() != 0) {
            text.append(" offset ").append(Durations.prometheusText(range.offset()));
        }
        return text.toString();
    }

    private static boolean fits(String line) {
        return line.codePointCount(0, line.length()) <= MAX_WIDTH;
    }

    private static String indent(int level) {
        return "  ".repeat(level);
    }
}
