package sigyn.logql.plan.rule;

import java.util.ArrayList;
import java.util.List;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.Rule;

/// All rules, in the order in which they are tried.
public final class Rules {
    public static final List<Rule> ALL = List.of(
            new MoveLineFiltersToFront(),
            new DropFiltersThatAlwaysHold(),
            new DropParsersNobodyAsks(),
            new PushLineFiltersIntoScan(),
            new PushExpressionsIntoScan(),
            new TellScanOfFieldValues(),
            new SkipLinesNobodyReads());

    private Rules() {}

    /// A plan after all rules, and the titles of those that fired.
    public record Optimized(LogPlan plan, List<String> fired) {}

    public static Optimized optimize(LogPlan plan) {
        var fired = new ArrayList<String>();
        LogPlan current = plan;
        for (var rule : ALL) {
            var better = rule.apply(current);
            if (better.isPresent()) {
                current = better.get();
                fired.add(rule.title());
            }
        }
        return new Optimized(current, List.copyOf(fired));
    }
}
