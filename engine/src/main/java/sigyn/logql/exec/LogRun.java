package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.Stage;
import sigyn.logql.column.TemplateFilter;
import sigyn.logql.column.TemplatePipeline;
import sigyn.logql.plan.LogPlan;
import sigyn.logql.plan.rule.Rules;
import sigyn.logql.stage.Needs;
import sigyn.logql.stage.Pipeline;
import sigyn.logql.stage.Row;
import sigyn.logql.template.Conversions;
import sigyn.model.Direction;
import sigyn.model.TimeRange;
import sigyn.storage.port.LogReader;

/// A log query: the nearest lines, merged over all streams.
///
/// Pieces are read nearest first. Each thread keeps the best lines it has seen in a heap of the limit's size; once a
/// heap is full, its worst line bounds what anybody still has to read. A query that sorts reads all and keeps as few.
public final class LogRun {
    /// Pieces that have more for an answer than this are read anew each time.
    private static final int MOST_KEPT_LINES = 256;

    private static final long MOST_KEPT_BYTES = 128 << 10;

    private final LogReader reader;
    private final CpuTurns turns;
    private final QueryContext context;
    private final Counters counters = new Counters();
    private final Budget budget;
    private final Partials partials;

    public LogRun(LogReader reader, CpuTurns turns, QueryContext context, Budget budget, Partials partials) {
        this.reader = reader;
        this.turns = turns;
        this.context = context;
        this.budget = budget;
        this.partials = partials;
    }

    /// The plan of a log query before any rule.
    public static LogPlan plan(LogExpr expr) {
        return new LogPlan(expr.matchers(), expr.stages(), Needs.ALL, true, true);
    }

    /// All that decides which lines of a piece are in an answer, and in which order.
    private record Question(
            LogExpr expr, Direction direction, @Nullable String tenant) {}

    /// Where a line stands in the answer.
    private record Place(Rank rank, long time, int piece, long row) {}

    private record Found(Entry entry, Place place) {}

    /// By rank where the query sorts, time, then piece, then row.
    private record Order(Stage.@Nullable Sort sort, Direction direction) implements Comparator<Place> {
        @Override
        public int compare(Place a, Place b) {
            int order = 0;
            if (sort != null) {
                order = sort.descending() ? b.rank.compareTo(a.rank) : a.rank.compareTo(b.rank);
            }
            if (order == 0) {
                order = direction == Direction.BACKWARD ? Long.compare(b.time, a.time) : Long.compare(a.time, b.time);
            }
            if (order == 0) {
                order = Integer.compare(a.piece, b.piece);
            }
            return order == 0 ? Long.compare(a.row, b.row) : order;
        }
    }

    public QueryResult.Streams run(LogExpr expr, TimeRange range, Direction direction, int limit, long interval)
            throws InterruptedException {
        long start = System.nanoTime();
        var sort = interval > 0 ? null : sortsOnce(expr);
        boolean needsAll = interval > 0 || sort == null && selectsAmongAll(expr);
        var entries = range.isEmpty()
                ? List.<Entry>of()
                : thin(find(expr, sort, range, direction, needsAll ? Integer.MAX_VALUE : limit), interval, direction);
        entries = extend(expr, entries, range, direction);
        if (entries.size() > limit) {
            entries = entries.subList(0, limit);
        }
        return new QueryResult.Streams(entries, counters.stats(entries.size(), start), List.of());
    }

    private static boolean selectsAmongAll(LogExpr expr) {
        return expr.stages().stream().anyMatch(stage -> stage instanceof Stage.Distinct || stage instanceof Stage.Sort);
    }

    /// The `sort` that alone decides which lines are in the answer, if there is one.
    private static Stage.@Nullable Sort sortsOnce(LogExpr expr) {
        Stage.Sort found = null;
        for (var stage : expr.stages()) {
            if (stage instanceof Stage.Distinct || stage instanceof Stage.Context) {
                return null;
            }
            if (stage instanceof Stage.Sort sort) {
                if (found != null) {
                    return null;
                }
                found = sort;
            }
        }
        return found;
    }

    private List<Entry> find(LogExpr expr, Stage.@Nullable Sort sort, TimeRange range, Direction direction, int limit)
            throws InterruptedException {
        var plan = Rules.optimize(plan(expr)).plan();
        var scan = new Scan(plan, context, counters);
        var pieces = scan.pieces(reader, range, direction);
        var numbered = new ArrayList<Numbered>(pieces.size());
        long rows = 0;
        for (int i = 0; i < pieces.size(); i++) {
            numbered.add(new Numbered(pieces.get(i), i));
            rows += pieces.get(i).unit().rows();
        }
        var order = new Order(sort, direction);
        var bound = new AtomicLong(direction == Direction.FORWARD ? Long.MAX_VALUE : Long.MIN_VALUE);
        var workers = ParallelScan.run(
                turns,
                numbered,
                rows < 20_000,
                () -> new Worker(plan, expr, sort, range, order, direction, limit, bound));
        var all = new ArrayList<Found>();
        for (var worker : workers) {
            all.addAll(worker.heap);
            counters.add(worker.seen);
        }
        all.sort((a, b) -> order.compare(a.place, b.place));
        return all.stream().limit(limit).map(Found::entry).toList();
    }

