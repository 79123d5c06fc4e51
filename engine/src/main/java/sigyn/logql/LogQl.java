package sigyn.logql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.PrettyPrinter;
import sigyn.logql.ast.Printer;
import sigyn.logql.exec.LogRun;
import sigyn.logql.parse.Parser;
import sigyn.logql.plan.rule.DropFiltersThatAlwaysHold;
import sigyn.logql.plan.rule.PushLineFiltersIntoScan;
import sigyn.logql.stage.Pipeline;
import sigyn.model.ErrorKind;
import sigyn.model.LabelMatcher;
import sigyn.model.LinePredicate;
import sigyn.model.SigynException;

/// LogQL text and trees. Every failure is a `BAD_REQUEST` with the message a client shows, `parse error ..`.
public final class LogQl {
    private LogQl() {}

    /// The tree of a query, checked.
    public static Expr parse(String text) {
        try {
            return checked(Parser.parse(text));
        } catch (StackOverflowError e) {
            throw new SigynException(ErrorKind.BAD_REQUEST, "parse error : the query is nested too deep", e);
        }
    }

    private static Expr checked(Expr expr) {
        refuseForeignNames(expr);
        switch (expr) {
            case LogExpr log -> Pipeline.check(log.stages());
            case MetricExpr metric -> {
                Pipeline.eachRange(metric, range -> Pipeline.check(range.log().stages()));
                refuseBareNumbers(metric);
            }
        }
        return expr;
    }

    /// Loki reads a query, prints it and reads it again: a name with letters beyond ASCII is printed in quotes and
    /// refused the second time.
    private static void refuseForeignNames(Expr expr) {
        boolean foreign = switch (expr) {
            case LogExpr log -> hasForeignName(log);
            case MetricExpr metric -> {
                var logs = new ArrayList<LogExpr>();
                Pipeline.eachRange(metric, range -> logs.add(range.log()));
                yield logs.stream().anyMatch(LogQl::hasForeignName);
            }
        };
        if (foreign) {
            Parser.parse(Printer.print(expr));
        }
    }

    private static boolean hasForeignName(LogExpr log) {
        return log.matchers().stream().anyMatch(m -> m.name().chars().anyMatch(c -> c > 127));
    }

    /// A number alone is nothing to aggregate or to relabel.
    private static void refuseBareNumbers(MetricExpr expr) {
        switch (expr) {
            case MetricExpr.VectorAggregation a -> {
                if (a.inner() instanceof MetricExpr.Literal) {
                    Parser.requireValue(List.of());
                }
                refuseBareNumbers(a.inner());
            }
            case MetricExpr.LabelReplace r -> {
                if (r.inner() instanceof MetricExpr.Literal) {
                    throw SigynException.badRequest("label_replace needs series, found a number");
                }
                refuseBareNumbers(r.inner());
            }
            case MetricExpr.Binary b -> {
                refuseBareNumbers(b.left());
                refuseBareNumbers(b.right());
            }
            case MetricExpr.Variants v -> v.variants().forEach(LogQl::refuseBareNumbers);
            case MetricExpr.RangeAggregation _,
                    MetricExpr.CountDistinct _,
                    MetricExpr.Vector _,
                    MetricExpr.Literal _ -> {}
        }
    }

    /// Canonical text of a query, split over lines where it is long. Looks at less than [#parse]: regular expressions
    /// of line filters and templates may be wrong.
    public static String formatQuery(String text) {
        try {
            return PrettyPrinter.print(Parser.parse(text));
        } catch (StackOverflowError e) {
            throw new SigynException(ErrorKind.BAD_REQUEST, "parse error : the query is nested too deep", e);
        }
    }

    /// The tree of a query that must yield lines; a metric is refused with `only log selector is supported`.
    public static LogExpr parseLog(String text) {
        if (parse(text) instanceof LogExpr log) {
            return log;
        }
        throw SigynException.badRequest("only log selector is supported");
    }

    /// The matchers of a bare stream selector; a pipeline or a metric is refused with `only label matchers are
    /// supported`. At least one must need a value, as in a query.
    public static List<LabelMatcher> parseSelector(String text) {
        var matchers = Parser.selector(text);
        Parser.requireValue(matchers);
        return matchers;
    }

    /// The same without the rule that one matcher must need a value: `{}` gives an empty list.
    public static List<LabelMatcher> parseAnySelector(String text) {
        return Parser.selector(text);
    }

    /// The tests on the bytes of a line that a pipeline comes to, when it is nothing else.
    public static Optional<List<LinePredicate>> lineTests(LogExpr log) {
        var plan = LogRun.plan(log);
        plan = new DropFiltersThatAlwaysHold().apply(plan).orElse(plan);
        plan = new PushLineFiltersIntoScan().apply(plan).orElse(plan);
        return plan.stages().isEmpty() ? Optional.of(plan.predicates()) : Optional.empty();
    }

    /// Canonical text on one line.
    public static String print(Expr expr) {
        return Printer.print(expr);
    }

    /// Canonical text, split over lines where it is long.
    public static String format(Expr expr) {
        return PrettyPrinter.print(expr);
    }
}
