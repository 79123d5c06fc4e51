package sigyn.server.dashboards.alert;

import java.util.Arrays;
import java.util.Locale;
import sigyn.server.dashboards.wire.Refusal;

/// From the points of a series to one number. Without points the sum and the count are 0, all else is no number.
public enum Reducer {
    LAST,
    MEAN,
    MIN,
    MAX,
    SUM,
    COUNT,
    MEDIAN;

    static Reducer named(String refId, String name) {
        for (var reducer : values()) {
            if (reducer.name().toLowerCase(Locale.ROOT).equals(name)) {
                return reducer;
            }
        }
        throw Refusal.badRequest(refId + ": reducer \"" + name + "\" is not known");
    }

    double of(double[] points) {
        return switch (this) {
            case LAST -> points.length == 0 ? Double.NaN : points[points.length - 1];
            case MEAN -> Arrays.stream(points).average().orElse(Double.NaN);
            case MIN -> Arrays.stream(points).reduce(Math::min).orElse(Double.NaN);
            case MAX -> Arrays.stream(points).reduce(Math::max).orElse(Double.NaN);
            case SUM -> Arrays.stream(points).sum();
            case COUNT -> points.length;
            case MEDIAN -> median(points);
        };
    }

    private static double median(double[] points) {
        if (points.length == 0 || Arrays.stream(points).anyMatch(Double::isNaN)) {
            return Double.NaN;
        }
        double[] sorted = points.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