    private record Numbered(Scan.Piece piece, int number) {}

    private final class Worker implements ParallelScan.Worker<Numbered> {
        private final Counters seen = new Counters();
        private final Scan.Reader rows;
        private final LogExpr expr;
        private final Stage.@Nullable Sort sort;
        private final TimeRange range;
        private final Direction direction;
        private final @Nullable TemplateFilter filter;
        private final Order order;
        private final PriorityQueue<Found> heap;
        private final boolean forward;
        private final int limit;
        private final AtomicLong bound;
        private int piece;
        private long number;
        /// The lines of the piece at hand, as long as they may be kept.
        private @Nullable List<Entry> lines;
        private long linesBytes;

        Worker(
                LogPlan plan,
                LogExpr expr,
                Stage.@Nullable Sort sort,
                TimeRange range,
                Order order,
                Direction direction,
                int limit,
                AtomicLong bound) {
            this.rows = new Scan(plan, context, seen).new Reader(preview(plan, expr, sort));
            this.expr = expr;
            this.sort = sort;
            this.range = range;
            this.direction = direction;
            var pipeline = TemplatePipeline.of(plan.stages(), Set.of());
            this.filter = TemplateFilter.helps(pipeline) ? TemplateFilter.of(pipeline) : null;
            this.order = order;
            this.heap = new PriorityQueue<>((a, b) -> order.compare(b.place, a.place));
            this.forward = direction == Direction.FORWARD;
            this.limit = limit;
            this.bound = bound;
        }

        /// Most lines are outranked by others: of them only what they are sorted by is looked at.
        private Scan.@Nullable Preview preview(LogPlan plan, LogExpr expr, Stage.@Nullable Sort sort) {
            if (sort == null || !Scan.Preview.suits(plan.stages())) {
                return null;
            }
            var names = Pipeline.named(expr);
            names.add(sort.name());
            return new Scan.Preview(
                    Needs.amongAll(names),
                    row -> lines != null || !isOutranked(place(row.time(), row.valueOrEmpty(sort.name()))));
        }

        @Override
        public boolean work(Numbered numbered, AtomicBoolean stop) throws InterruptedException {
            piece = numbered.number;
            var unit = numbered.piece.unit();
            if (isBeyond(forward ? unit.minTime() : unit.maxTime())) {
                return true;
            }
            Object identity = range.contains(unit.minTime()) && range.contains(unit.maxTime()) ? unit.identity() : null;
            if (identity == null) {
                read(numbered.piece, stop);
                return true;
            }
            var key = new Partials.Key(identity, new Question(expr, direction, numbered.piece.tenant()), null);
            if (partials.get(key) instanceof Partials.Lines kept) {
                seen.addRemembered(kept.counters());
                for (var entry : kept.entries()) {
                    if (!takeKept(entry)) {
                        break;
                    }
                }
                return true;
            }
            var before = seen.copy();
            lines = new ArrayList<>();
            linesBytes = 0;
            read(numbered.piece, stop);
            if (lines != null && !stop.get()) {
                partials.put(key, new Partials.Lines(List.copyOf(lines), seen.since(before)));
            }
            lines = null;
            return true;
        }

        private void read(Scan.Piece piece, AtomicBoolean stop) throws InterruptedException {
            if (filter != null) {
                rows.read(piece, stop, filter, this::take);
            } else {
                rows.read(piece, stop, this::take);
            }
        }

        /// True when nothing as far away as this time can get into the answer.
        private boolean isBeyond(long time) {
            return forward ? time > bound.get() : time < bound.get();
        }

        /// Where the line at hand stands.
        ///
        /// @param rankedBy the value that lines are sorted by
        private Place place(long time, String rankedBy) {
            return new Place(sort == null ? Rank.NONE : Rank.of(rankedBy), time, piece, number);
        }

        private boolean take(Row row) {
            if (isBeyond(row.time())) {
                lines = null;
                return false;
            }
            var place = place(row.time(), sort == null ? "" : row.valueOrEmpty(sort.name()));
            number++;
            if (lines == null && isOutranked(place)) {
                return true;
            }
            var entry = entry(row);
            if (lines != null) {
                lines.add(entry);
                linesBytes += bytes(entry);
                if (lines.size() > MOST_KEPT_LINES || linesBytes > MOST_KEPT_BYTES) {
                    lines = null;
                }
            }
            return take(entry, place);
        }

        private boolean takeKept(Entry entry) {
            var place = place(entry.time(), sort == null ? "" : entry.labels().valueOrEmpty(sort.name()));
            number++;
            return take(entry, place);
        }

        private boolean take(Entry entry, Place place) {
            if (isBeyond(entry.time())) {
                return false;
            }
            if (isOutranked(place)) {
                return true;
            }
            budget.take(bytes(entry));
            heap.add(new Found(entry, place));
            if (heap.size() > limit) {
                budget.give(bytes(heap.remove().entry));
            }
            if (sort == null && heap.size() == limit && !heap.isEmpty()) {
                long worst = heap.element().entry.time();
                bound.accumulateAndGet(worst, forward ? Math::min : Math::max);
            }
            return true;
        }

