package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Direction;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.testkit.FakeClock;

/// Batches with names. Every batch of a test has another line, so that what is kept once is kept for its name.
class StoredBatchesTest {
    private static final Labels STREAM = Labels.of("app", "shop");

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));

    private static PushBatch batch(String name, String line) {
        var batch = Entry.batch(List.of(new Entry(STREAM, 1_700_000_000_000_000_000L, line, Map.of())));
        batch.named(name);
        return batch;
    }

    private static List<String> lines(Storage storage, Tenant tenant) throws InterruptedException {
        var request = new ScanRequest(
                tenant,
                List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "shop")),
                new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE),
                Direction.FORWARD,
                List.of(),
                true,
                true);
        return Entry.read(storage.scan(request)).stream()
                .map(Entry::line)
                .sorted()
                .toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void ofOneNameOnlyTheFirstIsStored() throws Exception {
        var other = new Tenant("other");
        try (var storage = Storage.open(folder, clock)) {
            storage.append(Tenant.FAKE, batch("a", "first"));
            storage.append(Tenant.FAKE, batch("a", "second"));
            storage.append(Tenant.FAKE, batch("b", "third"));
            storage.append(Tenant.FAKE, batch("", "fourth"));
            storage.append(Tenant.FAKE, batch("", "fifth"));
            storage.append(other, batch("a", "of another tenant"));
            assertThat(lines(storage, Tenant.FAKE)).containsExactly("fifth", "first", "fourth", "third");
            assertThat(lines(storage, other)).containsExactly("of another tenant");
            assertThat(storage.holds(Tenant.FAKE, "a")).isTrue();
            assertThat(storage.holds(other, "b")).isFalse();
        }
    }

    @Test
    void namesSurviveRestartsWithTheLogAndWithoutIt() throws Exception {
        try (var storage = Storage.open(folder, clock)) {
            storage.append(Tenant.FAKE, batch("a", "first"));
        }
        try (var storage = Storage.open(folder, clock)) {
            storage.append(Tenant.FAKE, batch("a", "again"));
            storage.flush();
        }
        for (int i = 0; i < 2; i++) {
            try (var storage = Storage.open(folder, clock)) {
                storage.append(Tenant.FAKE, batch("b" + i, "b" + i));
                storage.flush();
            }
        }
        assertThat(files(folder.resolve("wal")).stream()
                        .mapToLong(p -> p.toFile().length())
                        .sum())
                .as("the log is cut, so that it cannot be what remembers")
                .isLessThan(2_000);
        try (var storage = Storage.open(folder, clock)) {
            storage.append(Tenant.FAKE, batch("a", "third time"));
            storage.append(Tenant.FAKE, batch("b0", "again"));
            storage.append(Tenant.FAKE, batch("b1", "again"));
            assertThat(lines(storage, Tenant.FAKE)).containsExactly("b0", "b1", "first");
        }
    }

    /// The log goes back to an older entry of another program, so the batch is read again although blocks have its
    /// rows.
    @Test
    void aNameIsReadBackFromTheLogWhenAllRowsOfItsBatchAreInBlocks() throws Exception {
        var capacity = new Capacity(20_000, 64L << 20, 16L << 20, 1L << 30, 16L << 20, 30 * 60_000L);
        var quiet = new Entry(Labels.of("app", "quiet"), 1_700_000_000_000_000_000L, "quiet", Map.of());
        String large = "first".repeat(5_000);
        try (var storage = Storage.open(folder, clock, capacity)) {
            storage.append(Tenant.FAKE, Entry.batch(List.of(quiet)));
            storage.append(Tenant.FAKE, batch("a", large));
            while (storage.counters().sealedRowGroups() == 0) {
                Thread.onSpinWait();
            }
        }
        try (var storage = Storage.open(folder, clock, capacity)) {
            assertThat(storage.counters().replayedRecords()).isEqualTo(2);
            assertThat(storage.recovered().entries()).isOne();
            storage.append(Tenant.FAKE, batch("a", "again"));
            assertThat(lines(storage, Tenant.FAKE)).containsExactly(large);
            assertThat(storage.counters().headRows()).isOne();
        }
    }

    @Test
    void copiesThatRaceAreStoredOnce() throws Exception {
        int copies = 8;
        try (var storage = Storage.open(folder, clock);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 50; round++) {
                var start = new CyclicBarrier(copies);
                var done = new ArrayList<Future<?>>();
                String name = "round" + round;
                for (int copy = 0; copy < copies; copy++) {
                    String line = name + " copy " + copy;
                    done.add(callers.submit(() -> {
                        start.await();
                        storage.append(Tenant.FAKE, batch(name, line));
                        assertThat(storage.holds(Tenant.FAKE, name)).isTrue();
                        return null;
                    }));
                }
                for (var future : done) {
                    future.get();
                }
                assertThat(lines(storage, Tenant.FAKE)).hasSize(round + 1);
            }
        }
    }

    @Test
    void namesAreKeptAnHourAndThenGo() throws Exception {
        var batches = new StoredBatches(folder, clock, 1000);
        batches.add(Tenant.FAKE, "first");
        clock.advance(Duration.ofMinutes(59));
        batches.add(Tenant.FAKE, "late in the first hour");
        clock.advance(Duration.ofMinutes(59));
        batches.add(Tenant.FAKE, "in the second hour");
        batches.sync();
        batches = new StoredBatches(folder, clock, 1000);
        assertThat(batches.contains(Tenant.FAKE, "late in the first hour")).isTrue();
        assertThat(batches.contains(Tenant.FAKE, "in the second hour")).isTrue();
        clock.advance(Duration.ofMinutes(61));
        batches.add(Tenant.FAKE, "in the third hour");
        batches.sync();
        assertThat(batches.contains(Tenant.FAKE, "first")).isFalse();
        assertThat(batches.contains(Tenant.FAKE, "in the second hour")).isTrue();
        assertThat(files(folder)).hasSize(2);
    }

    @Test
    void moreNamesThanThereIsRoomForPushOutTheOldest() throws Exception {
        var batches = new StoredBatches(folder, clock, 100);
        for (int i = 0; i < 1000; i++) {
            batches.add(Tenant.FAKE, "n" + i);
        }
        batches.sync();
        for (int i = 900; i < 1000; i++) {
            assertThat(batches.contains(Tenant.FAKE, "n" + i)).isTrue();
        }
        assertThat(batches.contains(Tenant.FAKE, "n799")).isFalse();
        assertThat(files(folder)).hasSize(2);
    }

    @Test
    void aTornEndIsCutAndAForeignFileRemoved() throws Exception {
        var batches = new StoredBatches(folder, clock, 100);
        batches.add(Tenant.FAKE, "a");
        batches.add(Tenant.FAKE, "b");
        batches.sync();
        Path file = files(folder).getFirst();
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 5);
        }
        Files.writeString(folder.resolve("batches-000000000000.ids"), "no such thing as a list");
        batches = new StoredBatches(folder, clock, 100);
        assertThat(batches.contains(Tenant.FAKE, "a")).isTrue();
        assertThat(batches.contains(Tenant.FAKE, "b")).isFalse();
        batches.add(Tenant.FAKE, "c");
        batches.sync();
        batches = new StoredBatches(folder, clock, 100);
        assertThat(batches.contains(Tenant.FAKE, "a")).isTrue();
        assertThat(batches.contains(Tenant.FAKE, "c")).isTrue();
    }
}
