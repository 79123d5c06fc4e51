package sigyn.server.dashboards.source;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import sigyn.server.dashboards.wire.Refusal;

/// Moments as dashboards write them: `now`, `now-1h`, `now-1d/d`, milliseconds since 1970, ISO 8601. In UTC.
final class RelativeTime {
    private static final Pattern STEP = Pattern.compile("([+-])(\\d{1,6})([smhdwMQy])|/([smhdwMQy])");

    private RelativeTime() {}

    /// @param end whether `/d` rounds to the end of the day instead of its beginning
    static Instant parse(String text, Instant now, boolean end) {
        if (text.matches("-?\\d{1,15}")) {
            return Instant.ofEpochMilli(Long.parseLong(text));
        }
        if (!text.startsWith("now")) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw Refusal.badRequest("time \"" + text + "\" is not understood");
            }
        }
        ZonedDateTime time = now.atZone(ZoneOffset.UTC);
        var step = STEP.matcher(text);
        int at = 3;
        while (at < text.length()) {
            if (!step.find(at) || step.start() != at) {
                throw Refusal.badRequest("time \"" + text + "\" is not understood");
            }
            if (step.group(4) != null) {
                time = rounded(time, step.group(4), end);
            } else {
                long amount = Long.parseLong(step.group(2)) * (step.group(1).equals("-") ? -1 : 1);
                time = moved(time, amount, step.group(3));
            }
            at = step.end();
        }
        return time.toInstant();
    }

    private static ZonedDateTime moved(ZonedDateTime time, long amount, String unit) {
        return switch (unit) {
            case "s" -> time.plusSeconds(amount);
            case "m" -> time.plusMinutes(amount);
            case "h" -> time.plusHours(amount);
            case "d" -> time.plusDays(amount);
            case "w" -> time.plusWeeks(amount);
            case "M" -> time.plusMonths(amount);
            case "Q" -> time.plusMonths(3 * amount);
            case "y" -> time.plusYears(amount);
            default -> throw new AssertionError(unit);
        };
    }

    private static ZonedDateTime rounded(ZonedDateTime time, String unit, boolean end) {
        ZonedDateTime start = switch (unit) {
            case "s" -> time.truncatedTo(ChronoUnit.SECONDS);
            case "m" -> time.truncatedTo(ChronoUnit.MINUTES);
            case "h" -> time.truncatedTo(ChronoUnit.HOURS);
            case "d" -> time.truncatedTo(ChronoUnit.DAYS);
            case "w" ->
                time.truncatedTo(ChronoUnit.DAYS).minusDays(time.getDayOfWeek().getValue() % 7);
            case "M" -> time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
            case "Q" ->
                time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).withMonth((time.getMonthValue() - 1) / 3 * 3 + 1);
            case "y" -> time.truncatedTo(ChronoUnit.DAYS).withDayOfYear(1);
            default -> throw new AssertionError(unit);
        };
        return end ? moved(start, 1, unit).minusNanos(1_000_000) : start;
    }
}
