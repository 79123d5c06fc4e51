package sigyn.server.telemetry;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Values at the moment of a scrape, under construction.
final class Snapshots {
    /// One value with its labels.
    record Value(double number, Labels labels) {
        /// @param labels names and values in turn
        static Value of(Number number, String... labels) {
            return new Value(number.doubleValue(), labels.length == 0 ? Labels.EMPTY : Labels.of(labels));
        }
    }

    private final MetricSnapshots.Builder out = MetricSnapshots.builder();

    MetricSnapshots build() {
        return out.build();
    }

    void gauge(String name, String help, Number value, String... labels) {
        gauge(name, help, List.of(Value.of(value, labels)));
    }

    void gauge(String name, String help, List<Value> values) {
        var gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach(value -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                .value(value.number())
                .labels(value.labels())
                .build()));
        out.metricSnapshot(gauge.build());
    }

    /// @param name without `_total`
    void counter(String name, String help, Number value, String... labels) {
        counter(name, help, List.of(Value.of(value, labels)));
    }

    void counter(String name, String help, List<Value> values) {
        var counter = CounterSnapshot.builder().name(name).help(help);
        values.forEach(value -> counter.dataPoint(CounterDataPointSnapshot.builder()
                .value(value.number())
                .labels(value.labels())
                .build()));
        out.metricSnapshot(counter.build());
    }

    /// A histogram of which only count and sum are known.
    void timed(String name, String help, long count, double seconds) {
        out.metricSnapshot(HistogramSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(
                                ClassicHistogramBuckets.of(new double[] {Double.POSITIVE_INFINITY}, new long[] {count}))
                        .sum(seconds)
                        .build())
                .build());
    }

    /// A counter whose name, which is Loki's, is not one of counters.
    void oddlyNamed(String name, String help, List<Value> values) {
        var unknown = UnknownSnapshot.builder().name(name).help(help);
        values.forEach(value -> unknown.dataPoint(UnknownDataPointSnapshot.builder()
                .value(value.number())
                .labels(value.labels())
                .build()));
        out.metricSnapshot(unknown.build());
    }

    void oddlyNamed(String name, String help, Number value, String... labels) {
        oddlyNamed(name, help, new ArrayList<>(Arrays.asList(Value.of(value, labels))));
    }
}
