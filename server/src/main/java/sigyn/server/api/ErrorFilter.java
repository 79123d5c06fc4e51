package sigyn.server.api;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;
import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.telemetry.Metrics;

/// Turns failures into Loki's answers: the bare message as text, with the status of its kind. Defects and failures of
/// the machine are logged once under a number that the client gets; a client's own errors are not logged.
final class ErrorFilter implements Filter {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorFilter.class);
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private final AtomicLong failures = new AtomicLong();
    private final Metrics metrics;

    ErrorFilter(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            try {
                return next.handle(request);
            } catch (SigynException e) {
                return answer(request, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return text(CLIENT_CLOSED_REQUEST, "the request was cancelled by the client");
            } catch (Exception e) {
                return text(500, logged(request, e));
            }
        };
    }

    private Response answer(Request request, SigynException e) {
        String message = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case BAD_REQUEST, LIMIT_EXCEEDED -> text(400, message);
            case NOT_FOUND -> text(404, message);
            case OVERLOADED -> text(503, message).header("Retry-After", "1");
            case TIMEOUT -> text(504, message);
            case CANCELLED -> text(CLIENT_CLOSED_REQUEST, message);
            case OPERATOR, BUG -> text(500, logged(request, e));
        };
    }

    private String logged(Request request, Exception e) {
        long number = failures.incrementAndGet();
        LOG.error("failure {}: {} {}", number, request.method(), request.path(), e);
        boolean forOperator = e instanceof SigynException s && s.kind() == ErrorKind.OPERATOR;
        if (!forOperator) {
            metrics.panics.inc();
        }
        var caller = request.attribute(Caller.class);
        if (caller != null && request.route().endsWith("/push")) {
            metrics.writeFailures
                    .labelValues(caller.single().id(), "distributor")
                    .inc();
        }
        return (forOperator ? e.getMessage() : "internal error") + ", see failure " + number + " in the server's log";
    }

    static Response text(int status, String message) {
        return Response.text(status, message).header("X-Content-Type-Options", "nosniff");
    }
}
