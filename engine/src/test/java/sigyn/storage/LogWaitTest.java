package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.testkit.FakeClock;
import sigyn.testkit.disk.Call;
import sigyn.testkit.disk.Fault;
import sigyn.testkit.disk.FaultyDisk;

/// A start waits for a short write-ahead log and not for a long one. The disk holds the first read of the log until the
/// test lets go, and a wait that should not be is one of an hour.
@Timeout(120)
class LogWaitTest {
    /// Nothing is sealed, so that the log holds all lines.
    private static final Capacity ALL_IN_HEAD =
            new Capacity(1L << 30, 1L << 30, 64L << 20, 1L << 30, 16L << 20, 30 * 60_000L);

    private static final int LINES_OF_BATCH = 1000;
    /// Batches of a log that is waited for, and of one that is not.
    private static final int SHORT = 5;

    private static final int LONG = 28;

    private final FakeClock clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
    private final FaultyDisk disk = new FaultyDisk();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    @Test
    void aLongLogIsReadInTheBackground() throws Exception {
        fill(LONG);
        try (var storage = start()) {
            try {
                assertThat(storage.missing(Tenant.FAKE, TimeRange.ALL)).isNotEmpty();
            } finally {
                letGo.countDown();
            }
            while (storage.recovered().running()) {
                Thread.onSpinWait();
            }
            assertThat(storage.missing(Tenant.FAKE, TimeRange.ALL)).isEmpty();
            assertThat(Ledger.read(storage)).hasSize(LONG * LINES_OF_BATCH);
        }
    }

    @Test
    void aShortLogIsWaitedFor() throws Exception {
        fill(SHORT);
        var started = new CompletableFuture<Storage>();
        var starting = Thread.ofPlatform().start(() -> started.complete(start()));
        held.await();
        while (starting.getState() != Thread.State.TIMED_WAITING && starting.isAlive()) {
            Thread.onSpinWait();
        }
        boolean waits = starting.isAlive();
        letGo.countDown();
        try (var storage = started.get()) {
            assertThat(waits).isTrue();
            assertThat(storage.missing(Tenant.FAKE, TimeRange.ALL)).isEmpty();
            assertThat(Ledger.read(storage)).hasSize(SHORT * LINES_OF_BATCH);
        }
    }

    /// A third more than a megabyte that cannot be compressed for each batch.
    private void fill(int batches) throws Exception {
        var random = new SplittableRandom(7);
        byte[] bytes = new byte[1000];
        try (var storage = Storage.open(disk.root().resolve("data"), clock, ALL_IN_HEAD)) {
            for (int batch = 0; batch < batches; batch++) {
                var entries = new ArrayList<Entry>();
                for (int i = 0; i < LINES_OF_BATCH; i++) {
                    random.nextBytes(bytes);
                    String line = Base64.getEncoder().encodeToString(bytes);
                    entries.add(new Entry(Labels.of("app", "shop"), 1000L * batch + i, line, Map.of()));
                }
                storage.append(Tenant.FAKE, Entry.batch(entries));
            }
        }
    }

    private Storage start() {
        disk.faults(call -> {
            if (call.kind() == Call.Kind.READ
                    && Thread.currentThread().getName().equals("wal-read")) {
                held.countDown();
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return Fault.NONE;
        });
        return Storage.start(disk.root().resolve("data"), clock, ALL_IN_HEAD, Duration.ofHours(1));
    }
}
