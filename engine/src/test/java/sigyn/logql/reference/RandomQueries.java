package sigyn.logql.reference;

import static sigyn.logql.reference.RandomLogs.pick;

import java.util.random.RandomGenerator;

/// Texts of random queries over the entries of [RandomLogs].
final class RandomQueries {
    private final RandomGenerator random;
    /// Inside of an operator, where a deviation of zero and one of almost zero would make a difference.
    private boolean operand;

    RandomQueries(RandomGenerator random) {
        this.random = random;
    }

    private int upTo(int n) {
        return random.nextInt(n);
    }

    String selector() {
        return switch (upTo(6)) {
            case 0 -> "{app=\"app1\"}";
            case 1 -> "{app=~\"app[12]\", env!=\"q\"}";
            case 2 -> "{app!=\"\", env=\"p\"}";
            case 3 -> "{app=~\".+\", level=\"\"}";
            case 4 -> "{env=~\"p|q\", app!~\"app0\"}";
            default -> "{app=~\"app.*\"}";
        };
    }

    String log(int most) {
        var text = new StringBuilder(selector());
        String before = "";
        for (int i = upTo(most + 1); i > 0; i--) {
            String stage = stage();
            // Behind `drop a` or `json a`, `!= ".."` belongs to the label.
            boolean taken = stage.startsWith("!") && before.startsWith("|");
            before = taken ? "|= \"level\"" : stage;
            text.append(' ').append(before);
        }
        return text.toString();
    }

    private String stage() {
        return switch (upTo(16)) {
            case 12, 13 -> pick(random, "| json", "| logfmt") + " | " + labelFilter(1);
            case 0, 1 -> lineFilter();
            case 2 -> "| json";
            case 3 ->
                pick(random, "| json p=\"req.path\", n", "| json level=\"level\", gone=\"a.b\"", "| json r=\"req\"");
            case 4 -> "| logfmt";
            case 5 -> pick(random, "| logfmt l=\"level\", n", "| logfmt level, took", "| logfmt env=\"msg\"");
            case 6 ->
                pick(
                        random,
                        "| regexp `(?P<word>[a-z]+) (?P<level>\\w+)`",
                        "| regexp `n=(?P<n>\\d+)`",
                        "| regexp `(?P<ip>\\d+\\.\\d+\\.\\d+\\.\\d+).*(?P<status>\\d{3})`");
            case 7 ->
                pick(
                        random,
                        "| pattern \"<ip> - <user> <_> <path> <status>\"",
                        "| pattern \"plain <level> text <rest>\"",
                        "| pattern \"<_>level=<level> <_>\"");
            case 8 ->
                pick(
                        random,
                        "| label_format lv=level",
                        "| label_format both=\"{{.app}}-{{.level}}\"",
                        "| label_format n=\"7\", user=app",
                        "| label_format level=\"{{.detected_level}}\"");
            case 9 ->
                pick(
                        random,
                        "| line_format \"{{.app}} {{.level}} {{__line__}}\"",
                        "| line_format \"level={{.level}} n={{.n}}\"",
                        "| line_format \"\"");
            case 10 -> pick(random, "| drop level", "| drop n, env=\"p\"", "| drop app=~\"app[01]\", detected_level");
            case 11 -> pick(random, "| keep app, level", "| keep level=\"error\", env", "| keep n");
            default -> "| " + labelFilter(2);
        };
    }

    private String lineFilter() {
        return switch (upTo(10)) {
            case 0 -> "|= \"level\"";
            case 1 -> "!= \"GET\"";
            case 2 -> "|= \"error\" or \"warn\"";
            case 3 -> "!= \"info\" or \"200\"";
            case 4 -> "|~ \"(?i)ERROR\"";
            case 5 -> "|~ \"x[0-9]+|n=[0-5]\"";
            case 6 -> "!~ \"p[12].*00\"";
            case 7 -> "|> \"<_> GET <_>\"";
            case 8 -> pick(random, "|= ip(\"10.1.0.0/16\")", "!= ip(\"10.0.0.0-10.0.0.9\")");
            default -> "|= \"\u65e5\u672c\"";
        };
    }

    private String labelFilter(int depth) {
        if (depth > 0 && upTo(4) == 0) {
            String left = labelFilter(depth - 1);
            String right = labelFilter(depth - 1);
            return "(" + left + pick(random, " and ", " or ", " , ") + right + ")";
        }
        return switch (upTo(13)) {
            case 11, 12 -> "trace=\"" + RandomLogs.trace(random) + '"';
            case 0 -> "level=\"error\"";
            case 1 -> "level=~\"(?i)err.*\"";
            case 2 -> "detected_level!=\"warn\"";
            case 3 -> "env=\"p\"";
            case 4 -> "n" + pick(random, ">", ">=", "<", "<=", "==", "!=") + upTo(10);
            case 5 -> "took" + pick(random, ">", "<=") + pick(random, "1s", "100ms", "1m");
            case 6 -> "size" + pick(random, ">=", "<") + pick(random, "1KB", "2MB");
            case 7 -> "status>=400";
            case 8 -> "nope=\"\"";
            case 9 -> "env!~\"p|meta\"";
            default -> "__error__=\"\"";
        };
    }

