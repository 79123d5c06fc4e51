package sigyn.logql.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.Stage;
import sigyn.model.LabelMatcher;

/// The stages of a query, one line at a time, over strings and maps, with the JDK's own regular expressions: slow,
/// plain, and written from the language's description alone.
final class NaivePipeline {
    private static final Pattern ADDRESS = Pattern.compile("(?<![0-9.])\\d+\\.\\d+\\.\\d+\\.\\d+(?![0-9.])");
    private static final Pattern PAIR = Pattern.compile("([^\\s=\"]+)=(\"([^\"]*)\"|[^\\s\"=]*)(?=\\s|$)");
    private static final Pattern FIELD = Pattern.compile("\\{\\{\\.(\\w+)}}");

    private NaivePipeline() {}

    static boolean selects(List<LabelMatcher> matchers, Map<String, String> stream) {
        return matchers.stream().allMatch(m -> matches(m, stream.getOrDefault(m.name(), "")));
    }

    static boolean matches(LabelMatcher matcher, String value) {
        return switch (matcher.op()) {
            case EQUAL -> value.equals(matcher.value());
            case NOT_EQUAL -> !value.equals(matcher.value());
            case REGEX -> value.matches(matcher.value());
            case NOT_REGEX -> !value.matches(matcher.value());
        };
    }

    static List<NaiveLine> run(LogExpr log, List<RandomLogs.Stored> entries) {
        var lines = new ArrayList<NaiveLine>();
        var early = early(log.stages());
        for (var entry : entries) {
            if (selects(log.matchers(), entry.stream())) {
                var line = new NaiveLine(entry);
                if (log.stages().stream().allMatch(stage -> process(stage, line, early))) {
                    lines.add(line);
                }
            }
        }
        return lines;
    }

    /// Loki's parsers ask the filters of a query as soon as they have found a field, wherever the filter stands.
    private static Map<String, LabelFilter> early(List<Stage> stages) {
        var filters = new LinkedHashMap<String, LabelFilter>();
        for (var stage : stages) {
            if (stage instanceof Stage.Filter(var filter, var _)) {
                switch (filter) {
                    case LabelFilter.Text text ->
                        filters.putIfAbsent(text.matcher().name(), filter);
                    case LabelFilter.Numeric number -> filters.putIfAbsent(number.name(), filter);
                    case LabelFilter.Duration duration -> filters.putIfAbsent(duration.name(), filter);
                    case LabelFilter.Bytes bytes -> filters.putIfAbsent(bytes.name(), filter);
                    default -> {}
                }
            }
        }
        return filters;
    }

    private static boolean process(Stage stage, NaiveLine line, Map<String, LabelFilter> early) {
        switch (stage) {
            case Stage.LineFilter filter -> {
                return lineFilter(filter, line.text);
            }
            case Stage.Filter filter -> {
                return holds(filter.filter(), line);
            }
            case Stage.Json json -> {
                return json(json, line, early);
            }
            case Stage.Logfmt logfmt -> {
                return logfmt(logfmt, line, early);
            }
            case Stage.Regexp regexp -> regexp(regexp.regex(), line);
            case Stage.Pattern pattern -> pattern(pattern.pattern(), line);
            case Stage.LineFormat format -> line.text = expand(format.template(), line.text, Map.copyOf(values(line)));
            case Stage.LabelFormat format -> labelFormat(format, line);
            case Stage.Drop drop -> {
                for (var item : drop.items()) {
                    if (wants(item, line)) {
                        line.remove(item.name());
                    }
                }
            }
            case Stage.Keep keep -> {
                for (String name : line.names()) {
                    boolean kept = keep.items().stream().anyMatch(i -> i.name().equals(name) && wants(i, line));
                    if (!kept) {
                        line.remove(name);
                    }
                }
            }
            default -> throw new AssertionError(stage);
        }
        return true;
    }

    private static boolean wants(Stage.Item item, NaiveLine line) {
        return item.matcher() == null || matches(item.matcher(), line.valueOf(item.name()));
    }

    private static boolean lineFilter(Stage.LineFilter filter, String text) {
        boolean any = filter.needles().stream().anyMatch(needle -> {
            if (needle.isIp()) {
                return addresses(needle.text(), text);
            }
            return switch (filter.op()) {
                case CONTAINS, NOT_CONTAINS -> text.contains(needle.text());
                case REGEX, NOT_REGEX ->
                    Pattern.compile(needle.text()).matcher(text).find();
                case PATTERN, NOT_PATTERN ->
                    text.matches(List.of(needle.text().split("<_>", -1)).stream()
                            .map(Pattern::quote)
                            .reduce((a, b) -> a + "(?s:.+)" + b)
                            .orElse(""));
            };
        });
        return any != filter.op().negated();
    }

