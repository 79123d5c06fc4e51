package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sigyn.client.StubLoki.Treatment;

/// What happens to a batch, by what the server does.
class DeliveryTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void isRepeatedWithTheSameIdOn(int status) throws Exception {
        try (var server = StubLoki.plain((n, r) -> n < 2 ? Treatment.status(status) : Treatment.accept());
                var client = new SigynClient(LokiLoggerTest.quiet(server).build())) {
            client.log(new LogEvent(Level.INFO, "again"));
            assertThat(client.flush(LONG)).isZero();
            assertThat(server.messages()).containsExactly("again");
            assertThat(server.requests).hasSize(3);
            assertThat(server.requests.stream()
                            .map(r -> r.header("X-Sigyn-Batch-Id"))
                            .distinct())
                    .hasSize(1);
            assertThat(client.stats().retried()).isEqualTo(2);
            assertThat(client.stats().sent()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 400, 404, 405, 409, 410, 415, 422, 501, 260})
    void isGivenUpAtOnceOn(int status) throws Exception {
        try (var server = StubLoki.plain((n, r) -> Treatment.status(status));
                var client = new SigynClient(LokiLoggerTest.quiet(server).build())) {
            client.log(new LogEvent(Level.INFO, "never again"));
            assertThat(client.flush(LONG)).isZero();
            assertThat(server.requests).hasSize(1);
            assertThat(client.stats().droppedBy()).isEqualTo(Map.of(DropReason.REJECTED, 1L));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void badCredentialsDropTheBatchSlowDownAndAreSaidOnce(int status) throws Exception {
        var said = new CopyOnWriteArrayList<String>();
        try (var server = StubLoki.plain((n, r) -> n < 3 ? Treatment.status(status) : Treatment.accept())) {
            var config = LokiLoggerTest.quiet(server)
                    .batchEvents(1)
                    .retryFirst(Duration.ofMillis(400))
                    .retryMost(Duration.ofMillis(400));
            try (var client = new SigynClient(config.build(), said::add)) {
                long start = System.nanoTime();
                for (int i = 0; i < 5; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                assertThat(client.flush(LONG)).isZero();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(199));
                assertThat(client.stats().droppedBy()).isEqualTo(Map.of(DropReason.UNAUTHORIZED, 3L));
                assertThat(server.ownLines()).hasSize(2);
            }
        }
        assertThat(said.stream().filter(s -> s.contains("credentials"))).hasSize(1);
    }

    @Test
    void pausesBetweenAttemptsDoubleUpToTheLimit() throws Exception {
        int attempts = 16;
        var times = new CopyOnWriteArrayList<Long>();
        try (var server = StubLoki.plain((n, r) -> {
            times.add(System.nanoTime());
            return n < attempts ? Treatment.status(503) : Treatment.accept();
        })) {
            var config = LokiLoggerTest.quiet(server)
                    .retryFirst(Duration.ofMillis(10))
                    .retryMost(Duration.ofMillis(40));
            try (var client = new SigynClient(config.build(), message -> {})) {
                client.log(new LogEvent(Level.INFO, "patient"));
                // Without the limit the last pause alone would be minutes.
                assertThat(client.flush(LONG)).isZero();
            }
            assertThat(times).hasSize(attempts + 1);
            for (int i = 0; i < attempts; i++) {
                long least = Math.min(20, 5L << i);
                assertThat(Duration.ofNanos(times.get(i + 1) - times.get(i))).isGreaterThan(Duration.ofMillis(least));
            }
        }
    }

    @Test
    void pausesAreSpreadSoThatManyClientsDoNotComeBackAtOnce() {
        var delivery = new Delivery(QueueTest.blackHole()
                .retryFirst(Duration.ofMillis(500))
                .retryMost(Duration.ofSeconds(30))
                .build());
        for (var longest :
                Map.of(0, 500L, 1, 1000L, 3, 4000L, 6, 30_000L, 1000, 30_000L).entrySet()) {
            var pauses = IntStream.range(0, 200)
                    .mapToObj(i -> Duration.ofNanos(delivery.backoff(longest.getKey())))
                    .toList();
            var most = Duration.ofMillis(longest.getValue());
            assertThat(pauses).allMatch(pause -> pause.compareTo(most) <= 0 && pause.compareTo(most.dividedBy(2)) >= 0);
            assertThat(pauses).doesNotHaveDuplicates();
        }
    }

    @Test
    void retryAfterIsHonoured() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            long start = System.nanoTime();
            try (var server = StubLoki.plain((n, r) -> n == 0
                            ? new Treatment.Answer(429, "slow down", Map.of("Retry-After", "1"))
                            : Treatment.accept());
                    var client = new SigynClient(LokiLoggerTest.quiet(server).build())) {
                client.log(new LogEvent(Level.INFO, "later"));
                assertThat(client.flush(LONG)).isZero();
                assertThat(server.messages()).containsExactly("later");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
        }
    }

    @Test
    void retryAfterReadsSecondsAndDatesAndIsBounded() {
        assertThat(Transport.pause("7")).contains(Duration.ofSeconds(7));
        assertThat(Transport.pause("999999")).contains(Duration.ofMinutes(5));
        assertThat(Transport.pause("Sun, 06 Nov 1994 08:49:37 GMT")).contains(Duration.ZERO);
        assertThat(Transport.pause("soon")).isEmpty();
        assertThat(Transport.pause("-3")).isEmpty();
    }

    @Test
    void aServerThatFailsAfterStoringGetsNoDuplicates() throws Exception {
        for (int round = 0; round < Rounds.of(2); round++) {
            try (var server = StubLoki.sigyn((n, r) -> switch (n % 3) {
                        case 0 -> new Treatment.StoreThenAnswer(502);
                        case 1 -> new Treatment.StoreThenCut();
                        default -> Treatment.accept();
                    });
                    var client = new SigynClient(
                            LokiLoggerTest.quiet(server).batchEvents(100).build())) {
                for (int i = 0; i < 3000; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                assertThat(client.flush(LONG)).isZero();
                assertThat(server.messages())
                        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 3000)
                                .mapToObj(i -> "line " + i)
                                .toList());
            }
        }
    }

