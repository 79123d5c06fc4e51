package sigyn.logql.plan;

import java.util.List;
import sigyn.logql.ast.Stage;
import sigyn.logql.stage.Needs;
import sigyn.model.FieldValue;
import sigyn.model.LabelMatcher;
import sigyn.model.LinePredicate;

/// How the lines of one log query are got: what storage is asked for, and the stages that remain.
///
/// @param predicates tests on the lines as they are stored
/// @param fields what the stages ask of parsed fields, for storage to leave out rows that cannot have it
/// @param needs labels that somebody will look at
/// @param resultNeedsLines whether the text of the lines is in the result, or counted
/// @param needsLines whether the scan has to hand over text
/// @param needsMetadata whether structured metadata does
public record LogPlan(
        List<LabelMatcher> matchers,
        List<LinePredicate> predicates,
        List<FieldValue> fields,
        List<Stage> stages,
        Needs needs,
        boolean resultNeedsLines,
        boolean needsLines,
        boolean needsMetadata) {
    public LogPlan {
        matchers = List.copyOf(matchers);
        predicates = List.copyOf(predicates);
        fields = List.copyOf(fields);
        stages = List.copyOf(stages);
    }

    /// A plan before any rule: storage is asked for the streams, and stages do the rest.
    public LogPlan(
            List<LabelMatcher> matchers,
            List<Stage> stages,
            Needs needs,
            boolean resultNeedsLines,
            boolean needsMetadata) {
        this(matchers, List.of(), List.of(), stages, needs, resultNeedsLines, true, needsMetadata);
    }

    public LogPlan withFields(List<FieldValue> other) {
        return new LogPlan(matchers, predicates, other, stages, needs, resultNeedsLines, needsLines, needsMetadata);
    }

    public LogPlan withPredicates(List<LinePredicate> other) {
        return new LogPlan(matchers, other, fields, stages, needs, resultNeedsLines, needsLines, needsMetadata);
    }

    public LogPlan withStages(List<Stage> other) {
        return new LogPlan(matchers, predicates, fields, other, needs, resultNeedsLines, needsLines, needsMetadata);
    }
}
