package sigyn.server.api;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import sigyn.logql.LinePipeline;
import sigyn.logql.LogQl;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.exec.Cancellation;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.config.Overrides;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.server.http.WebSocketEndpoint;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;
import sigyn.storage.Tail;
import sigyn.storage.port.RowBatch;

/// `tail`: first what is there, then what arrives, over a WebSocket. At most a hundred entries go into a frame; what a
/// slow
/// reader loses is counted in `dropped_entries`.
final class TailApi {
    private static final int MOST_PER_FRAME = 100;
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
        return Response.upgrade(
                switch (expr) {
                    case LogExpr log -> new Session(tenant, params.query(), log, start, limit, categorize, legacy);
                    default ->
                        peer -> {
                            leave(tenant);
                            peer.close(GOING_ON, "only log selector is supported");
                        };
                });
    }

    private void leave(Tenant tenant) {
        open.computeIfPresent(tenant, (_, n) -> n == 1 ? null : n - 1);
    }

    /// What makes an entry of an answer the same as another.
    private record Sent(long time, String line, Labels labels) {
        static Sent of(Entry entry) {
            return new Sent(
                    entry.time(),
                    new String(entry.line(), java.nio.charset.StandardCharsets.ISO_8859_1),
                    entry.labels());
        }
    }

    /// One open tail, on its own thread.
    private final class Session implements WebSocketEndpoint {
        private final Tenant tenant;
        private final String query;
        private final LogExpr log;
        private final long start;
        private final int limit;
        private final boolean categorize;
        private final boolean legacy;

        Session(Tenant tenant, String query, LogExpr log, long start, int limit, boolean categorize, boolean legacy) {
            this.tenant = tenant;
            this.query = query;
            this.log = log;
            this.start = start;
            this.limit = limit;
            this.categorize = categorize;
            this.legacy = legacy;
        }

        @Override
        public void open(Peer peer) throws IOException, InterruptedException {
            metrics.activeTails.inc();
            try (Tail tail = storage.tail(tenant, log.matchers())) {
                var sent = history(peer);
                follow(peer, tail, sent, tail.offered());
            } finally {
                metrics.activeTails.dec();
                leave(tenant);
            }
        }

        /// Sends what there is. Returns it, since the newest of it may come once more: the tail was open before the
        /// query.
        private Map<Sent, Integer> history(Peer peer) throws IOException, InterruptedException {
            Instant now = clock.instant();
            long end = now.getEpochSecond() * 1_000_000_000L + now.getNano();
            var sent = new HashMap<Sent, Integer>();
            if (start >= end) {
                return sent;
            }
            var read = limits.of(tenant).read();
            var context = new QueryContext(List.of(tenant), read.engine(), Cancellation.after(read.timeout()), false);
            var range = new RangeQuery(query, start, end, Math.max(1, end - start), 0, limit, Direction.BACKWARD);
            if (engine.range(context, range) instanceof QueryResult.Streams streams) {
                send(peer, streams.entries().reversed(), 0);
                streams.entries().forEach(entry -> sent.merge(Sent.of(entry), 1, Integer::sum));
            }
            return sent;
        }

        /// Batches up to number `overlap` may hold what is in `sent`.
        private void follow(Peer peer, Tail tail, Map<Sent, Integer> sent, long overlap)
                throws IOException, InterruptedException {
            var pipeline = new LinePipeline(log);
            long until = System.nanoTime() + longest.toNanos();
            while (System.nanoTime() - until < 0) {
                RowBatch rows = tail.next(1, TimeUnit.SECONDS);
                if (rows == null) {
                    peer.ping();
                    continue;
                }
                var entries = entries(pipeline, rows);
                if (tail.taken() <= overlap) {
                    entries.removeIf(entry -> isSent(sent, Sent.of(entry)));
                } else if (!sent.isEmpty()) {
                    sent.clear();
                }
                send(peer, entries, tail.takeDropped());
            }
            peer.close(GOING_ON, "reached tail max duration limit");
        }

        /// True when an entry is among those that were sent, which then has one less of it.
        private static boolean isSent(Map<Sent, Integer> sent, Sent entry) {
            int left = sent.getOrDefault(entry, 0);
            if (left > 0) {
                sent.put(entry, left - 1);
            }
            return left > 0;
        }

        private List<Entry> entries(LinePipeline pipeline, RowBatch rows) {
            var entries = new ArrayList<Entry>();
            for (int row = 0; row < rows.rows(); row++) {
                byte[] line = Arrays.copyOfRange(
                        rows.bytes(), rows.lineStart()[row], rows.lineStart()[row] + rows.lineLength()[row]);
                pipeline.process(
                                rows.streams().get(rows.stream()[row]),
                                rows.timestamp()[row],
                                line,
                                metadata(rows, row))
                        .ifPresent(entries::add);
            }
            return entries;
        }

        private static Labels metadata(RowBatch rows, int row) {
            var map = new TreeMap<String, String>();
            for (var column : rows.metadata()) {
                if (column.length()[row] >= 0) {
                    map.put(
                            column.name(),
                            new String(
                                    column.bytes(),
                                    column.start()[row],
                                    column.length()[row],
                                    java.nio.charset.StandardCharsets.UTF_8));
                }
            }
            return Labels.of(map);
        }

        private void send(Peer peer, List<Entry> entries, long dropped) throws IOException, InterruptedException {
            // Lines may have been lost while none of those that are left passes the filters.
            int frames = Math.max((entries.size() + MOST_PER_FRAME - 1) / MOST_PER_FRAME, dropped > 0 ? 1 : 0);
            for (int frame = 0; frame < frames; frame++) {
                int from = frame * MOST_PER_FRAME;
                var part = entries.subList(from, Math.min(entries.size(), from + MOST_PER_FRAME));
                var json = new JsonText();
                if (legacy) {
                    LegacyJson.streams(json.raw("{\"streams\":["), part);
                    json.raw("],\"dropped_entries\":null}");
                } else {
                    frame(json, part, from == 0 ? dropped : 0);
                }
                byte[] text = json.toBytes();
                metrics.tailBytes.inc(text.length);
                peer.send(new String(text, java.nio.charset.StandardCharsets.UTF_8));
            }
        }

        private void frame(JsonText json, List<Entry> entries, long dropped) {
            json.raw("{\"streams\":[");
            boolean first = true;
            for (var entry : entries) {
                json.raw(first ? "{\"stream\":" : ",{\"stream\":");
                first = false;
                QueryJson.labels(json, categorize ? entry.stream() : entry.labels());
                json.raw(",\"values\":[[\"").number(entry.time()).raw("\",").string(entry.line());
                if (categorize) {
                    QueryJson.categories(json.raw(','), entry);
                }
                json.raw("]]}");
            }
            json.raw(']');
            if (categorize) {
                json.raw(",\"encodingFlags\":[\"categorize-labels\"]");
            }
            if (dropped > 0) {
                json.raw(",\"dropped_entries\":[");
                Labels labels = entries.isEmpty() ? Labels.EMPTY : entries.getLast().stream();
                long time = entries.isEmpty()
                        ? clock.millis() * 1_000_000L
                        : entries.getLast().time();
                for (long i = 0; i < Math.min(dropped, 1000); i++) {
                    QueryJson.labels(json.raw(i > 0 ? ",{\"labels\":" : "{\"labels\":"), labels);
                    json.raw(",\"timestamp\":\"").number(time).raw("\"}");
                }
                json.raw(']');
            }
            json.raw('}');
        }
    }
}
