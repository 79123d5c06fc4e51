package sigyn.bench.client;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.client.ClientConfig;
import sigyn.client.Level;
import sigyn.client.LogEvent;
import sigyn.client.LokiLogger;
import sigyn.client.Overflow;
import sigyn.client.SigynClient;

/// Measures the Java client: `java -cp … sigyn.bench.client.ClientBench [call|garbage|enqueue|deliver|outage|exit]…`,
/// all without arguments.
///
/// - `call`: latency of one call while the server swallows everything, in turns with a loop that only reads the clock
///   for as long: what that sees is the machine's share, see [Watch]. First from the first call of the process on,
///   nothing compiled, until the queue is full and lines are dropped; then with new loggers, as a service that has run
///   a while and loses its server.
/// - `garbage`: the same watch on a program that only makes garbage: what young collections cost without any logger.
/// - `enqueue`: calls per second of one thread, the queue full or not.
/// - `deliver`: lines per second that reach a server that only answers, from a thread that waits for room in a queue of
///   the usual size.
/// - `outage`: an hour at 50,000 lines/s, as fast as it goes, against a server that is away; live heap at the end.
/// - `exit`: from the end of `main` to the end of the process, with 10,000 lines queued and the server away.
public final class ClientBench {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /// Bursts of calls that a fresh JVM is watched for.
    private static final int FRESH = 200;
    /// Calls of a burst, each with fields made before: what a caller makes of its own is not the logger's.
    private static final int FIELDS = 1000;

    private static final ThreadMXBean ALLOCATED = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static volatile byte @Nullable [] blackHole;

