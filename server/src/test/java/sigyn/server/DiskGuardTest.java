package sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;
import sigyn.storage.port.PushBatch;
import sigyn.storage.retention.RetentionRule;
import sigyn.testkit.FakeClock;

/// Which blocks stay when the volume is nearly full. A block holds one stream.
class DiskGuardTest {
    private static final Instant NOW = Instant.parse("2026-11-20T14:10:00Z");

    @TempDir
    Path folder;

    private static void block(Storage storage, String app, long time) throws Exception {
        var batch = new PushBatch();
        int stream = batch.stream(Labels.of("app", app));
        byte[] line = ("a line of " + app).getBytes(StandardCharsets.UTF_8);
        batch.add(stream, time, line, 0, line.length, new byte[0]);
        storage.append(Tenant.FAKE, batch);
        storage.flush();
    }

    private static List<String> apps(Storage storage) {
        return List.copyOf(storage.labelValues(
                Tenant.FAKE, "app", new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE), List.<LabelMatcher>of()));
    }

    @Test
    void theOldestGoWhenLogsTakeMoreThanTheirShare() throws Exception {
        var free = new AtomicLong(1L << 40);
        var metrics = new Metrics("test");
        try (var storage = Storage.open(folder, new FakeClock(NOW))) {
            var guard = new DiskGuard(storage, RetentionRule.FOREVER, 85, free::get, metrics);
            block(storage, "middle", 2_000_000_000L);
            block(storage, "oldest", 1_000_000_000L);
            block(storage, "newest", 3_000_000_000L);
            guard.check();
            assertThat(apps(storage)).containsExactly("middle", "newest", "oldest");
            assertThat(new String(metrics.text(), StandardCharsets.UTF_8))
                    .contains("sigyn_retention_volume_dropped_bytes_total 0.0");
            long blocks = storage.counters().blockBytes();
            long log = storage.counters().walDiskBytes();
            free.set(log + blocks * 100 / 85 * 2);
            guard.check();
            assertThat(apps(storage)).as("enough is free").hasSize(3);
            free.set(0);
            guard.check();
            assertThat(apps(storage)).doesNotContain("oldest").contains("newest");
            assertThat(storage.counters().blockBytes()).isLessThanOrEqualTo((blocks + log) * 85 / 100);
            assertThat(new String(metrics.text(), StandardCharsets.UTF_8))
                    .contains("sigyn_retention_volume_dropped_bytes_total "
                            + (double) (blocks - storage.counters().blockBytes()));
        }
    }

    @Test
    void aShareOfZeroKeepsAll() throws Exception {
        try (var storage = Storage.open(folder, new FakeClock(NOW))) {
            block(storage, "a", 1);
            new DiskGuard(storage, RetentionRule.FOREVER, 0, () -> 0, new Metrics("test")).check();
            assertThat(apps(storage)).containsExactly("a");
        }
    }
}
