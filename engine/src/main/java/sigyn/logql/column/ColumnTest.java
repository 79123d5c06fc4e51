package sigyn.logql.column;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.stage.LabelFilterStage;
import sigyn.logql.stage.Row;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;

/// A label filter on the values of a template's rows.
interface ColumnTest {
    /// Streams for which an answer each is kept.
    int MAX_CODES = 4096;

    /// What becomes of a row.
    byte FAILS = 1;

    byte PASSES = 2;

    /// The filter says that the value is in error: the row has to go through the stages.
    byte UNSURE = 3;

    byte of(int k);

    /// @param values the values of a label
    static ColumnTest of(LabelFilter filter, Function<String, Values> values, Questions questions) {
        return switch (filter) {
            case LabelFilter.Text(var matcher) -> text(filter, matcher, values.apply(matcher.name()), questions);
            case LabelFilter.Numeric number -> {
                var of = values.apply(number.name());
                if (of instanceof Values.Numbers bare && bare.isBare()) {
                    long[] numbers = bare.numbers();
                    yield k -> number.op().holds((double) numbers[k], number.value()) ? PASSES : FAILS;
                }
                yield leaf(of, questions.about(filter, number.name()));
            }
            case LabelFilter.Duration(var name, var _, var _) ->
                leaf(values.apply(name), questions.about(filter, name));
            case LabelFilter.Bytes(var name, var _, var _) -> leaf(values.apply(name), questions.about(filter, name));
            case LabelFilter.Ip(var name, var _, var _) -> leaf(values.apply(name), questions.about(filter, name));
            case LabelFilter.And(var left, var right) -> {
                var l = of(left, values, questions);
                var r = of(right, values, questions);
                yield k -> {
                    byte first = l.of(k);
                    return first == PASSES ? r.of(k) : first;
                };
            }
            case LabelFilter.Or(var left, var right) -> {
                var l = of(left, values, questions);
                var r = of(right, values, questions);
                yield k -> {
                    byte first = l.of(k);
                    return first == FAILS ? r.of(k) : first;
                };
            }
        };
    }

    private static ColumnTest text(LabelFilter filter, LabelMatcher matcher, Values values, Questions questions) {
        boolean negated;
        switch (matcher.op()) {
            case EQUAL -> negated = false;
            case NOT_EQUAL -> negated = true;
            default -> {
                return leaf(values, questions.about(filter, matcher.name()));
            }
        }
        if (!(values instanceof Values.Numbers(var before, var numbers, var after))) {
            return leaf(values, questions.about(filter, matcher.name()));
        }
        byte equal = negated ? FAILS : PASSES;
        byte other = negated ? PASSES : FAILS;
        long wanted = numberBetween(matcher.value(), before, after);
        return wanted < 0 ? _ -> other : k -> numbers[k] == wanted ? equal : other;
    }

    /// The number that has to stand between two texts to make a third, or -1 when none does.
    private static long numberBetween(String text, String before, String after) {
        int digits = text.length() - before.length() - after.length();
        if (digits < 1 || digits > 19 || !text.startsWith(before) || !text.endsWith(after)) {
            return -1;
        }
        String middle = text.substring(before.length(), before.length() + digits);
        if (!middle.chars().allMatch(c -> c >= '0' && c <= '9') || digits > 1 && middle.charAt(0) == '0') {
            return -1;
        }
        try {
            return Long.parseLong(middle);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static ColumnTest leaf(Values values, Question ask) {
        if (values instanceof Values.Coded coded) {
            var known = new byte[coded.texts().length];
            return k -> {
                int code = coded.code(k);
                if (known[code] == 0) {
                    known[code] = ask.about(coded.texts()[code]);
                }
                return known[code];
            };
        }
        if (values instanceof RowContext.OfStream(var rows, var _)
                && rows.streams().size() <= MAX_CODES) {
            var known = new byte[rows.streams().size()];
            return k -> {
                int code = rows.stream(k);
                if (known[code] == 0) {
                    known[code] = ask.about(values.text(k));
                }
                return known[code];
            };
        }
        return k -> ask.about(values.text(k));
    }

    /// Asks a stage about single values.
    interface Question {
        byte about(@Nullable String value);
    }

    /// The stages of filters of one label, made once for all templates. For one thread.
    final class Questions {
        private static final byte[] NO_LINE = {};

        private final Map<LabelFilter, LabelFilterStage> stages = new HashMap<>();
        private final Row row;

        /// @param row to be overwritten
        Questions(Row row) {
            this.row = row;
        }

        Question about(LabelFilter filter, String name) {
            var stage = stages.computeIfAbsent(filter, LabelFilterStage::new);
            return value -> {
                row.reset(0, NO_LINE, 0, 0, Labels.EMPTY, Labels.EMPTY);
                if (value != null) {
                    row.set(name, value);
                }
                boolean passes = stage.process(row);
                return row.hasError() ? UNSURE : passes ? PASSES : FAILS;
            };
        }
    }
}
