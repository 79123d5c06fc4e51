package sigyn.logql.ast;

import java.util.List;
import sigyn.model.LabelMatcher;

/// Log lines: the streams that match, and what happens to each of their lines.
public record LogExpr(List<LabelMatcher> matchers, List<Stage> stages, Span span) implements Expr {
    public LogExpr {
        matchers = List.copyOf(matchers);
        stages = List.copyOf(stages);
    }

    /// True for a bare stream selector.
    public boolean isSelector() {
        return stages.isEmpty();
    }
}
