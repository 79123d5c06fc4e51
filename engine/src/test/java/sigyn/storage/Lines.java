package sigyn.storage;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import sigyn.model.LinePredicate;

/// Random lines for tests: like real logs, and hostile ones. Characters are bytes (ISO-8859-1).
final class Lines {
    private static final String[] WORDS = {
        "error", "ERROR", "connection", "reset", "by", "peer", "level=info", "status=200", "took", "user", "GET",
                "/api/v1",
        "\"quoted text\"", "{\"a\":1,\"b\":\"x\"}", "10.0.0.1", "-", "INFO", "aäö", "=", ":", "[]", "Kelvin", "\0",
                "\u00ff"
    };

    private Lines() {}

    static String random(RandomGenerator random, int size) {
        var line = new StringBuilder();
        for (int words = random.nextInt(1 + size / 4 + 3); words > 0; words--) {
            switch (random.nextInt(12)) {
                case 0 -> line.append(random.nextInt(1000));
                case 1 -> line.append(Long.toHexString(random.nextLong()));
                case 2 -> line.append(random.nextLong());
                case 3 ->
                    line.append("2026-01-0")
                            .append(random.nextInt(1, 9))
                            .append("T12:0")
                            .append(random.nextInt(10))
                            .append(":00.")
                            .append(random.nextInt(100, 999))
                            .append("Z");
                case 4 -> line.append(random.nextInt(100)).append('.').append(random.nextInt(100));
                case 5 -> line.append((char) random.nextInt(256));
                case 6 -> line.append("blk_").append(random.nextInt(5)).append("ms");
                case 7 -> line.append("0".repeat(random.nextInt(4))).append(random.nextInt(50));
                default -> line.append(WORDS[random.nextInt(WORDS.length)]);
            }
            if (random.nextInt(8) != 0) {
                line.append(' ');
            }
        }
        return line.toString();
    }

    static String needle(RandomGenerator random) {
        return switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> String.valueOf(random.nextInt(100));
            case 2 -> "e";
            case 3 -> "Error";
            default -> WORDS[random.nextInt(WORDS.length - 2)].replaceAll("[^ -~]", "");
        };
    }

    /// What a scan is to decide, decided slowly.
    static boolean passes(List<LinePredicate> predicates, String line) {
        return predicates.stream().allMatch(p -> passes(p, line));
    }

    private static boolean passes(LinePredicate predicate, String line) {
        return switch (predicate) {
            case LinePredicate.Contains c when c.ignoreCase() -> lower(line).contains(lower(c.needle()));
            case LinePredicate.Contains c -> line.contains(c.needle());
            case LinePredicate.Matches m ->
                Pattern.compile(m.regex()).matcher(line).find();
            case LinePredicate.NotAscii _ -> line.chars().anyMatch(c -> c > 0x7f);
            case LinePredicate.AnyOf any -> any.parts().stream().anyMatch(p -> passes(p, line));
            case LinePredicate.Not not -> !passes(not.part(), line);
        };
    }

    /// ASCII letters lowered, the rest as it is.
    static String lower(String text) {
        var lowered = new StringBuilder(text);
        for (int i = 0; i < lowered.length(); i++) {
            char c = lowered.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lowered.setCharAt(i, (char) (c + 32));
            }
        }
        return lowered.toString();
    }
}
