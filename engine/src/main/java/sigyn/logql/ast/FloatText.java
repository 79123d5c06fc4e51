package sigyn.logql.ast;

import java.math.BigDecimal;

/// Floating-point numbers as Go prints them without an exponent: `3`, `0.016666666666666666`, `NaN`, `+Inf`.
public final class FloatText {
    private FloatText() {}

    public static String of(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            long whole = (long) value;
            return whole == 0 && 1 / value < 0 ? "-0" : Long.toString(whole);
        }
        String shortest = Double.toString(value);
        return shortest.indexOf('E') < 0
                ? shortest
                : new BigDecimal(shortest).stripTrailingZeros().toPlainString();
    }

    /// Go's `%v`: with an exponent from a million on and below a ten-thousandth.
    public static String general(double value) {
        if (value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
            return of(value);
        }
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        int size = Math.abs(exponent);
        return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
    }
}
