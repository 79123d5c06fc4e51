package sigyn.logql.plan.rule;

import java.util.ArrayList;
import java.util.Optional;
import sigyn.logql.ast.Stage;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.Rule;

/// `|= ""`, `|~ ""` and `|~ ".*"` hold for every line and need not run.
public final class DropFiltersThatAlwaysHold implements Rule {
    @Override
    public Optional<LogPlan> apply(LogPlan plan) {
        var stages = new ArrayList<Stage>();
        for (var stage : plan.stages()) {
            if (!(stage instanceof Stage.LineFilter filter && alwaysHolds(filter))) {
                stages.add(stage);
            }
        }
        return stages.size() == plan.stages().size() ? Optional.empty() : Optional.of(plan.withStages(stages));
    }

    private static boolean alwaysHolds(Stage.LineFilter filter) {
        return switch (filter.op()) {
            case CONTAINS ->
                filter.needles().stream().anyMatch(n -> !n.isIp() && n.text().isEmpty());
            case REGEX ->
                filter.needles().stream()
                        .anyMatch(n ->
                                !n.isIp() && (n.text().isEmpty() || n.text().equals(".*")));
            case NOT_CONTAINS, NOT_REGEX, PATTERN, NOT_PATTERN -> false;
        };
    }
}
