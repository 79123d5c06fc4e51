package sigyn.logql.plan.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sigyn.logql.ast.Stage;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.Rule;

/// Line filters run before parsers and label filters: they are cheap, and storage can take over those in front.
///
/// ```
/// | json | a="x" |= "b"     becomes     |= "b" | json | a="x"
/// ```
/// They stop behind `line_format` and `unpack`, which change the line. They do pass `decolorize`, as in Loki: a filter
/// written behind it sees the colours.
public final class MoveLineFiltersToFront implements Rule {
    @Override
    public Optional<LogPlan> apply(LogPlan plan) {
        var stages = new ArrayList<Stage>();
        int front = 0;
        for (var stage : plan.stages()) {
            switch (stage) {
                case Stage.LineFilter _ -> stages.add(front++, stage);
                case Stage.LineFormat _, Stage.Unpack _, Stage.Distinct _, Stage.Sort _, Stage.Context _ -> {
                    stages.add(stage);
                    front = stages.size();
                }
                case Stage.Json _,
                        Stage.Logfmt _,
                        Stage.Regexp _,
                        Stage.Pattern _,
                        Stage.Filter _,
                        Stage.LabelFormat _,
                        Stage.Decolorize _,
                        Stage.Drop _,
                        Stage.Keep _ -> stages.add(stage);
            }
        }
        return stages.equals(plan.stages()) ? Optional.empty() : Optional.of(plan.withStages(List.copyOf(stages)));
    }
}
