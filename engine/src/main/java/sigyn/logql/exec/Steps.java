package sigyn.logql.exec;

/// The times at which a metric query has a value: `first`, then every `step`, `count` of them; nanoseconds.
public record Steps(long first, long step, int count) {
    /// Points of one query at most; more are refused before anything runs.
    static final int MAX = 11_002;

    public static Steps at(long time) {
        return new Steps(time, 1, 1);
    }

    /// From start to end; aligned, both are moved outwards to multiples of the step.
    public static Steps of(long start, long end, long step, boolean aligned) {
        long first = aligned ? Math.floorDiv(start, step) * step : start;
        long last = aligned ? -Math.floorDiv(-end, step) * step : end;
        return new Steps(first, step, (int) Math.min(MAX, (last - first) / step + 1));
    }

    long time(int i) {
        return first + i * step;
    }

    long last() {
        return time(count - 1);
    }

    long millis(int i) {
        return Math.floorDiv(time(i), 1_000_000L);
    }
}
