package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.client.StubLoki.Treatment;
import sigyn.client.jul.SigynHandler;

/// Living inside another program: no recursion, no pinned thread, nothing left behind, no time that runs backwards.
class HarmlessTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void aCallCostsMicrosecondsWhileTheServerSwallowsEverything() throws Exception {
        var never = new CountDownLatch(1);
        try (var server = StubLoki.sigyn((n, r) -> new Treatment.HoldThenAccept(never));
                var client = new SigynClient(
                        LokiLoggerTest.quiet(server).closeWithin(Duration.ZERO).build(), message -> {})) {
            int calls = 200_000;
            var nanos = new long[calls];
            var longest = Duration.ofNanos(20_000);
            var p99 = Fastest.of(longest, () -> {
                for (int i = 0; i < calls; i++) {
                    long start = System.nanoTime();
                    client.log(new LogEvent(Level.INFO, "call").field("i", i));
                    nanos[i] = System.nanoTime() - start;
                }
                java.util.Arrays.sort(nanos);
                return Duration.ofNanos(nanos[calls * 99 / 100]);
            });
            assertThat(p99).isLessThanOrEqualTo(longest);
        } finally {
            never.countDown();
        }
    }

    @Test
    void theFirstCallsOfAProgramLoadNoClass() throws Exception {
        loadsNoClass(0, Map.of("LOKI_QUEUE_EVENTS", "10"));
    }

    /// A compiler makes the thread that asks for it load every class that a method names.
    @Test
    void callsThatAreCompiledLoadNoClass() throws Exception {
        loadsNoClass(300_000, Map.of("LOKI_CONSOLE", "false"));
    }

    @Test
    void theFirstRequestInvalidatesNoCompiledCodeOfCalls() throws Exception {
        try (var server = StubLoki.accepting();
                var fork = Fork.start(
                        List.of("-Xlog:jit+compilation=debug"),
                        Map.of("LOKI_URL", server.url(), "LOKI_CONSOLE", "false"),
                        List.of(),
                        ForkedPrograms.UntilDelivered.class)) {
            assertThat(fork.await()).isZero();
            assertThat(fork.out()).contains("END").contains("sigyn.client.EventQueue::offer");
            assertThat(fork.out().lines().filter(line -> line.contains("marked for deoptimization")))
                    // No call makes memory outside the heap; the thread that does may be compiled again.
                    .filteredOn(line -> !line.contains("java.nio.DirectByteBuffer::<init>"))
                    .noneMatch(line -> line.contains("sigyn.client.") && !line.contains("ForkedPrograms")
                            || line.contains("java.nio.")
                            || line.contains("VarHandleGuards"));
        }
    }

    private static void loadsNoClass(int calls, Map<String, String> further) throws Exception {
        var settings = new HashMap<>(Map.of("LOKI_URL", "http://127.0.0.1:9", "LOKI_CLOSE_WITHIN", "0s"));
        settings.putAll(further);
        try (var fork =
                Fork.start(List.of(), settings, List.of(), ForkedPrograms.FirstCalls.class, Integer.toString(calls))) {
            assertThat(fork.await()).isZero();
            assertThat(fork.out()).contains("END");
            assertThat(fork.out().lines().filter(line -> line.startsWith("LOADED")))
                    .allMatch(line -> line.startsWith("LOADED jdk.jfr."));
        }
    }

    @Test
    void everythingLoggedWhileDeliveringFailsIsNotLoggedAgain() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            var said = new CopyOnWriteArrayList<String>();
            var root = Logger.getLogger("");
            var before = root.getLevel();
            try (var server = StubLoki.sigyn((n, r) -> n < 5 ? Treatment.status(503) : Treatment.accept())) {
                var deepest = new AtomicInteger();

                var made = new SigynClient(LokiLoggerTest.quiet(server).build(), message -> {
                    said.add(message);
                    // What is said about trouble ends in the same logging system in many programs.
                    Logger.getLogger("app.trouble").severe(message);
                });

                var handler = new java.util.logging.Handler() {
                    @Override
                    public void publish(java.util.logging.LogRecord record) {
                        deepest.accumulateAndGet(Thread.currentThread().getStackTrace().length, Math::max);
                        made.log(new LogEvent(Level.DEBUG, record.getMessage()).logger(record.getLoggerName()));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
                handler.setLevel(java.util.logging.Level.ALL);
                root.addHandler(handler);
                root.setLevel(java.util.logging.Level.ALL);
                try (made) {
                    made.log(new LogEvent(Level.INFO, "mine"));
                    made.flush(LONG);
                } finally {
                    root.removeHandler(handler);
                    root.setLevel(before);
                }
                assertThat(server.messages()).contains("mine");
                assertThat(server.lines())
                        .noneMatch(
                                line -> line.json().path("logger").asString("").contains("httpclient"));
                assertThat(server.lines())
                        .noneMatch(
                                line -> line.json().path("logger").asString("").equals("app.trouble"));
                assertThat(said.stream().filter(s -> s.startsWith("status 503")))
                        .hasSize(1);
                assertThat(deepest.get()).isLessThan(200);
            }
        }
    }

    @Test
    void twoHandlersAndAReconfigurationDeliverWhatEachWasGiven() throws Exception {
        try (var server = StubLoki.accepting()) {
            for (int i = 0; i < Rounds.of(5); i++) {
                var logger = Logger.getLogger("app.twice");
                logger.setUseParentHandlers(false);
                var config = LokiLoggerTest.quiet(server).build();
                assertThat(config.console()).isFalse();
                var one = new SigynClient(config);
                var two = new SigynClient(config);
                one.log(new LogEvent(Level.INFO, "one " + i));
                two.log(new LogEvent(Level.INFO, "two " + i));
                one.close();
                two.log(new LogEvent(Level.INFO, "still two " + i));
                two.close();
                assertThat(server.messages()).contains("one " + i, "two " + i, "still two " + i);
            }
            assertThat(server.messages()).doesNotHaveDuplicates();
            assertThat(new SigynHandler().getLevel()).isEqualTo(java.util.logging.Level.ALL);
        }
    }

    @Test
    void timestampsStrictlyIncreaseAndFollowALargeStepBack() throws Exception {
        for (int round = 0; round < Rounds.of(1); round++) {
            var now = new AtomicReference<>(Instant.now().plus(Duration.ofHours(1)));
            InstantSource wall = now::get;
            try (var server = StubLoki.accepting();
                    var client = new SigynClient(LokiLoggerTest.quiet(server).build(), message -> {}, wall)) {
                for (int i = 0; i < 100; i++) client.log(new LogEvent(Level.INFO, "a" + i));
                now.set(now.get().minusSeconds(30));
                for (int i = 0; i < 100; i++) client.log(new LogEvent(Level.INFO, "b" + i));
                client.flush(LONG);
                var sorted = new ArrayList<>(server.lines());
                sorted.sort(java.util.Comparator.comparingLong(StubLoki.Line::nanos));
                assertThat(sorted.stream().map(StubLoki.Line::nanos)).doesNotHaveDuplicates();
                for (int i = 0; i < 100; i++) {
                    assertThat(sorted.get(i).message()).isEqualTo("a" + i);
                    assertThat(sorted.get(100 + i).message()).isEqualTo("b" + i);
                }
                now.set(now.get().minus(Duration.ofHours(1)));
                client.log(new LogEvent(Level.INFO, "an hour ago"));
                client.flush(LONG);
                var last = server.lines().get(200);
                assertThat(last.nanos()).isEqualTo(EventTime.nanos(now.get()));
            }
        }
    }

    @Test
    void manyContextValuesMakeNoNewStreams() throws Exception {
        var streams = ConcurrentHashMap.<Map<String, String>>newKeySet();
        var ids = new BitSet();
        try (var server = StubLoki.sigyn((n, request) -> {
                            for (var line : request.lines()) {
                                streams.add(line.labels());
                                var id = line.metadata().getOrDefault("request_id", "none");
                                synchronized (ids) {
                                    ids.set(Integer.parseInt(id.substring(1)));
                                }
                            }
                            return Treatment.accept();
                        })
                        .forgetting();
                var client = new SigynClient(LokiLoggerTest.quiet(server).build())) {
            int values = 20_000 * Rounds.of(1);
            for (int i = 0; i < values; i++) {
                client.log(new LogEvent(Level.INFO, "request")
                        .metadata("request_id", "r" + i)
                        .metadata("user", "u" + i % 7));
                if (i % 50_000 == 0) client.flush(LONG);
            }
            assertThat(client.flush(LONG)).isZero();
            assertThat(streams).hasSize(1);
            assertThat(ids.cardinality()).isEqualTo(values);
        }
    }

    @Test
    void oneSwitchMakesLabelsOfExtraFieldsWithinTheServersLimits() throws Exception {
        try (var server = StubLoki.accepting()) {
            try (var logger = new LokiLogger(
                    LokiLoggerTest.quiet(server).extraLabels(true).build())) {
                var pairs = new Object[60];
                for (int i = 0; i < 30; i++) {
                    pairs[2 * i] = "field-" + i;
                    pairs[2 * i + 1] = i == 0 ? "x".repeat(5000) : "v" + i;
                }
                logger.info("wide", pairs);
                logger.info("narrow", "step", "loading", "9lives", true, "service", "other");
            }
            var narrow = server.lines().stream()
                    .filter(l -> l.message().equals("narrow"))
                    .findFirst()
                    .orElseThrow();
            assertThat(narrow.labels())
                    .containsEntry("step", "loading")
                    .containsEntry("_9lives", "true")
                    .containsEntry("service", "test");
            var wide = server.lines().stream()
                    .filter(l -> l.message().equals("wide"))
                    .findFirst()
                    .orElseThrow();
            assertThat(wide.labels()).hasSize(15);
            assertThat(wide.labels().values()).allMatch(value -> value.length() <= 2048);
            assertThat(wide.json().path("field-29").asString()).isEqualTo("v29");
        }
    }

    @Test
    void tenThousandVirtualThreadsNeverPinACarrier() throws Exception {
        var failing = new AtomicInteger();
        try (var server = StubLoki.sigyn((n, r) -> switch (failing.incrementAndGet() % 3) {
                            case 0 -> Treatment.status(503);
                            case 1 -> new Treatment.Cut();
                            default -> Treatment.status(429);
                        })
                        .forgetting();
                var client = new SigynClient(
                        LokiLoggerTest.quiet(server).closeWithin(Duration.ZERO).build(), message -> {});
                var recording = new Recording()) {
            recording.enable("jdk.VirtualThreadPinned").withoutThreshold().withStackTrace();
            recording.start();
            var logged = new AtomicLong();
            var end = System.nanoTime() + Duration.ofSeconds(Rounds.of(3)).toNanos();
            var running = new CountDownLatch(10_000);
            for (int t = 0; t < 10_000; t++) {
                Thread.ofVirtual().start(() -> {
                    while (System.nanoTime() < end || logged.get() < 100_000) {
                        client.log(new LogEvent(Level.INFO, "storm").thread("virtual"));
                        logged.incrementAndGet();
                        Thread.yield();
                    }
                    running.countDown();
                });
            }
            long last = 0;
            while (!running.await(1, TimeUnit.SECONDS) && System.nanoTime() < end) {
                assertThat(logged.get()).isGreaterThan(last);
                last = logged.get();
            }
            assertThat(running.await(2, TimeUnit.MINUTES)).isTrue();
            recording.stop();
            var file = directory.resolve("pinned.jfr");
            recording.dump(file);
            var ours = new ArrayList<String>();
            for (var event : RecordingFile.readAllEvents(file)) {
                var stack = event.getStackTrace();
                if (stack == null) continue;
                for (var frame : stack.getFrames()) {
                    var type = frame.getMethod().getType().getName();
                    if (type.startsWith("sigyn.client.") && !type.contains("Stub") && !type.contains("Test"))
                        ours.add(type);
                }
            }
            assertThat(ours).isEmpty();
            QueueTest.assertExact(client.stats());
        }
    }

    @Test
    void aSmallHeapSurvivesALongOutage() throws Exception {
        long lines = 1_000_000L * Rounds.of(1);
        var environment = Map.of("LOKI_URL", "http://127.0.0.1:9", "LOKI_QUEUE_BYTES", "8MiB");
        try (var fork = Fork.start(
                List.of("-Xmx64m", "-XX:+ExitOnOutOfMemoryError"),
                environment,
                List.of(),
                ForkedPrograms.SmallHeap.class,
                "" + lines)) {
            assertThat(fork.await(120 * Rounds.of(1))).isZero();
            var words = fork.out().strip().split(" ");
            assertThat(words[0]).isEqualTo("SURVIVED");
            assertThat(words[2]).isEqualTo("" + lines);
            assertThat(words[3]).isEqualTo("" + lines);
            assertThat(Long.parseLong(words[4])).isLessThanOrEqualTo(8 << 20);
        }
    }

    @Test
    void nothingOfTheCallerIsKeptOrSeenToChange() throws Exception {
        var open = new CountDownLatch(1);
        try (var server = StubLoki.sigyn((n, r) -> new Treatment.HoldThenAccept(open));
                var logger = new LokiLogger(LokiLoggerTest.quiet(server).build())) {
            var tags = new ArrayList<String>(List.of("a"));
            var name = new StringBuilder("before");
            logger.info("copied", "tags", tags, "name", name);
            tags.add("b");
            name.replace(0, name.length(), "after");
            var large = new WeakReference<>(logged(logger));
            long end = System.nanoTime() + LONG.toNanos();
            while (large.get() != null && System.nanoTime() < end) System.gc();
            assertThat(large.get()).isNull();
            open.countDown();
            assertThat(logger.flush(LONG)).isZero();
            var line = server.lines().stream()
                    .filter(l -> l.message().equals("copied"))
                    .findFirst()
                    .orElseThrow()
                    .json();
            assertThat(line.path("tags").toString()).isEqualTo("[\"a\"]");
            assertThat(line.path("name").asString()).isEqualTo("before");
        }
    }

    private static Object logged(LokiLogger logger) {
        var value = new Object() {
            private final byte[] much = new byte[1 << 20];

            @Override
            public String toString() {
                return "much " + much.length;
            }
        };
        logger.info("an object", "value", value, "values", List.of(value));
        logger.log(Level.ERROR, "thrown", new IllegalStateException(value.toString()));
        return value;
    }

    @Test
    void aRedeployedApplicationLeavesNoThreadAndNoLoader() throws Exception {
        var loaders = new ArrayList<WeakReference<ClassLoader>>();
        try (var server = StubLoki.accepting()) {
            for (int i = 0; i < 10 * Rounds.of(1); i++) loaders.add(deploy(server.url(), i));
            assertThat(server.messages()).hasSize(10 * Rounds.of(1)).doesNotHaveDuplicates();
        }
        long end = System.nanoTime() + LONG.toNanos();
        while (loaders.stream().anyMatch(l -> l.get() != null) && System.nanoTime() < end) {
            System.gc();
            new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
        }
        assertThat(loaders.stream().filter(l -> l.get() != null).count()).isZero();
    }

    /// Loads the client anew, logs a line with it and closes it.
    private static WeakReference<ClassLoader> deploy(String url, int number) throws Exception {
        var classes = new URL[] {PackagingTest.classes(LokiLogger.class).toUri().toURL()};
        var loader = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader());
        try (loader) {
            var type = loader.loadClass("sigyn.client.LokiLogger");
            assertThat(type.getClassLoader()).isSameAs(loader);
            var logger = type.getConstructor(String.class, String.class).newInstance("redeployed", url);
            type.getMethod("info", String.class, Object[].class).invoke(logger, "deployment " + number, new Object[0]);
            assertThat(type.getMethod("flush", Duration.class).invoke(logger, LONG))
                    .isEqualTo(0L);
            type.getMethod("close").invoke(logger);
        }
        return new WeakReference<>(loader);
    }
}