        /// True when enough lines that this thread has seen come before one.
        private boolean isOutranked(Place place) {
            return !heap.isEmpty() && heap.size() == limit && order.compare(place, heap.element().place) > 0;
        }
    }

    static long bytes(Entry entry) {
        return 120L + entry.line().length + 80L * entry.labels().size();
    }

    /// The row as a line of an answer; its bytes are copied.
    public static Entry entry(Row row) {
        var layers = row.layers();
        return new Entry(
                row.time(), row.lineBytes(), layers.stream(), layers.metadata(), layers.parsed(), row.labels());
    }

    /// Leaves out what follows a line by less than the interval. Every part of the range of the split interval's length
    /// starts afresh, as in Loki.
    private List<Entry> thin(List<Entry> entries, long interval, Direction direction) {
        if (interval <= 0) {
            return entries;
        }
        var kept = new ArrayList<Entry>();
        long split = context.limits().splitInterval().toNanos();
        long last = 0;
        long part = 0;
        for (var entry : entries) {
            long distance = direction == Direction.FORWARD ? entry.time() - last : last - entry.time();
            boolean newPart = split > 0 && !kept.isEmpty() && Math.floorDiv(entry.time(), split) != part;
            if (kept.isEmpty() || newPart || distance >= interval) {
                kept.add(entry);
                last = entry.time();
                part = split > 0 ? Math.floorDiv(last, split) : 0;
            }
        }
        return kept;
    }

    /// The stages that look at several lines: `distinct`, `sort`, `context`.
    private List<Entry> extend(LogExpr expr, List<Entry> entries, TimeRange range, Direction direction)
            throws InterruptedException {
        List<Entry> result = entries;
        for (var stage : expr.stages()) {
            switch (stage) {
                case Stage.Distinct d -> result = distinct(result, d.names());
                case Stage.Sort s -> result = sorted(result, s);
                case Stage.Context c -> result = withContext(expr, result, c, range, direction);
                default -> {}
            }
        }
        return result;
    }

    private static List<Entry> distinct(List<Entry> entries, List<String> names) {
        Set<List<String>> seen = new HashSet<>();
        return entries.stream()
                .filter(e -> seen.add(
                        names.stream().map(n -> e.labels().valueOrEmpty(n)).toList()))
                .toList();
    }

    /// What a line is sorted by: a number where the label's value is one.
    private record Rank(String text, boolean isNumber, double number) implements Comparable<Rank> {
        static final Rank NONE = new Rank("", false, 0);

        static Rank of(String text) {
            Double number = Conversions.parseFloat(text);
            return number == null ? new Rank(text, false, 0) : new Rank(text, true, number);
        }

        @Override
        public int compareTo(Rank other) {
            if (isNumber && other.isNumber) {
                return Double.compare(number, other.number);
            }
            return isNumber ? -1 : other.isNumber ? 1 : text.compareTo(other.text);
        }
    }

    private List<Entry> sorted(List<Entry> entries, Stage.Sort sort) {
        record Ranked(Entry entry, Rank rank) {}
        Comparator<Rank> order = sort.descending() ? Comparator.reverseOrder() : Comparator.naturalOrder();
        return entries.stream()
                .map(entry -> new Ranked(entry, Rank.of(entry.labels().valueOrEmpty(sort.name()))))
                .sorted((a, b) -> {
                    context.check();
                    return order.compare(a.rank, b.rank);
                })
                .map(Ranked::entry)
                .toList();
    }

    private List<Entry> withContext(
            LogExpr expr, List<Entry> entries, Stage.Context context, TimeRange range, Direction direction)
            throws InterruptedException {
        var bare = new LogExpr(expr.matchers(), List.of(), expr.span());
        var all = find(bare, null, range, Direction.FORWARD, Integer.MAX_VALUE);
        var streams = new java.util.HashMap<sigyn.model.Labels, List<Entry>>();
        for (var entry : all) {
            streams.computeIfAbsent(entry.stream(), _ -> new ArrayList<>()).add(entry);
        }
        var hits = new HashSet<List<Object>>();
        for (var entry : entries) {
            hits.add(List.of(entry.stream(), entry.time()));
        }
        var wanted = new ArrayList<Entry>();
        for (var stream : streams.values()) {
            var keep = new java.util.BitSet(stream.size());
            for (int i = 0; i < stream.size(); i++) {
                if (hits.contains(List.of(stream.get(i).stream(), stream.get(i).time()))) {
                    keep.set(Math.max(0, i - context.before()), Math.min(stream.size(), i + context.after() + 1));
                }
            }
            keep.stream().forEach(i -> wanted.add(stream.get(i)));
        }
        Comparator<Entry> order = Comparator.comparingLong(Entry::time);
        wanted.sort(direction == Direction.FORWARD ? order : order.reversed());
        return wanted;
    }
}
