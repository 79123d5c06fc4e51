package sigyn.server.telemetry;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Consumer;
import sigyn.storage.Sealed;

/// The row groups that the head has become, under the names of Loki's chunks.
final class SealMetrics implements Consumer<Sealed> {
    private static final double NANOS = 1e9;
    private static final double HOUR_NANOS = 3600 * NANOS;
    private static final double MILLIS = 1e3;

    private final PrometheusRegistry registry;
    private final long partBytes;
    private final Counter flushed;
    private final Histogram age;
    private final Histogram hours;
    private final Histogram entries;
    private final Histogram samples;
    private final Histogram size;
    private final Histogram utilization;
    private final Histogram ratio;
    private final Histogram encoding;
    private final Histogram blocks;
    private final Histogram indexEntries;
    private final Histogram index;

    /// @param partBytes of lines and metadata at which a part of the head is full
    SealMetrics(PrometheusRegistry registry, long partBytes, Histogram index) {
        this.registry = registry;
        this.partBytes = partBytes;
        this.index = index;
        flushed = Counter.builder()
                .name("loki_ingester_chunks_flushed_total")
                .help("Row groups written to blocks from the head, by why.")
                .labelNames("reason")
                .register(registry);
        for (String reason : new String[] {"full", "idle", "max_age", "forced", "synced"}) {
            flushed.initLabelValues(reason);
        }
        age = histogram(
                "loki_ingester_chunk_age_seconds",
                "Age of a part of the head when it became a row group.",
                60,
                300,
                600,
                1800,
                3600,
                7200,
                10800,
                21600,
                43200,
                86400);
        hours = histogram(
                "loki_ingester_chunk_bounds_hours",
                "Hours between the first and the last entry of a row group.",
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                8);
        double[] counts = {20, 50, 100, 500, 1000, 5000, 20_000, 50_000, 100_000, 500_000, 1_000_000};
        entries = histogram("loki_ingester_chunk_entries", "Entries of a row group.", counts);
        samples = histogram("loki_ingester_samples_per_chunk", "Entries of a row group.", counts);
        size = histogram(
                "loki_ingester_chunk_size_bytes",
                "Bytes of a row group on disk.",
                10_000,
                50_000,
                100_000,
                500_000,
                1_000_000,
                5_000_000,
                10_000_000,
                50_000_000);
        utilization = histogram(
                "loki_ingester_chunk_utilization",
                "Bytes of a row group's lines and metadata as a share of a full one.",
                0.1,
                0.2,
                0.3,
                0.4,
                0.5,
                0.6,
                0.7,
                0.8,
                0.9,
                1);
        ratio = histogram(
                "loki_ingester_chunk_compression_ratio",
                "How many times smaller a row group is on disk.",
                0.75,
                2,
                4,
                6,
                8,
                10,
                15,
                20,
                30,
                50,
                100);
        encoding = histogram(
                "loki_ingester_chunk_encode_time_seconds",
                "Time that a row group took to encode and write.",
                .005,
                .01,
                .025,
                .05,
                .1,
                .25,
                .5,
                1,
                2.5,
                5,
                10);
        blocks = histogram(
                "loki_ingester_blocks_per_chunk", "Parts of the head that a row group was made of.", 1, 2, 4, 8, 16);
        indexEntries = histogram(
                "loki_chunk_store_index_entries_per_chunk",
                "Streams of a row group.",
                1,
                5,
                10,
                50,
                100,
                500,
                1000,
                5000);
    }

    private Histogram histogram(String name, String help, double... bounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry);
    }

    @Override
    public void accept(Sealed sealed) {
        flushed.labelValues(
                        switch (sealed.closing()) {
                            case FULL -> "full";
                            case OLD -> "max_age";
                            case ASKED -> "forced";
                        })
                .inc();
        age.observe((double) sealed.openMillis() / MILLIS);
        hours.observe((double) (sealed.maxTime() - sealed.minTime()) / HOUR_NANOS);
        entries.observe(sealed.rows());
        samples.observe(sealed.rows());
        size.observe((double) sealed.storedBytes());
        utilization.observe((double) sealed.rawBytes() / (double) partBytes);
        ratio.observe((double) sealed.rawBytes() / (double) Math.max(1, sealed.storedBytes()));
        encoding.observe((double) sealed.encodeNanos() / NANOS);
        blocks.observe(1);
        indexEntries.observe(sealed.streams());
        index.labelValues("index_chunk", "200", "index-store").observe((double) sealed.encodeNanos() / NANOS);
    }
}
