package sigyn.logql;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sigyn.logql.ast.Durations;
import sigyn.logql.ast.Expr;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.Stage;
import sigyn.logql.exec.Budget;
import sigyn.logql.exec.CpuTurns;
import sigyn.logql.exec.Flights;
import sigyn.logql.exec.Hopeless;
import sigyn.logql.exec.LogRun;
import sigyn.logql.exec.MetricRun;
import sigyn.logql.exec.Partials;
import sigyn.logql.exec.QueryContext;
import sigyn.logql.exec.QueryLimits;
import sigyn.logql.exec.QueryResult;
import sigyn.logql.exec.Steps;
import sigyn.logql.stage.Pipeline;
import sigyn.model.Direction;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.LogReader;

/// Answers queries from what a [LogReader] holds. One engine serves all callers; each call blocks until its answer is
/// there. The caller's thread may be interrupted to give up.
public final class QueryEngine implements AutoCloseable {
    private static final long MAX_POINTS = 11_000;

    private final LogReader reader;
    private final CpuTurns turns;
    private final Flights flights = new Flights();
    private final Hopeless hopeless = new Hopeless(System::nanoTime);
    private final Partials partials =
            new Partials(Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 10));
    private final Budget.Shared memory =
            new Budget.Shared(Math.max(64L << 20, Runtime.getRuntime().maxMemory() * 3 / 8), partials);

    public QueryEngine(LogReader reader) {
        this.reader = reader;
        this.turns = new CpuTurns(Math.max(1, Runtime.getRuntime().availableProcessors()));
    }

    /// What decides an answer.
    private record Question(List<Tenant> tenants, QueryLimits limits, boolean partialSeries, Record query) {
        static Question of(QueryContext context, Record query) {
            return new Question(context.tenants(), context.limits(), context.partialSeries(), query);
        }
    }

    /// Room for an answer while somebody writes it out: counted as what a query holds, within the same bounds. To be
    /// closed.
    public Budget room(QueryContext context) {
        return new Budget(context.limits().memoryBytes(), memory);
    }

    public Remembered remembered() {
        var c = partials.counts();
        return new Remembered(c.entries(), c.bytes(), c.asked(), c.found(), c.added(), c.evicted());
    }

    /// Lines or a matrix.
    public QueryResult range(QueryContext context, RangeQuery query) throws InterruptedException {
        checkTimes(query);
        var timeless =
                new RangeQuery(query.text(), 0, 0, query.step(), query.interval(), query.limit(), query.direction());
        return answer(
                context,
                query,
                timeless,
                query.end() - query.start(),
                (stoppable, budget) -> range(stoppable, query, budget));
    }

    @FunctionalInterface
    private interface Evaluation {
        QueryResult run(QueryContext context, Budget budget) throws InterruptedException;
    }

    /// @param timeless equal for queries that differ in their times only
    /// @param length of the time that is asked for
    private QueryResult answer(QueryContext context, Record query, Record timeless, long length, Evaluation evaluation)
            throws InterruptedException {
        var kind = Question.of(context, timeless);
        return flights.answer(Question.of(context, query), context.cancellation(), stop -> {
            var refusal = hopeless.refusal(kind, length);
            if (refusal != null) {
                stop.await(refusal.waitNanos());
                throw refusal.failure();
            }
            long start = System.nanoTime();
            try (var budget = new Budget(context.limits().memoryBytes(), memory)) {
                var stoppable = context.withCancellation(stop);
                try {
                    var result = turns.compute(stoppable, () -> evaluation.run(stoppable, budget));
                    hopeless.answered(kind, length);
                    return result;
                } catch (SigynException e) {
                    if (e.kind() == ErrorKind.LIMIT_EXCEEDED && !budget.isCrowdedOut()) {
                        hopeless.failed(kind, length, System.nanoTime() - start, e, budget.isExceeded());
                    }
                    throw e;
                }
            }
        });
    }

    private QueryResult range(QueryContext context, RangeQuery query, Budget budget) throws InterruptedException {
        return switch (LogQl.parse(query.text())) {
            case LogExpr log -> {
                checkMatchers(log, context.limits());
                checkLength(query.end() - query.start(), context.limits());
                var range = new TimeRange(query.start(), query.end());
                var missing = missing(context, range);
                var result = new LogRun(reader, turns, context, budget, partials)
                        .run(log, range, query.direction(), query.limit(), query.interval());
                missing.addAll(missing(context, range));
                yield result.warn(missing);
            }
            case MetricExpr metric -> {
                checkRanges(metric, query.end() - query.start(), true, context.limits());
                boolean aligned = !context.limits().splitInterval().isZero();
                var range = read(metric, query.start(), query.end());
                var missing = missing(context, range);
                var result = new MetricRun(reader, turns, context, budget, partials)
                        .matrix(metric, Steps.of(query.start(), query.end(), query.step(), aligned));
                missing.addAll(missing(context, range));
                yield result.warn(missing);
            }
        };
    }

    /// The lines of a log query page by page, an extension. `next` is empty for the first page, then
    /// what the page before said. No line that was there from the start is left out or repeated,
    /// whatever is written or merged meanwhile.
    public Page page(QueryContext context, RangeQuery query, String next) throws InterruptedException {
        boolean inOrder = LogQl.parse(query.text()) instanceof LogExpr log
                && query.interval() == 0
                && log.stages().stream()
                        .noneMatch(s ->
                                s instanceof Stage.Distinct || s instanceof Stage.Sort || s instanceof Stage.Context);
        if (!inOrder) {
            throw SigynException.badRequest(
                    "pages are of lines in the order of time: no metric, `interval`, `distinct`,"
                            + " `sort` or `context` goes with 'next'");
        }
        var before = next.isEmpty() ? null : Cursor.parse(next);
        boolean forward = query.direction() == Direction.FORWARD;
        int limit = query.limit();
        var asked = query;
        if (before != null) {
            long from = forward ? Math.max(query.start(), before.time()) : query.start();
            long to = forward ? query.end() : Math.min(query.end(), before.time() + 1);
            int more = (int)
                    Math.min(Integer.MAX_VALUE, (long) limit + before.seen().size());
            asked = new RangeQuery(query.text(), from, Math.max(from, to), query.step(), 0, more, query.direction());
        }
        if (!(range(context, asked) instanceof QueryResult.Streams found)) {
            throw new AssertionError(query.text());
        }
        var fresh = before == null ? found.entries() : before.unseen(found.entries());
        var page = fresh.subList(0, Math.min(limit, fresh.size()));
        String token = page.size() < limit ? null : Cursor.after(page, before).token();
        return new Page(new QueryResult.Streams(page, found.stats(), found.warnings()), token);
    }

    /// A vector or a scalar; a log query is refused.
    public QueryResult instant(QueryContext context, InstantQuery query) throws InterruptedException {
        var timeless = new InstantQuery(query.text(), 0, query.limit(), query.direction());
        return answer(context, query, timeless, 0, (stoppable, budget) -> instant(stoppable, query, budget));
    }

    private QueryResult instant(QueryContext context, InstantQuery query, Budget budget) throws InterruptedException {
        return switch (LogQl.parse(query.text())) {
            case LogExpr _ ->
                throw SigynException.badRequest(
                        "log queries are not supported as an instant query type, please change your query to a range"
                                + " query type");
            case MetricExpr metric -> {
                checkRanges(metric, 0, false, context.limits());
                var range = read(metric, query.time(), query.time());
                var missing = missing(context, range);
                var result = new MetricRun(reader, turns, context, budget, partials).instant(metric, query.time());
                missing.addAll(missing(context, range));
                yield result.warn(missing);
            }
        };
    }

    /// What may be missing from an answer. Asked before and after the query, because damage is found by reading.
    private Set<String> missing(QueryContext context, TimeRange range) {
        var words = new LinkedHashSet<String>();
        for (var tenant : context.tenants()) {
            words.addAll(reader.missing(tenant, range));
        }
        return words;
    }

    /// The times that a metric query reads, at most.
    private static TimeRange read(MetricExpr metric, long start, long end) {
        long[] span = {start, end};
        Pipeline.eachRange(metric, range -> {
            span[0] = Math.min(span[0], start - range.range() - range.offset());
            span[1] = Math.max(span[1], end - range.offset());
        });
        return new TimeRange(span[0], span[1] + 1);
    }

    private static void checkTimes(RangeQuery query) {
        if (query.end() < query.start()) {
            throw SigynException.badRequest("end timestamp must not be before or equal to start time");
        }
        if (query.step() <= 0) {
            throw SigynException.badRequest(
                    "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        if ((query.end() - query.start()) / query.step() > MAX_POINTS) {
            throw SigynException.badRequest(
                    "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step"
                            + " parameter");
        }
        if (query.interval() < 0) {
            throw SigynException.badRequest("interval must be >= 0");
        }
        if (query.limit() <= 0) {
            throw SigynException.badRequest("limit must be a positive value");
        }
    }

    private static void checkRanges(MetricExpr metric, long length, boolean overTime, QueryLimits limits) {
        checkLength(length, limits);
        Pipeline.eachRange(metric, range -> {
            checkMatchers(range.log(), limits);
            long most = limits.maxQueryRange().toNanos();
            if (most > 0 && range.range() > most) {
                throw new SigynException(
                        ErrorKind.LIMIT_EXCEEDED,
                        "[interval] value exceeds limit: [" + Durations.prometheusText(range.range()) + "] > ["
                                + Durations.prometheusText(most) + "]");
            }
            if (overTime) {
                checkLength(length + range.range() + Math.max(range.offset(), 0), limits);
            }
        });
    }

    private static void checkLength(long length, QueryLimits limits) {
        long most = limits.maxQueryLength().toNanos();
        if (most > 0 && length > most) {
            throw new SigynException(
                    ErrorKind.LIMIT_EXCEEDED,
                    "the query time range exceeds the limit (query length: "
                            + Durations.goText(Math.round(length / 1e6) * 1_000_000L) + ", limit: "
                            + Durations.prometheusText(most) + ")");
        }
    }

    private static void checkMatchers(Expr expr, QueryLimits limits) {
        if (expr instanceof LogExpr log
                && limits.maxMatchers() > 0
                && log.matchers().size() > limits.maxMatchers()) {
            throw new SigynException(
                    ErrorKind.LIMIT_EXCEEDED,
                    "max streams matchers per query exceeded, matchers-count > limit ("
                            + log.matchers().size() + " > " + limits.maxMatchers() + ")");
        }
    }

    @Override
    public void close() {
        turns.close();
    }
}
