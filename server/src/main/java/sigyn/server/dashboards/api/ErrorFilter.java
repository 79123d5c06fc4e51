package sigyn.server.dashboards.api;

import java.io.IOException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.SigynException;
import sigyn.server.auth.Accounts;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Filter;
import sigyn.server.http.Handler;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

/// Turns failures into Grafana's `{"message": …}`. Defects and broken surroundings are logged once under an id that the
/// answer names; the caller sees no more of them.
public final class ErrorFilter implements Filter {
    private static final Logger LOG = LoggerFactory.getLogger("http.dashboards");

    @Override
    public Handler wrap(Handler next) {
        return request -> {
            try {
                return next.handle(request);
            } catch (Refusal e) {
                return e.response();
            } catch (Accounts.NameTakenException e) {
                return Refusal.conflict(String.valueOf(e.getMessage())).response();
            } catch (SigynException e) {
                return answer(e, request);
            } catch (IOException e) {
                LOG.debug("request {} {} broke off: {}", request.method(), request.path(), e.toString());
                return Refusal.badRequest("the request's body broke off").response();
            } catch (RuntimeException | StackOverflowError e) {
                return hidden(e, request);
            }
        };
    }

    private static Response answer(SigynException e, Request request) {
        return switch (e.kind()) {
            case BAD_REQUEST, LIMIT_EXCEEDED ->
                Refusal.badRequest(String.valueOf(e.getMessage())).response();
            case NOT_FOUND -> Refusal.notFound(String.valueOf(e.getMessage())).response();
            case OVERLOADED -> new Refusal(429, String.valueOf(e.getMessage())).response();
            case TIMEOUT -> new Refusal(504, String.valueOf(e.getMessage())).response();
            case CANCELLED -> new Refusal(499, String.valueOf(e.getMessage())).response();
            case OPERATOR, BUG -> hidden(e, request);
        };
    }

    private static Response hidden(Throwable e, Request request) {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        LOG.error("request {} {} failed, trace={}", request.method(), request.path(), id, e);
        return new Refusal(500, "internal error").with("traceID", id).response();
    }
}
