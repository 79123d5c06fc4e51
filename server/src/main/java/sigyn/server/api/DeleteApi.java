package sigyn.server.api;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import sigyn.logql.ast.Durations;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.Overrides;
import sigyn.server.config.RetentionLimits.DeletionMode;
import sigyn.server.http.Params;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.telemetry.Metrics;

/// `delete`: requests to delete logs by a query, their state and their withdrawal. Parameters are those of the URL
/// only, as in Loki.
final class DeleteApi {
    private static final long SECOND = 1_000_000_000L;
    private static final int MOST_DIGITS = 10;

    private final DeleteRequests requests;
    private final Overrides limits;
    private final LokiConfig.Compactor settings;
    private final Metrics metrics;
    private final Clock clock;

    DeleteApi(DeleteRequests requests, Overrides limits, LokiConfig.Compactor settings, Metrics metrics, Clock clock) {
        this.requests = requests;
        this.limits = limits;
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// With `force=true` (an extension) the bytes are gone with the answer, else they go when the time to withdraw is
    /// over.
    Response add(Request request) throws InterruptedException {
        try {
            Tenant tenant = Caller.of(request).single();
            var mode = limits.of(tenant).retention().deletion();
            if (mode == DeletionMode.DISABLED) {
                return disabled();
            }
            var params = request.query();
            String query = params.firstOr("query", "");
            if (query.isEmpty()) {
                throw SigynException.badRequest("query not set");
            }
            var wanted = wanted(query);
            long now = nanos(clock.instant());
            String startText = params.firstOr("start", "");
            if (startText.isEmpty()) {
                throw SigynException.badRequest("start time not set");
            }
            long start = time(startText, "start");
            String endText = params.firstOr("end", "");
            long end = endText.isEmpty() ? now : time(endText, "end");
            if (end > now) {
                throw SigynException.badRequest("deletes in the future are not allowed");
            }
            if (start >= end) {
                throw SigynException.badRequest("start time can't be greater than or equal to end time");
            }
            checkInterval(params);
            Duration delay = mode == DeletionMode.FILTER_ONLY
                    ? DeleteRequests.never(now)
                    : force(params) ? Duration.ZERO : settings.cancelPeriod();
            var entry = requests.add(tenant, query, wanted.matchers(), wanted.lines(), start, end, delay);
            metrics.deleteRequests.labelValues(tenant.id()).inc();
            if (delay.isZero()) {
                requests.erase();
            }
            return Response.of(204).header("X-Delete-Request-ID", entry.id());
        } catch (SigynException e) {
            return refusal(e);
        }
    }

    private static boolean force(Params params) {
        return params.firstOr("force", "").equals("true");
    }

    private static DeleteRequests.Wanted wanted(String query) {
        try {
            return DeleteRequests.Wanted.of(query);
        } catch (SigynException e) {
            String message = String.valueOf(e.getMessage());
            throw SigynException.badRequest(
                    message.startsWith("a delete request")
                            ? "invalid query expression: " + message
                            : "invalid query expression");
        }
    }

    private void checkInterval(Params params) {
        String text = params.firstOr("max_interval", "");
        if (text.isEmpty()) {
            return;
        }
        long interval;
        try {
            interval = Durations.go(text);
        } catch (IllegalArgumentException e) {
            throw SigynException.badRequest("invalid max_interval: valid time units are 's', 'm', 'h'");
        }
        if (!settings.maxInterval().isZero()
                && interval > settings.maxInterval().toNanos()) {
            throw SigynException.badRequest("max_interval can't be greater than "
                    + Durations.goText(settings.maxInterval().toNanos()));
        }
    }

    /// Whole seconds of up to ten digits, or RFC 3339.
    private static long time(String text, String name) {
        if (text.matches("[0-9]{1," + MOST_DIGITS + "}")) {
            return Long.parseLong(text) * SECOND;
        }
        try {
            return nanos(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException | ArithmeticException e) {
            throw SigynException.badRequest("invalid " + name + " time: require unix seconds or RFC3339 format");
        }
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), SECOND), instant.getNano());
    }

    /// Ours beside Loki's: `lines`, how many entries the request hid, and `due_at`, when their bytes go.
    Response list(Request request) {
        try {
            Tenant tenant = Caller.of(request).single();
            if (limits.of(tenant).retention().deletion() == DeletionMode.DISABLED) {
                return disabled();
            }
            var json = new JsonText().raw('[');
            boolean first = true;
            for (var status : requests.of(tenant)) {
                var entry = status.entry();
                json.raw(first ? "{\"request_id\":" : ",{\"request_id\":").string(entry.id());
                first = false;
                json.raw(",\"start_time\":").raw(seconds(entry.start()));
                json.raw(",\"end_time\":").raw(seconds(entry.end()));
                json.raw(",\"query\":").string(entry.query());
                json.raw(",\"status\":").string(status.done() ? "processed" : "received");
                json.raw(",\"created_at\":").raw(seconds(entry.created()));
                json.raw(",\"user_id\":\"\",\"lines\":").number(entry.lines());
                json.raw(",\"due_at\":").raw(seconds(entry.due())).raw('}');
            }
            return Response.of(
                    200, "application/json; charset=UTF-8", json.raw("]\n").toBytes());
        } catch (SigynException e) {
            return refusal(e);
        }
    }

    /// To the millisecond, without zeros at the end.
    private static String seconds(long nanos) {
        return BigDecimal.valueOf(Math.floorDiv(nanos, 1_000_000L), 3)
                .stripTrailingZeros()
                .toPlainString();
    }

    Response withdraw(Request request) {
        try {
            Tenant tenant = Caller.of(request).single();
            if (limits.of(tenant).retention().deletion() == DeletionMode.DISABLED) {
                return disabled();
            }
            String id = request.query().firstOr("request_id", "");
            if (id.isEmpty()) {
                throw SigynException.badRequest("request_id not set");
            }
            long deadline = nanos(clock.instant()) - settings.cancelPeriod().toNanos();
            return switch (requests.withdraw(tenant, id, deadline, force(request.query()))) {
                case DONE -> Response.of(204);
                case UNKNOWN ->
                    throw new SigynException(ErrorKind.NOT_FOUND, "could not find delete request with given id");
                case TOO_LATE ->
                    throw SigynException.badRequest(
                            "Cancellation of partially completed delete request or delete request past the deadline of "
                                    + Durations.goText(settings.cancelPeriod().toNanos())
                                    + " since its creation is not allowed. To force, use the ?force query parameter");
                case PROCESSED ->
                    throw SigynException.badRequest(
                            "deletion of request which is in process or already processed is not allowed");
            };
        } catch (SigynException e) {
            return refusal(e);
        }
    }

    /// What caches ask to learn that answers have changed; there are none here.
    Response cacheGenerations(Request request) {
        return Response.of(200, "application/json; charset=UTF-8", "\"\"".getBytes(StandardCharsets.UTF_8));
    }

    private static Response disabled() {
        return ErrorFilter.text(403, "deletion is not available for this tenant\n");
    }

    private static Response refusal(SigynException e) {
        return switch (e.kind()) {
            case BAD_REQUEST -> ErrorFilter.text(400, e.getMessage() + "\n");
            case NOT_FOUND -> ErrorFilter.text(404, e.getMessage() + "\n");
            case LIMIT_EXCEEDED, OVERLOADED, TIMEOUT, CANCELLED, OPERATOR, BUG -> throw e;
        };
    }
}
