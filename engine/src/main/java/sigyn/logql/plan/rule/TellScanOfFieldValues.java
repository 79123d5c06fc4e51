package sigyn.logql.plan.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.Stage;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.Rule;
import sigyn.logql.stage.FieldNames;
import sigyn.logql.stage.Row;
import sigyn.model.FieldValue;
import sigyn.model.LabelMatcher;
import sigyn.model.LinePredicate;

/// A parsed field that must have one value lets storage leave out row groups whose filters do not know the value.
///
/// ```
/// scan {app="x"} ; | json | trace_id="4bf92f35"
/// scan {app="x"} of rows with trace_id "4bf92f35" ; | json | trace_id="4bf92f35"
/// ```
/// The stages stay. Values are letters, digits, `-` and `_` with a letter that no number has: a line holds them as they
/// are, unless escapes of letters or characters that parsers drop (U+FFFD, for bytes that are no text) stand in them.
public final class TellScanOfFieldValues implements Rule {
    private static final LinePredicate ESCAPED =
            new LinePredicate.AnyOf(List.of(new LinePredicate.Contains("\\u", false), new LinePredicate.NotAscii()));
    private static final int SHORTEST = 4;

    @Override
    public Optional<LogPlan> apply(LogPlan plan) {
        var fields = new ArrayList<FieldValue>();
        boolean parsed = false;
        for (var stage : plan.stages()) {
            if (stage instanceof Stage.Filter filter) {
                if (parsed) {
                    add(filter.filter(), fields);
                }
            } else if (isParser(stage)) {
                parsed = true;
            } else if (!(stage instanceof Stage.LineFilter)) {
                break;
            }
        }
        return fields.isEmpty() ? Optional.empty() : Optional.of(plan.withFields(fields));
    }

    /// What parsers take out are pieces of the line, escapes set aside; that is so too when one of them puts a piece in
    /// the place of the line.
    private static boolean isParser(Stage stage) {
        return switch (stage) {
            case Stage.Json _, Stage.Logfmt _, Stage.Regexp _, Stage.Pattern _, Stage.Unpack _ -> true;
            case Stage.LineFilter _,
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

    private static void add(LabelFilter filter, List<FieldValue> fields) {
        if (filter instanceof LabelFilter.And(var left, var right)) {
            add(left, fields);
            add(right, fields);
        } else if (filter instanceof LabelFilter.Text(var matcher)
                && matcher.op() == LabelMatcher.Op.EQUAL
                && !matcher.name().startsWith("__")
                && !matcher.name().endsWith(Row.EXTRACTED)
                && isPlain(matcher.value())) {
            String name = matcher.name();
            var shows = new LinePredicate.Contains(matcher.value(), false);
            fields.add(new FieldValue(name, key -> FieldNames.isNamed(key, name), shows, ESCAPED));
        }
    }

    private static boolean isPlain(String value) {
        boolean noNumber = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
                return false;
            }
            noNumber |= letter && c != 'e' && c != 'E';
        }
        return noNumber && value.length() >= SHORTEST;
    }
}
