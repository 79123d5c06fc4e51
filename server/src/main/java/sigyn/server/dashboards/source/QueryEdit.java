package sigyn.server.dashboards.source;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sigyn.logql.LogQl;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.Stage;
import sigyn.model.GoQuote;
import sigyn.model.LabelMatcher;
import sigyn.model.SigynException;

/// Adds a filter to a query text or takes it away, leaving the rest of the text as its author wrote it.
///
/// A filter on an indexed label stands in the stream selector, any other as `| name="value"` after the last parser
/// (after the selector and its line filters when there is none). Adding one that is there takes it away; `=` and `!=`
/// of the same value replace each other. In a metric every selector is changed. `$variables` may stand for durations
/// and inside strings.
public final class QueryEdit {
    public enum Kind {
        /// An indexed label.
        LABEL,
        /// A label of structured metadata.
        METADATA,
        /// A field that a parser makes.
        PARSED
    }

    public enum Action {
        /// Puts the filter in, in place of its opposite.
        ADD,
        /// Takes the filter out.
        REMOVE,
        /// Takes it out when it is there, else puts it in.
        TOGGLE
    }

    /// @param operator `=`, `!=`, `=~`, `!~`, or for numbers `<`, `<=`, `>`, `>=`
    /// @param parser `json`, `logfmt` or empty: what to add for a parsed field of a query without a parser
    public record Filter(String name, String operator, String value, Kind kind, String parser) {
        public Filter {
            if (!NAME.matcher(name).matches()) {
                throw SigynException.badRequest("\"" + name + "\" is no label name");
            }
            if (!List.of("=", "!=", "=~", "!~", "<", "<=", ">", ">=").contains(operator)) {
                throw SigynException.badRequest("operator \"" + operator + "\" is not known");
            }
            if (!List.of("", "json", "logfmt", "unpack").contains(parser)) {
                throw SigynException.badRequest("parser \"" + parser + "\" is not known");
            }
            if (operator.startsWith("<") || operator.startsWith(">")) {
                if (!NUMBER.matcher(value).matches()) {
                    throw SigynException.badRequest("\"" + value + "\" is no number");
                }
                kind = kind == Kind.LABEL ? Kind.METADATA : kind;
            }
        }

        private boolean numeric() {
            return operator.startsWith("<") || operator.startsWith(">");
        }

        private String text() {
            return name + operator + (numeric() ? value : GoQuote.quote(value));
        }

