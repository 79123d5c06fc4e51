package sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.config.ConfigFile;
import sigyn.server.config.Flags;
import sigyn.server.dashboards.DashboardsConfig;

/// What the dashboards and alerts that are made for Loki read from `/metrics`, of a whole node that has been used.
class MixinMetricsTest {
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    /// Name, type and labels. The types of names that are none of counters', histograms' or summaries' are left open.
    private static final String LIST = """
            loki_request_duration_seconds histogram method route status_code ws
            loki_build_info gauge version revision branch goversion goos goarch tags
            loki_panic_total counter
            loki_inflight_requests gauge method route
            loki_request_message_bytes histogram method route
            loki_response_message_bytes histogram method route
            loki_tcp_connections gauge protocol
            loki_tcp_connections_limit gauge protocol
            loki_log_messages_total counter level
            loki_internal_log_messages_total counter level
            process_cpu_seconds_total counter
            process_resident_memory_bytes gauge
            process_start_time_seconds gauge
            process_open_fds gauge
            process_max_fds gauge
            go_memstats_heap_inuse_bytes gauge
            go_gc_duration_seconds summary
            go_goroutines gauge
            loki_distributor_bytes_received_total counter tenant retention_hours is_internal_stream policy format
            loki_distributor_lines_received_total counter tenant is_internal_stream policy format
            loki_distributor_structured_metadata_bytes_received_total counter tenant retention_hours is_internal_stream policy format
            loki_distributor_ingester_appends_total counter ingester
            loki_distributor_ingester_append_timeouts_total counter ingester
            loki_distributor_ingester_clients gauge
            loki_distributor_replication_factor gauge
            loki_distributor_inflight_bytes gauge
            loki_discarded_samples_total counter reason tenant retention_hours policy format
            loki_discarded_bytes_total counter reason tenant retention_hours policy format
            loki_mutated_samples_total counter reason tenant
            loki_mutated_bytes_total counter reason tenant
            loki_bytes_per_line histogram
            loki_log_flushes histogram
            loki_stream_sharding_count unknown
            loki_ingester_memory_streams gauge tenant
            loki_ingester_memory_streams_labels_bytes gauge
            loki_ingester_memory_chunks gauge
            loki_ingester_streams_created_total counter tenant
            loki_ingester_streams_removed_total counter tenant
            loki_ingester_chunks_created_total counter
            loki_ingester_chunks_flushed_total counter reason
            loki_ingester_chunks_flush_failures_total counter
            loki_ingester_flush_queue_length gauge
            cortex_ingester_flush_queue_length gauge
            loki_ingester_chunk_age_seconds histogram
            loki_ingester_chunk_bounds_hours histogram
            loki_ingester_chunk_entries histogram
            loki_ingester_chunk_size_bytes histogram
            loki_ingester_chunk_utilization histogram
            loki_ingester_chunk_compression_ratio histogram
            loki_ingester_chunk_encode_time_seconds histogram
            loki_ingester_blocks_per_chunk histogram
            loki_ingester_samples_per_chunk histogram
            loki_chunk_store_index_entries_per_chunk histogram
            loki_chunk_store_deduped_chunks_total counter
            loki_chunk_store_deduped_bytes_total counter
            loki_ingester_wal_disk_full_failures_total counter
            loki_ingester_wal_records_logged_total counter
            loki_ingester_wal_logged_bytes_total counter
            loki_ingester_wal_recovered_streams_total counter
            loki_ingester_wal_recovered_chunks_total counter
            loki_ingester_wal_recovered_entries_total counter
            loki_ingester_wal_recovered_bytes_total counter
            loki_ingester_wal_replay_active gauge
            loki_ingester_wal_replay_duration_seconds gauge
            loki_ingester_wal_replay_flushing gauge
            loki_ingester_wal_bytes_in_use gauge
            loki_ingester_wal_corruptions_total counter type
            loki_ingester_wal_duplicate_entries_total counter
            loki_ingester_checkpoint_creations_total counter
            loki_ingester_checkpoint_creations_failed_total counter
            loki_ingester_checkpoint_deletions_total counter
            loki_ingester_checkpoint_deletions_failed_total counter
            loki_ingester_checkpoint_duration_seconds histogram
            loki_ingester_checkpoint_logged_bytes_total counter
            loki_ingester_limiter_enabled gauge
            loki_ingester_shutdown_marker gauge
            logql_query_duration_seconds histogram query_type
            loki_logql_querystats_latency_seconds histogram range status_code type
            loki_logql_querystats_bytes_processed_per_seconds histogram latency_type range sharded status_code type
            loki_logql_querystats_chunk_download_latency_seconds histogram range status_code type
            loki_logql_querystats_downloaded_chunk_total counter range status_code type
            loki_logql_querystats_duplicates_total counter
            loki_logql_querystats_ingester_sent_lines_total counter
            loki_query_frontend_queries_in_progress gauge
            loki_query_frontend_partitions histogram
            loki_query_frontend_retries histogram
            loki_query_frontend_shard_factor histogram
            loki_query_frontend_log_result_cache_hit_total counter
            loki_query_frontend_log_result_cache_miss_total counter
            loki_frontend_query_range_duration_seconds histogram method status_code
            loki_query_scheduler_inflight_requests summary
            loki_query_scheduler_queue_length gauge user
            loki_query_scheduler_queue_duration_seconds histogram
            loki_query_scheduler_enqueue_count_total counter level user
            loki_query_scheduler_running gauge
            loki_query_scheduler_connected_querier_clients gauge
            loki_query_scheduler_connected_frontend_clients gauge
            loki_querier_tail_active gauge
            loki_querier_tail_active_streams gauge
            loki_querier_tail_bytes_total counter
            loki_querier_worker_concurrency gauge
            loki_querier_worker_inflight_queries gauge
            loki_index_request_duration_seconds histogram operation status_code component
            loki_boltdb_shipper_compactor_running gauge
            loki_boltdb_shipper_compact_tables_operation_last_successful_run_timestamp_seconds gauge
            loki_boltdb_shipper_compact_tables_operation_total counter status
            loki_boltdb_shipper_compact_tables_operation_duration_seconds gauge
            loki_compactor_apply_retention_operation_total counter status
            loki_compactor_apply_retention_operation_duration_seconds gauge
            loki_compactor_apply_retention_last_successful_run_timestamp_seconds gauge
            loki_boltdb_shipper_retention_marker_count_total counter
            loki_boltdb_shipper_retention_marker_table_processed_total counter table action
            loki_boltdb_shipper_retention_marker_table_processed_duration_seconds histogram
            loki_boltdb_shipper_retention_sweeper_chunk_deleted_duration_seconds histogram
            loki_boltdb_shipper_retention_sweeper_marker_file_processing_current_time gauge
            loki_boltdb_shipper_retention_sweeper_marker_files_current gauge
            loki_compactor_locked_table_successive_compaction_skips_total counter
            loki_compactor_delete_requests_received_total counter user
            loki_compactor_delete_requests_processed_total counter user
            loki_compactor_deleted_lines unknown user
            loki_compactor_load_pending_requests_attempts_total counter status
            loki_compactor_oldest_pending_delete_request_age_seconds gauge
            loki_compactor_pending_delete_requests_count gauge
            loki_cache_fetched_keys unknown name
            loki_cache_hits unknown name
            loki_embeddedcache_entries gauge cache
            loki_embeddedcache_memory_bytes gauge cache
            loki_embeddedcache_added_new_total counter cache
            loki_embeddedcache_evicted_total counter cache
            loki_ring_members gauge name state
            loki_ring_tokens_total counter name
            loki_runtime_config_last_reload_successful gauge
            """;

