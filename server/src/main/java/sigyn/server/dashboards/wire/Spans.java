package sigyn.server.dashboards.wire;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Durations as Grafana's files write them: `30s`, `1h30m`, `7d`, `2w`, `500ms`; a bare number is seconds.
public final class Spans {
    private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h|d|w|M|y)");

    private Spans() {}

    public static @Nullable Duration parse(String text) {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9') && text.length() < 10) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        var part = PART.matcher(text);
        long millis = 0;
        int at = 0;
        while (at < text.length()) {
            if (!part.find(at) || part.start() != at || part.group(1).length() > 9) {
                return null;
            }
            millis += Long.parseLong(part.group(1)) * unitMillis(part.group(2));
            at = part.end();
        }
        return at == 0 ? null : Duration.ofMillis(millis);
    }

    private static long unitMillis(String unit) {
        return switch (unit) {
            case "ms" -> 1L;
            case "s" -> 1_000L;
            case "m" -> 60_000L;
            case "h" -> 3_600_000L;
            case "d" -> 86_400_000L;
            case "w" -> 7 * 86_400_000L;
            case "M" -> 30 * 86_400_000L;
            case "y" -> 365 * 86_400_000L;
            default -> throw new AssertionError(unit);
        };
    }
}
