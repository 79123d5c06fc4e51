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
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
