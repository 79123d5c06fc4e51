package sigyn.logql.plan.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.RegexShape;
import sigyn.logql.ast.Stage;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.Rule;
import sigyn.logql.stage.RequiredText;
import sigyn.model.LinePredicate;

/// Line filters at the front become predicates of the scan.
///
/// ```
/// scan {app="x"} ; |= "a" or "b" ; |~ "c[0-9]+d" ; | json
/// scan {app="x"} where (has "a" or has "b") and has "c" ; |~ "c[0-9]+d" ; | json
/// ```
/// A filter that is only a search for texts goes away; of one that is more, the texts that it needs are pushed and the
/// filter stays.
public final class PushLineFiltersIntoScan implements Rule {
    @Override
    public Optional<LogPlan> apply(LogPlan plan) {
        var predicates = new ArrayList<>(plan.predicates());
        var stages = new ArrayList<Stage>();
        boolean front = true;
        for (var stage : plan.stages()) {
            if (front && stage instanceof Stage.LineFilter filter) {
                var exact = exact(filter);
                if (exact != null) {
                    predicates.add(exact);
                    continue;
                }
                var needed = needed(filter);
                if (needed != null) {
                    predicates.add(needed);
                }
            } else {
                front = false;
            }
            stages.add(stage);
        }
        if (predicates.size() == plan.predicates().size()) {
            return Optional.empty();
        }
        return Optional.of(new LogPlan(
                plan.matchers(),
                predicates,
                plan.fields(),
                stages,
                plan.needs(),
                plan.resultNeedsLines(),
                plan.needsLines(),
                plan.needsMetadata()));
    }

    /// What a filter asks, if that is nothing but searches.
    private static @Nullable LinePredicate exact(Stage.LineFilter filter) {
        var parts = new ArrayList<LinePredicate>();
        for (var needle : filter.needles()) {
            if (needle.isIp() || needle.text().isEmpty()) {
                return null;
            }
            switch (filter.op()) {
                case CONTAINS, NOT_CONTAINS -> parts.add(new LinePredicate.Contains(needle.text(), false));
                case REGEX, NOT_REGEX -> {
                    var shape = RegexShape.of(needle.text());
                    if (shape == null) {
                        return null;
                    }
                    for (var alternative : shape.alternatives()) {
                        if (alternative.text().isEmpty() || shape.ignoreCase() && !isAscii(alternative.text())) {
                            return null;
                        }
                        parts.add(new LinePredicate.Contains(alternative.text(), shape.ignoreCase()));
                    }
                }
                case PATTERN, NOT_PATTERN -> {
                    return null;
                }
            }
        }
        var any = anyOf(parts);
        return filter.op().negated() ? new LinePredicate.Not(any) : any;
    }

    /// What must hold for a filter to hold, if anything is sure.
    private static @Nullable LinePredicate needed(Stage.LineFilter filter) {
        if (filter.op().negated()) {
            return null;
        }
        var parts = new ArrayList<LinePredicate>();
        for (var needle : filter.needles()) {
            List<String> texts = switch (filter.op()) {
                case REGEX -> needle.isIp() ? List.of() : RequiredText.ofAlternatives(needle.text());
                case PATTERN -> List.of(longestLiteral(needle.text()));
                case CONTAINS, NOT_CONTAINS, NOT_REGEX, NOT_PATTERN -> List.of();
            };
            if (texts.isEmpty() || texts.contains("")) {
                return null;
            }
            for (String text : texts) {
                parts.add(new LinePredicate.Contains(text, false));
            }
        }
        return anyOf(parts);
    }

    private static String longestLiteral(String pattern) {
        String best = "";
        for (String literal : pattern.split("<_>", -1)) {
            if (literal.length() > best.length()) {
                best = literal;
            }
        }
        return best;
    }

    private static LinePredicate anyOf(List<LinePredicate> parts) {
        return parts.size() == 1 ? parts.getFirst() : new LinePredicate.AnyOf(parts);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }
}