        private String opposite() {
            return switch (operator) {
                case "=" -> "!=";
                case "!=" -> "=";
                case "=~" -> "!~";
                case "!~" -> "=~";
                default -> operator;
            };
        }
    }

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([a-zA-Zµ]+)?");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}]*}|\\$[a-zA-Z_][a-zA-Z0-9_]*|\\[\\[[^\\]]*]]");

    /// Text to put in place of `[start, end)`.
    private record Change(int start, int end, String text) {}

    /// Where a matcher or a filter stands, with the comma or bar that goes with it.
    private record Place(int start, int end) {}

    private QueryEdit() {}

    public static String apply(String query, Action action, Filter filter) {
        var logs = QueryTrees.logs(LogQl.parse(withoutVariables(query)));
        var changes = new ArrayList<Change>();
        for (var log : logs) {
            one(query, log, action, filter, changes);
        }
        changes.sort((a, b) -> Integer.compare(b.start(), a.start()));
        var text = new StringBuilder(query);
        changes.forEach(c -> text.replace(c.start(), c.end(), c.text()));
        return text.toString();
    }

    private static void one(String query, LogExpr log, Action action, Filter filter, List<Change> changes) {
        boolean there = find(query, log, filter, filter.operator()) != null;
        boolean add = action == Action.ADD || action == Action.TOGGLE && !there;
        if (!add) {
            Place place = find(query, log, filter, filter.operator());
            if (place != null) {
                changes.add(new Change(place.start(), place.end(), ""));
            }
            return;
        }
        if (there) {
            return;
        }
        if (!filter.numeric()) {
            Place opposite = find(query, log, filter, filter.opposite());
            if (opposite != null) {
                changes.add(new Change(opposite.start(), opposite.end(), ""));
            }
        }
        insert(query, log, filter, changes);
    }

    private static void insert(String query, LogExpr log, Filter filter, List<Change> changes) {
        int open = query.indexOf('{', log.span().start());
        int close = closing(query, open);
        if (filter.kind() == Kind.LABEL) {
            var left = new ArrayList<>(matchers(query, open, close));
            changes.stream()
                    .filter(c -> c.start() > open && c.end() <= close)
                    .forEach(c -> left.removeIf(m -> m.start() >= c.start() && m.end() <= c.end()));
            String inside = query.substring(open + 1, close).stripTrailing();
            boolean comma = !left.isEmpty() && !inside.endsWith(",");
            changes.add(new Change(close, close, (comma ? ", " : "") + filter.text()));
            return;
        }
        int at = close + 1;
        boolean parser = false;
        for (var stage : log.stages()) {
            boolean isParser = parses(stage);
            if (isParser || !parser && stage instanceof Stage.LineFilter) {
                at = stage.span().end();
            }
            parser |= isParser;
        }
        String parsing =
                filter.kind() == Kind.PARSED && !parser && !filter.parser().isEmpty() ? " | " + filter.parser() : "";
        changes.add(new Change(at, at, parsing + " | " + filter.text()));
    }

    private static boolean parses(Stage stage) {
        return switch (stage) {
            case Stage.Json _, Stage.Logfmt _, Stage.Regexp _, Stage.Pattern _, Stage.Unpack _ -> true;
            case Stage.LineFilter _,
                    Stage.Filter _,
                    Stage.LineFormat _,
                    Stage.LabelFormat _,
                    Stage.Decolorize _,
                    Stage.Drop _,
                    Stage.Keep _,
                    Stage.Distinct _,
                    Stage.Sort _,
                    Stage.Context _ -> false;
        };
    }

    private static @Nullable Place find(String query, LogExpr log, Filter filter, String operator) {
        for (int i = 0; i < log.matchers().size(); i++) {
            var matcher = log.matchers().get(i);
            if (same(matcher, filter, operator)) {
                int open = query.indexOf('{', log.span().start());
                return withComma(matchers(query, open, closing(query, open)), i);
            }
        }
        for (var stage : log.stages()) {
            if (stage instanceof Stage.Filter(LabelFilter condition, var span) && same(condition, filter, operator)) {
                int bar = query.lastIndexOf('|', span.start());
                int start = query.charAt(span.start()) == '|' ? span.start() : bar;
                while (start > 0 && query.charAt(start - 1) == ' ') {
                    start--;
                }
                return new Place(start, span.end());
            }
        }
        return null;
    }

    private static boolean same(LabelMatcher matcher, Filter filter, String operator) {
        return matcher.name().equals(filter.name())
                && matcher.op().text().equals(operator)
                && matcher.value().equals(filter.value());
    }

    private static boolean same(LabelFilter condition, Filter filter, String operator) {
        return switch (condition) {
            case LabelFilter.Text(var matcher) -> same(matcher, filter, operator);
            case LabelFilter.Numeric(var name, var op, var value) ->
                filter.numeric()
                        && name.equals(filter.name())
                        && op.text().equals(operator)
                        && Double.toString(value).equals(number(filter.value()));
            case LabelFilter.Duration _, LabelFilter.Bytes _, LabelFilter.Ip _, LabelFilter.And _, LabelFilter.Or _ ->
                false;
        };
    }

    private static String number(String text) {
        try {
            return Double.toString(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return text;
        }
    }

    /// The matcher's text with the comma after it, or before it when it is the last.
    private static Place withComma(List<Place> matchers, int index) {
        var place = matchers.get(index);
        if (index + 1 < matchers.size()) {
            return new Place(place.start(), matchers.get(index + 1).start());
        }
        return index > 0 ? new Place(matchers.get(index - 1).end(), place.end()) : place;
    }

    /// Where the matchers between the braces stand, without commas and blanks around them.
    private static List<Place> matchers(String query, int open, int close) {
        var places = new ArrayList<Place>();
        int start = open + 1;
        for (int at = open + 1; at <= close; at++) {
            char c = query.charAt(at);
            if (c == '"' || c == '`') {
                at = stringEnd(query, at);
            } else if (c == ',' || at == close) {
                int from = start;
                int to = at;
                while (from < to && Character.isWhitespace(query.charAt(from))) {
                    from++;
                }
                while (to > from && Character.isWhitespace(query.charAt(to - 1))) {
                    to--;
                }
                if (from < to) {
                    places.add(new Place(from, to));
                }
                start = at + 1;
            }
        }
        return places;
    }

    private static int closing(String query, int open) {
        for (int at = open + 1; at < query.length(); at++) {
            char c = query.charAt(at);
            if (c == '"' || c == '`') {
                at = stringEnd(query, at);
            } else if (c == '}') {
                return at;
            }
        }
        throw new AssertionError("selector without end in " + query);
    }

    private static int stringEnd(String query, int quote) {
        char mark = query.charAt(quote);
        for (int at = quote + 1; at < query.length(); at++) {
            if (query.charAt(at) == '\\' && mark == '"') {
                at++;
            } else if (query.charAt(at) == mark) {
                return at;
            }
        }
        return query.length() - 1;
    }

    /// The text with every variable outside of strings turned into a duration of the same length, so that it parses and
    /// positions stay.
    static String withoutVariables(String query) {
        var text = new StringBuilder(query);
        var variable = VARIABLE.matcher(query);
        int at = 0;
        while (at < query.length()) {
            char c = query.charAt(at);
            if (c == '"' || c == '`') {
                at = stringEnd(query, at) + 1;
                continue;
            }
            variable.region(at, query.length());
            if ((c == '$' || c == '[') && variable.lookingAt()) {
                int end = variable.end();
                text.replace(at, end, "0".repeat(Math.max(0, end - at - 2)) + "1s");
                at = end;
                continue;
            }
            at++;
        }
        return text.toString();
    }
}
