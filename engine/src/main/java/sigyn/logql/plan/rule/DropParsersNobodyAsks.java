package sigyn.logql.plan.rule;

import java.util.ArrayList;
import java.util.Optional;
import sigyn.logql.ast.Stage;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.Rule;

/// Where nobody looks at any label, parsers do nothing.
///
/// ```
/// sum(count_over_time({app="x"} | json [5m]))     becomes     sum(count_over_time({app="x"}[5m]))
/// ```
public final class DropParsersNobodyAsks implements Rule {
    @Override
    public Optional<LogPlan> apply(LogPlan plan) {
        if (!plan.needs().nothing()) {
            return Optional.empty();
        }
        var stages = new ArrayList<Stage>();
        for (var stage : plan.stages()) {
            boolean parser = stage instanceof Stage.Json
                    || stage instanceof Stage.Logfmt
                    || stage instanceof Stage.Regexp
                    || stage instanceof Stage.Pattern;
            if (!parser) {
                stages.add(stage);
            }
        }
        return stages.size() == plan.stages().size() ? Optional.empty() : Optional.of(plan.withStages(stages));
    }
}
