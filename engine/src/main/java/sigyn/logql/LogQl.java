package sigyn.logql;

import java.util.List;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.model.LabelMatcher;

/// LogQL text and trees. Every failure is a `BAD_REQUEST` with the message a client shows, `parse error ..`.
public final class LogQl {
    private LogQl() {}

    /// The tree of a query, checked.
    public static Expr parse(String text) {
        throw new UnsupportedOperationException(text);
    }

    /// The tree of a query that must yield lines; a metric is refused with `only log selector is supported`.
    public static LogExpr parseLog(String text) {
        throw new UnsupportedOperationException(text);
    }

    /// The matchers of a bare stream selector; a pipeline or a metric is refused with `only label matchers are
    /// supported`.
    /// At least one must need a value, as in a query.
    public static List<LabelMatcher> parseSelector(String text) {
        throw new UnsupportedOperationException(text);
    }

    /// The same without the rule that one matcher must need a value: `{}` gives an empty list.
    public static List<LabelMatcher> parseAnySelector(String text) {
        throw new UnsupportedOperationException(text);
    }

    /// Canonical text on one line.
    public static String print(Expr expr) {
        throw new UnsupportedOperationException(expr.toString());
    }

    /// Canonical text, split over lines where it is long.
    public static String format(Expr expr) {
        throw new UnsupportedOperationException(expr.toString());
    }
}
