package sigyn.logql.stage;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import sigyn.logql.ast.RegexShape;
import sigyn.logql.ast.Stage;
import sigyn.model.GoText;
import sigyn.model.SigynException;

/// One question to the bytes of a line.
interface LineTest {
    boolean holds(byte[] b, int start, int end);

    /// What a needle of a line filter asks, without the negation of its operator.
    static LineTest of(Stage.LineOp op, Stage.Needle needle) {
        if (needle.isIp()) {
            return switch (op) {
                case CONTAINS, NOT_CONTAINS -> IpMatcher.parse(needle.text())::matchesIn;
                case REGEX, NOT_REGEX, PATTERN, NOT_PATTERN -> throw SigynException.badRequest("ip: invalid operation");
            };
        }
        return switch (op) {
            case CONTAINS, NOT_CONTAINS -> contains(needle.text());
            case REGEX, NOT_REGEX -> regex(needle.text());
            case PATTERN, NOT_PATTERN -> pattern(needle.text());
        };
    }

    private static LineTest contains(String text) {
        byte[] needle = GoText.bytes(text);
        return (b, start, end) -> Bytes.indexOf(b, start, end, needle) >= 0;
    }

    /// Expressions that come down to texts are searched as such; for the rest a text that every match holds is looked
    /// for before the engine is asked.
    private static LineTest regex(String regex) {
        var compiled = Regexes.compileUnnamed(regex);
        var shape = RegexShape.of(regex);
        if (shape != null && isSearchable(shape)) {
            return shape(shape);
        }
        return new RegexTest(compiled, RequiredText.of(regex));
    }

    /// `.` stops at line ends, so only texts with nothing or anything around them can be searched as such.
    private static boolean isSearchable(RegexShape shape) {
        for (var alternative : shape.alternatives()) {
            if (alternative.nonEmpty()) {
                return false;
            }
            if (shape.ignoreCase() && !alternative.text().chars().allMatch(c -> c < 128)) {
                return false;
            }
        }
        return true;
    }

    private static LineTest shape(RegexShape shape) {
        var needles = new ArrayList<byte[]>();
        for (var alternative : shape.alternatives()) {
            String text = shape.ignoreCase() ? alternative.text().toLowerCase(Locale.ROOT) : alternative.text();
            needles.add(GoText.bytes(text));
        }
        boolean ignoreCase = shape.ignoreCase();
        return (b, start, end) -> {
            for (byte[] needle : needles) {
                int at = ignoreCase
                        ? Bytes.indexOfIgnoreCase(b, start, end, needle)
                        : Bytes.indexOf(b, start, end, needle);
                if (at >= 0) {
                    return true;
                }
            }
            return false;
        };
    }

    /// The engine behind a search for a text that every match must hold.
    final class RegexTest implements LineTest {
        private final Pattern pattern;
        private final byte[] required;

        RegexTest(Pattern pattern, String required) {
            this.pattern = pattern;
            this.required = GoText.bytes(required);
        }

        @Override
        public boolean holds(byte[] b, int start, int end) {
            if (required.length > 0 && Bytes.indexOf(b, start, end, required) < 0) {
                return false;
            }
            return pattern.matcher(Arrays.copyOfRange(b, start, end)).find();
        }
    }

    /// A pattern like `<_> GET <_>` must cover the whole line, each `<_>` at least one character of it.
    private static LineTest pattern(String text) {
        if (text.isEmpty()) {
            return (_, start, end) -> start == end;
        }
        var expression = PatternExpression.parse(text);
        expression.checkUnnamed();
        List<PatternExpression.Part> parts = expression.parts();
        byte[][] literals = parts.stream()
                .map(p -> p.capture() ? new byte[0] : GoText.bytes(p.text()))
                .toArray(byte[][]::new);
        boolean open = parts.getLast().capture();
        return (b, start, end) -> {
            if (start == end) {
                return false;
            }
            int at = start;
            for (int i = 0; i < literals.length; i++) {
                if (literals[i].length == 0) {
                    continue;
                }
                int hit = Bytes.indexOf(b, at, end, literals[i]);
                boolean misplaced = i > 0 && hit <= at;
                if (hit < 0 || misplaced) {
                    return false;
                }
                at = hit + literals[i].length;
            }
            return open == at < end;
        };
    }
}
