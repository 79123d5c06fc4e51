package sigyn.server.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/// Counters of what Loki does and Sigyn has no need of, so that panels over them show that it never happens.
final class Absent implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        var out = new Snapshots();
        String noCheckpoints = ": none, blocks take the place of checkpoints of the write-ahead log.";
        for (String what : new String[] {"creations", "creations_failed", "deletions", "deletions_failed"}) {
            out.counter("loki_ingester_checkpoint_" + what, "Checkpoints" + noCheckpoints, 0);
        }
        out.counter("loki_ingester_checkpoint_logged_bytes", "Bytes of checkpoints" + noCheckpoints, 0);
        out.timed("loki_ingester_checkpoint_duration_seconds", "Time of checkpoints" + noCheckpoints, 0, 0);
        out.counter(
                "loki_chunk_store_deduped_chunks",
                "Chunks that another replica had written: none, there is one copy.",
                0);
        out.counter(
                "loki_chunk_store_deduped_bytes",
                "Bytes that another replica had written: none, there is one copy.",
                0);
        out.oddlyNamed(
                "loki_stream_sharding_count", "Streams that were split up: none, a stream may be as fast as it is.", 0);
        out.counter(
                "loki_distributor_ingester_append_timeouts",
                "Batches that another process did not take in time: none, there is one process.",
                0,
                "ingester",
                "local");
        out.gauge("loki_ingester_limiter_enabled", "1 where limits of tenants are kept: here.", 1);
        return out.build();
    }
}
