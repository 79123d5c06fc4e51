package sigyn.server.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import sigyn.logql.LogQl;
import sigyn.model.Direction;
import sigyn.model.ErrorKind;
import sigyn.model.SigynException;
import sigyn.model.TimeRange;
import sigyn.server.config.Overrides;
import sigyn.server.http.Request;
import sigyn.server.http.Response;
import sigyn.storage.port.LogReader;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.TemplateRows;
import sigyn.storage.rowgroup.LinePattern;

/// `patterns`: how many lines of each shape there were in each step. Exact over all that is stored: row groups are
/// counted by their templates, lines that have none are split by the same rules.
final class PatternsApi {
    private static final long SECOND = 1_000_000_000L;
    private static final long SHORTEST_STEP = 10 * SECOND;
    private static final int MOST_KEPT = 20_000;
    private static final int MOST_SHOWN = 1_000;
    private static final String LEVEL = "detected_level";
    private static final int[] NONE = {};

    private record Shape(String pattern, String level) {}

    private final LogReader reader;
    private final Overrides limits;
    private final Clock clock;

    PatternsApi(LogReader reader, Overrides limits, Clock clock) {
        this.reader = reader;
        this.limits = limits;
        this.clock = clock;
    }

    Response patterns(Request request) throws IOException, InterruptedException {
        var tenants = Caller.of(request).tenants();
        var params = QueryParams.of(request, clock);
        var range = params.queryRange();
        long step = Math.max(params.step(range), SHORTEST_STEP);
        var matchers = LogQl.parseSelector(params.query());
        long deadline = System.nanoTime() + limits.of(tenants).read().timeout().toNanos();
        var counts = new Counts(step);
        var closed = new TimeRange(range.start(), range.end() + 1);
        for (var part : TenantPart.of(tenants, matchers)) {
            var scan =
                    new ScanRequest(part.tenant(), part.matchers(), closed, Direction.FORWARD, List.of(), true, true);
            for (var unit : reader.scan(scan)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new SigynException(
                            ErrorKind.TIMEOUT, "request timed out, decrease the duration of the request");
                }
                unit.read(counts::count, counts::count);
            }
        }
        return answer(counts);
    }

    private static Response answer(Counts counts) {
        var json = new JsonText().raw("{\"status\":\"success\",\"data\":[");
        boolean first = true;
        for (var found : counts.mostFrequent()) {
            json.raw(first ? "{\"pattern\":" : ",{\"pattern\":")
                    .string(found.getKey().pattern());
            first = false;
            json.raw(",\"level\":").string(found.getKey().level()).raw(",\"samples\":[");
            boolean firstSample = true;
            for (var sample : found.getValue().entrySet()) {
                json.raw(firstSample ? "[" : ",[").number(sample.getKey() / SECOND);
                json.raw(',').number(sample.getValue()).raw(']');
                firstSample = false;
            }
            json.raw("]}");
        }
        return QueryJson.ok(json.raw("]}"));
    }

    /// Lines by shape and step. Beyond so many shapes, those that are new count as one that is all variable, so that
    /// the sum stays right.
    private static final class Counts {
        private final long step;
        private final LinePattern patterns = new LinePattern();
        private final Map<Shape, TreeMap<Long, Long>> byShape = new HashMap<>();

        Counts(long step) {
            this.step = step;
        }

        private TreeMap<Long, Long> of(String pattern, String level) {
            var shape = new Shape(pattern, level);
            var known = byShape.get(shape);
            if (known != null) {
                return known;
            }
            if (byShape.size() >= MOST_KEPT) {
                shape = new Shape(LinePattern.VARIABLE, level);
            }
            return byShape.computeIfAbsent(shape, _ -> new TreeMap<>());
        }

        private long bucket(long time) {
            return Math.floorDiv(time, step) * step;
        }

        /// Rows of one template, where the template is the shape; others are wanted as lines.
        int[] count(TemplateRows rows) {
            var keys = rows.metadataKeys();
            if (!rows.isShape() || keys == null) {
                return rows.chosen();
            }
            var levels = keys.contains(LEVEL) ? rows.metadata(LEVEL) : null;
            if (levels == null && keys.contains(LEVEL)) {
                return rows.chosen();
            }
            String pattern = pattern(rows);
            var known = new HashMap<Integer, TreeMap<Long, Long>>();
            for (int k : rows.chosen()) {
                int level = levels == null ? -1 : levels.index()[k];
                known.computeIfAbsent(level, l -> of(pattern, name(levels, l)))
                        .merge(bucket(rows.time(k)), 1L, Long::sum);
            }
            return NONE;
        }

        private static String name(TemplateRows.@Nullable Dictionary levels, int level) {
            return levels == null || level < 0
                    ? "unknown"
                    : new String(levels.values().get(level), StandardCharsets.UTF_8);
        }

        private static String pattern(TemplateRows rows) {
            var out = new StringBuilder();
            for (int i = 0; i <= rows.variables(); i++) {
                out.append(i > 0 ? LinePattern.VARIABLE : "");
                out.append(new String(rows.piece(i), StandardCharsets.UTF_8));
            }
            return out.toString();
        }

        boolean count(RowBatch batch) {
            RowBatch.MetadataColumn levels = null;
            for (var column : batch.metadata()) {
                if (column.name().equals(LEVEL)) {
                    levels = column;
                }
            }
            for (int row = 0; row < batch.rows(); row++) {
                long time = batch.timestamp()[row];
                String pattern = patterns.of(batch.bytes(), batch.lineStart()[row], batch.lineLength()[row], time);
                String level = levels == null || levels.length()[row] < 0
                        ? "unknown"
                        : new String(levels.bytes(), levels.start()[row], levels.length()[row], StandardCharsets.UTF_8);
                of(pattern, level).merge(bucket(time), 1L, Long::sum);
            }
            return true;
        }

        List<Map.Entry<Shape, TreeMap<Long, Long>>> mostFrequent() {
            return byShape.entrySet().stream()
                    .sorted(Comparator.comparingLong(
                                    (Map.Entry<Shape, TreeMap<Long, Long>> e) -> -e.getValue().values().stream()
                                            .mapToLong(Long::longValue)
                                            .sum())
                            .thenComparing(e -> e.getKey().pattern())
                            .thenComparing(e -> e.getKey().level()))
                    .limit(MOST_SHOWN)
                    .toList();
        }
    }
}
