package sigyn.logql.ast;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/// Sizes in bytes as people write them: `5 kB`, `1.5MiB`, `10`. Thousands for `k`, 1024 where an `i` follows.
public final class ByteSizes {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+\\.?[0-9]*|\\.[0-9]+");
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private ByteSizes() {}

    /// The number of bytes, fractions cut; throws `IllegalArgumentException` with the message to show.
    public static long parse(String text) {
        int at = 0;
        boolean comma = false;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.' || text.charAt(at) == ',')) {
            comma |= text.charAt(at) == ',';
            at++;
        }
        String number = text.substring(0, at);
        if (comma) {
            number = number.replace(",", "");
        }
        if (!NUMBER.matcher(number).matches() || number.length() > 60) {
            throw new IllegalArgumentException(
                    "strconv.ParseFloat: parsing " + sigyn.model.GoQuote.quote(number) + ": invalid syntax");
        }
        String unit = text.substring(at).strip().toLowerCase(Locale.ROOT);
        double factor = factor(unit);
        if (factor < 0) {
            throw new IllegalArgumentException("unhandled size name: " + unit);
        }
        double bytes = Double.parseDouble(number) * factor;
        if (bytes >= 0x1p64) {
            throw new IllegalArgumentException("too large: " + text);
        }
        return (long) bytes;
    }

    private static double factor(String unit) {
        if (unit.isEmpty() || unit.equals("b")) {
            return 1;
        }
        int power = "kmgtpe".indexOf(unit.charAt(0)) + 1;
        if (power == 0) {
            return -1;
        }
        return switch (unit.substring(1)) {
            case "", "b" -> Math.pow(1000, power);
            case "i", "ib" -> Math.pow(1024, power);
            default -> -1;
        };
    }

    /// `1.5GB`, `10MB`, `512B`: thousands, one decimal below ten.
    public static String text(long bytes) {
        if (bytes < 10) {
            return bytes + "B";
        }
        int power = 0;
        double scaled = bytes;
        while (scaled >= 1000 && power < UNITS.length - 1) {
            scaled /= 1000;
            power++;
        }
        BigDecimal rounded = BigDecimal.valueOf(Math.floor(scaled * 10 + 0.5) / 10);
        if (rounded.compareTo(BigDecimal.TEN) < 0) {
            return rounded.setScale(1, RoundingMode.HALF_EVEN).toPlainString() + UNITS[power];
        }
        return rounded.setScale(0, RoundingMode.HALF_EVEN).toPlainString() + UNITS[power];
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
