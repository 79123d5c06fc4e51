package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.testkit.FakeClock;

/// Parts become blocks, and their memory other parts', while readers look at them.
class ReadWhileSealedTest {
    private static final Labels LABELS = Labels.of("app", "shop");
    private static final int BATCH = 2_500;
    private static final int BATCHES = 40;
    private static final int READERS = 2;

    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void everyReaderSeesWhatWasWrittenBefore() throws Exception {
        var clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
        // so little room that the writer waits for blocks
        var capacity = new Capacity(1 << 20, 8L << 20, 16L << 20, 1L << 30, 16L << 20, 30 * 60_000L);
        var acknowledged = new AtomicInteger();
        try (var storage = Storage.open(directory, clock, capacity);
                var readers = Executors.newFixedThreadPool(READERS + 1)) {
            var work = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < READERS; i++) {
                work.add(() -> scan(storage, acknowledged));
            }
            work.add(() -> write(storage, acknowledged));
            for (var done : readers.invokeAll(work)) {
                assertThat(done.get()).isPositive();
            }
            assertThat(storage.counters().blockRows()).isGreaterThan(BATCH * BATCHES / 2);
        }
    }

    /// Parts that nobody reads leave memory for the next, a quarter of the head's at most, and it is counted.
    @Test
    @Timeout(120)
    void memoryOfSealedPartsIsCountedAndBounded() throws Exception {
        var clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
        var capacity = new Capacity(1 << 20, 8L << 20, 16L << 20, 1L << 30, 16L << 20, 30 * 60_000L);
        try (var storage = Storage.open(directory, clock, capacity)) {
            write(storage, new AtomicInteger());
            storage.flush();

            assertThat(storage.counters().headRows()).isZero();
            assertThat(storage.counters().spareBytes()).isBetween(1L << 18, 2L << 20);
        }
    }

    private static int write(Storage storage, AtomicInteger acknowledged) throws InterruptedException {
        for (int batch = 0; batch < BATCHES; batch++) {
            var rows = new PushBatch();
            for (int i = 0; i < BATCH; i++) {
                int number = batch * BATCH + i;
                byte[] line = line(number).getBytes(StandardCharsets.ISO_8859_1);
                rows.add(rows.stream(LABELS), number, line, 0, line.length, new byte[0]);
            }
            storage.append(Tenant.FAKE, rows);
            acknowledged.set((batch + 1) * BATCH);
        }
        return BATCHES;
    }

    private static String line(int number) {
        var random = new SplittableRandom(number);
        var line = new StringBuilder().append(number);
        for (int i = 0; i < 12; i++) {
            line.append(' ').append(Long.toHexString(random.nextLong()));
        }
        return line.toString();
    }

    /// Reads all there is until all is there; the number of scans.
    private static int scan(Storage storage, AtomicInteger acknowledged) throws InterruptedException {
        int scans = 0;
        for (int before = 0; before < BATCH * BATCHES; scans++) {
            before = acknowledged.get();
            var units = storage.scan(new ScanRequest(
                    Tenant.FAKE,
                    List.of(),
                    TimeRange.ALL,
                    Direction.FORWARD,
                    List.of(),
                    List.of(),
                    true,
                    true,
                    () -> {}));
            var seen = new AtomicInteger();
            for (var unit : units) {
                unit.read(batch -> {
                    check(batch);
                    seen.addAndGet(batch.rows());
                    return true;
                });
            }
            assertThat(seen.get()).isGreaterThanOrEqualTo(before);
        }
        return scans;
    }

    private static void check(RowBatch batch) {
        for (int i = 0; i < batch.rows(); i++) {
            String line =
                    new String(batch.bytes(), batch.lineStart()[i], batch.lineLength()[i], StandardCharsets.ISO_8859_1);
            if (!line.equals(line((int) batch.timestamp()[i]))) {
                throw new AssertionError("row of time " + batch.timestamp()[i] + " reads " + line);
            }
        }
    }
}
