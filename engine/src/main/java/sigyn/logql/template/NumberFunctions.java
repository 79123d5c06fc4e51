package sigyn.logql.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.ByteSizes;
import sigyn.logql.ast.Durations;

/// Arithmetic, quantities and times that log templates have beside Go's own functions.
final class NumberFunctions {
    private NumberFunctions() {}

    private interface Whole {
        long apply(long a, long b) throws TemplateException;
    }

    private interface Decimal {
        BigDecimal apply(BigDecimal a, BigDecimal b) throws TemplateException;
    }

    static void register(Map<String, Function> f) {
        f.put("int", new Function(1, 1, (a, _) -> Conversions.toLong(a.getFirst())));
        f.put("float64", new Function(1, 1, (a, _) -> Conversions.toDouble(a.getFirst())));
        f.put("add", whole(0, -1, (a, b) -> a + b));
        f.put("sub", whole(2, 2, (a, b) -> a - b));
        f.put("mul", whole(1, -1, (a, b) -> a * b));
        f.put("div", whole(2, 2, (a, b) -> {
            checkDivisor(b);
            return a / b;
        }));
        f.put("mod", whole(2, 2, (a, b) -> {
            checkDivisor(b);
            return a % b;
        }));
        f.put("max", whole(1, -1, Math::max));
        f.put("min", whole(1, -1, Math::min));
        f.put("addf", decimal(0, BigDecimal::add));
        f.put("subf", decimal(1, BigDecimal::subtract));
        f.put("mulf", decimal(1, BigDecimal::multiply));
        f.put("divf", decimal(1, (a, b) -> {
            if (b.signum() == 0) {
                throw new TemplateException("decimal division by 0");
            }
            return a.divide(b, 16, RoundingMode.HALF_UP);
        }));
        f.put("maxf", real(Math::max));
        f.put("minf", real(Math::min));
        f.put("ceil", new Function(1, 1, (a, _) -> Math.ceil(Conversions.toDouble(a.getFirst()))));
        f.put("floor", new Function(1, 1, (a, _) -> Math.floor(Conversions.toDouble(a.getFirst()))));
        f.put("round", new Function(2, 3, (a, _) -> round(a)));
        f.put("bytes", new Function(1, 1, (a, _) -> bytes(TextFunctions.text(a, 0))));
        f.put("duration", new Function(1, 1, (a, _) -> seconds(TextFunctions.text(a, 0))));
        f.put("duration_seconds", new Function(1, 1, (a, _) -> seconds(TextFunctions.text(a, 0))));
        f.put("unixEpoch", new Function(1, 1, (a, _) -> Long.toString(time(a).seconds())));
        f.put(
                "unixEpochMillis",
                new Function(1, 1, (a, _) -> Long.toString(Math.floorDiv(time(a).nanos(), 1_000_000L))));
        f.put("unixEpochNanos", new Function(1, 1, (a, _) -> Long.toString(time(a).nanos())));
        f.put("unixToTime", new Function(1, 1, (a, _) -> unixToTime(TextFunctions.text(a, 0))));
        f.put(
                "toDate",
                new Function(
                        2,
                        2,
                        (a, _) -> toDate(TextFunctions.text(a, 0), ZoneId.systemDefault(), TextFunctions.text(a, 1))));
        f.put(
                "toDateInZone",
                new Function(
                        3,
                        3,
                        (a, _) -> toDate(
                                TextFunctions.text(a, 0), zone(TextFunctions.text(a, 1)), TextFunctions.text(a, 2))));
        f.put("date", new Function(2, 2, (a, _) -> date(TextFunctions.text(a, 0), a.get(1))));
        f.put("now", new Function(0, 0, (_, _) -> GoTime.ofNanos(System.currentTimeMillis() * 1_000_000L, local())));
        f.put("__line__", new Function(0, 0, (_, c) -> c.line()));
        f.put("__timestamp__", new Function(0, 0, (_, c) -> GoTime.ofNanos(c.time(), local())));
    }

    private static ZoneId local() {
        var zone = ZoneId.systemDefault();
        return zone.normalized().equals(ZoneOffset.UTC) ? ZoneOffset.UTC : zone;
    }