    @Test
    void cutConnectionsAndFlappingLoseNothing() throws Exception {
        for (int round = 0; round < Rounds.of(2); round++) {
            try (var server = StubLoki.sigyn((n, r) -> switch (n / 4 % 3) {
                        case 0 -> new Treatment.Cut();
                        case 1 -> Treatment.status(503);
                        default -> Treatment.accept();
                    });
                    var client = new SigynClient(
                            LokiLoggerTest.quiet(server).batchEvents(50).build())) {
                for (int i = 0; i < 2000; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                assertThat(client.flush(LONG)).isZero();
                assertThat(server.messages()).doesNotHaveDuplicates().hasSize(2000);
                assertThat(client.stats().sent()).isEqualTo(2000);
            }
        }
    }

    @Test
    void aServerThatComesUpLaterGetsEverything() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            try (var reserved = new ReservedPort();
                    var client = new SigynClient(
                            ClientConfig.builder()
                                    .url("http://127.0.0.1:" + reserved.port())
                                    .retryFirst(Duration.ofMillis(20))
                                    .retryMost(Duration.ofMillis(50))
                                    .batchAge(Duration.ofMillis(20))
                                    .build(),
                            message -> {})) {
                for (int i = 0; i < 500; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                assertThat(client.flush(Duration.ofMillis(300))).isEqualTo(500);
                assertThat(awaitFailure(client)).contains("cannot reach");
                try (var server = StubLoki.on(reserved.port(), (n, r) -> Treatment.accept())) {
                    assertThat(client.flush(LONG)).isZero();
                    assertThat(server.messages()).hasSize(500);
                }
            }
        }
    }

