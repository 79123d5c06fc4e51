package sigyn.server.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import sigyn.logql.parse.Durations;

/// Durations and sizes as configuration files write them.
final class Quantities {
    private Quantities() {}

    /// `30s`, `1h30m`, `1d`, `1.5h`, `300ms`, `0`: Prometheus' and Go's forms both.
    static Duration duration(String text) {
        String t = text.strip();
        if (t.equals("0")) {
            return Duration.ZERO;
        }
        try {
            return Duration.ofNanos(Durations.prometheus(t));
        } catch (IllegalArgumentException notPrometheus) {
            return Duration.ofNanos(Durations.go(t));
        }
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
