package sigyn.logql.template;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Text to numbers and values to numbers, as Go does it.
public final class Conversions {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    private static final int EXACT_DIGITS = 15;
    private static final Pattern UNDERSCORES = Pattern.compile("[+-]?[0-9]+(_[0-9]+)*([.eE].*)?");
    private static final Pattern HEX =
            Pattern.compile("[+-]?0[xX]([0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)[pP][+-]?[0-9]+");

    private Conversions() {}

    /// Go's `strconv.ParseFloat`, or null when the text is no number. Underscores may stand between digits.
    public static @Nullable Double parseFloat(String text) {
        if (text.isEmpty() || text.length() > 1000) {
            return null;
        }
        if (isPlain(text)) {
            return plain(text);
        }
        if (text.indexOf('_') >= 0) {
            return UNDERSCORES.matcher(text).matches() ? parseFloat(text.replace("_", "")) : null;
        }
        char c = text.charAt(text.length() - 1);
        if ((c >= '0' && c <= '9' || c == '.')
                && (DECIMAL.matcher(text).matches() || HEX.matcher(text).matches())) {
            double value = Double.parseDouble(text);
            return Double.isInfinite(value) ? null : (Double) value;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> null;
        };
    }

    /// True for digits that a double holds exactly, with a sign and a point perhaps.
    private static boolean isPlain(String text) {
        int digits = 0;
        int points = 0;
        for (int i = 0; i < text.length() && digits <= EXACT_DIGITS; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (c == '.') {
                points++;
            } else if (i > 0 || c != '-' && c != '+') {
                return false;
            }
        }
        return digits > 0 && digits <= EXACT_DIGITS && points <= 1;
    }

    /// The quotient of two numbers that are exact is the nearest double (Clinger's fast path).
    private static double plain(String text) {
        long digits = 0;
        double divisor = 1;
        boolean fraction = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                fraction = true;
            } else if (c >= '0') {
                digits = digits * 10 + c - '0';
                divisor *= fraction ? 10 : 1;
            }
        }
        double value = digits / divisor;
        return text.charAt(0) == '-' ? -value : value;
    }

    /// A whole number with Go's prefixes (`0x`, `0o`, `0b`, `0`): a Long, a BigInteger if too large, null if it is
    /// none.
    static @Nullable Object integerLiteral(String text) {
        int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        String digits = text.substring(start).toLowerCase(Locale.ROOT);
        int radix = 10;
        int skip = 0;
        if (digits.startsWith("0x")) {
            radix = 16;
            skip = 2;
        } else if (digits.startsWith("0b")) {
            radix = 2;
            skip = 2;
        } else if (digits.startsWith("0o")) {
            radix = 8;
            skip = 2;
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            radix = 8;
            skip = 1;
        }
        digits = digits.substring(skip).replaceAll("(?<=[0-9a-f])_(?=[0-9a-f])", "");
        if (digits.isEmpty() || digits.length() > 100) {
            return null;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (Character.digit(digits.charAt(i), radix) < 0) {
                return null;
            }
        }
        var value = new BigInteger(digits, radix);
        if (text.startsWith("-")) {
            value = value.negate();
        }
        return value.bitLength() < 64 ? (Object) value.longValue() : value;
    }

    /// A whole number from whatever it is; what is none gives 0.
    static long toLong(@Nullable Object value) {
        return switch (value) {
            case Long l -> l;
            case Double d -> Double.isNaN(d) || Double.isInfinite(d) ? 0 : d.longValue();
            case Boolean b -> b ? 1 : 0;
            case String s -> {
                if (integerLiteral(s) instanceof Long l) {
                    yield l;
                }
                // Of a decimal number the part before the point counts; an exponent makes it none.
                int point = s.indexOf('.');
                boolean decimal = point > 0 && parseFloat(s) != null && s.indexOf('e') < 0 && s.indexOf('E') < 0;
                yield decimal && integerLiteral(s.substring(0, point)) instanceof Long l ? l : 0;
            }
            case null, default -> 0;
        };
    }

    static double toDouble(@Nullable Object value) {
        return switch (value) {
            case Long l -> l;
            case Double d -> d;
            case Boolean b -> b ? 1 : 0;
            case String s -> {
                Double d = parseFloat(s);
                yield d == null ? 0 : d;
            }
            case null, default -> 0;
        };
    }
}
