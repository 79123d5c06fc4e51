package sigyn.logql.exec;

import java.time.Duration;

/// What one query may ask for. Zero means unlimited, except for `memoryBytes`.
///
/// @param maxEntries lines of one answer
/// @param maxQueryLength time from start to end, with the longest range and offset
/// @param maxQueryRange the longest range vector
/// @param maxBytesRead bytes of the streams in the range, from the index
/// @param splitInterval when above zero, metric queries over time start and end at multiples of their step
/// @param memoryBytes what the groups, samples and lines held at once may take
public record QueryLimits(
        int maxSeries,
        int maxEntries,
        Duration maxQueryLength,
        Duration maxQueryLookback,
        Duration maxQueryRange,
        long maxBytesRead,
        int maxMatchers,
        Duration splitInterval,
        boolean approxTopk,
        boolean variants,
        long memoryBytes) {
    /// The defaults of Loki's `limits_config`; memory is an eighth of the heap.
    public static final QueryLimits DEFAULT = new QueryLimits(
            500,
            5000,
            Duration.ofHours(721),
            Duration.ZERO,
            Duration.ZERO,
            0,
            1000,
            Duration.ofHours(1),
            false,
            false,
            Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8));
}
