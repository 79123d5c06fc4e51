package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.client.StubLoki.Treatment;

class SpoolTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void linesOfAnOutageWaitOnDiskAndArriveOnce() throws Exception {
        var down = new CountDownLatch(1);
        try (var server = StubLoki.sigyn((n, r) -> down.getCount() > 0 ? Treatment.status(503) : Treatment.accept());
                var client = new SigynClient(spooling(server).build(), message -> {})) {
            for (int i = 0; i < 5000; i++) client.log(new LogEvent(Level.INFO, "line " + i));
            assertThat(client.flush(LONG)).isZero();
            var stats = client.stats();
            assertThat(stats.spooled()).isEqualTo(5000);
            assertThat(stats.queued()).isEqualTo(5000);
            assertThat(stats.queueBytes()).isZero();
            QueueTest.assertExact(stats);
            down.countDown();
            server.await(s -> s.stored.size() == 5000);
            assertThat(server.messages()).doesNotHaveDuplicates();
        }
    }

    @Test
    void aKilledProcessLeavesItsLinesToTheNextOne() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            try (var server = StubLoki.sigyn((n, r) -> Treatment.status(503))) {
                var environment = Map.of(
                        "LOKI_URL", server.url(),
                        "LOKI_SPOOL_DIR", directory.toString(),
                        "LOKI_BATCH_AGE", "50ms",
                        "LOKI_RETRY_FIRST", "20ms",
                        "LOKI_RETRY_MOST", "50ms");
                try (var fork = Fork.start(List.of(), environment, List.of(), ForkedPrograms.Spools.class, "3000")) {
                    fork.awaitOut("SPOOLED");
                    fork.process().destroyForcibly().waitFor();
                }
                server.script((n, r) -> n % 3 == 0 ? new Treatment.StoreThenCut() : Treatment.accept());
                try (var client = new SigynClient(spooling(server).build(), message -> {})) {
                    server.await(s -> s.stored.size() == 3000);
                    client.flush(LONG);
                }
                assertThat(server.messages())
                        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 3000)
                                .mapToObj(i -> "spooled " + i)
                                .toList());
                try (var left = Files.list(directory)) {
                    assertThat(left).isEmpty();
                }
            }
        }
    }

    /// A hiccup of a server that is there is not a reason to leave lines to the next process.
    @Test
    void closingTriesAgainWhatIsOnDiskWhenTheServerAnsweredLately() throws Exception {
        var never = Duration.ofHours(1);
        try (var server = StubLoki.accepting()) {
            try (var client = new SigynClient(
                    spooling(server).retryFirst(never).retryMost(never).build(), message -> {})) {
                client.log(new LogEvent(Level.INFO, "before"));
                client.flush(LONG);
                server.await(s -> s.stored.size() == 1);
                server.script((n, r) -> Treatment.status(503));
                client.log(new LogEvent(Level.INFO, "meanwhile"));
                client.flush(LONG);
                assertThat(client.stats().spooled()).isEqualTo(1);
                server.script((n, r) -> Treatment.accept());
            }
            assertThat(server.messages()).containsExactly("before", "meanwhile");
            try (var left = Files.list(directory)) {
                assertThat(left).isEmpty();
            }
        }
    }

    @Test
    void whatClosingCannotDeliverStaysOnDisk() throws Exception {
        var said = new CopyOnWriteArrayList<String>();
        try (var server = StubLoki.sigyn((n, r) -> Treatment.status(503))) {
            var client = new SigynClient(spooling(server).build(), said::add);
            for (int i = 0; i < 2500; i++) client.log(new LogEvent(Level.INFO, "line " + i));
            client.close();
            assertThat(said).noneMatch(line -> line.contains("lost"));
            server.script((n, r) -> Treatment.accept());
            try (var next = new SigynClient(spooling(server).build())) {
                server.await(s -> s.stored.size() == 2500);
                assertThat(next.flush(LONG)).isZero();
            }
        }
    }

    @Test
    void theOldestBatchesMakeWayAtTheLimit() throws Exception {
        try (var server = StubLoki.sigyn((n, r) -> Treatment.status(503))) {
            var config = spooling(server).spoolBytes(1 << 16).batchEvents(100);
            try (var client = new SigynClient(config.build(), message -> {})) {
                var random = new java.util.Random(1);
                for (int i = 0; i < 3000; i++) {
                    client.log(
                            new LogEvent(Level.INFO, "line " + i).field("noise", Long.toHexString(random.nextLong())));
                }
                assertThat(client.flush(LONG)).isZero();
                var stats = client.stats();
                assertThat(stats.droppedBy()).containsKey(DropReason.SPOOL);
                assertThat(stats.spooled()).isPositive();
                QueueTest.assertExact(stats);
                try (var files = Files.walk(directory)) {
                    long bytes = files.filter(f -> f.toString().endsWith(".batch"))
                            .mapToLong(f -> f.toFile().length())
                            .sum();
                    assertThat(bytes).isLessThanOrEqualTo(1 << 16);
                }
            }
        }
    }

    @Test
    void aDirectoryThatCannotBeUsedMeansMemory() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            var file = Files.writeString(directory.resolve("file"), "not a directory");
            try (var server = StubLoki.sigyn((n, r) -> n < 3 ? Treatment.status(503) : Treatment.accept());
                    var client = new SigynClient(
                            LokiLoggerTest.quiet(server).spoolDirectory(file).build(), message -> {})) {
                for (int i = 0; i < 100; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                assertThat(client.flush(LONG)).isZero();
                assertThat(server.messages()).hasSize(100);
            }
        }
    }

    @Test
    void aDiskThatFailsLaterMeansMemory() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            aDiskThatFailsLater(Files.createTempDirectory(directory, "round"));
        }
    }

    private static void aDiskThatFailsLater(Path directory) throws Exception {
        var down = new CountDownLatch(1);
        try (var server = StubLoki.sigyn((n, r) -> down.getCount() > 0 ? Treatment.status(503) : Treatment.accept());
                var client = new SigynClient(
                        LokiLoggerTest.quiet(server)
                                .spoolDirectory(directory)
                                .batchEvents(100)
                                .build(),
                        message -> {})) {
            for (int i = 0; i < 200; i++) client.log(new LogEvent(Level.INFO, "line " + i));
            assertThat(client.flush(LONG)).isZero();
            Path folder;
            try (var folders = Files.list(directory)) {
                folder = folders.findFirst().orElseThrow();
            }
            // A folder in the place of the draft: nothing can be written any more, what is there can be read.
            Files.createDirectories(folder.resolve("draft").resolve("in the way"));
            for (int i = 200; i < 500; i++) client.log(new LogEvent(Level.INFO, "line " + i));
            assertThat(client.flush(Duration.ofMillis(200))).isPositive();
            assertThat(client.stats().spooled()).isLessThanOrEqualTo(200);
            down.countDown();
            server.await(s -> s.stored.size() == 500);
            assertThat(server.messages()).doesNotHaveDuplicates();
            assertThat(client.flush(LONG)).isZero();
            QueueTest.assertExact(client.stats());
        }
    }

    @Test
    void aDamagedBatchIsCountedAndTheOthersArrive() throws Exception {
        try (var server = StubLoki.sigyn((n, r) -> Treatment.status(503))) {
            try (var client = new SigynClient(spooling(server).batchEvents(100).build(), message -> {})) {
                for (int i = 0; i < 500; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                client.flush(LONG);
            }
            Path victim;
            try (var files = Files.walk(directory)) {
                victim = files.filter(f -> f.toString().endsWith(".batch"))
                        .sorted()
                        .findFirst()
                        .orElseThrow();
            }
            byte[] bytes = Files.readAllBytes(victim);
            bytes[bytes.length - 5] ^= 1;
            Files.write(victim, bytes);
            server.script((n, r) -> Treatment.accept());
            try (var client = new SigynClient(spooling(server).build(), message -> {})) {
                server.await(s -> s.ownLines().size() == 400);
                client.flush(LONG);
                assertThat(client.stats().droppedBy()).containsEntry(DropReason.SPOOL, 100L);
                QueueTest.assertExact(client.stats());
            }
        }
    }

    private ClientConfig.Builder spooling(StubLoki server) {
        return LokiLoggerTest.quiet(server).spoolDirectory(directory);
    }
}
