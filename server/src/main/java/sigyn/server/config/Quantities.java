package sigyn.server.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/// Durations and sizes as configuration files write them.
final class Quantities {
    private static final long SECOND = 1_000_000_000L;
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|\u00b5s|ms|s|m|h|d|w|y)");

    private Quantities() {}

    /// `30s`, `1h30m`, `1d`, `1.5h`, `300ms`, `0`: Prometheus' and Go's forms both.
    static Duration duration(String text) {
        String t = text.strip();
        if (t.equals("0")) {
            return Duration.ZERO;
        }
        var parts = PART.matcher(t);
        var nanos = BigDecimal.ZERO;
        int at = t.startsWith("-") ? 1 : 0;
        int start = at;
        while (at < t.length() && parts.region(at, t.length()).lookingAt()) {
            nanos = nanos.add(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit(parts.group(2)))));
            at = parts.end();
        }
        if (at < t.length() || at == start) {
            throw new IllegalArgumentException("not a valid duration string: \"" + text + "\"");
        }
        return Duration.ofNanos((start == 0 ? nanos : nanos.negate()).longValueExact());
    }

    private static long unit(String name) {
        return switch (name) {
            case "ns" -> 1;
            case "us", "\u00b5s" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> SECOND;
            case "m" -> 60 * SECOND;
            case "h" -> 3600 * SECOND;
            case "d" -> 24 * 3600 * SECOND;
            case "w" -> 7 * 24 * 3600 * SECOND;
            default -> 365 * 24 * 3600 * SECOND;
        };
    }

    /// `256KB`, `5 MB`, `1.5GB`, `1048576`: multiples of 1024, as in Loki's limits.
    static long bytes(String text) {
        String t = text.strip().toUpperCase(Locale.ROOT).replace("IB", "B");
        int digits = 0;
        while (digits < t.length() && (Character.isDigit(t.charAt(digits)) || ".E+".indexOf(t.charAt(digits)) >= 0)) {
            digits++;
        }
        long unit = switch (t.substring(digits).strip()) {
            case "", "B" -> 1L;
            case "K", "KB" -> 1L << 10;
            case "M", "MB" -> 1L << 20;
            case "G", "GB" -> 1L << 30;
            case "T", "TB" -> 1L << 40;
            case "P", "PB" -> 1L << 50;
            default -> throw new IllegalArgumentException("not a size: \"" + text + "\"");
        };
        try {
            return new BigDecimal(t.substring(0, digits))
                    .multiply(BigDecimal.valueOf(unit))
                    .longValue();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a size: \"" + text + "\"");
        }
    }
}
