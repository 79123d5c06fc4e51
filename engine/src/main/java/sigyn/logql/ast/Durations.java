package sigyn.logql.ast;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/// Lengths of time as text: Prometheus style (`1h30m`, `2d`, whole numbers, units in falling order) and Go style
/// (`1.5h`, `-3us`, units in any order).
public final class Durations {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+\\.?[0-9]*|\\.[0-9]+");
    private static final String[] PROMETHEUS_UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
    private static final long[] PROMETHEUS_MILLIS = {
        365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000, 1
    };
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private Durations() {}

    /// Nanoseconds of a Prometheus duration; throws `IllegalArgumentException` with the message to show.
    public static long prometheus(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty duration string");
        }
        if (text.equals("0")) {
            return 0;
        }
        long millis = 0;
        int lastUnit = -1;
        int at = 0;
        while (at < text.length()) {
            int digits = at;
            while (digits < text.length() && isDigit(text.charAt(digits))) {
                digits++;
            }
            if (digits == at || digits == text.length()) {
                throw new IllegalArgumentException("not a valid duration string: " + quoted(text));
            }
            int end = digits;
            while (end < text.length() && !isDigit(text.charAt(end))) {
                end++;
            }
            String unit = text.substring(digits, end);
            int index = unitIndex(unit);
            if (index < 0) {
                throw new IllegalArgumentException("unknown unit " + quoted(unit) + " in duration " + quoted(text));
            }
            if (index <= lastUnit) {
                throw new IllegalArgumentException("not a valid duration string: " + quoted(text));
            }
            lastUnit = index;
            try {
                long n = Long.parseLong(text.substring(at, digits));
                millis = Math.addExact(millis, Math.multiplyExact(n, PROMETHEUS_MILLIS[index]));
                Math.multiplyExact(millis, 1_000_000L);
            } catch (NumberFormatException | ArithmeticException e) {
                throw new IllegalArgumentException("duration out of range", e);
            }
            at = end;
        }
        return millis * 1_000_000L;
    }

    private static int unitIndex(String unit) {
        for (int i = 0; i < PROMETHEUS_UNITS.length; i++) {
            if (PROMETHEUS_UNITS[i].equals(unit)) {
                return i;
            }
        }
        return -1;
    }

    /// Nanoseconds of a Go duration; throws `IllegalArgumentException` with Go's message.
    public static long go(String text) {
        int at = 0;
        boolean negative = false;
        if (!text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+')) {
            negative = text.charAt(0) == '-';
            at = 1;
        }
        if (text.length() - at == 1 && text.charAt(at) == '0') {
            return 0;
        }
        if (at == text.length()) {
            throw invalid(text);
        }
        BigDecimal total = BigDecimal.ZERO;
        while (at < text.length()) {
            int start = at;
            while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
                at++;
            }
            String number = text.substring(start, at);
            if (!NUMBER.matcher(number).matches()) {
                throw invalid(text);
            }
            int unitStart = at;
            while (at < text.length() && !isDigit(text.charAt(at)) && text.charAt(at) != '.') {
                at++;
            }
            String unit = text.substring(unitStart, at);
            if (unit.isEmpty()) {
                throw new IllegalArgumentException("time: missing unit in duration " + quoted(text));
            }
            long nanos = switch (unit) {
                case "ns" -> 1L;
                case "us", "µs", "μs" -> 1_000L;
                case "ms" -> 1_000_000L;
                case "s" -> 1_000_000_000L;
                case "m" -> 60_000_000_000L;
                case "h" -> 3_600_000_000_000L;
                default ->
                    throw new IllegalArgumentException(
                            "time: unknown unit " + quoted(unit) + " in duration " + quoted(text));
            };
            if (number.endsWith(".")) {
                number = number.substring(0, number.length() - 1);
            }
            if (number.length() > 100) {
                throw invalid(text);
            }
            total = total.add(new BigDecimal(number.startsWith(".") ? "0" + number : number)
                    .multiply(BigDecimal.valueOf(nanos))
                    .setScale(0, RoundingMode.DOWN));
            if (total.compareTo(MAX) > 0) {
                throw invalid(text);
            }
        }
        return negative ? -total.longValue() : total.longValue();
    }

    /// Go's text of a duration: `1h30m0s`, `1.5s`, `300ms`, `0s`.
    public static String goText(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
        BigDecimal total = BigDecimal.valueOf(nanos).abs();
        if (total.compareTo(BigDecimal.valueOf(1_000)) < 0) {
            return sign + total.toPlainString() + "ns";
        }
        if (total.compareTo(BigDecimal.valueOf(1_000_000)) < 0) {
            return sign + plain(total.movePointLeft(3)) + "µs";
        }
        if (total.compareTo(BigDecimal.valueOf(1_000_000_000)) < 0) {
            return sign + plain(total.movePointLeft(6)) + "ms";
        }
        BigDecimal[] minutes = total.divideAndRemainder(BigDecimal.valueOf(60_000_000_000L));
        String seconds = plain(minutes[1].movePointLeft(9)) + "s";
        long allMinutes = minutes[0].longValue();
        if (allMinutes == 0) {
            return sign + seconds;
        }
        long hours = allMinutes / 60;
        String rest = allMinutes % 60 + "m" + seconds;
        return hours == 0 ? sign + rest : sign + hours + "h" + rest;
    }

    /// Prometheus' text of a duration: `1h30m`, `2d`, `5m`, `0s`.
    public static String prometheusText(long nanos) {
        if (nanos < 0) {
            return "-" + prometheusText(-nanos);
        }
        long millis = nanos / 1_000_000;
        if (millis == 0) {
            return "0s";
        }
        var out = new StringBuilder();
        for (int i = 0; i < PROMETHEUS_UNITS.length; i++) {
            long unit = PROMETHEUS_MILLIS[i];
            boolean exactOnly = i <= 1;
            if (exactOnly && millis % unit != 0) {
                continue;
            }
            if (millis >= unit) {
                out.append(millis / unit).append(PROMETHEUS_UNITS[i]);
                millis %= unit;
            }
        }
        return out.toString();
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("time: invalid duration " + quoted(text));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String quoted(String text) {
        return sigyn.model.GoQuote.quote(text);
    }
}