    private final long now = Instant.now().getEpochSecond();

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Node node;

    @BeforeEach
    void start() {
        node = Node.start(
                ConfigFile.parse("""
                        auth_enabled: true
                        target: logs
                        common: {path_prefix: %s}
                        server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0}
                        compactor: {retention_enabled: true, delete_request_store: filesystem}
                        limits_config: {max_line_size: 100, max_line_size_truncate: true, reject_old_samples: true}
                        """.formatted(folder.resolve("data")), "l.yaml", Flags.parse(List.of()), Map.of()),
                DashboardsConfig.read(Map.of(), null),
                false,
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        node.close();
        client.close();
    }

    private String send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.logsPort().orElseThrow() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .headers("X-Scope-OrgID", "a", "Content-Type", "application/json")
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private void use() throws Exception {
        send(
                "POST",
                "/loki/api/v1/push",
                "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[[\"" + now
                        + "000000000\",\"12345678\"],[\"" + now + "000000001\",\"123456789\"],[\"" + now
                        + "000000002\",\""
                        + "long".repeat(100) + "\"],[\"1\",\"old\"]]}]}");
        send("POST", "/flush", "");
        for (int i = 0; i < 2; i++) {
            send(
                    "GET",
                    "/loki/api/v1/query_range?step=3600&query=sum(count_over_time(%7Bapp%3D%22x%22%7D%5B1h%5D))",
                    "");
        }
        send("GET", "/loki/api/v1/query_range?query=%7Bapp%3D%22x%22%7D", "");
        send("GET", "/loki/api/v1/query_range?query=%7Bapp%3D%22x%22%7D+%7C%3D+%22long%22", "");
        send("GET", "/loki/api/v1/query_range?query=nonsense", "");
        send("GET", "/loki/api/v1/labels", "");
        send("POST", "/loki/api/v1/delete?force=true&start=1&query=%7Bapp%3D%22x%22%7D+%7C%3D+%22long%22", "");
        send("POST", "/ingester/prepare_shutdown", "");
    }

    private List<String> scrape() throws Exception {
        return send("GET", "/metrics", "").lines().toList();
    }

    private static List<String> samples(List<String> text, String name) {
        var found = new ArrayList<String>();
        for (String line : text) {
            int end = line.indexOf('{') < 0 ? line.indexOf(' ') : line.indexOf('{');
            if (!line.startsWith("#") && line.substring(0, end).matches(name + "(_bucket|_sum|_count)?")) {
                found.add(line);
            }
        }
        return found;
    }

    private static String labels(String sample) {
        var names = new TreeSet<String>();
        var found = LABEL.matcher(sample);
        while (found.find()) {
            names.add(found.group(1));
        }
        names.removeAll(List.of("le", "quantile"));
        return String.join(" ", names);
    }

    @Test
    void everyNameIsThereWithItsTypeAndLabels() throws Exception {
        use();
        var text = scrape();
        var soft = new SoftAssertions();
        for (String line : LIST.lines().toList()) {
            String[] words = line.split(" ");
            soft.assertThat(text)
                    .as("type")
                    .contains("# TYPE " + words[0] + " " + words[1].replace("unknown", "untyped"));
            soft.assertThat(text).as("help of " + words[0]).anyMatch(l -> l.startsWith("# HELP " + words[0] + " "));
            var wanted = String.join(" ", new TreeSet<>(List.of(words).subList(2, words.length)));
            soft.assertThat(samples(text, words[0]))
                    .as(words[0])
                    .isNotEmpty()
                    .allMatch(sample -> labels(sample).equals(wanted), "has the labels " + wanted);
        }
        soft.assertAll();
    }

    @Test
    void valuesAreTrue() throws Exception {
        use();
        assertThat(scrape())
                .contains(
                        "loki_bytes_per_line_bucket{le=\"8.0\"} 1",
                        "loki_bytes_per_line_bucket{le=\"64.0\"} 2",
                        "loki_bytes_per_line_bucket{le=\"512.0\"} 3",
                        "loki_bytes_per_line_sum 117.0",
                        "loki_ingester_chunks_flushed_total{reason=\"forced\"} 1.0",
                        "loki_ingester_chunks_flushed_total{reason=\"full\"} 0.0",
                        "loki_ingester_chunk_entries_sum 3.0",
                        "loki_ingester_chunks_created_total 1.0",
                        "loki_ingester_memory_chunks 0.0",
                        "loki_ingester_streams_created_total{tenant=\"a\"} 1.0",
                        "loki_ingester_memory_streams_labels_bytes 17.0",
                        "loki_ingester_wal_records_logged_total 1.0",
                        "loki_ingester_wal_replay_active 0.0",
                        "loki_ingester_shutdown_marker 1.0",
                        "logql_query_duration_seconds_count{query_type=\"metric\"} 2",
                        "logql_query_duration_seconds_count{query_type=\"limited\"} 1",
                        "logql_query_duration_seconds_count{query_type=\"filter\"} 1",
                        "loki_logql_querystats_latency_seconds_count{range=\"range\",status_code=\"400\",type=\"\"} 1",
                        "loki_query_scheduler_enqueue_count_total{level=\"actor\",user=\"a\"} 5.0",
                        "loki_query_frontend_queries_in_progress 0.0",
                        "loki_compactor_delete_requests_received_total{user=\"a\"} 1.0",
                        "loki_compactor_delete_requests_processed_total{user=\"a\"} 1.0",
                        "loki_compactor_deleted_lines{user=\"a\"} 1.0",
                        "loki_compactor_pending_delete_requests_count 0.0",
                        "loki_inflight_requests{method=\"POST\",route=\"loki_api_v1_push\"} 0.0",
                        "loki_inflight_requests{method=\"GET\",route=\"metrics\"} 1.0",
                        "loki_distributor_inflight_bytes 0.0",
                        "loki_mutated_samples_total{reason=\"line_too_long\",tenant=\"a\"} 1.0",
                        "loki_tcp_connections_limit{protocol=\"http\"} 0.0",
                        "loki_tcp_connections{protocol=\"grpc\"} 0.0");
        assertThat(samples(scrape(), "loki_tcp_connections")).contains("loki_tcp_connections{protocol=\"http\"} 1.0");
    }

    /// What the log held when the process ended is counted at the next start.
    @Test
    void whatTheLogGaveBack() throws Exception {
        send(
                "POST",
                "/loki/api/v1/push",
                "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[[\"" + now + "000000000\",\"one\"],[\"" + now
                        + "000000001\",\"two\"]]}]}");
        node.close();
        start();
        assertThat(scrape())
                .contains(
                        "loki_ingester_wal_recovered_streams_total 1.0",
                        "loki_ingester_wal_recovered_chunks_total 1.0",
                        "loki_ingester_wal_recovered_entries_total 2.0",
                        "loki_ingester_wal_records_logged_total 0.0",
                        "loki_ingester_memory_chunks 1.0");
    }
}
