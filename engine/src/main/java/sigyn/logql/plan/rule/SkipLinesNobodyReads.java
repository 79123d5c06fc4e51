package sigyn.logql.plan.rule;

import java.util.Optional;
import sigyn.logql.ast.Stage;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.Rule;

/// Where only labels and times count, the scan need not hand over any text.
///
/// ```
/// count_over_time({app="x"} |= "a" [5m])     scan without lines, the search staying inside storage
/// ```
/// A parser whose labels nobody wants does not count: it will not run.
public final class SkipLinesNobodyReads implements Rule {
    @Override
    public Optional<LogPlan> apply(LogPlan plan) {
        if (!plan.needsLines() || plan.resultNeedsLines()) {
            return Optional.empty();
        }
        for (var stage : plan.stages()) {
            if (reads(stage) && !(isParser(stage) && plan.needs().nothing())) {
                return Optional.empty();
            }
        }
        return Optional.of(new LogPlan(
                plan.matchers(),
                plan.predicates(),
                plan.fields(),
                plan.stages(),
                plan.needs(),
                false,
                false,
                plan.needsMetadata()));
    }

    private static boolean isParser(Stage stage) {
        return switch (stage) {
            case Stage.Json _, Stage.Logfmt _, Stage.Regexp _, Stage.Pattern _ -> true;
            case Stage.LineFilter _,
                    Stage.Unpack _,
                    Stage.LineFormat _,
                    Stage.LabelFormat _,
                    Stage.Decolorize _,
                    Stage.Context _,
                    Stage.Filter _,
                    Stage.Drop _,
                    Stage.Keep _,
                    Stage.Distinct _,
                    Stage.Sort _ -> false;
        };
    }

    /// True when a stage looks at the text of the line.
    private static boolean reads(Stage stage) {
        return switch (stage) {
            case Stage.LineFilter _,
                    Stage.Json _,
                    Stage.Logfmt _,
                    Stage.Regexp _,
                    Stage.Pattern _,
                    Stage.Unpack _,
                    Stage.LineFormat _,
                    Stage.LabelFormat _,
                    Stage.Decolorize _,
                    Stage.Context _ -> true;
            case Stage.Filter _, Stage.Drop _, Stage.Keep _, Stage.Distinct _, Stage.Sort _ -> false;
        };
    }
}
