package sigyn.logql.plan;

import java.util.List;
import sigyn.logql.ast.Stage;
import sigyn.logql.stage.Needs;
import sigyn.model.LabelMatcher;
import sigyn.model.LinePredicate;

/// How the lines of one log query are got: what storage is asked for, and the stages that remain.
///
/// @param predicates tests on the lines as they are stored
/// @param needs labels that somebody will look at
/// @param resultNeedsLines whether the text of the lines is in the result, or counted
/// @param needsLines whether the scan has to hand over text
/// @param needsMetadata whether structured metadata does
public record LogPlan(
        List<LabelMatcher> matchers,
        List<LinePredicate> predicates,
        List<Stage> stages,
        Needs needs,
        boolean resultNeedsLines,
        boolean needsLines,
        boolean needsMetadata) {
    public LogPlan {
        matchers = List.copyOf(matchers);
        predicates = List.copyOf(predicates);
        stages = List.copyOf(stages);
    }

    public LogPlan withPredicates(List<LinePredicate> other) {
        return new LogPlan(matchers, other, stages, needs, resultNeedsLines, needsLines, needsMetadata);
    }

    public LogPlan withStages(List<Stage> other) {
        return new LogPlan(matchers, predicates, other, needs, resultNeedsLines, needsLines, needsMetadata);
    }
}
