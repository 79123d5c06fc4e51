package sigyn.server.telemetry;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/// What queries cost, under the names of Loki's engine, query frontend, scheduler and queriers: all of them are this
/// process, so queries wait in no queue and go to the one querier in one piece.
public final class QueryMetrics {
    private static final double[] SECONDS = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 50, 100};
    private static final double[] FEW = {0, 1, 2, 4, 8, 16, 32, 64};
    private static final double SLOW_SECONDS = 10;

    /// A query that was answered, or refused.
    ///
    /// @param type `metric`, `filter` or `limited`; empty when it could not be read
    /// @param range `range` or `instant`
    /// @param units pieces of stored data that were read
    public record Asked(
            List<String> tenants, String type, String range, int status, double seconds, long bytes, long units) {}

    private final PrometheusRegistry registry;
    private final Gauge running;
    private final Gauge working;
    private final Summary inflight;
    private final Histogram duration;
    private final Histogram latency;
    private final Histogram speed;
    private final Histogram download;
    private final Counter downloaded;
    private final Histogram frontend;
    private final Histogram partitions;
    private final Histogram retries;
    private final Histogram shardFactor;
    private final Histogram queued;
    private final Counter enqueued;
    private final Gauge queueLength;

    QueryMetrics(PrometheusRegistry registry) {
        this.registry = registry;
        running = gauge("loki_query_frontend_queries_in_progress", "Queries that are being answered.");
        working = gauge("loki_querier_worker_inflight_queries", "Queries that are being answered.");
        gauge("loki_querier_worker_concurrency", "Threads that read for queries.")
                .set(Runtime.getRuntime().availableProcessors());
        inflight = Summary.builder()
                .name("loki_query_scheduler_inflight_requests")
                .help("Queries that were being answered when another came.")
                .quantile(0.5)
                .quantile(0.75)
                .quantile(0.8)
                .quantile(0.9)
                .quantile(0.95)
                .quantile(0.99)
                .register(registry);
        duration = histogram("logql_query_duration_seconds", "Time that queries took.", SECONDS, "query_type");
        latency = histogram(
                "loki_logql_querystats_latency_seconds",
                "Latency of queries.",
                new double[] {0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128},
                "status_code",
                "type",
                "range");
        speed = histogram(
                "loki_logql_querystats_bytes_processed_per_seconds",
                "Bytes of lines that queries looked at in a second.",
                new double[] {5e7, 1e8, 2e8, 3e8, 4e8, 6e8, 8e8, 1e9, 2e9, 4e9, 1e10, 1e11},
                "status_code",
                "type",
                "range",
                "latency_type",
                "sharded");
        download = histogram(
                "loki_logql_querystats_chunk_download_latency_seconds",
                "Time that queries waited for pieces of stored data from elsewhere: none, all are here.",
                new double[] {0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128},
                "status_code",
                "type",
                "range");
        downloaded = Counter.builder()
                .name("loki_logql_querystats_downloaded_chunk_total")
                .help("Pieces of stored data that queries read.")
                .labelNames("status_code", "type", "range")
                .register(registry);
        frontend = histogram(
                "loki_frontend_query_range_duration_seconds",
                "Time that query requests took.",
                SECONDS,
                "method",
                "status_code");
        partitions = histogram("loki_query_frontend_partitions", "Pieces that a query was split into: one.", FEW);
        retries = histogram("loki_query_frontend_retries", "How often a query was tried again: never.", FEW);
        shardFactor = histogram("loki_query_frontend_shard_factor", "Shards of a query: none.", FEW);
        zero("loki_query_frontend_log_result_cache_hit_total", "Log queries answered from a cache: none is kept.");
        zero("loki_query_frontend_log_result_cache_miss_total", "Log queries not found in a cache: none is kept.");
        queued = histogram("loki_query_scheduler_queue_duration_seconds", "Time that queries waited: none.", SECONDS);
        enqueued = Counter.builder()
                .name("loki_query_scheduler_enqueue_count_total")
                .help("Queries that came in.")
                .labelNames("level", "user")
                .register(registry);
        queueLength = Gauge.builder()
                .name("loki_query_scheduler_queue_length")
                .help("Queries that wait: none, each is begun when it comes.")
                .labelNames("user")
                .register(registry);
        gauge("loki_query_scheduler_running", "1 where queries are given out: here.")
                .set(1);
        gauge("loki_query_scheduler_connected_querier_clients", "Queriers: this process.")
                .set(1);
        gauge("loki_query_scheduler_connected_frontend_clients", "Query frontends: this process.")
                .set(1);
        zero("loki_logql_querystats_duplicates_total", "Entries that queries met twice: none, each is kept once.");
        zero(
                "loki_logql_querystats_ingester_sent_lines_total",
                "Lines that another process sent for queries: none, there is one process.");
    }

    private Gauge gauge(String name, String help) {
        return Gauge.builder().name(name).help(help).register(registry);
    }

    private void zero(String name, String help) {
        Counter.builder().name(name).help(help).register(registry);
    }

    private Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry);
    }

    public void begins() {
        inflight.observe(running.get());
        running.inc();
        working.inc();
    }

    public void ends() {
        running.dec();
        working.dec();
    }

    public void answered(Asked asked) {
        String status = Integer.toString(asked.status());
        for (String tenant : asked.tenants()) {
            enqueued.labelValues("actor", tenant).inc();
            queueLength.initLabelValues(tenant);
        }
        queued.observe(0);
        partitions.observe(1);
        retries.observe(0);
        shardFactor.observe(0);
        frontend.labelValues(asked.range().equals("range") ? "query_range" : "query", status)
                .observe(asked.seconds());
        latency.labelValues(status, asked.type(), asked.range()).observe(asked.seconds());
        if (asked.type().isEmpty()) {
            return;
        }
        duration.labelValues(asked.type()).observe(asked.seconds());
        downloaded.labelValues(status, asked.type(), asked.range()).inc((double) asked.units());
        download.labelValues(status, asked.type(), asked.range()).observe(0);
        speed.labelValues(
                        status, asked.type(), asked.range(), asked.seconds() > SLOW_SECONDS ? "slow" : "fast", "false")
                .observe(asked.seconds() > 0 ? (double) asked.bytes() / asked.seconds() : 0);
    }
}
