package sigyn.server.config;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import sigyn.logql.exec.QueryLimits;

/// What one tenant may ask, with Loki's names and defaults. Zero is no limit.
///
/// @param engine what the query engine looks after
public record ReadLimits(
        QueryLimits engine,
        Duration timeout,
        int maxTails,
        boolean volumeEnabled,
        int volumeMaxSeries,
        List<String> requiredLabels,
        int minimumLabels,
        List<BlockedQuery> blocked) {
    /// A query that is refused. An empty pattern is any query; types are `metric`, `filter`, `limited`.
    public record BlockedQuery(String pattern, boolean regex, String hash, List<String> types) {}

    public static final ReadLimits DEFAULT =
            new ReadLimits(QueryLimits.DEFAULT, Duration.ofMinutes(1), 10, true, 1000, List.of(), 0, List.of());

    static ReadLimits read(Section s, ReadLimits base) {
        var e = base.engine;
        var aggregations = s.list("shard_aggregations", List.of());
        var blocked = s.sections("blocked_queries").stream()
                .map(b -> new BlockedQuery(
                        b.text("pattern", ""), b.flag("regex", false), b.text("hash", ""), b.list("types", List.of())))
                .toList();
        return new ReadLimits(
                new QueryLimits(
                        s.number("max_query_series", e.maxSeries()),
                        s.number("max_entries_limit_per_query", e.maxEntries()),
                        s.duration("max_query_length", e.maxQueryLength()),
                        s.duration("max_query_lookback", e.maxQueryLookback()),
                        s.duration("max_query_range", e.maxQueryRange()),
                        s.bytes("max_query_bytes_read", e.maxBytesRead()),
                        s.number("max_streams_matchers_per_query", e.maxMatchers()),
                        s.duration("split_queries_by_interval", e.splitInterval()),
                        aggregations.contains("approx_topk") || e.approxTopk(),
                        s.flag("enable_multi_variant_queries", e.variants()),
                        e.memoryBytes()),
                s.duration("query_timeout", base.timeout),
                s.number("max_concurrent_tail_requests", base.maxTails),
                s.flag("volume_enabled", base.volumeEnabled),
                s.number("volume_max_series", base.volumeMaxSeries),
                s.list("required_labels", base.requiredLabels),
                s.number("minimum_labels_number", base.minimumLabels),
                s.has("blocked_queries") ? blocked : base.blocked);
    }

    /// What both allow. Zero is no limit.
    ReadLimits strictest(ReadLimits o) {
        var a = engine;
        var b = o.engine;
        return new ReadLimits(
                new QueryLimits(
                        least(a.maxSeries(), b.maxSeries()),
                        least(a.maxEntries(), b.maxEntries()),
                        least(a.maxQueryLength(), b.maxQueryLength()),
                        least(a.maxQueryLookback(), b.maxQueryLookback()),
                        least(a.maxQueryRange(), b.maxQueryRange()),
                        least(a.maxBytesRead(), b.maxBytesRead()),
                        least(a.maxMatchers(), b.maxMatchers()),
                        a.splitInterval(),
                        a.approxTopk() && b.approxTopk(),
                        a.variants() && b.variants(),
                        Math.min(a.memoryBytes(), b.memoryBytes())),
                least(timeout, o.timeout),
                least(maxTails, o.maxTails),
                volumeEnabled && o.volumeEnabled,
                least(volumeMaxSeries, o.volumeMaxSeries),
                Stream.concat(requiredLabels.stream(), o.requiredLabels.stream())
                        .distinct()
                        .toList(),
                Math.max(minimumLabels, o.minimumLabels),
                Stream.concat(blocked.stream(), o.blocked.stream()).distinct().toList());
    }

    private static int least(int a, int b) {
        return a <= 0 ? b : b <= 0 ? a : Math.min(a, b);
    }

    private static Duration least(Duration a, Duration b) {
        return a.isZero() ? b : b.isZero() || a.compareTo(b) < 0 ? a : b;
    }

    private static long least(long a, long b) {
        return a <= 0 ? b : b <= 0 ? a : Math.min(a, b);
    }

    ReadLimits with(QueryLimits newEngine, Duration newTimeout) {
        return new ReadLimits(
                newEngine,
                newTimeout,
                maxTails,
                volumeEnabled,
                volumeMaxSeries,
                requiredLabels,
                minimumLabels,
                blocked);
    }
}
