package sigyn.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// How long people wait: from the start of the process until `/ready` and the login page answer, asked every 10 ms,
/// and from the address of the demo dashboard until something is painted and until all its panels are filled, in a
/// browser that is open and knows nothing yet.
///
/// Options, all with a value: `--lines N` (5,000,000) over `--hours H` (6), `--samples DIR`, `--heap SIZE` (512m),
/// `--starts N` (3) with and without the start-up cache, `--runs N` (5) of the browser, `--keep DIR` where lines and
/// data stay for the next time.
public final class FirstPaint {
    private static final String DEFAULT_LINES = "5000000";
    private static final String PASSWORD = "admin123";

    private final Path distribution;
    private final Map<String, String> options;
    private final Path data;

    private FirstPaint(Path distribution, Map<String, String> options, Path work) {
        this.distribution = distribution;
        this.options = options;
        this.data = work.resolve("data");
    }

    /// The first argument is the distribution's folder.
    public static void main(String[] args) throws Exception {
        var options = Options.of(args, 1);
        String keep = options.get("keep");
        Path work = keep == null
                ? Files.createTempDirectory("sigyn-first-paint")
                : Files.createDirectories(Path.of(keep)).toAbsolutePath();
        try {
            new FirstPaint(Path.of(args[0]), options, work).run(work);
        } finally {
            if (keep == null) {
                try (Stream<Path> all = Files.walk(work)) {
                    for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                        Files.delete(path);
                    }
                }
            }
        }
    }

    private String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private void run(Path work) throws Exception {
        Path load = work.resolve("lines-" + option("lines", DEFAULT_LINES));
        Path meta = Path.of(load + ".meta");
        Path filled = work.resolve("filled");
        if (!Files.exists(meta)) {
            long lines = Long.parseLong(option("lines", DEFAULT_LINES));
            double hours = Double.parseDouble(option("hours", "6"));
            Workload.generate(Options.samples(options), load, new Workload.Plan(lines, hours, 42, Instant.now(), 0, 0));
        }
        if (!Files.exists(filled)) {
            fill(load);
            Files.createFile(filled);
        }
        if (options.containsKey("fill-only")) {
            return;
        }
        int starts = Integer.parseInt(option("starts", "3"));
        report("start with the cache", starts, "");
        report("start without the cache", starts, "-XX:AOTMode=off");
        var facts = Workload.Facts.read(meta);
        try (var server = new Server("", true)) {
            var browser = new ProcessBuilder(
                            "node",
                            "e2e/browser/first-paint.mjs",
                            server.dashboards.toString(),
                            PASSWORD,
                            String.valueOf(facts.endNanos() / 1_000_000),
                            option("runs", "5"))
                    .inheritIO()
                    .start();
            if (browser.waitFor() != 0) {
                throw new IOException("the browser ended with " + browser.exitValue());
            }
        }
    }

    private void fill(Path load) throws Exception {
        try (var server = new Server("", false)) {
            var process = new ServerProcess(server.process.pid());
            var replay = Replay.run(server.logs.resolve("/loki/api/v1/push"), load, 2, process);
            replay.errors().forEach((error, count) -> System.out.println(count + " times: " + error));
            server.status("/flush", server.logs);
            double before = -1;
            for (double now = process.cpuSeconds(); now - before > 0.1; now = process.cpuSeconds()) {
                before = now;
                TimeUnit.SECONDS.sleep(2);
            }
        }
    }

    private void report(String what, int times, String javaOptions) throws Exception {
        var millis = new ArrayList<Long>();
        for (int i = 0; i < times; i++) {
            try (var server = new Server(javaOptions, false)) {
                millis.add(server.readyMillis);
            }
        }
        System.out.println(String.format(
                Locale.ROOT,
                "%-46s %s ms",
                what + ", /ready and the login page",
                String.join(", ", millis.stream().map(String::valueOf).toList())));
    }

    /// A server over the data, answering.
    private final class Server implements AutoCloseable {
        final Process process;
        final URI logs;
        final URI dashboards;
        final long readyMillis;

        Server(String javaOptions, boolean demo) throws IOException, InterruptedException {
            var command =
                    new ArrayList<>(List.of(distribution.resolve("bin/sigyn").toString(), "up"));
            if (demo) {
                command.add("--demo");
            }
            command.addAll(Arrays.asList("--host", "127.0.0.1", "--data", data.toString()));
            logs = URI.create("http://127.0.0.1:" + freePort());
            dashboards = URI.create("http://127.0.0.1:" + freePort());
            command.addAll(List.of("--http-port", String.valueOf(logs.getPort())));
            command.addAll(List.of("--dashboards-port", String.valueOf(dashboards.getPort())));
            command.addAll(List.of("--grpc-port", "0"));
            var builder = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("SIGYN_JAVA_OPTIONS", "-Xmx" + option("heap", "512m") + " " + javaOptions);
            builder.environment().put("GF_SECURITY_ADMIN_PASSWORD", PASSWORD);
            long started = System.nanoTime();
            process = builder.start();
            awaitAnswer("/ready", logs);
            awaitAnswer("/login", dashboards);
            readyMillis = (System.nanoTime() - started) / 1_000_000;
        }

        private static int freePort() throws IOException {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }

        private void awaitAnswer(String path, URI base) throws IOException, InterruptedException {
            while (status(path, base) != 200) {
                if (!process.isAlive()) {
                    throw new IOException("the server ended with " + process.waitFor());
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }

        /// 0 while nothing listens. Over a bare socket: an HTTP client that warms up would take the cores that the
        /// server wants.
        private int status(String path, URI base) throws IOException {
            try (var socket = new Socket(base.getHost(), base.getPort())) {
                socket.getOutputStream()
                        .write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
            } catch (ConnectException e) {
                return 0;
            }
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
