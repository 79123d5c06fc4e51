package sigyn.server.api;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import sigyn.logql.ast.Durations;
import sigyn.model.Direction;
import sigyn.model.GoQuote;
import sigyn.model.SigynException;
import sigyn.model.TimeRange;
import sigyn.server.http.Params;
import sigyn.server.http.Request;

/// The parameters of a query endpoint, read by Loki's rules. Times and durations are nanoseconds.
final class QueryParams {
    private static final int MAX_FORM_BYTES = 10 << 20;
    private static final int MAX_POINTS = 11_000;
    private static final long SECOND = 1_000_000_000L;
    private static final long DEFAULT_SINCE = 3600 * SECOND;
    private static final int DEFAULT_LIMIT = 100;
    private static final int SECONDS_DIGITS = 10;
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    private final Params params;
    private final long now;

    private QueryParams(Params params, long now) {
        this.params = params;
        this.now = now;
    }

    /// Reads the URL and, for a POST, the form in the body, whose values win.
    static QueryParams of(Request request, Clock clock) throws IOException {
        Params params = request.query();
        String type = request.headers().firstOr("Content-Type", "");
        if (request.method().equals("POST") && type.startsWith("application/x-www-form-urlencoded")) {
            byte[] body = request.body().readNBytes(MAX_FORM_BYTES + 1);
            if (body.length > MAX_FORM_BYTES) {
                throw SigynException.badRequest("http: request body too large");
            }
            params = Params.parse(new String(body, StandardCharsets.UTF_8)).then(params);
        }
        Instant now = clock.instant();
        return new QueryParams(params, now.getEpochSecond() * SECOND + now.getNano());
    }

    Params all() {
        return params;
    }

    String query() {
        return params.firstOr("query", "");
    }

    String text(String name) {
        return params.firstOr(name, "");
    }

    long now() {
        return now;
    }

    /// `start` and `end`; without a start, `since` before the end or now, whichever is earlier.
    TimeRange range() {
        long end = time("end", "could not parse 'end' parameter: ").orElse(now);
        long since = DEFAULT_SINCE;
        String text = text("since");
        if (!text.isEmpty()) {
            try {
                since = prometheusDuration(text);
            } catch (SigynException e) {
                throw SigynException.badRequest("could not parse 'since' parameter: " + e.getMessage());
            }
        }
        long start = time("start", "could not parse 'start' parameter: ").orElse(Math.min(end, now) - since);
        return new TimeRange(start, end);
    }

    /// The range of a query: it must not end before it starts.
    TimeRange queryRange() {
        var range = range();
        if (range.end() < range.start()) {
            throw SigynException.badRequest("end timestamp must not be before or equal to start time");
        }
        return range;
    }

    /// The time of an instant query.
    long instant() {
        return time("time", "").orElse(now);
    }

    private OptionalLong time(String name, String prefix) {
        String text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(timestamp(text));
        } catch (SigynException e) {
            throw SigynException.badRequest(prefix + e.getMessage());
        }
    }

    /// Float seconds (kept to milliseconds), whole seconds of up to ten characters, nanoseconds, or RFC 3339.
    static long timestamp(String text) {
        if (text.indexOf('.') >= 0 && isFloat(text)) {
            var seconds = new BigDecimal(text);
            return seconds.movePointRight(3).setScale(0, RoundingMode.HALF_EVEN).longValue() * 1_000_000L;
        }
        if (text.matches("[+-]?[0-9]+")) {
            try {
                long value = Long.parseLong(text);
                return text.length() <= SECONDS_DIGITS ? Math.multiplyExact(value, SECOND) : value;
            } catch (NumberFormatException e) {
                throw SigynException.badRequest(
                        "strconv.ParseInt: parsing " + GoQuote.quote(text) + ": value out of range");
            }
        }
        try {
            Instant t = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
            return Math.addExact(Math.multiplyExact(t.getEpochSecond(), SECOND), t.getNano());
        } catch (DateTimeException | ArithmeticException e) {
            throw SigynException.badRequest("strconv.ParseInt: parsing " + GoQuote.quote(text) + ": invalid syntax");
        }
    }

    private static boolean isFloat(String text) {
        return text.matches("[+-]?[0-9]*\\.[0-9]*([eE][+-]?[0-9]+)?") && !text.matches("[+-]?\\.");
    }

    /// The distance of the samples; by default about 250 of them, at least a second.
    long step(TimeRange range) {
        String text = text("step");
        long step =
                text.isEmpty() ? Math.max((range.end() - range.start()) / SECOND / 250, 1) * SECOND : duration(text);
        if (step <= 0) {
            throw SigynException.badRequest(
                    "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        if ((range.end() - range.start()) / step > MAX_POINTS) {
            throw SigynException.badRequest(
                    "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter");
        }
        return step;
    }

    long interval() {
        String text = text("interval");
        long interval = text.isEmpty() ? 0 : duration(text);
        if (interval < 0) {
            throw SigynException.badRequest("interval must be >= 0");
        }
        return interval;
    }

    int limit() {
        return positive("limit", DEFAULT_LIMIT);
    }

    int positive(String name, int otherwise) {
        String text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        int limit = integer(text);
        if (limit <= 0) {
            throw SigynException.badRequest(name + " must be a positive value");
        }
        return limit;
    }

    /// A whole number; of one that needs more than 32 bits the low ones, as Loki does.
    static int integer(String text) {
        try {
            return (int) Long.parseLong(text);
        } catch (NumberFormatException e) {
            boolean tooLarge = text.matches("[+-]?[0-9]+");
            throw SigynException.badRequest("strconv.Atoi: parsing " + GoQuote.quote(text)
                    + (tooLarge ? ": value out of range" : ": invalid syntax"));
        }
    }

    Direction direction() {
        String text = text("direction");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "", "backward" -> Direction.BACKWARD;
            case "forward" -> Direction.FORWARD;
            default -> throw SigynException.badRequest("invalid direction '" + text + "'");
        };
    }

    /// Float seconds or a Prometheus duration, in nanoseconds.
    static long duration(String text) {
        switch (text.toLowerCase(Locale.ROOT).replaceFirst("^[+-]", "")) {
            case "nan":
                return Long.MIN_VALUE;
            case "inf", "infinity":
                throw SigynException.badRequest(
                        "cannot parse " + GoQuote.quote(text) + " to a valid duration. It overflows int64");
            default:
                break;
        }
        if (NUMBER.matcher(text).matches()) {
            double nanos = Double.parseDouble(text) * SECOND;
            if (Math.abs(nanos) > Long.MAX_VALUE) {
                throw SigynException.badRequest(
                        "cannot parse " + GoQuote.quote(text) + " to a valid duration. It overflows int64");
            }
            return (long) nanos;
        }
        try {
            return prometheusDuration(text);
        } catch (SigynException e) {
            throw SigynException.badRequest("cannot parse " + GoQuote.quote(text) + " to a valid duration");
        }
    }

    /// `1h30m`, `15000ms`, `1d`: units once each, from large to small.
    static long prometheusDuration(String text) {
        try {
            return Durations.prometheus(text);
        } catch (IllegalArgumentException e) {
            throw SigynException.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
