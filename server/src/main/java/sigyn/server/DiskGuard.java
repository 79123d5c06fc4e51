package sigyn.server;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;
import sigyn.storage.retention.RetentionRule;

/// Keeps the volume from filling up. The logs may take a share of the room that is theirs, which is what they take now
/// and what is free; beyond it the oldest blocks go, and the server's log and a metric say so. What others keep on the
/// volume is not counted, so that a volume full of something else does not cost a single line.
final class DiskGuard {
    private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);
    private static final int ALL = 100;

    private final Storage storage;
    private final RetentionRule rule;
    private final int percent;
    private final LongSupplier free;
    private final Metrics metrics;

    /// @param percent share of the volume that logs may take, 0 for all
    /// @param free bytes that are free on the volume
    DiskGuard(Storage storage, RetentionRule rule, int percent, LongSupplier free, Metrics metrics) {
        this.storage = storage;
        this.rule = rule;
        this.percent = percent;
        this.free = free;
        this.metrics = metrics;
        storage.retain(rule, Long.MAX_VALUE);
    }

    void check() throws IOException {
        if (percent == 0) {
            return;
        }
        var before = storage.counters();
        long log = before.walDiskBytes();
        long room = before.blockBytes() + log + free.getAsLong();
        long most = Math.max(0, room / ALL * percent - log);
        storage.retain(rule, most);
        if (before.blockBytes() <= most) {
            return;
        }
        storage.sweep();
        long dropped = before.blockBytes() - storage.counters().blockBytes();
        if (dropped > 0) {
            metrics.volumeDrops.inc(dropped);
            LOG.warn(
                    "logs took more than {} % of the volume: the oldest {} bytes were dropped, {} bytes stay",
                    percent, dropped, before.blockBytes() - dropped);
        }
    }
}