    private static void checkDivisor(long b) throws TemplateException {
        if (b == 0) {
            throw new TemplateException("runtime error: integer divide by zero");
        }
    }

    private static Function whole(int least, int most, Whole operation) {
        return new Function(least, most, (a, _) -> {
            long result = 0;
            for (int i = 0; i < a.size(); i++) {
                long value = Conversions.toLong(a.get(i));
                result = i == 0 ? value : operation.apply(result, value);
            }
            return result;
        });
    }

    private static Function decimal(int least, Decimal operation) {
        return new Function(least, -1, (a, _) -> {
            BigDecimal result = BigDecimal.ZERO;
            for (int i = 0; i < a.size(); i++) {
                double value = Conversions.toDouble(a.get(i));
                if (Double.isNaN(value) || Double.isInfinite(value)) {
                    throw new TemplateException("Cannot create a Decimal from " + sigyn.logql.ast.FloatText.of(value));
                }
                BigDecimal exact = new BigDecimal(Double.toString(value));
                result = i == 0 ? exact : operation.apply(result, exact);
            }
            return result.doubleValue();
        });
    }

    private interface Real {
        double apply(double a, double b);
    }

    private static Function real(Real operation) {
        return new Function(1, -1, (a, _) -> {
            double result = Conversions.toDouble(a.getFirst());
            for (int i = 1; i < a.size(); i++) {
                result = operation.apply(result, Conversions.toDouble(a.get(i)));
            }
            return result;
        });
    }

    /// Away from zero only upwards, as the function templates got has it: what is negative goes down.
    private static double round(List<@Nullable Object> a) {
        double value = Conversions.toDouble(a.getFirst());
        double power = Math.pow(10, Conversions.toDouble(a.get(1)));
        double threshold = a.size() > 2 ? Conversions.toDouble(a.get(2)) : 0.5;
        double scaled = power * value;
        double fraction = scaled - (scaled < 0 ? Math.ceil(scaled) : Math.floor(scaled));
        return (fraction >= threshold ? Math.ceil(scaled) : Math.floor(scaled)) / power;
    }

    private static Object bytes(String text) throws TemplateException {
        try {
            return (double) ByteSizes.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TemplateException(String.valueOf(e.getMessage()));
        }
    }

    private static Object seconds(String text) throws TemplateException {
        try {
            return Durations.go(text) / 1e9;
        } catch (IllegalArgumentException e) {
            throw new TemplateException(String.valueOf(e.getMessage()));
        }
    }

    private static GoTime time(List<@Nullable Object> a) throws TemplateException {
        if (a.getFirst() instanceof GoTime time) {
            return time;
        }
        throw new TemplateException("wrong type for value; expected time.Time; got " + Values.type(a.getFirst()));
    }

    private static GoTime unixToTime(String text) throws TemplateException {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new TemplateException("unable to parse time '" + text + "': strconv.ParseInt: parsing "
                    + sigyn.model.GoQuote.quote(text) + ": invalid syntax");
        }
        long nanos = switch (text.length()) {
            case 5 -> value * 86_400_000_000_000L;
            case 10 -> value * 1_000_000_000L;
            case 13 -> value * 1_000_000L;
            case 16 -> value * 1_000L;
            case 19 -> value;
            default -> throw new TemplateException("unable to parse time '" + text + "': %!w(<nil>)");
        };
        return GoTime.ofNanos(nanos, local());
    }

    private static ZoneId zone(String name) {
        try {
            return name.isEmpty() || name.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException e) {
            return ZoneOffset.UTC;
        }
    }

    private static GoTime toDate(String layout, ZoneId zone, String text) {
        var parsed = GoLayout.parse(layout, text, zone.normalized().equals(ZoneOffset.UTC) ? ZoneOffset.UTC : zone);
        return parsed == null ? GoTime.zero() : new GoTime(parsed);
    }

    private static Object date(String layout, @Nullable Object value) {
        var time = switch (value) {
            case GoTime t -> t;
            case Long seconds -> GoTime.ofNanos(seconds * 1_000_000_000L, local());
            case null, default -> GoTime.ofNanos(System.currentTimeMillis() * 1_000_000L, local());
        };
        return GoLayout.format(layout, time.at().withZoneSameInstant(local()));
    }
}
