package sigyn.server.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import sigyn.server.telemetry.Snapshots.Value;
import sigyn.storage.Storage;
import sigyn.storage.UpkeepCounters;
import sigyn.storage.UpkeepCounters.Passes;

/// Compaction, retention and deletion under the names of Loki's compactor: its tables are our blocks.
final class UpkeepMetrics implements MultiCollector {
    private static final double NANOS = 1e9;
    private static final long MILLIS = 1000;

    private final Storage storage;
    private final Clock clock;

    UpkeepMetrics(Storage storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    @Override
    public MetricSnapshots collect() {
        var out = new Snapshots();
        var upkeep = storage.upkeepCounters();
        compaction(upkeep.compaction(), out);
        retention(upkeep, out);
        deletion(out);
        return out.build();
    }

    private void compaction(Passes passes, Snapshots out) {
        String operation = "loki_boltdb_shipper_compact_tables_operation";
        out.gauge("loki_boltdb_shipper_compactor_running", "1 where upkeep of the blocks runs: here.", 1);
        out.gauge(
                operation + "_last_successful_run_timestamp_seconds",
                "Unix time of the last pass of upkeep over the blocks that worked.",
                storage.lastUpkeep().getEpochSecond());
        out.counter(operation, "Passes of compaction over the blocks.", byStatus(passes));
        out.gauge(
                operation + "_duration_seconds",
                "Time that passes of compaction took on average.",
                passes.nanos() / NANOS / Math.max(1, passes.done() + passes.failed()));
        out.counter(
                "loki_compactor_locked_table_successive_compaction_skips",
                "Passes of compaction left out because a block was locked: none, nothing locks blocks.",
                0);
    }

    private static void retention(UpkeepCounters upkeep, Snapshots out) {
        var passes = upkeep.retention();
        String operation = "loki_compactor_apply_retention";
        out.counter(operation + "_operation", "Passes of retention over the blocks.", byStatus(passes));
        out.gauge(
                operation + "_operation_duration_seconds",
                "Time that passes of retention took on average.",
                passes.nanos() / NANOS / Math.max(1, passes.done() + passes.failed()));
        out.gauge(
                operation + "_last_successful_run_timestamp_seconds",
                "Unix time of the last pass of retention that worked.",
                passes.lastMillis() / MILLIS);
        String marker = "loki_boltdb_shipper_retention_marker_";
        out.counter(
                marker + "count",
                "Blocks from which retention took entries.",
                upkeep.rewrittenBlocks() + upkeep.droppedBlocks());
        out.counter(
                marker + "table_processed",
                "Blocks that retention has looked at.",
                List.of(
                        Value.of(upkeep.untouchedBlocks(), "table", "blocks", "action", "none"),
                        Value.of(upkeep.rewrittenBlocks(), "table", "blocks", "action", "modified"),
                        Value.of(upkeep.droppedBlocks(), "table", "blocks", "action", "deleted")));
        out.timed(
                marker + "table_processed_duration_seconds",
                "Time of the passes of retention.",
                passes.done() + passes.failed(),
                passes.nanos() / NANOS);
        out.timed(
                "loki_boltdb_shipper_retention_sweeper_chunk_deleted_duration_seconds",
                "Blocks from which entries went, and the time of the passes of retention.",
                upkeep.rewrittenBlocks() + upkeep.droppedBlocks(),
                passes.nanos() / NANOS);
        out.gauge(
                "loki_boltdb_shipper_retention_sweeper_marker_files_current",
                "Files of marks that wait: none, what is past its time goes at once.",
                0);
        out.gauge(
                "loki_boltdb_shipper_retention_sweeper_marker_file_processing_current_time",
                "Unix time of the file of marks that is worked off: none.",
                0);
    }

    private static List<Value> byStatus(Passes passes) {
        return List.of(Value.of(passes.done(), "status", "success"), Value.of(passes.failed(), "status", "failure"));
    }

    private void deletion(Snapshots out) {
        var processed = new ArrayList<Value>();
        var lines = new ArrayList<Value>();
        long oldest = Long.MAX_VALUE;
        for (var tenant : storage.tenants()) {
            var counters = storage.counters(tenant);
            processed.add(Value.of(counters.finishedDeletions(), "user", tenant.id()));
            lines.add(Value.of(counters.erasedLines(), "user", tenant.id()));
            oldest = counters.oldestDeletionNanos() > 0 ? Math.min(oldest, counters.oldestDeletionNanos()) : oldest;
        }
        out.counter("loki_compactor_delete_requests_processed", "Delete requests carried out.", processed);
        out.oddlyNamed("loki_compactor_deleted_lines", "Entries whose bytes delete requests have erased.", lines);
        out.gauge(
                "loki_compactor_pending_delete_requests_count",
                "Delete requests that wait for their time.",
                storage.counters().pendingDeletions());
        out.gauge(
                "loki_compactor_oldest_pending_delete_request_age_seconds",
                "Age of the oldest delete request that waits.",
                oldest == Long.MAX_VALUE ? 0 : Math.max(0, clock.millis() / (double) MILLIS - oldest / NANOS));
        out.counter(
                "loki_compactor_load_pending_requests_attempts",
                "Times that delete requests were looked through for what is due.",
                byStatus(storage.upkeepCounters().compaction()));
    }
}
