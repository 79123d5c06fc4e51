package sigyn.logql.plan.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sigyn.codec.LineAutomaton;
import sigyn.logql.ast.Stage;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.Rule;
import sigyn.logql.stage.Regexes;
import sigyn.model.LinePredicate;

/// Regular expressions of line filters at the front become predicates of the scan, when automata know them.
///
/// ```
/// scan {app="x"} where has "c" ; |~ "c[0-9]+d" ; | json
/// scan {app="x"} where has "c" and matches "c[0-9]+d" ; | json
/// ```
/// Stands behind the rule that pushes the texts an expression needs.
public final class PushExpressionsIntoScan implements Rule {
    @Override
    public Optional<LogPlan> apply(LogPlan plan) {
        var predicates = new ArrayList<>(plan.predicates());
        var stages = new ArrayList<Stage>();
        boolean front = true;
        for (var stage : plan.stages()) {
            if (!(stage instanceof Stage.LineFilter filter)) {
                front = false;
            } else if (front) {
                var predicate = predicate(filter);
                if (predicate != null) {
                    predicates.add(predicate);
                    continue;
                }
            }
            stages.add(stage);
        }
        if (stages.size() == plan.stages().size()) {
            return Optional.empty();
        }
        return Optional.of(plan.withStages(stages).withPredicates(predicates));
    }

    private static @Nullable LinePredicate predicate(Stage.LineFilter filter) {
        boolean expressions = switch (filter.op()) {
            case REGEX, NOT_REGEX -> true;
            case CONTAINS, NOT_CONTAINS, PATTERN, NOT_PATTERN -> false;
        };
        var parts = new ArrayList<LinePredicate>();
        for (var needle : filter.needles()) {
            if (!expressions || needle.isIp()) {
                return null;
            }
            String regex = Regexes.unnamed(needle.text());
            if (LineAutomaton.of(regex) == null) {
                return null;
            }
            parts.add(new LinePredicate.Matches(regex));
        }
        var any = parts.size() == 1 ? parts.getFirst() : new LinePredicate.AnyOf(List.copyOf(parts));
        return filter.op().negated() ? new LinePredicate.Not(any) : any;
    }
}
