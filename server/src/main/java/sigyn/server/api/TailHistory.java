package sigyn.server.api;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import sigyn.logql.Cursor;
import sigyn.logql.LinePipeline;
import sigyn.logql.QueryEngine;
import sigyn.logql.RangeQuery;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.exec.Cancellation;
import sigyn.logql.exec.Entry;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryResult;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.server.config.ReadLimits;
import sigyn.storage.Tail;
import sigyn.storage.port.RowBatch;

/// What was there when a tail was opened. The tail is opened before the query, so the newest of it comes once more.
final class TailHistory {
    private static final int PAGE = 1_000;
    private static final Duration AHEAD = Duration.ofMinutes(10);

    /// What a client wants to follow.
    record Wish(Tenant tenant, String query, LogExpr log, long start, int limit) {}

    /// What makes an entry of an answer the same as another.
    private record Sent(long time, String line, Labels labels) {
        static Sent of(Entry entry) {
            return new Sent(entry.time(), new String(entry.line(), StandardCharsets.ISO_8859_1), entry.labels());
        }
    }

    private final Wish wish;
    private final QueryEngine engine;
    private final ReadLimits limits;
    private final Clock clock;

    TailHistory(Wish wish, QueryEngine engine, ReadLimits limits, Clock clock) {
        this.wish = wish;
        this.engine = engine;
        this.limits = limits;
        this.clock = clock;
    }

    /// The newest lines since the start that was wished, in order.
    List<Entry> newest() throws InterruptedException {
        long end = now();
        if (wish.start() >= end) {
            return List.of();
        }
        var range = range(wish.start(), end, wish.limit(), Direction.BACKWARD);
        return engine.range(context(), range) instanceof QueryResult.Streams streams
                ? streams.entries().reversed()
                : List.of();
    }

    /// Some of the lines behind a cursor, in order; fewer than a page when there are no more.
    List<Entry> page(Cursor cursor) throws InterruptedException {
        long end = Math.max(now(), cursor.time()) + AHEAD.toNanos();
        var range = range(cursor.time(), end, PAGE, Direction.FORWARD);
        return engine.page(context(), range, cursor.token()).lines().entries();
    }

    static boolean isLast(List<Entry> page) {
        return page.size() < PAGE;
    }

    /// All lines behind a cursor, in order.
    List<Entry> behind(Cursor cursor) throws InterruptedException {
        var all = new ArrayList<Entry>();
        var at = cursor;
        List<Entry> page;
        do {
            page = page(at);
            all.addAll(page);
            at = Cursor.newest(page, at);
        } while (!isLast(page));
        return all;
    }

    /// Lines that a query gave while a tail was open, and those that the tail has and the query did not see, in order:
    /// all there is up to the tail's position.
    static List<Entry> with(List<Entry> queried, Tail tail, LinePipeline pipeline, long visible)
            throws InterruptedException {
        var again = new HashMap<Sent, Integer>();
        queried.forEach(entry -> again.merge(Sent.of(entry), 1, Integer::sum));
        var all = new ArrayList<>(queried);
        while (tail.position() < visible) {
            RowBatch rows = tail.next(0, TimeUnit.SECONDS);
            if (rows == null) {
                break;
            }
            for (int row = 0; row < rows.rows(); row++) {
                pipeline.process(rows, row).ifPresent(entry -> {
                    if (again.merge(Sent.of(entry), -1, Integer::sum) < 0) {
                        all.add(entry);
                    }
                });
            }
        }
        all.sort(Comparator.comparingLong(Entry::time));
        return all;
    }

    private QueryContext context() {
        return new QueryContext(List.of(wish.tenant()), limits.engine(), Cancellation.after(limits.timeout()), false);
    }

    private RangeQuery range(long start, long end, int limit, Direction direction) {
        return new RangeQuery(wish.query(), start, end, Math.max(1, end - start), 0, limit, direction);
    }

    private long now() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
