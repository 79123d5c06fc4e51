package sigyn.logql.template;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A point in time with a zone, with the methods that templates call.
record GoTime(ZonedDateTime at) {
    static GoTime ofNanos(long nanos, ZoneId zone) {
        return new GoTime(
                Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
                        .atZone(zone));
    }

    /// Go's zero time.
    static GoTime zero() {
        return new GoTime(ZonedDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC));
    }

    long seconds() {
        return at.toEpochSecond();
    }

    long nanos() {
        return at.toEpochSecond() * 1_000_000_000L + at.getNano();
    }

    /// `2026-11-20 11:59:57.870686553 +0000 UTC`
    @Override
    public String toString() {
        return GoLayout.format("2006-01-02 15:04:05.999999999 -0700 MST", at);
    }

    /// The result of a method, or null when there is no such method.
    @Nullable
    Object call(String method, List<@Nullable Object> arguments) throws TemplateException {
        Object first = arguments.isEmpty() ? null : arguments.getFirst();
        return switch (method) {
            case "Unix" -> seconds();
            case "UnixMilli" -> Math.floorDiv(nanos(), 1_000_000L);
            case "UnixMicro" -> Math.floorDiv(nanos(), 1_000L);
            case "UnixNano" -> nanos();
            case "Year" -> (long) at.getYear();
            case "Month" -> GoLayout.MONTHS[at.getMonthValue() - 1];
            case "Day" -> (long) at.getDayOfMonth();
            case "Hour" -> (long) at.getHour();
            case "Minute" -> (long) at.getMinute();
            case "Second" -> (long) at.getSecond();
            case "Nanosecond" -> (long) at.getNano();
            case "YearDay" -> (long) at.getDayOfYear();
            case "Weekday" -> GoLayout.DAYS[at.getDayOfWeek().getValue() % 7];
            case "UTC" -> new GoTime(at.withZoneSameInstant(ZoneOffset.UTC));
            case "Local" -> new GoTime(at.withZoneSameInstant(ZoneId.systemDefault()));
            case "String" -> toString();
            case "IsZero" -> equals(zero());
            case "Format" -> {
                if (first instanceof String layout) {
                    yield GoLayout.format(layout, at);
                }
                throw new TemplateException("wrong number of args for Format: want 1 got " + arguments.size());
            }
            case "Sub" -> {
                if (first instanceof GoTime other) {
                    yield new GoDuration(nanos() - other.nanos());
                }
                throw new TemplateException("wrong type for value; expected time.Time");
            }
            case "Before" -> first instanceof GoTime other && nanos() < other.nanos();
            case "After" -> first instanceof GoTime other && nanos() > other.nanos();
            case "Equal" -> first instanceof GoTime other && nanos() == other.nanos();
            default -> null;
        };
    }

    /// A span of time as templates see it.
    record GoDuration(long nanos) {
        @Override
        public String toString() {
            return sigyn.logql.ast.Durations.goText(nanos);
        }
    }
}
