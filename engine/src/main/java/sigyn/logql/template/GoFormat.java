package sigyn.logql.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.FloatText;
import sigyn.model.GoQuote;

/// Go's `printf`.
final class GoFormat {
    private static final int MAX_WIDTH = 10_000;

    private final String format;
    private final List<@Nullable Object> arguments;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int used;
    private boolean minus;
    private boolean plus;
    private boolean zero;
    private boolean space;
    private boolean sharp;
    private int width;
    private int precision;

    private GoFormat(String format, List<@Nullable Object> arguments) {
        this.format = format;
        this.arguments = arguments;
    }

    static String format(String format, List<@Nullable Object> arguments) {
        return new GoFormat(format, arguments).run();
    }

    private String run() {
        while (at < format.length()) {
            int percent = format.indexOf('%', at);
            if (percent < 0) {
                out.append(format, at, format.length());
                break;
            }
            out.append(format, at, percent);
            at = percent + 1;
            flags();
            width = number(-1);
            precision = -1;
            if (at < format.length() && format.charAt(at) == '.') {
                at++;
                precision = number(0);
            }
            if (at >= format.length()) {
                out.append("%!(NOVERB)");
                break;
            }
            int verb = format.codePointAt(at);
            at += Character.charCount(verb);
            if (verb == '%') {
                out.append('%');
            } else if (used >= arguments.size()) {
                out.append("%!").appendCodePoint(verb).append("(MISSING)");
            } else {
                one(verb, arguments.get(used++));
            }
        }
        if (used < arguments.size()) {
            out.append("%!(EXTRA ");
            for (int i = used; i < arguments.size(); i++) {
                Object value = arguments.get(i);
                out.append(i > used ? ", " : "").append(Values.type(value));
                if (value != null) {
                    out.append('=').append(Values.text(value));
                }
            }
            out.append(')');
        }
        return out.toString();
    }

    private void flags() {
        minus = false;
        plus = false;
        zero = false;
        space = false;
        sharp = false;
        while (at < format.length()) {
            switch (format.charAt(at)) {
                case '-' -> minus = true;
                case '+' -> plus = true;
                case '0' -> zero = true;
                case ' ' -> space = true;
                case '#' -> sharp = true;
                default -> {
                    return;
                }
            }
            at++;
        }
    }

    private int number(int otherwise) {
        if (at < format.length() && format.charAt(at) == '*') {
            at++;
            long value = used < arguments.size() ? Conversions.toLong(arguments.get(used++)) : 0;
            if (value < 0) {
                minus = true;
            }
            return (int) Math.min(Math.abs(value), MAX_WIDTH);
        }
        int start = at;
        while (at < format.length() && Character.isDigit(format.charAt(at))) {
            at++;
        }
        if (start == at) {
            return otherwise;
        }
        return at - start > 6 ? MAX_WIDTH : Math.min(MAX_WIDTH, Integer.parseInt(format.substring(start, at)));
    }

    private void one(int verb, @Nullable Object value) {
        if (verb == 'T') {
            pad(Values.type(value), false);
            return;
        }
        String text = switch (value) {
            case null -> verb == 'v' ? "<nil>" : null;
            case Boolean b -> verb == 't' || verb == 'v' ? b.toString() : null;
            case Long l -> integer(verb, l);
            case Double d -> real(verb, d);
            case String s -> string(verb, s);
            default -> verb == 'v' || verb == 's' ? Values.text(value) : null;
        };
        if (text == null) {
            out.append("%!").appendCodePoint(verb).append('(').append(Values.type(value));
            if (value != null) {
                out.append('=').append(Values.text(value));
            }
            out.append(')');
            return;
        }
        boolean numeric =
                (value instanceof Long || value instanceof Double) && verb != 'c' && verb != 'U' && verb != 'q';
        pad(text, numeric);
    }

