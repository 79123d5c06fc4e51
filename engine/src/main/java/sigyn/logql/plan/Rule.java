package sigyn.logql.plan;

import java.util.Optional;

/// One way to make a plan better without changing its result.
public interface Rule {
    /// The better plan, or empty when the rule has nothing to do.
    Optional<LogPlan> apply(LogPlan plan);

    /// The rule as a sentence: its class name in words.
    default String title() {
        return getClass().getSimpleName();
    }
}