    @Test
    void slowAnswersWithinTheTimeoutAreFine() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            try (var server = StubLoki.plain((n, r) -> {
                        new CountDownLatch(1).await(450, java.util.concurrent.TimeUnit.MILLISECONDS);
                        return Treatment.accept();
                    });
                    var client = new SigynClient(
                            LokiLoggerTest.quiet(server).requestTimeout(LONG).build())) {
                for (int i = 0; i < 2000; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                assertThat(client.flush(LONG)).isZero();
                assertThat(server.messages()).doesNotHaveDuplicates().hasSize(2000);
                assertThat(client.stats().retried()).isZero();
            }
        }
    }

    @Test
    void stalledAndTricklingAnswersEndWithTheTimeout() throws Exception {
        var never = new CountDownLatch(1);
        try (var server = StubLoki.sigyn((n, r) -> switch (n) {
                    case 0 -> new Treatment.HoldThenAccept(never);
                    case 1 -> new Treatment.Trickle(never);
                    default -> Treatment.accept();
                });
                var client = new SigynClient(LokiLoggerTest.quiet(server)
                        .requestTimeout(Duration.ofMillis(400))
                        .build())) {
            long start = System.nanoTime();
            client.log(new LogEvent(Level.INFO, "patient"));
            assertThat(client.flush(LONG)).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(790), LONG);
            assertThat(server.messages()).containsExactly("patient");
        } finally {
            never.countDown();
        }
    }

    @Test
    void anAddressThatSwallowsConnectionsDoesNotHoldASender() throws Exception {
        var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var fillers = new ArrayList<java.net.Socket>();
        try (full) {
            // With its backlog full the kernel leaves further connections without an answer.
            for (int i = 0; i < 4; i++) {
                var socket = new java.net.Socket();
                fillers.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 50);
                } catch (IOException e) {
                    break;
                }
            }
            var config = ClientConfig.builder()
                    .url("http://127.0.0.1:" + full.getLocalPort())
                    .connectTimeout(Duration.ofMillis(200))
                    .requestTimeout(Duration.ofMillis(500))
                    .retryFirst(Duration.ofMillis(10))
                    .retryMost(Duration.ofMillis(20))
                    .closeWithin(Duration.ofMillis(100));
            try (var client = new SigynClient(config.build(), message -> {})) {
                client.log(new LogEvent(Level.INFO, "nowhere"));
                long end = System.nanoTime() + LONG.toNanos();
                while (client.stats().retried() < 3 && System.nanoTime() < end) {
                    assertThat(client.flush(Duration.ofMillis(200))).isEqualTo(1);
                }
                assertThat(client.stats().retried()).isGreaterThanOrEqualTo(3);
            }
        } finally {
            for (var socket : fillers) socket.close();
        }
    }

    @Test
    void aNameThatIsNeverResolvedDoesNotHoldASender() throws Exception {
        try (var server = StubLoki.accepting();
                var resolver = BlackHoleResolver.swallowing("log-server.black-hole")) {
            var config = LokiLoggerTest.quiet(server)
                    .url("http://log-server.black-hole:" + server.port())
                    .requestTimeout(Duration.ofMillis(300))
                    .closeWithin(Duration.ofMillis(500));
            var took = Fastest.of(Duration.ofSeconds(1), () -> {
                var client = new SigynClient(config.build(), message -> {});
                client.log(new LogEvent(Level.INFO, "into the hole"));
                long end = System.nanoTime() + LONG.toNanos();
                while (client.stats().retried() < 2 && System.nanoTime() < end) client.flush(Duration.ofMillis(50));
                assertThat(client.stats().retried()).isGreaterThanOrEqualTo(2);
                long start = System.nanoTime();
                client.close();
                return Duration.ofNanos(System.nanoTime() - start);
            });
            assertThat(took).isLessThan(Duration.ofSeconds(4));
            assertThat(resolver.asked()).isPositive();
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void aConnectionThatTheServerClosedWhileItWasIdleCostsNoRetry() throws Exception {
        try (var server = StubLoki.accepting();
                var client = new SigynClient(LokiLoggerTest.quiet(server).build(), message -> {})) {
            for (int i = 0; i < 5; i++) {
                client.log(new LogEvent(Level.INFO, "line " + i));
                assertThat(client.flush(LONG)).isZero();
                server.cutAll();
            }
            assertThat(server.messages()).hasSize(5).doesNotHaveDuplicates();
            assertThat(client.stats().retried()).isZero();
        }
    }

    @Test
    void tooLargeIsSplitUntilItFits() throws Exception {
        try (var server = StubLoki.sigyn((n, r) -> r.lines().size() > 100
                        ? Treatment.status(413)
                        : r.lines().stream().anyMatch(l -> l.message().equals("line 77"))
                                ? Treatment.status(413)
                                : Treatment.accept());
                var client = new SigynClient(LokiLoggerTest.quiet(server).build())) {
            for (int i = 0; i < 1000; i++) client.log(new LogEvent(Level.INFO, "line " + i));
            assertThat(client.flush(LONG)).isZero();
            assertThat(server.ownLines().size()).isEqualTo(999);
            assertThat(server.messages()).doesNotContain("line 77");
            assertThat(client.stats().droppedBy()).isEqualTo(Map.of(DropReason.TOO_LARGE, 1L));
        }
    }

    @Test
    void onlyRefusedLinesAreCountedAsRejected() throws Exception {
        var answers = List.of(
                "entry for stream '{a=\"b\"}' has timestamp too old: 2020-01-01T00:00:00Z, oldest acceptable",
                "3 errors like: entry too old; 4 errors like: max entry size exceeded",
                "entry with timestamp 2026 ignored, reason: 'entry too far behind',\nuser 'x', total ignored: 5 out of 10 for stream: {}",
                "unexpected end of JSON input");
        var turn = new AtomicInteger();
        try (var server = StubLoki.plain((n, r) -> r.lines().size() < 10
                        ? Treatment.accept()
                        : new Treatment.Answer(400, answers.get(turn.getAndIncrement()), Map.of()));
                var client = new SigynClient(
                        LokiLoggerTest.quiet(server)
                                .batchEvents(10)
                                .batchAge(Duration.ofSeconds(60))
                                .build(),
                        message -> {})) {
            long[] rejected = {1, 7, 5, 0};
            long expected = 0;
            for (int batch = 0; batch < 4; batch++) {
                for (int i = 0; i < 10; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                assertThat(client.flush(LONG)).isZero();
                expected += rejected[batch];
                assertThat(client.stats().droppedBy()).containsEntry(DropReason.REJECTED, expected);
            }
            assertThat(client.stats().sent()).isBetween(40 - expected, 40 - expected + 1);
        }
    }

    /// What failed last, once something has.
    static String awaitFailure(SigynClient client) {
        long start = System.nanoTime();
        while (client.stats().lastFailure().isEmpty() && System.nanoTime() - start < LONG.toNanos()) {
            Thread.onSpinWait();
        }
        return client.stats().lastFailure().orElseThrow();
    }

    @Test
    void aPoisonLineDoesNotHoldUpTheOthers() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            var poison = "entry for stream '{}' has timestamp too old: x";
            try (var server = StubLoki.plain((n, r) ->
                            r.lines().stream().anyMatch(l -> l.message().equals("poison"))
                                    ? new Treatment.Answer(400, poison, Map.of("X-Sigyn-Rejected", "1"))
                                    : Treatment.accept());
                    var client = new SigynClient(
                            LokiLoggerTest.quiet(server).batchEvents(10).build(), message -> {})) {
                for (int i = 0; i < 200; i++) client.log(new LogEvent(Level.INFO, i == 55 ? "poison" : "line " + i));
                assertThat(client.flush(LONG)).isZero();
                assertThat(server.requests).hasSizeBetween(20, 41);
                assertThat(client.stats().sent()).isBetween(199L, 200L);
                assertThat(client.stats().retried()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void theOneRefusedLineOfAThousandIsFoundWhenTheAnswerDoesNotSayWhich(int status) throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            try (var server = StubLoki.sigyn((n, r) ->
                            r.lines().stream().anyMatch(l -> l.message().equals("poison"))
                                    ? Treatment.status(status)
                                    : Treatment.accept());
                    var client = new SigynClient(LokiLoggerTest.quiet(server).build(), message -> {})) {
                for (int i = 0; i < 1000; i++) client.log(new LogEvent(Level.INFO, i == 617 ? "poison" : "line " + i));
                assertThat(client.flush(LONG)).isZero();
                assertThat(server.ownLines()).hasSize(999).doesNotHaveDuplicates();
                assertThat(client.stats().droppedBy()).isEqualTo(Map.of(DropReason.REJECTED, 1L));
                assertThat(server.requests).hasSizeLessThan(40);
                QueueTest.assertExact(client.stats());
            }
        }
    }

    @Test
    void aServerThatRefusesEverythingCostsFewRequests() throws Exception {
        try (var server = StubLoki.plain((n, r) -> Treatment.status(400));
                var client = new SigynClient(LokiLoggerTest.quiet(server).build(), message -> {})) {
            for (int i = 0; i < 10_000; i++) client.log(new LogEvent(Level.INFO, "line " + i));
            assertThat(client.flush(LONG)).isZero();
            assertThat(client.stats().droppedBy()).isEqualTo(Map.of(DropReason.REJECTED, 10_000L));
            // Ten batches, and for each of the two senders one search.
            assertThat(server.requests).hasSizeLessThan(10 + 2 * 130);
        }
    }

    @Test
    void structuredMetadataFallsBackToFieldsOfTheLine() throws Exception {
        var refusal = "stream '{}' includes structured metadata, but this feature is disallowed. Please see limits";
        try (var server = StubLoki.plain(
                        (n, r) -> r.lines().stream().anyMatch(l -> !l.metadata().isEmpty())
                                ? new Treatment.Answer(400, refusal, Map.of())
                                : Treatment.accept());
                var client = new SigynClient(
                        LokiLoggerTest.quiet(server)
                                .batchAge(Duration.ofSeconds(60))
                                .build(),
                        message -> {})) {
            for (int i = 0; i < 20; i++)
                client.log(new LogEvent(Level.INFO, "line " + i).metadata("trace_id", "t" + i));
            assertThat(client.flush(LONG)).isZero();
            client.log(new LogEvent(Level.INFO, "afterwards").metadata("trace_id", "t20"));
            assertThat(client.flush(LONG)).isZero();
            assertThat(server.requests).hasSize(3);
            assertThat(server.lines()).hasSize(21).allSatisfy(line -> {
                assertThat(line.metadata()).isEmpty();
                assertThat(line.json().path("trace_id").asString()).startsWith("t");
            });
        }
    }

    @Test
    void batchesRespectBytesCountAndAge() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            try (var server = StubLoki.accepting();
                    var client = new SigynClient(LokiLoggerTest.quiet(server)
                            .batchBytes(10_000)
                            .batchEvents(70)
                            .batchAge(Duration.ofMillis(300))
                            .build())) {
                for (int i = 0; i < 500; i++) client.log(new LogEvent(Level.INFO, "line " + i + " ".repeat(i % 100)));
                client.log(new LogEvent(Level.INFO, "x".repeat(10_000_000)));
                for (int i = 0; i < 10; i++) client.log(new LogEvent(Level.INFO, "after"));
                server.await(s -> s.stored.size() == 511);
                for (var request : server.requests) {
                    assertThat(request.lines().size()).isLessThanOrEqualTo(70);
                    if (request.lines().size() > 1)
                        assertThat(request.body().length).isLessThanOrEqualTo(10_000);
                }
                var cut = server.lines().stream()
                        .filter(l -> l.message().startsWith("xxx"))
                        .findFirst()
                        .orElseThrow();
                assertThat(cut.text().length()).isLessThanOrEqualTo(LineLimit.BYTES);
                assertThat(cut.message()).endsWith("characters]");

                var age = Fastest.of(Duration.ofMillis(330), () -> {
                    assertThat(client.flush(LONG)).isZero();
                    int before = server.lines().size();
                    long start = System.nanoTime();
                    client.log(new LogEvent(Level.INFO, "alone"));
                    server.await(s -> s.stored.size() == before + 1);
                    var waited = Duration.ofNanos(System.nanoTime() - start);
                    assertThat(waited).isGreaterThan(Duration.ofMillis(295));
                    return waited;
                });
                assertThat(age).isLessThan(Duration.ofMillis(550));
            }
        }
    }

    @Test
    void bodiesAreCompressedAndConnectionsKept() throws Exception {
        try (var server = StubLoki.accepting();
                var client = new SigynClient(LokiLoggerTest.quiet(server).build())) {
            for (int i = 0; i < 20_000; i++) {
                client.log(new LogEvent(Level.INFO, "GET /api/orders/" + i + " 200")
                        .field("method", "GET")
                        .field("status", 200)
                        .field("user_agent", "Mozilla/5.0 (X11; Linux x86_64)"));
            }
            assertThat(client.flush(LONG)).isZero();
            long wire = server.requests.stream().mapToLong(r -> r.wire().length).sum();
            long body = server.requests.stream().mapToLong(r -> r.body().length).sum();
            assertThat(body / wire).isGreaterThanOrEqualTo(9);
            assertThat(server.connections()).isLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, OutOfMemoryError.class, StackOverflowError.class})
    void nothingTheReceiverOfTroubleDoesStopsDelivery(Class<? extends Throwable> kind) throws Exception {
        var failed = new AtomicBoolean();
        try (var server = StubLoki.plain((n, r) -> n == 0 ? Treatment.status(503) : Treatment.accept());
                var client = new SigynClient(LokiLoggerTest.quiet(server).build(), message -> {
                    failed.set(true);
                    throw thrown(kind);
                })) {
            client.log(new LogEvent(Level.INFO, "through"));
            assertThat(client.flush(LONG)).isZero();
            assertThat(server.messages()).containsExactly("through");
            assertThat(failed).isTrue();
        }
    }

    private static Error thrown(Class<? extends Throwable> kind) {
        if (kind == OutOfMemoryError.class) return new OutOfMemoryError("test");
        if (kind == StackOverflowError.class) return new StackOverflowError("test");
        throw new IllegalStateException("broken receiver");
    }
}
