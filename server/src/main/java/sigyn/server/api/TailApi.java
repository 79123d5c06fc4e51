package sigyn.server.api;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.api.TailFrames.Form;
import sigyn.server.config.Overrides;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.WebSocketEndpoint;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;

/// `tail`: first what is there, then what arrives, over a WebSocket. With the parameter `cursor`, empty at first,
/// frames say how the tail can be resumed, see [ResumableTail].
final class TailApi {
    private static final int MOST_DELAY_SECONDS = 5;
    private static final int GOING_ON = 1011;

    private final Storage storage;
    private final QueryEngine engine;
    private final Overrides limits;
    private final Metrics metrics;
    private final Duration longest;
    private final Clock clock;
    private final ConcurrentHashMap<Tenant, Integer> open = new ConcurrentHashMap<>();

    TailApi(Storage storage, QueryEngine engine, Overrides limits, Metrics metrics, Duration longest, Clock clock) {
        this.storage = storage;
        this.engine = engine;
        this.limits = limits;
        this.metrics = metrics;
        this.longest = longest;
        this.clock = clock;
    }

    Response tail(Request request) throws IOException {
        return tail(request, false);
    }

    /// The frames of old: entries with times in words.
    Response legacyTail(Request request) throws IOException {
        return tail(request, true);
    }

    private Response tail(Request request, boolean legacy) throws IOException {
        Tenant tenant = Caller.of(request).single();
        var params = QueryParams.of(request, clock);
        int limit = params.limit();
        String delay = params.text("delay_for");
        if (!delay.isEmpty() && QueryParams.integer(delay) > MOST_DELAY_SECONDS) {
            throw SigynException.badRequest("delay_for can't be greater than " + MOST_DELAY_SECONDS);
        }
        Expr expr = LogQl.parse(params.query());
        long start = params.range().start();
        String resume = params.all().first("cursor");
        TailCursor cursor = resume == null
                ? null
                : resume.isEmpty()
                        ? TailCursor.nothing(storage.identity())
                        : TailCursor.parse(resume, storage.identity());
        boolean categorize =
                request.headers().firstOr("X-Loki-Response-Encoding-Flags", "").contains("categorize-labels");
        if (!request.headers().firstOr("Upgrade", "").equalsIgnoreCase("websocket")) {
            return Response.text(400, "Bad Request\n");
        }
        int most = limits.of(tenant).read().maxTails();
        int count = open.merge(tenant, 1, Integer::sum);
        if (most > 0 && count > most) {
            leave(tenant);
            throw SigynException.badRequest(
                    "max concurrent tail requests limit exceeded, count > limit (" + count + " > " + most + ")");
        }
        var form = legacy ? Form.LEGACY : categorize ? Form.CATEGORIZED : Form.PLAIN;
        return Response.upgrade(
                switch (expr) {
                    case LogExpr log -> {
                        var wish = new TailHistory.Wish(tenant, params.query(), log, start, limit);
                        yield peer -> run(peer, wish, form, cursor);
                    }
                    default ->
                        peer -> {
                            leave(tenant);
                            peer.close(GOING_ON, "only log selector is supported");
                        };
                });
    }

    private void run(WebSocketEndpoint.Peer peer, TailHistory.Wish wish, Form form, @Nullable TailCursor cursor)
            throws IOException, InterruptedException {
        metrics.activeTails.inc();
        try {
            var frames = new TailFrames(peer, form, metrics, clock);
            var history = new TailHistory(wish, engine, limits.of(wish.tenant()).read(), clock);
            long until = System.nanoTime() + longest.toNanos();
            if (cursor == null) {
                new TailSession(wish, storage, history, frames).run(until);
            } else {
                new ResumableTail(wish, storage, history, frames, cursor).run(until);
            }
            peer.close(GOING_ON, "reached tail max duration limit");
        } catch (SigynException e) {
            peer.close(GOING_ON, String.valueOf(e.getMessage()));
        } finally {
            metrics.activeTails.dec();
            leave(wish.tenant());
        }
    }

    private void leave(Tenant tenant) {
        open.computeIfPresent(tenant, (_, n) -> n == 1 ? null : n - 1);
    }
}