    /// Lines to count: parsers may fail, so failures are filtered.
    private String clean() {
        return log(3) + " | __error__=\"\"";
    }

    private String range() {
        String seconds = "[" + (1 + upTo(60)) + "s]";
        return upTo(5) == 0 ? seconds + " offset " + (upTo(20) - 5) + "s" : seconds;
    }

    String metric(int depth) {
        if (depth > 0) {
            switch (upTo(6)) {
                case 0, 1, 2:
                    return vector(depth);
                case 3:
                    boolean outer = operand;
                    operand = true;
                    String text = binary(depth);
                    operand = outer;
                    return text;
                case 4:
                    return "label_replace(" + metric(depth - 1) + ", \"x\", \"${1}-${0}\", \"app\", \"app([01])\")";
                default:
                    break;
            }
        }
        return rangeFunction();
    }

    private String rangeFunction() {
        return switch (upTo(10)) {
            case 0, 1, 2 -> "count_over_time(" + clean() + range() + ")";
            case 3 -> "rate(" + clean() + range() + ")";
            case 4 -> pick(random, "bytes_over_time(", "bytes_rate(") + clean() + range() + ")";
            case 5 -> "absent_over_time(" + clean() + range() + ")";
            default -> unwrapped();
        };
    }

    private String unwrapped() {
        String label = pick(random, "n", "n", "duration(took)", "bytes(size)", "status");
        String lines = "(" + selector()
                + pick(random, " | logfmt", " | json", " | pattern `<ip> - <user> <_> <path> <status> <n>`");
        lines = lines.substring(1) + (upTo(2) == 0 ? " | " + labelFilter(1) : "") + " | unwrap " + label
                + " | __error__=\"\" ";
        String function = pick(
                random,
                "sum_over_time(",
                "avg_over_time(",
                "min_over_time(",
                "max_over_time(",
                operand ? "avg_over_time(" : "stddev_over_time(",
                operand ? "max_over_time(" : "stdvar_over_time(",
                "quantile_over_time(0." + upTo(10) + ", ",
                "rate(");
        boolean groups = !function.startsWith("sum") && !function.startsWith("rate") && upTo(2) == 0;
        return function + lines + range() + ")" + (groups ? grouping() : "");
    }

    private String grouping() {
        return pick(random, " by (app)", " by (level, env)", " without (n, took, size, msg)", " by ()", " by (nope)");
    }

    private String vector(int depth) {
        String function = pick(
                random,
                "sum",
                "sum",
                "avg",
                "min",
                "max",
                "count",
                operand ? "sum" : "stddev",
                operand ? "avg" : "stdvar");
        String inner = "(" + metric(depth - 1) + ")";
        return switch (upTo(3)) {
            case 0 -> function + inner;
            case 1 -> function + grouping() + " " + inner;
            default -> function + inner + grouping();
        };
    }

    private String binary(int depth) {
        String number = pick(random, "2.37", "0.513", "-1", "3");
        String arithmetic = pick(random, "+", "-", "*");
        String comparison = pick(random, ">", "<", ">=", "<=", "==", "!=");
        String bool = upTo(2) == 0 ? " bool " : " ";
        String by = pick(random, "sum by (app) ", "max by (app, env) ");
        return switch (upTo(9)) {
            case 7 -> "(count_over_time(" + clean() + range() + ") % " + pick(random, "3", "0") + ")";
            case 8 -> "(count_over_time(" + clean() + range() + ") ^ 2)";
            case 0 -> "(" + metric(depth - 1) + " " + pick(random, arithmetic, "/") + " " + number + ")";
            case 1 -> "(" + number + " " + arithmetic + " " + metric(depth - 1) + ")";
            case 2 -> "(" + metric(depth - 1) + " " + comparison + bool + "2.37" + ")";
            case 3 ->
                "(" + by + "(" + metric(depth - 1) + ") " + pick(random, "and", "or", "unless") + " " + by + "("
                        + metric(depth - 1) + "))";
            case 4 ->
                "(sum by (app) (" + metric(depth - 1) + ") " + arithmetic + " on (app) max by (app) ("
                        + metric(depth - 1) + "))";
            case 5 ->
                "(" + by + "(" + metric(depth - 1) + ") " + arithmetic + " ignoring (env) group_left sum by (app) ("
                        + metric(depth - 1) + "))";
            default -> "(" + metric(depth - 1) + " or vector(" + upTo(5) + "))";
        };
    }

    /// A ranking, which only stands outermost: which of equal values it takes is open.
    String ranking() {
        return pick(random, "topk(", "bottomk(") + (1 + upTo(4)) + ", " + metric(1) + ")";
    }
}
