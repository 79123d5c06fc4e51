package sigyn.server.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import sigyn.storage.Storage;
import sigyn.storage.StorageCounters;

/// What the store does and holds. Names that dashboards made for Loki read where Loki has the thing (a row group in
/// memory is its chunk, the store is its only ingester and compactor); ours begin with `sigyn_storage_`.
final class StorageMetrics implements MultiCollector {
    private final Storage storage;

    StorageMetrics(Storage storage) {
        this.storage = storage;
    }

    @Override
    public MetricSnapshots collect() {
        var c = storage.counters();
        var out = MetricSnapshots.builder();
        ingester(c, out);
        log(c, out);
        upkeep(c, out);
        own(c, out);
        return out.build();
    }

    private void ingester(StorageCounters c, MetricSnapshots.Builder out) {
        var streams = GaugeSnapshot.builder()
                .name("loki_ingester_memory_streams")
                .help("The total number of streams that are known, per tenant.");
        for (var tenant : storage.tenants()) {
            streams.dataPoint(gauge(storage.streamCount(tenant), Labels.of("tenant", tenant.id())));
        }
        out.metricSnapshot(streams.build());
        out.metricSnapshot(gauge(
                "loki_ingester_memory_chunks", "Parts of the head that wait to become blocks.", c.sealingParts()));
        out.metricSnapshot(gauge(
                "loki_ingester_flush_queue_length", "Parts of the head that wait to become blocks.", c.sealingParts()));
        out.metricSnapshot(counter(
                "loki_ingester_chunks_flushed",
                "Row groups written to blocks since the start.",
                (double) c.sealedRowGroups(),
                Labels.of("reason", "full")));
        out.metricSnapshot(counter(
                "loki_ingester_chunks_flush_failures",
                "Attempts to write a block that failed and were made again.",
                c.sealFailures()));
        out.metricSnapshot(gauge(
                "loki_ring_members",
                "Members of the ring: this process is all of them.",
                1,
                Labels.of("name", "ingester", "state", "ACTIVE")));
        out.metricSnapshot(gauge("loki_distributor_replication_factor", "Copies of each entry that are written.", 1));
        out.metricSnapshot(gauge("loki_distributor_ingester_clients", "Stores that pushes go to.", 1));
    }

    private static void log(StorageCounters c, MetricSnapshots.Builder out) {
        out.metricSnapshot(counter(
                "loki_ingester_wal_logged_bytes", "Bytes written to the write-ahead log.", c.walWrittenBytes()));
        out.metricSnapshot(
                gauge("loki_ingester_wal_bytes_in_use", "Bytes of the write-ahead log on disk.", c.walDiskBytes()));
        out.metricSnapshot(counter(
                "loki_ingester_wal_disk_full_failures",
                "Writes of the write-ahead log that the disk refused.",
                c.walFailures()));
        out.metricSnapshot(counter(
                "loki_ingester_wal_duplicate_entries",
                "Entries that were there already and were left out.",
                c.duplicateLines()));
        out.metricSnapshot(counter(
                "loki_ingester_wal_corruptions",
                "Torn ends of the write-ahead log found at the start.",
                c.tornBytes() > 0 ? 1 : 0,
                Labels.of("type", "torn")));
        out.metricSnapshot(gauge("loki_ingester_wal_replay_active", "1 while the write-ahead log is replayed.", 0));
        out.metricSnapshot(counter("sigyn_storage_wal_syncs", "Calls of fsync for the write-ahead log.", c.walSyncs()));
        out.metricSnapshot(gauge("sigyn_storage_wal_queued", "Batches that wait for the log.", c.walQueued()));
        out.metricSnapshot(
                gauge("sigyn_storage_wal_replayed_records", "Batches replayed at the start.", c.replayedRecords()));
    }

    private void upkeep(StorageCounters c, MetricSnapshots.Builder out) {
        out.metricSnapshot(
                gauge("loki_boltdb_shipper_compactor_running", "1 where upkeep of the blocks runs: here.", 1));
        out.metricSnapshot(gauge(
                "loki_boltdb_shipper_compact_tables_operation_last_successful_run_timestamp_seconds",
                "Unix time of the last pass of upkeep over the blocks that worked.",
                storage.lastUpkeep().getEpochSecond()));
        out.metricSnapshot(gauge(
                "loki_compactor_apply_retention_last_successful_run_timestamp_seconds",
                "Unix time of the last pass of upkeep over the blocks that worked.",
                storage.lastUpkeep().getEpochSecond()));
        out.metricSnapshot(gauge(
                "loki_compactor_pending_delete_requests_count",
                "Delete requests that wait for their time.",
                c.pendingDeletions()));
        out.metricSnapshot(counter(
                "sigyn_storage_rewrites", "Blocks written anew by compaction, deletion, retention.", c.rewrites()));
    }

    private static void own(StorageCounters c, MetricSnapshots.Builder out) {
        out.metricSnapshot(counter("sigyn_storage_appended_lines", "Lines acknowledged.", c.appendedLines()));
        out.metricSnapshot(counter(
                "sigyn_storage_appended_bytes", "Bytes of lines and metadata acknowledged.", c.appendedBytes()));
        out.metricSnapshot(counter(
                "sigyn_storage_rejected_appends", "Pushes answered with 503 for want of room or disk.", c.rejects()));
        out.metricSnapshot(gauge("sigyn_storage_head_rows", "Entries in memory.", c.headRows()));
        out.metricSnapshot(gauge("sigyn_storage_head_bytes", "Memory of the entries in memory.", c.headBytes()));
        out.metricSnapshot(gauge("sigyn_storage_blocks", "Live block files.", c.blocks()));
        out.metricSnapshot(gauge("sigyn_storage_block_bytes", "Bytes of live block files.", c.blockBytes()));
        out.metricSnapshot(gauge("sigyn_storage_block_rows", "Entries in live block files.", c.blockRows()));
        out.metricSnapshot(gauge("sigyn_storage_tails", "Live tails that are open.", c.tails()));
        out.metricSnapshot(gauge(
                "sigyn_storage_damaged_parts",
                "Files and row groups that could not be read: answers over them are not complete.",
                c.damaged()));
    }

    private static GaugeSnapshot gauge(String name, String help, long value) {
        return gauge(name, help, (double) value, Labels.EMPTY);
    }

    private static GaugeSnapshot gauge(String name, String help, double value, Labels labels) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(gauge(value, labels))
                .build();
    }

    private static GaugeDataPointSnapshot gauge(double value, Labels labels) {
        return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    private static CounterSnapshot counter(String name, String help, long value) {
        return counter(name, help, (double) value, Labels.EMPTY);
    }

    private static CounterSnapshot counter(String name, String help, double value, Labels labels) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value(value)
                        .labels(labels)
                        .build())
                .build();
    }
}
