package sigyn.client;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/// Small programs that log and end in various ways; each is started as a process of its own by a test.
final class ForkedPrograms {
    private ForkedPrograms() {}

    /// Logs `lines` lines and ends by `return`, `exit`, `uncaught`, `halt`, or waits for a signal (`wait`).
    static final class Ends {
        public static void main(String[] args) throws InterruptedException {
            var logger = new LokiLogger("forked");
            int lines = Integer.parseInt(args[1]);
            for (int i = 0; i < lines; i++) logger.info("line " + i);
            System.out.println("LOGGED " + System.currentTimeMillis());
            System.out.flush();
            switch (args[0]) {
                case "return" -> {}
                case "exit" -> System.exit(7);
                case "uncaught" -> throw new IllegalStateException("uncaught");
                case "halt" -> Runtime.getRuntime().halt(9);
                case "wait" -> new CountDownLatch(1).await();
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    /// Twenty threads log while the process ends.
    static final class EndsBusy {
        public static void main(String[] args) throws InterruptedException {
            var logger = new LokiLogger("forked");
            var running = new CountDownLatch(20);
            for (int t = 0; t < 20; t++) {
                int thread = t;
                var worker = new Thread(() -> {
                    for (int i = 0; ; i++) {
                        logger.info("thread " + thread + " line " + i);
                        if (i == 100) running.countDown();
                        LockSupport.parkNanos(1_000_000);
                    }
                });
                worker.setDaemon(true);
                worker.start();
            }
            running.await();
            System.exit(0);
        }
    }

    /// Logs into a spool while the server is away, says so, and waits to be killed.
    static final class Spools {
        public static void main(String[] args) throws InterruptedException {
            var client = new SigynClient(Environment.config().build());
            int lines = Integer.parseInt(args[0]);
            for (int i = 0; i < lines; i++) client.log(new LogEvent(Level.INFO, "spooled " + i));
            client.flush(Duration.ofSeconds(20));
            while (client.stats().spooled() < lines) client.flush(Duration.ofMillis(50));
            System.out.println("SPOOLED");
            System.out.flush();
            new CountDownLatch(1).await();
        }
    }

    /// Logs many lines with a small heap while the server is away, keeping some memory of its own.
    static final class SmallHeap {
        public static void main(String[] args) {
            var client = new SigynClient(Environment.config().build());
            var own = new ArrayList<byte[]>();
            for (int i = 0; i < 8; i++) own.add(new byte[1 << 20]);
            long lines = Long.parseLong(args[0]);
            for (long i = 0; i < lines; i++) client.log(new LogEvent(Level.INFO, "line of the hour " + i));
            var stats = client.stats();
            long sum = stats.sent() + stats.dropped() + stats.queued();
            System.out.println(
                    "SURVIVED " + own.size() + " " + stats.enqueued() + " " + sum + " " + stats.queueBytes());
            client.close(Duration.ZERO);
        }
    }

    /// Prints which classes its first calls load on the thread that makes them, and so many more calls.
    static final class FirstCalls {
        public static void main(String[] args) throws IOException {
            try (var recording = new Recording()) {
                recording.enable("jdk.ClassLoad").withoutThreshold();
                recording.start();
                var logger = new LokiLogger("forked");
                var cause = new IllegalStateException("boom");
                var values = Map.of("key", List.of(1, "two"));
                var text = "x".repeat(LineLimit.BYTES + 1);
                var before = Instant.now();
                logger.info("first");
                logger.error("second", "model_id", "m", "n", 1, "map", values, cause);
                logger.warning(text, "double", 2.5, "long", 3L, "none", null);
                for (int i = 0; i < 20; i++) logger.debug("full");
                int more = Integer.parseInt(args[0]);
                for (int i = 0; i < more; i++) logger.info("more", "order", i, "customer", "c-17");
                recording.stop();
                var file = Files.createTempFile("first", ".jfr");
                recording.dump(file);
                for (var event : RecordingFile.readAllEvents(file)) {
                    if (event.getThread().getJavaName().equals("main")
                            && event.getStartTime().isAfter(before)) {
                        System.out.println(
                                "LOADED " + event.getClass("loadedClass").getName());
                    }
                }
                Files.delete(file);
            }
            System.out.println("END");
        }
    }

    /// Logs until the first lines are delivered.
    static final class UntilDelivered {
        public static void main(String[] args) {
            var logger = new LokiLogger("forked");
            for (int i = 0; logger.stats().sent() == 0; i++) {
                for (int more = 0; more < 1000; more++) logger.info("order accepted", "order", i, "customer", "c-17");
            }
            System.out.println("END");
            Runtime.getRuntime().halt(0);
        }
    }

    /// Uses the platform's loggers only; which one is behind them is decided by the class path.
    static final class PlatformLogger {
        public static void main(String[] args) {
            var logger = System.getLogger("app.platform");
            logger.log(System.Logger.Level.INFO, "hello {0}", "platform");
            logger.log(System.Logger.Level.ERROR, "failed", new IllegalStateException("boom"));
            logger.log(System.Logger.Level.DEBUG, "not this one");
        }
    }

    /// Uses SLF4J only.
    static final class Facade {
        public static void main(String[] args) {
            var logger = org.slf4j.LoggerFactory.getLogger("app.facade");
            org.slf4j.MDC.put("request_id", "r-1");
            logger.info("hello {}", "facade");
            logger.atWarn()
                    .addKeyValue("order", 17)
                    .addMarker(org.slf4j.MarkerFactory.getMarker("AUDIT"))
                    .log("paid");
            logger.error("failed {}", 1, new IllegalStateException("boom"));
            logger.debug("not this one");
        }
    }
}
