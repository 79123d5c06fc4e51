package sigyn.server.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import sigyn.server.telemetry.Snapshots.Value;
import sigyn.storage.Recovered;
import sigyn.storage.Storage;
import sigyn.storage.StorageCounters;

/// What the store does and holds. Names that dashboards made for Loki read where Loki has the thing (a row group in
/// memory is its chunk, the store is its only ingester and compactor); ours begin with `sigyn_storage_`.
final class StorageMetrics implements MultiCollector {
    private static final double NANOS = 1e9;

    private final Storage storage;

    StorageMetrics(Storage storage) {
        this.storage = storage;
    }

    @Override
    public MetricSnapshots collect() {
        var c = storage.counters();
        var out = new Snapshots();
        ingester(c, out);
        log(c, out);
        replay(storage.recovered(), out);
        own(c, out);
        return out.build();
    }

    private void ingester(StorageCounters c, Snapshots out) {
        var streams = new ArrayList<Value>();
        long labelBytes = 0;
        for (var tenant : storage.tenants()) {
            var counters = storage.counters(tenant);
            streams.add(Value.of(counters.streams(), "tenant", tenant.id()));
            labelBytes += counters.labelBytes();
        }
        out.gauge("loki_ingester_memory_streams", "Streams that are known.", streams);
        out.gauge("loki_ingester_memory_streams_labels_bytes", "Bytes of the labels of all known streams.", labelBytes);
        out.counter("loki_ingester_streams_created", "Streams that became known, those on disk among them.", streams);
        out.counter(
                "loki_ingester_streams_removed",
                "Streams that were forgotten: none, they are known as long as the process runs.",
                streams.stream().map(s -> new Value(0, s.labels())).toList());
        out.gauge("loki_ingester_memory_chunks", "Parts of the head, which become row groups of blocks.", c.parts());
        out.gauge(
                "loki_ingester_flush_queue_length", "Parts of the head that wait to become blocks.", c.sealingParts());
        out.gauge(
                "cortex_ingester_flush_queue_length",
                "Parts of the head that wait to become blocks.",
                c.sealingParts());
        out.counter("loki_ingester_chunks_created", "Parts of the head that were begun.", c.openedParts());
        out.counter(
                "loki_ingester_chunks_flush_failures",
                "Attempts to write a block that failed and were made again.",
                c.sealFailures());
        out.gauge(
                "loki_ring_members",
                "Members of the ring: this process is all of them.",
                1,
                "name",
                "ingester",
                "state",
                "ACTIVE");
        out.counter("loki_ring_tokens", "Tokens of the ring: the one that owns everything.", 1, "name", "ingester");
        out.gauge("loki_querier_tail_active_streams", "Streams that open tails look at.", storage.tailedStreams());
        out.gauge("loki_distributor_replication_factor", "Copies of each entry that are written.", 1);
        out.gauge("loki_distributor_ingester_clients", "Stores that pushes go to.", 1);
    }

    private static void log(StorageCounters c, Snapshots out) {
        out.counter("loki_ingester_wal_logged_bytes", "Bytes written to the write-ahead log.", c.walWrittenBytes());
        out.gauge("loki_ingester_wal_bytes_in_use", "Bytes of the write-ahead log on disk.", c.walDiskBytes());
        out.counter(
                "loki_ingester_wal_disk_full_failures",
                "Writes of the write-ahead log that the disk refused.",
                c.walFailures());
        out.counter(
                "loki_ingester_wal_duplicate_entries",
                "Entries that were there already and were left out.",
                c.duplicateLines());
        out.counter(
                "loki_ingester_wal_corruptions",
                "Torn ends of the write-ahead log found at the start.",
                c.tornBytes() > 0 ? 1 : 0,
                "type",
                "torn");
        out.counter("loki_ingester_wal_records_logged", "Batches written to the write-ahead log.", c.walRecords());
        out.counter("sigyn_storage_wal_syncs", "Calls of fsync for the write-ahead log.", c.walSyncs());
        out.gauge("sigyn_storage_wal_queued", "Batches that wait for the log.", c.walQueued());
        out.gauge("sigyn_storage_wal_replayed_records", "Batches replayed at the start.", c.replayedRecords());
    }

    private static void replay(Recovered found, Snapshots out) {
        out.gauge(
                "loki_ingester_wal_replay_active",
                "1 while the write-ahead log is read after a start.",
                found.running() ? 1 : 0);
        out.gauge(
                "loki_ingester_wal_replay_flushing",
                "1 while reading the write-ahead log waits until blocks are written.",
                found.waiting() ? 1 : 0);
        out.gauge(
                "loki_ingester_wal_replay_duration_seconds",
                "How long reading the write-ahead log took after the start.",
                found.nanos() / NANOS);
        out.counter("loki_ingester_wal_recovered_streams", "Streams known only from the log.", found.streams());
        out.counter("loki_ingester_wal_recovered_chunks", "Parts of the head begun from the log.", found.parts());
        out.counter("loki_ingester_wal_recovered_entries", "Entries found in the log only.", found.entries());
        out.counter("loki_ingester_wal_recovered_bytes", "Bytes of the batches found in the log.", found.bytes());
    }

    private static void own(StorageCounters c, Snapshots out) {
        out.gauge(
                "sigyn_storage_seal_failures_in_a_row",
                "Attempts to write a block that failed since one worked: 0 unless the disk takes no blocks.",
                c.sealFailuresInARow());
        out.counter("sigyn_storage_rewrites", "Blocks written anew by compaction, deletion, retention.", c.rewrites());
        out.counter("sigyn_storage_appended_lines", "Lines acknowledged.", c.appendedLines());
        out.counter("sigyn_storage_appended_bytes", "Bytes of lines and metadata acknowledged.", c.appendedBytes());
        out.counter(
                "sigyn_storage_rejected_appends", "Pushes answered with 503 for want of room or disk.", c.rejects());
        out.gauge("sigyn_storage_head_rows", "Entries in memory.", c.headRows());
        out.gauge("sigyn_storage_head_bytes", "Memory of the entries in memory.", c.headBytes());
        out.gauge("sigyn_storage_head_spare_bytes", "Memory of sealed parts, kept for new ones.", c.spareBytes());
        out.gauge("sigyn_storage_blocks", "Live block files.", c.blocks());
        out.gauge("sigyn_storage_block_bytes", "Bytes of live block files.", c.blockBytes());
        out.gauge("sigyn_storage_block_rows", "Entries in live block files.", c.blockRows());
        out.gauge("sigyn_storage_tails", "Live tails that are open.", c.tails());
        out.gauge(
                "sigyn_storage_damaged_parts",
                "Files and row groups that could not be read: answers over them are not complete.",
                c.damaged());
    }
}
