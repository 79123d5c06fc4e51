package sigyn.server.telemetry;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import sigyn.logql.Remembered;
import sigyn.storage.Storage;

/// The counters of one server. Names and labels are Loki's where Loki has the thing; ours begin with `sigyn_`.
public final class Metrics {
    private static final double[] REQUEST_SECONDS = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 50, 100};
    private static final double[] MESSAGE_BYTES = {
        1 << 20, 2.5 * (1 << 20), 5 << 20, 10 << 20, 25 << 20, 50 << 20, 100 << 20, 250 << 20
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();

    public final Histogram requestSeconds = Histogram.builder()
            .name("loki_request_duration_seconds")
            .help("Time (in seconds) spent serving HTTP requests.")
            .labelNames("method", "route", "status_code", "ws")
            .classicOnly()
            .classicUpperBounds(REQUEST_SECONDS)
            .register(registry);
    public final Gauge inflightRequests = Gauge.builder()
            .name("loki_inflight_requests")
            .help("Current number of inflight requests.")
            .labelNames("method", "route")
            .register(registry);
    public final Histogram requestBytes = Histogram.builder()
            .name("loki_request_message_bytes")
            .help("Size (in bytes) of messages received in the request.")
            .labelNames("method", "route")
            .classicOnly()
            .classicUpperBounds(MESSAGE_BYTES)
            .register(registry);
    public final Counter panics = Counter.builder()
            .name("loki_panic_total")
            .help("The total number of panics triggered: requests that failed by a defect of the program.")
            .register(registry);
    public final Counter bytesReceived = Counter.builder()
            .name("loki_distributor_bytes_received_total")
            .help("The total number of uncompressed bytes received per tenant. Includes structured metadata bytes.")
            .labelNames("tenant", "retention_hours", "is_internal_stream", "policy", "format")
            .register(registry);
    public final Counter metadataBytesReceived = Counter.builder()
            .name("loki_distributor_structured_metadata_bytes_received_total")
            .help("The total number of uncompressed structured metadata bytes received per tenant.")
            .labelNames("tenant", "retention_hours", "is_internal_stream", "policy", "format")
            .register(registry);
    public final Counter linesReceived = Counter.builder()
            .name("loki_distributor_lines_received_total")
            .help("The total number of lines received per tenant.")
            .labelNames("tenant", "is_internal_stream", "policy", "format")
            .register(registry);
    public final Counter discardedLines = Counter.builder()
            .name("loki_discarded_samples_total")
            .help("The total number of samples that were discarded.")
            .labelNames("reason", "tenant", "retention_hours", "policy", "format")
            .register(registry);
    public final Counter discardedBytes = Counter.builder()
            .name("loki_discarded_bytes_total")
            .help("The total number of bytes that were discarded.")
            .labelNames("reason", "tenant", "retention_hours", "policy", "format")
            .register(registry);
    public final Counter mutatedLines = Counter.builder()
            .name("loki_mutated_samples_total")
            .help("The total number of samples that have been mutated.")
            .labelNames("reason", "tenant")
            .register(registry);
    public final Counter mutatedBytes = Counter.builder()
            .name("loki_mutated_bytes_total")
            .help("The total number of bytes that have been mutated.")
            .labelNames("reason", "tenant")
            .register(registry);
    public final Counter appends = Counter.builder()
            .name("loki_distributor_ingester_appends_total")
            .help("The total number of batch appends sent to ingesters.")
            .labelNames("ingester")
            .register(registry);
    public final Counter appendFailures = Counter.builder()
            .name("loki_distributor_ingester_append_failures_total")
            .help("The total number of failed batch appends sent to ingesters.")
            .labelNames("ingester")
            .register(registry);
    public final Counter repeatedBatches = Counter.builder()
            .name("sigyn_repeated_batches_total")
            .help("Pushes that carried the id of a batch that was stored before, and were not stored again.")
            .labelNames("tenant")
            .register(registry);
    public final Counter volumeDrops = Counter.builder()
            .name("sigyn_retention_volume_dropped_bytes_total")
            .help("Bytes of the oldest logs that were dropped because the volume had no more room for logs.")
            .register(registry);
    public final Gauge activeTails = Gauge.builder()
            .name("loki_querier_tail_active")
            .help("Number of active tailers.")
            .register(registry);
    public final Counter tailBytes = Counter.builder()
            .name("loki_querier_tail_bytes_total")
            .help("Total bytes of log lines sent to live tails.")
            .register(registry);

    public final Histogram responseBytes = Histogram.builder()
            .name("loki_response_message_bytes")
            .help("Size (in bytes) of messages sent in response.")
            .labelNames("method", "route")
            .classicOnly()
            .classicUpperBounds(MESSAGE_BYTES)
            .register(registry);
    public final Histogram indexSeconds = Histogram.builder()
            .name("loki_index_request_duration_seconds")
            .help("Time (in seconds) spent serving index query requests.")
            .labelNames("operation", "status_code", "component")
            .classicOnly()
            .classicUpperBounds(REQUEST_SECONDS)
            .register(registry);
    public final Counter demotedLabels = Counter.builder()
            .name("sigyn_demoted_labels_total")
            .help("Labels with too many values that were stored as structured metadata instead.")
            .labelNames("tenant", "label")
            .register(registry);
    public final Counter deleteRequests = Counter.builder()
            .name("loki_compactor_delete_requests_received_total")
            .help("Delete requests that were taken.")
            .labelNames("user")
            .register(registry);
    public final Counter writeFailures = Counter.builder()
            .name("loki_write_failures_logged_total")
            .help("Pushes whose failure was written to the server's log.")
            .labelNames("org_id", "subsystem")
            .register(registry);
    public final LineSizes lineSizes = new LineSizes();
    public final QueryMetrics queries = new QueryMetrics(registry);
    public final Gauge inflightBytes = Gauge.builder()
            .name("loki_distributor_inflight_bytes")
            .help("Bytes of pushes that are being handled.")
            .register(registry);

    public Metrics(String version) {
        Gauge.builder()
                .name("loki_build_info")
                .help("A metric with a constant '1' value labeled by version, revision, branch, goversion from which"
                        + " loki was built, and the goos and goarch for the build.")
                .labelNames("version", "revision", "branch", "goversion", "goos", "goarch", "tags")
                .register(registry)
                .labelValues(
                        version,
                        "",
                        "",
                        "java" + Runtime.version().feature(),
                        System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT),
                        System.getProperty("os.arch", ""),
                        "")
                .set(1);
        logMessages("loki_log_messages_total", "Total number of log messages.");
        logMessages("loki_internal_log_messages_total", "Total number of log messages created by the server itself.");
        registry.register(lineSizes);
        registry.register(new Absent());
        logFlushes();
        new JvmMetrics().register(registry);
    }

    private void logMessages(String name, String help) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("level")
                .callback(callback -> ServerLog.counts().forEach((level, count) -> callback.call(count, level)))
                .register(registry);
    }

    /// Each record is written by itself.
    private void logFlushes() {
        registry.register((Collector) () -> {
            long records =
                    ServerLog.counts().values().stream().mapToLong(n -> n).sum();
            return HistogramSnapshot.builder()
                    .name("loki_log_flushes")
                    .help("Records of the server's log that were written at a time: one.")
                    .dataPoint(HistogramDataPointSnapshot.builder()
                            .classicHistogramBuckets(ClassicHistogramBuckets.of(
                                    new double[] {1, 2, 4, 8, Double.POSITIVE_INFINITY},
                                    new long[] {records, 0, 0, 0, 0}))
                            .sum((double) records)
                            .build())
                    .build();
        });
    }

    /// The counters of a store, asked for at each scrape, and what it tells of itself.
    public void storage(Storage storage, Clock clock) {
        registry.register(new StorageMetrics(storage));
        registry.register(new UpkeepMetrics(storage, clock));
        storage.whenSealed(new SealMetrics(registry, storage.partBytes(), indexSeconds));
    }

    /// What is kept of earlier queries, asked for at each scrape.
    public void remembered(Supplier<Remembered> remembered) {
        registry.register(new CacheMetrics(remembered));
    }

    /// A gauge whose value is asked for at each scrape.
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    /// Connections by protocol, asked for at each scrape. There is no limit.
    public void connections(Supplier<Map<String, Integer>> open) {
        byProtocol(
                "loki_tcp_connections",
                "Current number of accepted TCP connections.",
                call -> open.get().forEach((protocol, n) -> call.call(n, protocol)));
        byProtocol(
                "loki_tcp_connections_limit",
                "The maximum number of TCP connections, 0 for any number.",
                call -> open.get().keySet().forEach(protocol -> call.call(0, protocol)));
    }

    private void byProtocol(String name, String help, Consumer<GaugeWithCallback.Callback> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("protocol")
                .callback(values)
                .register(registry);
    }

    public static String contentType() {
        return PrometheusTextFormatWriter.CONTENT_TYPE;
    }

    /// Everything in Prometheus' text format.
    public byte[] text() {
        var out = new ByteArrayOutputStream(32 << 10);
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