    private static long address(String text) {
        long value = 0;
        for (String part : text.split("\\.")) {
            value = value << 8 | Integer.parseInt(part);
        }
        return value;
    }

    private static boolean addresses(String range, String text) {
        long from;
        long to;
        if (range.contains("/")) {
            int bits = 32 - Integer.parseInt(range.substring(range.indexOf('/') + 1));
            from = address(range.substring(0, range.indexOf('/'))) >> bits << bits;
            to = from + (1L << bits) - 1;
        } else {
            from = address(range.substring(0, range.indexOf('-')));
            to = address(range.substring(range.indexOf('-') + 1));
        }
        return ADDRESS.matcher(text)
                .results()
                .mapToLong(r -> address(r.group()))
                .anyMatch(a -> a >= from && a <= to);
    }

    private static void extract(String name, String value, NaiveLine line) {
        String target = line.target(name);
        if (!line.isMade(target)) {
            line.set(target, value.replace("\ufffd", ""));
        }
    }

    private static boolean extract(String name, String value, NaiveLine line, Map<String, LabelFilter> early) {
        String target = line.target(name);
        if (line.isMade(target)) {
            return true;
        }
        line.set(target, value.replace("\ufffd", ""));
        var filter = early.get(target);
        return filter == null || holds(filter, line);
    }

