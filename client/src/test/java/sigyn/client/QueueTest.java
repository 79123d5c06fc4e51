package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sigyn.client.StubLoki.Treatment;

/// The bounds of the queue, who makes way for whom, and that no line escapes the count.
class QueueTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void theQueueStaysWithinBytesAndCount() {
        var config = blackHole().queueEvents(1000).queueBytes(100_000).build();
        try (var client = new SigynClient(config, message -> {})) {
            for (int i = 0; i < 50_000; i++) {
                client.log(new LogEvent(Level.INFO, "x".repeat(i % 500)));
                assertThat(client.stats().queueBytes()).isLessThanOrEqualTo(100_000);
                assertThat(client.stats().queued()).isLessThanOrEqualTo(1000);
            }
            assertThat(client.stats().droppedBy()).containsOnlyKeys(DropReason.OVERFLOW);
        }
    }

    @Test
    void everyErrorIsKeptWhileAnythingLowerIsLeftToDrop() throws Exception {
        var open = new CountDownLatch(1);
        try (var server = StubLoki.sigyn((n, r) -> new Treatment.HoldThenAccept(open))) {
            var config = LokiLoggerTest.quiet(server).queueEvents(500).batchEvents(10);
            try (var client = new SigynClient(config.build(), message -> {})) {
                int errors = 0;
                for (int i = 0; i < 5000; i++) {
                    var level = i % 20 == 0
                            ? Level.ERROR
                            : i % 7 == 0 ? Level.WARNING : i % 2 == 0 ? Level.INFO : Level.DEBUG;
                    if (level == Level.ERROR) errors++;
                    client.log(new LogEvent(level, "line " + i));
                }
                open.countDown();
                assertThat(client.flush(LONG)).isZero();
                var arrived = new HashMap<String, Integer>();
                for (var line : server.ownLines()) {
                    arrived.merge(line.labels().getOrDefault("level", "none"), 1, Integer::sum);
                }
                assertThat(arrived).containsEntry("ERROR", errors);
                assertThat(arrived.getOrDefault("DEBUG", 0)).isLessThan(30);
                assertThat(client.stats().droppedBy()).containsKeys(DropReason.EVICTED, DropReason.OVERFLOW);
                assertExact(client.stats());
            }
        }
    }

    @Test
    void dropOldestKeepsTheNewest() throws Exception {
        var open = new CountDownLatch(1);
        try (var server = StubLoki.sigyn((n, r) -> new Treatment.HoldThenAccept(open))) {
            var config = LokiLoggerTest.quiet(server)
                    .queueEvents(100)
                    .batchEvents(10)
                    .overflow(Overflow.DROP_OLDEST);
            try (var client = new SigynClient(config.build(), message -> {})) {
                for (int i = 0; i < 1000; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                open.countDown();
                assertThat(client.flush(LONG)).isZero();
                assertThat(server.messages()).contains("line 999", "line 950");
                assertThat(client.stats().droppedBy()).containsOnlyKeys(DropReason.EVICTED);
            }
        }
    }

    @Test
    void blockWaitsForRoomButNotForever() throws Exception {
        var open = new CountDownLatch(1);
        try (var server = StubLoki.sigyn((n, r) -> new Treatment.HoldThenAccept(open))) {
            var config =
                    LokiLoggerTest.quiet(server).queueEvents(20).batchEvents(10).overflow(Overflow.BLOCK);
            try (var client =
                    new SigynClient(config.blockAtMost(Duration.ofMillis(400)).build(), message -> {})) {
                for (int i = 0; i < 20; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                long start = System.nanoTime();
                client.log(new LogEvent(Level.INFO, "too late"));
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(390), LONG);
                assertThat(client.stats().droppedBy()).isEqualTo(Map.of(DropReason.OVERFLOW, 1L));
                open.countDown();
                assertThat(client.flush(LONG)).isZero();
            }
            try (var client = new SigynClient(config.blockAtMost(LONG).build(), message -> {})) {
                for (int i = 0; i < 200; i++) client.log(new LogEvent(Level.INFO, "more " + i));
                assertThat(client.flush(LONG)).isZero();
                assertThat(client.stats().dropped()).isZero();
            }
            assertThat(server.ownLines()).hasSize(220);
        }
    }

    @Test
    void countersAreExactAtEveryInstant() throws Exception {
        var turn = new AtomicInteger();
        var statuses = new int[] {204, 503, 400, 204, 413, 429};
        try (var server = StubLoki.sigyn((n, r) -> {
            int status = statuses[turn.getAndIncrement() % statuses.length];
            return status == 204 ? Treatment.accept() : Treatment.status(status);
        })) {
            var config = LokiLoggerTest.quiet(server)
                    .queueEvents(3000)
                    .batchEvents(200)
                    .retryFirst(Duration.ofMillis(1))
                    .retryMost(Duration.ofMillis(2));
            var levels = List.of(Level.values());
            int producers = 4;
            int each = 20_000 * Rounds.of(1);
            try (var client = new SigynClient(config.build(), message -> {})) {
                var done = new AtomicBoolean();
                var called = new AtomicLong();
                var looks = new AtomicInteger();
                var wrong = new ArrayList<ClientStats>();
                var observer = Thread.ofPlatform().start(() -> {
                    long lastEnqueued = 0;
                    while (!done.get()) {
                        var stats = client.stats();
                        boolean exact = stats.enqueued() == stats.sent() + stats.dropped() + stats.queued()
                                && stats.queued() >= 0
                                && stats.queued() <= 3000 + producers
                                && stats.enqueued() >= lastEnqueued
                                && stats.enqueued() <= called.get() + producers + 100;
                        lastEnqueued = stats.enqueued();
                        if (!exact) wrong.add(stats);
                        looks.incrementAndGet();
                        Thread.yield();
                    }
                });
                var threads = new ArrayList<Thread>();
                for (int p = 0; p < producers; p++) {
                    threads.add(Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < each; i++) {
                            called.incrementAndGet();
                            client.log(new LogEvent(levels.get(i & 3), "line " + i));
                        }
                    }));
                }
                for (var thread : threads) thread.join();
                assertThat(client.flush(LONG)).isZero();
                done.set(true);
                observer.join();
                assertThat(wrong).isEmpty();
                assertThat(looks.get()).isGreaterThan(10);
                // The client's own line about what it dropped may follow.
                long deadline = System.nanoTime() + LONG.toNanos();
                while (client.stats().queueBytes() > 0 && System.nanoTime() < deadline) client.flush(LONG);
                var stats = client.stats();
                assertThat(stats.enqueued()).isBetween((long) producers * each, (long) producers * each + 100);
                assertThat(stats.sent()).isEqualTo(server.lines().size());
                assertThat(stats.queueBytes()).isZero();
                assertExact(stats);
            }
        }
    }

    @Test
    void linesOfManyThreadsAndSizesArriveOnceAndWhole() throws Exception {
        int threads = 8;
        int each = 3000;
        try (var server = StubLoki.accepting();
                var client = new SigynClient(LokiLoggerTest.quiet(server)
                        .queueBytes(256 << 20)
                        .queueEvents(1 << 20)
                        .build())) {
            var running = new ArrayList<Thread>();
            var expected = new ArrayList<String>();
            for (int t = 0; t < threads; t++) {
                for (int i = 0; i < each; i++) expected.add(text(t, i));
                int thread = t;
                running.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < each; i++) client.log(new LogEvent(Level.INFO, text(thread, i)));
                }));
            }
            for (var thread : running) thread.join();
            assertThat(client.flush(LONG)).isZero();
            assertThat(server.messages()).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(client.stats().queueBytes()).isZero();
        }
    }

    /// Some fill a page alone, some need two bytes for each character.
    private static String text(int thread, int number) {
        String end = number % 3 == 0 ? "€" : ".";
        return thread + " " + number + " " + "x".repeat(number % 97 == 0 ? 20_000 : number % 200) + end;
    }

    @Test
    void linesAsLargeAsAPageLeaveNothingBehind() throws Exception {
        int lines = 3000;
        int page = new PageMemory(ClientConfig.builder().build().queueBytes()).size;
        var text = "x".repeat(page - new LogEvent(Level.INFO, "").bytes.size());
        assertThat(new LogEvent(Level.INFO, text).bytes.size()).isEqualTo(page);
        try (var server = StubLoki.accepting().forgetting();
                var client = new SigynClient(LokiLoggerTest.quiet(server).build(), message -> {})) {
            long before = liveHeap();
            for (int i = 0; i < lines; i++) {
                client.log(new LogEvent(Level.INFO, text));
                if (i % 200 == 0) assertThat(client.flush(LONG)).isZero();
            }
            assertThat(client.flush(LONG)).isZero();
            assertThat(client.stats().sent()).isEqualTo(lines);
            assertThat(liveHeap() - before).isLessThan((long) lines * page / 2);
        }
    }

    private static long liveHeap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void droppedLinesAreToldOnceTheServerAnswers() throws Exception {
        var open = new CountDownLatch(1);
        var said = new java.util.concurrent.LinkedBlockingQueue<String>();
        try (var server = StubLoki.sigyn((n, r) -> new Treatment.HoldThenAccept(open))) {
            var config = LokiLoggerTest.quiet(server).queueEvents(50);
            try (var client = new SigynClient(config.build(), said::add)) {
                for (int i = 0; i < 50; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                server.await(
                        s -> s.requests.stream().mapToInt(r -> r.lines().size()).sum() == 50);
                for (int i = 0; i < 100; i++) client.log(new LogEvent(Level.INFO, "too much " + i));
                open.countDown();
                server.await(
                        s -> s.messages().stream().anyMatch(m -> m.equals("100 log lines dropped before this one")));
                assertThat(said.poll(60, TimeUnit.SECONDS)).isEqualTo("100 log lines dropped, so far overflow 100");
            }
        }
    }

    @Test
    void anHourOfOutageStaysInsideTheBound() {
        // 180 million lines in the long form; the bound is reached after the first 60,000.
        long lines = 2_000_000L * Rounds.of(1);
        var config = blackHole().queueBytes(8 << 20).build();
        try (var client = new SigynClient(config, message -> {})) {
            var message = "a line of a usual length, about as long as this one is, with some more text";
            for (long i = 0; i < lines; i++) {
                client.log(new LogEvent(Level.INFO, message));
                if (i % 50_000 == 0) assertThat(client.stats().queueBytes()).isLessThanOrEqualTo(8 << 20);
            }
            assertThat(client.stats().enqueued()).isEqualTo(lines);
            assertExact(client.stats());
        }
    }

    @ParameterizedTest
    @EnumSource(Overflow.class)
    void memoryStaysInsideTheBoundHoweverLinesMakeWay(Overflow overflow) {
        long bound = 8 << 20;
        var config = blackHole()
                .queueBytes(bound)
                .overflow(overflow)
                .blockAtMost(Duration.ZERO)
                .build();
        var levels = Level.values();
        // What earlier clients have left is let go of.
        liveHeap();
        long before = outsideTheHeap();
        long most = 0;
        try (var client = new SigynClient(config, message -> {})) {
            for (int i = 0; i < 30_000; i++) {
                client.log(new LogEvent(levels[i % 7 == 0 ? 1 + i % 3 : 0], "x".repeat(2000 + i % 2000)));
                if (i % 100 == 0) most = Math.max(most, outsideTheHeap() - before);
            }
            assertThat(client.stats().queueBytes()).isBetween(bound / 2, bound);
        }
        assertThat(most).isLessThanOrEqualTo(bound + bound / 5);
    }

    private static long outsideTheHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow()
                .getMemoryUsed();
    }

    static ClientConfig.Builder blackHole() {
        // The discard port of this machine: refused or ignored, never answered.
        return ClientConfig.builder().url("http://127.0.0.1:9").closeWithin(Duration.ZERO);
    }

    static void assertExact(ClientStats stats) {
        assertThat(stats.enqueued()).isEqualTo(stats.sent() + stats.dropped() + stats.queued());
        assertThat(stats.droppedBy().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(stats.dropped());
        assertThat(List.of(stats.queued(), stats.sent(), stats.dropped())).allMatch(n -> n >= 0);
    }
}
