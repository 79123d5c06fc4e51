package sigyn.server.dashboards.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import sigyn.logql.LogQl;
import sigyn.logql.ast.LabelFilter;
import sigyn.logql.ast.LogExpr;
import sigyn.logql.ast.LogRange;
import sigyn.logql.ast.MetricExpr;
import sigyn.logql.ast.Stage;
import sigyn.logql.stage.Pipeline;
import sigyn.model.LabelMatcher;
import sigyn.model.SigynException;

/// The log lines that one series of a metric was made of.
///
/// @param query selects them
/// @param window how far back the metric looks, from `offset` before its time
public record LinesBehind(String query, Duration window, Duration offset) {
    /// Empty for a query that reads no lines, or cannot be read.
    public static Optional<LinesBehind> of(String metric, Map<String, String> series, Duration range) {
        String text = QueryRunner.interpolated(metric, 1_000, range.toMillis());
        try {
            if (!(LogQl.parse(text) instanceof MetricExpr expr)) {
                return Optional.empty();
            }
            var ranges = new ArrayList<LogRange>();
            Pipeline.eachRange(expr, ranges::add);
            return ranges.stream().findFirst().map(first -> of(first, series));
        } catch (SigynException e) {
            return Optional.empty();
        }
    }

    private static LinesBehind of(LogRange range, Map<String, String> series) {
        var log = range.log();
        var stages = new ArrayList<>(log.stages());
        series.forEach((name, value) -> stages.add(new Stage.Filter(
                new LabelFilter.Text(new LabelMatcher(name, LabelMatcher.Op.EQUAL, value)), log.span())));
        return new LinesBehind(
                LogQl.print(new LogExpr(log.matchers(), stages, log.span())),
                Duration.ofNanos(range.range()),
                Duration.ofNanos(range.offset()));
    }
}