    private ClientBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        for (var measure :
                args.length == 0 ? List.of("call", "garbage", "enqueue", "deliver", "outage", "exit") : List.of(args)) {
            switch (measure) {
                case "call" -> call();
                case "garbage" -> garbage();
                case "enqueue" -> enqueue();
                case "deliver" -> deliver();
                case "outage" -> outage();
                case "exit" -> exit();
                case "end" -> end();
                default -> throw new IllegalArgumentException("unknown measure " + measure);
            }
        }
    }

    private static void call() throws IOException, InterruptedException {
        long made = System.nanoTime();
        try (var server = new NullServer(false);
                var logger =
                        new LokiLogger(config(server).closeWithin(Duration.ZERO).build())) {
            made = System.nanoTime() - made;
            // Printing loads classes that calls might load or trip over, hence afterwards.
            call("from the first call on", logger, FRESH);
            System.out.printf("  making that logger: %,d us%n", made / 1000);
        }
        for (int round = 1; round <= 3; round++) {
            try (var server = new NullServer(true);
                    var logger = new LokiLogger(
                            config(server).closeWithin(Duration.ZERO).build())) {
                runAWhile(logger);
                server.swallow();
                call("warm, new logger " + round, logger, 2000);
            }
        }
    }

    /// Bursts of a thousand calls, each in turns with a burst of readings of the clock that takes as long.
    private static void call(String name, LokiLogger logger, int bursts) {
        var called = new Watch();
        var control = new Watch();
        var fields = new Object[FIELDS][];
        for (int i = 0; i < FIELDS; i++) fields[i] = new Object[] {"order", i, "customer", "c-17"};
        // What is there now, this benchmark's own, is old in a program that has run a while.
        if (bursts > FRESH) System.gc();
        long collected = Watch.collections();
        long made = ALLOCATED.getCurrentThreadAllocatedBytes();
        for (int burst = 0; burst < bursts; burst++) {
            called.begin();
            long began = System.nanoTime();
            for (int i = 0; i < FIELDS; i++) {
                long start = System.nanoTime();
                logger.info("order accepted", fields[i]);
                called.add(System.nanoTime() - start);
            }
            long end = 2 * System.nanoTime() - began;
            control.begin();
            for (long start; (start = System.nanoTime()) < end; ) control.add(System.nanoTime() - start);
        }
        made = ALLOCATED.getCurrentThreadAllocatedBytes() - made;
        collected = Watch.collections() - collected;
        Watch.printHead(name + ", us");
        called.print("  calls");
        control.print("  the clock alone, for as long");
        System.out.printf(
                "  garbage: %.3f bytes per call; collections meanwhile: %d%n",
                (double) made / bursts / FIELDS, collected);
    }

    private static void runAWhile(LokiLogger logger) {
        for (int i = 0; i < 100_000; i++) {
            logger.info("order accepted", "order", i, "customer", "c-17");
            if (i % 10_000 == 0) logger.flush(MINUTE);
        }
        logger.flush(MINUTE);
    }

    private static void garbage() {
        var made = new Watch();
        System.gc();
        made.begin();
        for (int i = 0; i < 10_000_000; i++) {
            long start = System.nanoTime();
            blackHole = new byte[300];
            made.add(System.nanoTime() - start);
        }
        Watch.printHead("only garbage, us");
        made.print("  arrays of " + (blackHole == null ? 0 : blackHole.length));
    }

    private static void enqueue() throws IOException {
        var thread = ManagementFactory.getThreadMXBean();
        for (int round = 0; round < 5; round++) {
            // A queue that holds all of them: every call does its whole work.
            int calls = 500_000;
            try (var server = new NullServer(false);
                    var client = new SigynClient(config(server)
                            .queueEvents(1 << 20)
                            .queueBytes(1 << 30)
                            .closeWithin(Duration.ZERO)
                            .build())) {
                long start = System.nanoTime();
                long cpuStart = thread.getCurrentThreadCpuTime();
                for (int i = 0; i < calls; i++) client.log(new LogEvent(Level.INFO, "order accepted"));
                double cpuSeconds = (thread.getCurrentThreadCpuTime() - cpuStart) / 1e9;
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(
                        "enqueue, one thread: %,.0f lines/s, %,.0f lines per CPU second, dropped %d%n",
                        calls / seconds, calls / cpuSeconds, client.stats().dropped());
            }
        }
    }

    private static void deliver() throws IOException {
        var process = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (int round = 0; round < 5; round++) {
            int calls = 2_000_000;
            try (var server = new NullServer(true);
                    var client = new SigynClient(config(server)
                            .overflow(Overflow.BLOCK)
                            .blockAtMost(MINUTE)
                            .build())) {
                long start = System.nanoTime();
                long cpuStart = process.getProcessCpuTime();
                for (int i = 0; i < calls; i++) {
                    client.log(new LogEvent(Level.INFO, "order accepted")
                            .field("order", i)
                            .field("customer", "c-17"));
                }
                long left = client.flush(MINUTE);
                double cpuSeconds = (process.getProcessCpuTime() - cpuStart) / 1e9;
                double seconds = (System.nanoTime() - start) / 1e9;
                System.out.printf(
                        "deliver: %,.0f lines/s, %,.0f lines per CPU second of client and server, sent %,d, left %d,"
                                + " dropped %d, %,d bytes on the wire%n",
                        calls / seconds,
                        calls / cpuSeconds,
                        client.stats().sent(),
                        left,
                        client.stats().dropped(),
                        server.bytes());
            }
        }
    }

    private static void outage() {
        long lines = 3600L * 50_000;
        var config = ClientConfig.builder()
                .url("http://127.0.0.1:9")
                .console(false)
                .closeWithin(Duration.ZERO)
                .build();
        var memory = ManagementFactory.getMemoryMXBean();
        System.gc();
        long before = memory.getHeapMemoryUsage().getUsed();
        try (var client = new SigynClient(config)) {
            long start = System.nanoTime();
            long most = 0;
            for (long i = 0; i < lines; i++) {
                client.log(new LogEvent(Level.INFO, "order accepted")
                        .field("order", i)
                        .field("customer", "c-17"));
                if (i % 1_000_000 == 0) most = Math.max(most, client.stats().queueBytes());
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.gc();
            long after = memory.getHeapMemoryUsage().getUsed();
            var stats = client.stats();
            System.out.printf(
                    "outage: %,d lines in %.0f s, queue at most %,d of %,d bytes, live heap grew by %,d bytes, sum exact: %b%n",
                    lines,
                    seconds,
                    most,
                    config.queueBytes(),
                    after - before,
                    stats.enqueued() == stats.sent() + stats.dropped() + stats.queued());
        }
    }

    private static void exit() throws IOException, InterruptedException {
        for (int round = 0; round < 3; round++) {
            var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            var process = new ProcessBuilder(
                            java, "-cp", System.getProperty("java.class.path"), ClientBench.class.getName(), "end")
                    .redirectErrorStream(true)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            long ended = System.currentTimeMillis();
            long began = Long.parseLong(printed.lines().findFirst().orElseThrow());
            System.out.printf(
                    "exit, server away: %,d ms; %s%n",
                    ended - began,
                    printed.lines()
                            .filter(line -> line.contains("lost at exit"))
                            .findFirst()
                            .orElse("nothing is said"));
        }
    }

    /// The program that [#exit()] watches.
    private static void end() {
        var logger = new LokiLogger(ClientConfig.builder()
                .url("http://127.0.0.1:9")
                .service("bench")
                .console(false)
                .build());
        for (int i = 0; i < 10_000; i++) logger.info("line " + i);
        System.out.println(System.currentTimeMillis());
    }

    private static ClientConfig.Builder config(NullServer server) {
        return ClientConfig.builder().url(server.url()).service("bench").console(false);
    }
}