    private @Nullable String integer(int verb, long value) {
        String size = switch (verb) {
            case 'd', 'v' -> BigDecimal.valueOf(value).abs().toPlainString();
            case 'x' -> (sharp ? "0x" : "") + unsigned(value, 16);
            case 'X' -> (sharp ? "0X" : "") + unsigned(value, 16).toUpperCase(Locale.ROOT);
            case 'o' -> (sharp ? "0" : "") + unsigned(value, 8);
            case 'O' -> "0o" + unsigned(value, 8);
            case 'b' -> unsigned(value, 2);
            case 'c' -> Character.isValidCodePoint((int) value) ? Character.toString((int) value) : "\ufffd";
            case 'q' -> "'" + Character.toString((int) value) + "'";
            case 'U' -> String.format(Locale.ROOT, "U+%04X", value);
            default -> "";
        };
        if (size.isEmpty()) {
            return null;
        }
        if (verb == 'c' || verb == 'q' || verb == 'U') {
            return size;
        }
        if (precision > size.length()) {
            size = "0".repeat(precision - size.length()) + size;
        }
        return sign(value < 0) + size;
    }

    private static String unsigned(long value, int radix) {
        return new java.math.BigInteger(Long.toString(value)).abs().toString(radix);
    }

    private String sign(boolean negative) {
        return negative ? "-" : plus ? "+" : space ? " " : "";
    }

    private @Nullable String real(int verb, double value) {
        if ("vgGfFeE".indexOf(verb) < 0) {
            return null;
        }
        if (Double.isNaN(value)) {
            return plus ? "+NaN" : "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        String size;
        double abs = Math.abs(value);
        size = switch (verb) {
            case 'f', 'F' -> fixed(abs, precision < 0 ? 6 : precision);
            case 'e', 'E' -> exponent(abs, precision < 0 ? 6 : precision);
            default -> precision < 0 ? FloatText.general(abs) : general(abs, Math.max(precision, 1));
        };
        if (verb == 'E' || verb == 'G') {
            size = size.toUpperCase(Locale.ROOT);
        }
        return sign(value < 0 || 1 / value < 0) + size;
    }

    private static String fixed(double value, int digits) {
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String exponent(double value, int digits) {
        if (value == 0) {
            return (digits > 0 ? "0." + "0".repeat(digits) : "0") + "e+00";
        }
        var decimal = new BigDecimal(value).round(new java.math.MathContext(digits + 1, RoundingMode.HALF_EVEN));
        int exponent = decimal.precision() - decimal.scale() - 1;
        String all = decimal.unscaledValue().toString();
        all += "0".repeat(Math.max(0, digits + 1 - all.length()));
        String mantissa = digits > 0 ? all.charAt(0) + "." + all.substring(1, digits + 1) : all.substring(0, 1);
        int size = Math.abs(exponent);
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
    }

    private static String general(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        var decimal = new BigDecimal(value).round(new java.math.MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent < -4 || exponent >= digits) {
            String text = exponent(value, digits - 1);
            int e = text.indexOf('e');
            String mantissa = text.substring(0, e);
            if (mantissa.indexOf('.') >= 0) {
                mantissa = mantissa.replaceAll("\\.?0+$", "");
            }
            return mantissa + text.substring(e);
        }
        return decimal.stripTrailingZeros().toPlainString();
    }

    private @Nullable String string(int verb, String value) {
        String cut = precision < 0 || verb == 'x' || verb == 'X'
                ? value
                : value.substring(
                        0, value.offsetByCodePoints(0, Math.min(precision, value.codePointCount(0, value.length()))));
        return switch (verb) {
            case 's', 'v' -> sharp && verb == 'v' ? GoQuote.quote(cut) : cut;
            case 'q' -> sharp && cut.indexOf('`') < 0 ? "`" + cut + "`" : GoQuote.quote(cut);
            case 'x', 'X' -> {
                var hex = new StringBuilder();
                for (byte b : GoStrings.bytes(value)) {
                    hex.append(String.format(Locale.ROOT, "%02x", b));
                }
                yield verb == 'x' ? hex.toString() : hex.toString().toUpperCase(Locale.ROOT);
            }
            default -> null;
        };
    }

    private void pad(String text, boolean numeric) {
        int missing = width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            out.append(text);
        } else if (minus) {
            out.append(text).append(" ".repeat(missing));
        } else if (zero) {
            boolean signed = numeric && !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0;
            out.append(signed ? text.substring(0, 1) : "").append("0".repeat(missing));
            out.append(signed ? text.substring(1) : text);
        } else {
            out.append(" ".repeat(missing)).append(text);
        }
    }
}
