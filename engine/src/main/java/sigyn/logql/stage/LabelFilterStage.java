package sigyn.logql.stage;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.ByteSizes;
import sigyn.logql.ast.CompareOp;
import sigyn.logql.ast.Durations;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.RegexShape;
import sigyn.logql.template.Conversions;
import sigyn.model.GoQuote;
import sigyn.model.LabelMatcher;

/// `| a="x" and b > 5`: keeps lines whose labels meet the condition. A value that is no number keeps its line, with an
/// error.
public final class LabelFilterStage implements RowStage {
    private static final String KIND = "LabelFilterErr";

    private final RowStage test;

    public LabelFilterStage(LabelFilter filter) {
        test = compile(filter);
    }

    @Override
    public boolean process(Row row) {
        return test.process(row);
    }

    private static RowStage compile(LabelFilter filter) {
        return switch (filter) {
            case LabelFilter.Text(var matcher) -> text(matcher);
            case LabelFilter.Numeric(var name, var op, var value) -> numeric(name, op, value);
            case LabelFilter.Duration(var name, var op, var nanos) -> duration(name, op, nanos);
            case LabelFilter.Bytes(var name, var op, var bytes) -> bytes(name, op, bytes);
            case LabelFilter.Ip(var name, var negated, var pattern) -> ip(name, negated, pattern);
            case LabelFilter.And(var left, var right) -> {
                var l = compile(left);
                var r = compile(right);
                yield row -> l.process(row) && r.process(row);
            }
            case LabelFilter.Or(var left, var right) -> {
                var l = compile(left);
                var r = compile(right);
                yield row -> l.process(row) || r.process(row);
            }
        };
    }

    private static RowStage text(LabelMatcher matcher) {
        String name = matcher.name();
        String wanted = matcher.value();
        return switch (matcher.op()) {
            case EQUAL -> row -> row.valueOrEmpty(name).equals(wanted);
            case NOT_EQUAL -> row -> !row.valueOrEmpty(name).equals(wanted);
            case REGEX -> {
                var known = new Matches(wanted);
                yield row -> known.matches(row.valueOrEmpty(name));
            }
            case NOT_REGEX -> {
                var known = new Matches(wanted);
                yield row -> !known.matches(row.valueOrEmpty(name));
            }
        };
    }

    /// An anchored expression and what it said about the values seen so far. Where an expression comes down to texts,
    /// `.*` stands for anything; elsewhere `.` stops at the end of a line.
    private static final class Matches {
        private static final int MAX = 4096;

        private final Pattern pattern;
        private final @Nullable RegexShape shape;
        private final Map<String, Boolean> known = new HashMap<>();

        Matches(String regex) {
            pattern = Regexes.compile("^(?:" + regex + ")$");
            shape = RegexShape.of(regex);
        }

        private boolean ask(String value) {
            return shape == null ? pattern.matches(value) : shape.covers(value);
        }

        boolean matches(String value) {
            Boolean said = known.get(value);
            if (said == null) {
                said = ask(value);
                if (known.size() < MAX && value.length() < 256) {
                    known.put(value, said);
                }
            }
            return said;
        }
    }

    /// Marks the row, unless it has failed before.
    private static void fail(Row row, String details) {
        if (!row.hasError()) {
            row.setError(KIND, details);
        }
    }

    private static RowStage numeric(String name, CompareOp op, double value) {
        return row -> {
            String text = row.get(name);
            if (text == null) {
                return false;
            }
            Double number = Conversions.parseFloat(text);
            if (number == null) {
                fail(row, "strconv.ParseFloat: parsing " + GoQuote.quote(text) + ": invalid syntax");
                return true;
            }
            return op.holds(number, value);
        };
    }

    private static RowStage duration(String name, CompareOp op, long nanos) {
        return row -> {
            String text = row.get(name);
            if (text == null) {
                return false;
            }
            try {
                return op.holds(Durations.go(text), nanos);
            } catch (IllegalArgumentException e) {
                fail(row, String.valueOf(e.getMessage()));
                return true;
            }
        };
    }

    /// Compares with the size as it is printed: `10MiB` counts as the `10MB` that its canonical text says, as in Loki.
    private static RowStage bytes(String name, CompareOp op, long written) {
        long bytes = ByteSizes.parse(ByteSizes.text(written));
        return row -> {
            String text = row.get(name);
            if (text == null) {
                return false;
            }
            try {
                return op.holds(ByteSizes.parse(text), bytes);
            } catch (IllegalArgumentException e) {
                fail(row, String.valueOf(e.getMessage()));
                return true;
            }
        };
    }

    private static RowStage ip(String name, boolean negated, String pattern) {
        var matcher = IpMatcher.parse(pattern);
        return row -> {
            if (row.hasError()) {
                return true;
            }
            String text = row.get(name);
            if (text == null) {
                return false;
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return matcher.matchesIn(bytes, 0, bytes.length) != negated;
        };
    }
}