    /// The objects that [RandomLogs] makes: texts, numbers, booleans, one level of nesting.
    private static @Nullable Map<String, String> parseJson(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return null;
        }
        var fields = new LinkedHashMap<String, String>();
        var member = Pattern.compile("\"(\\w+)\":(\\{[^}]*}|\"[^\"]*\"|[^,}]+)").matcher(text);
        while (member.find()) {
            fields.put(member.group(1), member.group(2));
        }
        return fields;
    }

    private static String unquoted(String value) {
        return value.startsWith("\"") ? plain(value.substring(1, value.length() - 1)) : value;
    }

    /// Without the escapes that [RandomLogs] writes.
    private static String plain(String value) {
        return value.replace("\\u0062", "b").replace("\\ufffd", "");
    }

    private static boolean json(Stage.Json json, NaiveLine line, Map<String, LabelFilter> early) {
        var fields = parseJson(line.text);
        // Named fields are only looked for where the line starts with them.
        if (fields == null || !json.extractions().isEmpty() && !line.text.startsWith("{")) {
            line.error = "JSONParserErr";
            return true;
        }
        if (json.extractions().isEmpty()) {
            for (var field : fields.entrySet()) {
                var inner = parseJson(field.getValue());
                if (inner == null) {
                    inner = Map.of("", field.getValue());
                }
                for (var part : inner.entrySet()) {
                    String name = field.getKey() + (part.getKey().isEmpty() ? "" : "_" + part.getKey());
                    if (!extract(name, unquoted(part.getValue()), line, early)) {
                        return false;
                    }
                }
            }
            return true;
        }
        for (var extraction : json.extractions()) {
            String value = null;
            var at = fields;
            for (String step : extraction.expression().split("\\.")) {
                value = at == null ? null : at.get(step);
                at = value == null ? null : parseJson(value);
            }
            if (value != null) {
                line.set(line.target(extraction.name()), unquoted(value).replace("\ufffd", ""));
            } else if (line.get(extraction.name()) == null) {
                line.set(extraction.name(), "");
            }
        }
        return true;
    }

    private static boolean logfmt(Stage.Logfmt logfmt, NaiveLine line, Map<String, LabelFilter> early) {
        var targets = new LinkedHashMap<String, String>();
        for (var extraction : logfmt.extractions()) {
            targets.put(extraction.name(), extraction.name());
            if (line.get(extraction.name()) == null || line.isMade(extraction.name())) {
                line.set(extraction.name(), "");
            }
        }
        for (var extraction : logfmt.extractions()) {
            targets.put(extraction.expression(), extraction.name());
        }
        if (line.text.startsWith("{")) {
            return true;
        }
        var pair = PAIR.matcher(line.text);
        while (pair.find()) {
            String value = pair.group(3) == null ? pair.group(2) : plain(pair.group(3));
            if (logfmt.extractions().isEmpty()) {
                if (!value.isEmpty() && !extract(pair.group(1), value, line, early)) {
                    return false;
                }
                continue;
            }
            String name = targets.get(pair.group(1));
            if (name == null) {
                continue;
            }
            String target = line.target(name);
            if (!target.equals(name) && line.isMade(target)) {
                return true;
            }
            line.set(target, value.replace("\ufffd", ""));
        }
        return true;
    }

    private static void regexp(String regex, NaiveLine line) {
        Matcher matcher = Pattern.compile(regex.replace("(?P<", "(?<")).matcher(line.text);
        if (matcher.find()) {
            matcher.namedGroups().entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .forEach(g -> {
                        String value = matcher.group(g.getKey());
                        extract(g.getKey(), value == null ? "" : value, line);
                    });
        }
    }

    private static void pattern(String pattern, NaiveLine line) {
        String[] literals = pattern.split("<\\w+>", -1);
        var names = Pattern.compile("<(\\w+)>")
                .matcher(pattern)
                .results()
                .map(r -> r.group(1))
                .toList();
        if (line.text.isEmpty() || !line.text.startsWith(literals[0])) {
            return;
        }
        int at = literals[0].length();
        for (int i = 0; i < names.size(); i++) {
            String literal = literals[i + 1];
            int end = literal.isEmpty() ? line.text.length() : line.text.indexOf(literal, at);
            boolean last = end < 0;
            String value = line.text.substring(at, last ? line.text.length() : end);
            if (!names.get(i).equals("_")) {
                extract(names.get(i), value, line);
            }
            if (last) {
                return;
            }
            at = end + literal.length();
        }
    }

    private static Map<String, String> values(NaiveLine line) {
        var values = new LinkedHashMap<String, String>();
        for (String name : line.names()) {
            values.put(name, line.valueOf(name));
        }
        return values;
    }

    private static String expand(String template, String text, Map<String, String> values) {
        return FIELD.matcher(template)
                .replaceAll(r -> Matcher.quoteReplacement(values.getOrDefault(r.group(1), "")))
                .replace("{{__line__}}", text);
    }

    private static void labelFormat(Stage.LabelFormat format, NaiveLine line) {
        for (var assignment : format.assignments()) {
            if (!assignment.rename()) {
                line.set(assignment.name(), expand(assignment.value(), line.text, values(line)));
                continue;
            }
            String value = line.get(assignment.value());
            if (value != null) {
                line.set(assignment.name(), value);
                line.remove(assignment.value());
            }
        }
    }

    static boolean holds(LabelFilter filter, NaiveLine line) {
        return switch (filter) {
            case LabelFilter.And(var left, var right) -> holds(left, line) && holds(right, line);
            case LabelFilter.Or(var left, var right) -> holds(left, line) || holds(right, line);
            case LabelFilter.Text(var matcher) -> matches(matcher, line.valueOf(matcher.name()));
            case LabelFilter.Numeric n -> quantity(n.name(), line, v -> n.op().holds(Double.parseDouble(v), n.value()));
            case LabelFilter.Duration d ->
                quantity(d.name(), line, v -> d.op().holds(seconds(v) * 1e9, (double) d.nanos()));
            case LabelFilter.Bytes b -> quantity(b.name(), line, v -> b.op().holds(bytes(v), (double) b.bytes()));
            case LabelFilter.Ip ip -> throw new AssertionError(ip);
        };
    }

    @FunctionalInterface
    private interface Test {
        boolean holds(String value);
    }

    private static boolean quantity(String name, NaiveLine line, Test test) {
        String value = line.get(name);
        if (value == null) {
            return false;
        }
        try {
            return test.holds(value);
        } catch (NumberFormatException e) {
            line.error = line.error.isEmpty() ? "LabelFilterErr" : line.error;
            return true;
        }
    }

    /// `1m30s`, `250us`
    static double seconds(String text) {
        if (!text.matches("(\\d+(\\.\\d+)?(us|ms|s|m|h))+")) {
            throw new NumberFormatException(text);
        }
        double sum = 0;
        var part = Pattern.compile("(\\d+(?:\\.\\d+)?)(us|ms|s|m|h)").matcher(text);
        while (part.find()) {
            sum += Double.parseDouble(part.group(1))
                    * switch (part.group(2)) {
                        case "us" -> 1e-6;
                        case "ms" -> 1e-3;
                        case "s" -> 1;
                        case "m" -> 60;
                        default -> 3600;
                    };
        }
        return sum;
    }

    static double bytes(String text) {
        var size = Pattern.compile("(\\d+(?:\\.\\d+)?)(KB|KiB|MB)?").matcher(text);
        if (!size.matches()) {
            throw new NumberFormatException(text);
        }
        String unit = size.group(2) == null ? "" : size.group(2);
        return Math.floor(Double.parseDouble(size.group(1))
                * switch (unit) {
                    case "KB" -> 1e3;
                    case "KiB" -> 1024;
                    case "MB" -> 1e6;
                    default -> 1;
                });
    }
}
