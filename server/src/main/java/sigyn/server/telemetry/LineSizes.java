package sigyn.server.telemetry;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import sigyn.storage.port.PushBatch;

/// How long lines are, counted a batch at a time.
public final class LineSizes implements Collector {
    private static final int BITS = 3;
    private static final int BUCKETS = 8;

    /// Up to 1, 8, 64, ... bytes, and more.
    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS + 1);

    private final LongAdder bytes = new LongAdder();

    public void add(PushBatch batch) {
        var here = new long[BUCKETS + 1];
        long sum = 0;
        for (int row = 0; row < batch.rows(); row++) {
            int length = batch.lineLength(row);
            sum += length;
            int bits = length <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(length - 1);
            here[Math.min(BUCKETS, (bits + BITS - 1) / BITS)]++;
        }
        for (int i = 0; i < here.length; i++) {
            if (here[i] > 0) {
                counts.addAndGet(i, here[i]);
            }
        }
        bytes.add(sum);
    }

    @Override
    public MetricSnapshot collect() {
        var bounds = new double[BUCKETS + 1];
        var numbers = new long[BUCKETS + 1];
        for (int i = 0; i <= BUCKETS; i++) {
            bounds[i] = i == BUCKETS ? Double.POSITIVE_INFINITY : 1L << BITS * i;
            numbers[i] = counts.get(i);
        }
        return HistogramSnapshot.builder()
                .name("loki_bytes_per_line")
                .help("Bytes of a line.")
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, numbers))
                        .sum((double) bytes.sum())
                        .build())
                .build();
    }
}
