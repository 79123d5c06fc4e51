package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sigyn.client.StubLoki.Treatment;
import sigyn.testkit.Property;

/// The end of a client and of its process: everything arrives, or the exact loss is told in time.
class CloseTest {
    private static final Pattern LOST = Pattern.compile("(\\d+) log lines lost at exit");

    @Test
    void tenThousandQueuedLinesAllArrive() throws Exception {
        try (var server = StubLoki.accepting()) {
            var client = new SigynClient(LokiLoggerTest.quiet(server)
                    .batchAge(Duration.ofSeconds(60))
                    .build());
            for (int i = 0; i < 10_000; i++) client.log(new LogEvent(Level.INFO, "line " + i));
            client.close();
            assertThat(server.messages()).hasSize(10_000).doesNotHaveDuplicates();
            assertThat(client.stats().sent()).isEqualTo(10_000);
        }
    }

    @Test
    void withTheServerDownClosingEndsInTimeAndTellsTheExactLoss() throws Exception {
        var took = Fastest.of(Duration.ofMillis(1100), () -> {
            var said = new CopyOnWriteArrayList<String>();
            var config =
                    QueueTest.blackHole().closeWithin(Duration.ofSeconds(1)).build();
            var client = new SigynClient(config, said::add);
            for (int i = 0; i < 10_000; i++) client.log(new LogEvent(Level.INFO, "line " + i));
            long start = System.nanoTime();
            client.close();
            var closing = Duration.ofNanos(System.nanoTime() - start);
            assertThat(closing).isGreaterThan(Duration.ofMillis(750));
            assertThat(said).anySatisfy(line -> assertThat(line).startsWith("10000 log lines lost at exit"));
            awaitSettled(client);
            assertThat(client.stats().droppedBy()).isEqualTo(Map.of(DropReason.SHUTDOWN, 10_000L));
            QueueTest.assertExact(client.stats());
            return closing;
        });
        assertThat(took).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aStalledServerDoesNotHoldUpClosing() throws Exception {
        var never = new CountDownLatch(1);
        try (var server = StubLoki.sigyn((n, r) -> new Treatment.HoldThenAccept(never))) {
            var took = Fastest.of(Duration.ofMillis(600), () -> {
                int before = server.requests.size();
                var client = new SigynClient(
                        LokiLoggerTest.quiet(server)
                                .batchEvents(10)
                                .closeWithin(Duration.ofMillis(500))
                                .build(),
                        message -> {});
                for (int i = 0; i < 100; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                server.await(s -> s.requests.size() == before + 2);
                long start = System.nanoTime();
                client.close();
                long end = System.nanoTime();
                awaitSettled(client);
                assertThat(client.stats().droppedBy()).isEqualTo(Map.of(DropReason.SHUTDOWN, 100L));
                return Duration.ofNanos(end - start);
            });
            assertThat(took).isLessThan(Duration.ofSeconds(3));
        } finally {
            never.countDown();
        }
    }

    @Test
    void linesAfterCloseAreCountedAndClosingAgainIsNothing() throws Exception {
        try (var server = StubLoki.accepting()) {
            var client = new SigynClient(LokiLoggerTest.quiet(server).build());
            client.log(new LogEvent(Level.INFO, "before"));
            client.close();
            client.close();
            client.log(new LogEvent(Level.INFO, "after"));
            assertThat(client.stats().droppedBy()).isEqualTo(Map.of(DropReason.CLOSED, 1L));
            assertThat(server.messages()).containsExactly("before");
        }
    }

    @Test
    void aClientThatWasNeverUsedClosesWithoutAWord() {
        var said = new CopyOnWriteArrayList<String>();
        var client = new SigynClient(QueueTest.blackHole().build(), said::add);
        client.close();
        assertThat(said).isEmpty();
        assertThat(client.stats().enqueued()).isZero();
    }

    /// Random moments of closing against random servers, from several threads at once.
    @Test
    void closingNeverHangs() throws Exception {
        Property.forAll(Rounds.of(30), (random, size) -> {
            var never = new CountDownLatch(1);
            try (var server = StubLoki.sigyn((n, r) -> switch ((n + size) % 5) {
                case 0 -> Treatment.accept();
                case 1 -> Treatment.status(503);
                case 2 -> new Treatment.Cut();
                case 3 -> new Treatment.HoldThenAccept(never);
                default -> Treatment.status(401);
            })) {
                var client = new SigynClient(
                        LokiLoggerTest.quiet(server)
                                .batchEvents(1 + random.nextInt(50))
                                .batchAge(Duration.ofMillis(1 + random.nextInt(30)))
                                .closeWithin(Duration.ofMillis(random.nextInt(150)))
                                .build(),
                        message -> {});
                int lines = random.nextInt(300);
                var threads = new ArrayList<Thread>();
                for (int t = 0; t < 3; t++) {
                    threads.add(Thread.ofVirtual().start(() -> {
                        for (int i = 0; i < lines; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                    }));
                    threads.add(Thread.ofPlatform().start(client::close));
                }
                long start = System.nanoTime();
                for (var thread : threads) thread.join();
                client.close();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
                awaitSettled(client);
                var stats = client.stats();
                assertThat(stats.enqueued()).isBetween(3L * lines, 3L * lines + 1);
                QueueTest.assertExact(stats);
                assertThat(stats.queued()).isZero();
            } finally {
                never.countDown();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"return", "exit", "uncaught", "term"})
    void everyWayOfEndingDeliversEverything(String way) throws Exception {
        Rounds.sideBySide(() -> {
            try (var server = StubLoki.accepting();
                    var fork = ends(way, server.url(), "60s")) {
                fork.await();
                assertThat(server.messages()).hasSize(10_000).doesNotHaveDuplicates();
                assertThat(fork.out().contains("INFO forked: line 9999")).isTrue();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit", "term"})
    void withTheServerDownTheProcessEndsInTimeAndTellsTheExactLoss(String way) throws Exception {
        Rounds.sideBySide(() -> {
            try (var fork = ends(way, "http://127.0.0.1:9", "3s")) {
                fork.await();
                long end = System.currentTimeMillis();
                long logged = Long.parseLong(fork.out()
                        .lines()
                        .filter(line -> line.startsWith("LOGGED "))
                        .findFirst()
                        .orElseThrow()
                        .substring("LOGGED ".length()));
                // A request may take ten seconds, a pause thirty. The benchmark measures 3.2 s on a quiet machine.
                assertThat(end - logged).isBetween(2300L, 8000L);
                var lost = LOST.matcher(fork.err());
                assertThat(lost.find()).isTrue();
                assertThat(lost.group(1)).isEqualTo("10000");
            }
        });
    }

    @Test
    void haltIsNotHeldUp() throws Exception {
        try (var fork = ends("halt", "http://127.0.0.1:9", "3s")) {
            assertThat(fork.await()).isEqualTo(9);
        }
    }

    @Test
    void aProcessThatEndsWhileTwentyThreadsLogAccountsForEveryLine() throws Exception {
        Rounds.sideBySide(() -> {
            try (var server = StubLoki.accepting();
                    var fork = Fork.start(
                            List.of(),
                            Map.of("LOKI_URL", server.url(), "LOKI_CONSOLE", "false", "LOKI_CLOSE_WITHIN", "60s"),
                            List.of(),
                            ForkedPrograms.EndsBusy.class)) {
                assertThat(fork.await()).isZero();
                // Of each thread the first lines up to some point arrive, without a gap that is not accounted for.
                assertThat(server.ownLines().size()).as(fork.err()).isGreaterThan(1900);
                assertThat(server.messages()).doesNotHaveDuplicates();
            }
        });
    }

    @Test
    void linesOfBeforeArriveHoweverManyAreLoggedMeanwhile() throws Exception {
        for (int round = 0; round < Rounds.of(20); round++) {
            try (var server = StubLoki.accepting()) {
                var client = new SigynClient(LokiLoggerTest.quiet(server)
                        .batchEvents(50)
                        .batchAge(Duration.ofSeconds(60))
                        .build());
                var closing = new AtomicBoolean();
                var busy = new ArrayList<Thread>();
                for (int i = 0; i < 500; i++) client.log(new LogEvent(Level.INFO, "before " + i));
                for (int t = 0; t < 3; t++) {
                    busy.add(Thread.ofPlatform().start(() -> {
                        while (!closing.get()) client.log(new LogEvent(Level.INFO, "meanwhile"));
                    }));
                }
                client.close();
                closing.set(true);
                for (var thread : busy) thread.join();
                assertThat(server.messages().stream().filter(m -> m.startsWith("before")))
                        .hasSize(500);
                QueueTest.assertExact(client.stats());
                assertThat(client.stats().queued()).isZero();
            }
        }
    }

    /// A sender that is given no processor holds its batch a little longer than closing takes.
    private static void awaitSettled(SigynClient client) {
        long start = System.nanoTime();
        while (client.stats().queued() > 0 && System.nanoTime() - start < 60_000_000_000L) Thread.onSpinWait();
    }

    private static Fork ends(String way, String url, String within) throws Exception {
        var fork = Fork.start(
                List.of(),
                Map.of("LOKI_URL", url, "LOKI_CLOSE_WITHIN", within, "LOKI_QUEUE_BYTES", "64MiB"),
                List.of(),
                ForkedPrograms.Ends.class,
                way.equals("term") ? "wait" : way,
                "10000");
        if (way.equals("term")) {
            fork.awaitOut("LOGGED ");
            fork.process().toHandle().destroy();
        }
        return fork;
    }
}
