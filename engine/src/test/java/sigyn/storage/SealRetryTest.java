package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import sigyn.model.Labels;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.testkit.FakeClock;
import sigyn.testkit.disk.Fault;
import sigyn.testkit.disk.FaultyDisk;

/// A disk that takes the log but no blocks.
class SealRetryTest {
    private final FakeClock clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));

    private Storage open(FaultyDisk disk) {
        var capacity = new Capacity(2000, 64L << 20, 16L << 20, 20_000, 2_000, 30 * 60_000L);
        return Storage.open(disk.root().resolve("data"), clock, capacity);
    }

    @Test
    void sealsThatGoOnFailingAreTriedLessAndLessOftenAndLoseNothing() throws Exception {
        var disk = new FaultyDisk();
        var broken = new AtomicBoolean(true);
        // When the file of each attempt was first touched; no attempt takes the file of another.
        var attempts = new ConcurrentSkipListMap<Path, Long>();
        disk.faults(call -> {
            if (!broken.get()
                    || !call.kind().changes()
                    || !call.path().toString().endsWith(".blk.tmp")) {
                return Fault.NONE;
            }
            attempts.putIfAbsent(call.path(), System.nanoTime());
            return Fault.FAIL;
        });
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < 200; i++) {
            entries.add(new Entry(Labels.of("app", "shop"), 1000 + i, "line number " + i, Map.of()));
        }
        try (var storage = open(disk)) {
            storage.append(Tenant.FAKE, Entry.batch(entries));
            while (storage.counters().sealFailures() < 3) {
                Thread.onSpinWait();
            }
            assertThat(storage.counters().sealFailuresInARow()).isGreaterThanOrEqualTo(3);
            assertThat(Ledger.read(storage)).containsExactlyElementsOf(entries);
            assertThat(storage.counters().blocks()).isZero();
            assertThat(storage.counters().walDiskBytes()).isPositive();
            var times = List.copyOf(attempts.values());
            assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
            assertThat(times.get(2) - times.get(1)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(1000));
            disk.powerCut();
        }
        var after = disk.afterPowerCut(new SplittableRandom(1));
        try (var storage = open(after)) {
            assertThat(Ledger.read(storage)).containsExactlyElementsOf(entries);
            storage.flush();
            assertThat(storage.counters().blocks()).isPositive();
            assertThat(Ledger.read(storage)).containsExactlyElementsOf(entries);
        }
    }

    @Test
    void whoAsksForBlocksDoesNotWaitForTheNextAttempt() throws Exception {
        var disk = new FaultyDisk();
        var broken = new AtomicBoolean(true);
        disk.faults(call ->
                broken.get() && call.kind().changes() && call.path().toString().endsWith(".blk.tmp")
                        ? Fault.FAIL
                        : Fault.NONE);
        try (var storage = open(disk)) {
            storage.append(Tenant.FAKE, Entry.batch(Ledger.entries(0, 3)));
            for (int i = 0; i < 20; i++) {
                try {
                    storage.flush();
                } catch (SigynException e) {
                    assertThat(e).hasMessageContaining("will be tried again");
                }
            }
            assertThat(storage.counters().sealFailuresInARow()).isPositive();
            broken.set(false);
            while (storage.counters().sealFailuresInARow() > 0) {
                flush(storage);
            }
            assertThat(storage.counters().blocks()).isPositive();
            assertThat(storage.counters().headRows()).isZero();
        }
    }

    /// May still be told of an attempt from before.
    private static void flush(Storage storage) throws InterruptedException {
        try {
            storage.flush();
        } catch (SigynException e) {
            assertThat(e).hasMessageContaining("will be tried again");
        }
    }
}
