package sigyn.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How long a server is away after `kill -9`: pushes until the write-ahead log has so many megabytes, kills the
/// process, starts it again and asks, from the start of the process on, until `/ready` answers, until a query over
/// everything is answered, and until that answer has every line that was acknowledged and no warning. The first push is
/// one line of a stream that stays quiet, so that the log reaches back to it however much is sealed meanwhile.
///
/// Options, all with a value: `--megabytes N` (500) of log files, `--lines N` (3,000,000) of each load that is pushed
/// until then, `--runs N` (3) of kill and start, `--heap SIZE` (512m), `--samples DIR`, `--keep DIR` where loads and
/// data stay for the next time; `--fill-only true` ends when the log is long enough.
public final class Restart {
    private static final String EVERYTHING = "sum(count_over_time({service_name=~\".+\"}[48h]))";
    /// Costs little, and warns while something is missing all the same.
    private static final String LITTLE = "sum(count_over_time({service_name=\"quiet\"}[48h]))";
    private static final Pattern VALUE = Pattern.compile("\"value\":\\[[0-9.]+,\"([0-9]+)\"]");
    private static final int MOST_LOADS = 20;
    private static final int TRIES = 6000;

    private final Path distribution;
    private final Map<String, String> options;
    private final Path work;
    private final Path data;
    private final HttpClient client;

    private Restart(Path distribution, Map<String, String> options, Path work, HttpClient client) {
        this.distribution = distribution;
        this.options = options;
        this.work = work;
        this.data = work.resolve("data");
        this.client = client;
    }

    /// The first argument is the distribution's folder.
    public static void main(String[] args) throws Exception {
        var options = Options.of(args, 1);
        String keep = options.get("keep");
        Path work = keep == null
                ? Files.createTempDirectory("sigyn-restart")
                : Files.createDirectories(Path.of(keep)).toAbsolutePath();
        try {
            new Restart(Path.of(args[0]), options, work, WarmClient.open()).run();
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

    private void run() throws Exception {
        Path filled = work.resolve("filled");
        if (!Files.exists(filled)) {
            Files.writeString(filled, String.valueOf(fill()));
        }
        if (options.containsKey("fill-only")) {
            return;
        }
        long lines = Long.parseLong(Files.readString(filled));
        System.out.printf(
                Locale.ROOT,
                "log %.0f MB, blocks %.0f MB, %d lines, heap %s%n",
                megabytes("wal"),
                megabytes("blocks"),
                lines,
                option("heap", "512m"));
        for (int i = 0; i < Integer.parseInt(option("runs", "3")); i++) {
            restart(lines);
        }
    }

    /// Returns how many lines the server says it has.
    private long fill() throws Exception {
        double wanted = Double.parseDouble(option("megabytes", "500"));
        long each = Long.parseLong(option("lines", "3000000"));
        try (var server = new Server()) {
            server.awaitReady();
            quietLine(server.base);
            for (int i = 0; megabytes("wal") < wanted && i < MOST_LOADS; i++) {
                Path load = work.resolve("load-" + each + "-" + i);
                if (!Files.exists(Path.of(load + ".meta"))) {
                    Workload.generate(
                            Options.samples(options), load, new Workload.Plan(each, 6, 42L + i, Instant.now(), 0, 0));
                }
                var replay = Replay.run(
                        server.base.resolve("/loki/api/v1/push"), load, 2, new ServerProcess(server.process.pid()));
                replay.errors().forEach((error, count) -> System.out.println(count + " times: " + error));
                System.out.printf(
                        Locale.ROOT, "%.0f MB raw pushed, log %.0f MB%n", replay.rawMegabytes(), megabytes("wal"));
            }
            return server.count(EVERYTHING).lines();
        }
    }

    private void quietLine(URI base) throws IOException, InterruptedException {
        String body = "{\"streams\":[{\"stream\":{\"service_name\":\"quiet\"},\"values\":[[\""
                + System.currentTimeMillis() + "000000\",\"one line\"]]}]}";
        int status = client.send(
                        HttpRequest.newBuilder(base.resolve("/loki/api/v1/push"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
        if (status != 204) {
            throw new IOException("a push was answered with " + status);
        }
    }

    private void restart(long lines) throws Exception {
        long start = System.nanoTime();
        try (var server = new Server()) {
            server.awaitReady();
            double ready = since(start);
            var first = server.count(EVERYTHING);
            double answered = since(start);
            while (server.count(LITTLE).warned()) {
                if (since(start) > 60_000) {
                    throw new IOException("something is missing after a minute");
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
            double complete = since(start);
            var last = server.count(EVERYTHING);
            if (last.lines() != lines) {
                throw new IOException(last + " instead of " + lines + " lines");
            }
            var process = new ServerProcess(server.process.pid());
            System.out.printf(
                    Locale.ROOT,
                    "ready after %.0f ms, first answer after %.0f ms with %d lines%s, everything after %.0f ms with %d lines, "
                            + "CPU %.1f s, RSS %d MB%n",
                    ready,
                    answered,
                    first.lines(),
                    first.warned() ? " and a warning" : "",
                    complete,
                    last.lines(),
                    process.cpuSeconds(),
                    process.peakResidentMegabytes());
        }
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private double megabytes(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve(folder))) {
            return files.mapToLong(file ->
                                    Files.isRegularFile(file) ? file.toFile().length() : 0)
                            .sum()
                    / 1e6;
        }
    }

    /// What a query over everything came to.
    private record Count(long lines, boolean warned) {}

    /// A server that is killed in the end.
    private final class Server implements AutoCloseable {
        final Process process;
        final URI base;

        Server() throws IOException {
            int port = freePort();
            base = URI.create("http://127.0.0.1:" + port);
            var builder = new ProcessBuilder(List.of(
                            distribution.resolve("bin/sigyn").toString(),
                            "up",
                            "--host",
                            "127.0.0.1",
                            "--data",
                            data.toString(),
                            "--http-port",
                            String.valueOf(port),
                            "--grpc-port",
                            "0",
                            "--dashboards-port",
                            "0"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            work.resolve("server.log").toFile()));
            builder.environment()
                    .merge("SIGYN_JAVA_OPTIONS", "-Xmx" + option("heap", "512m"), (given, ours) -> ours + " " + given);
            process = builder.start();
        }

        private int freePort() throws IOException {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }

        /// Asks cheaply until somebody listens: an HTTP client that is refused takes time from what is measured.
        void awaitReady() throws IOException, InterruptedException {
            for (int i = 0; i < TRIES && process.isAlive(); i++) {
                if (listens() && get("/ready").statusCode() == 200) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
            throw new IOException("the server did not start: see " + work.resolve("server.log"));
        }

        private boolean listens() {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), base.getPort())) {
                return socket.isConnected();
            } catch (IOException _) {
                return false;
            }
        }

        Count count(String query) throws IOException, InterruptedException {
            var answer = get("/loki/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
            if (answer.statusCode() != 200) {
                throw new IOException(answer.statusCode() + " " + answer.body());
            }
            Matcher value = VALUE.matcher(answer.body());
            return new Count(
                    value.find() ? Long.parseLong(value.group(1)) : 0,
                    answer.body().contains("\"warnings\":["));
        }

        private HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return client.send(
                    HttpRequest.newBuilder(base.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
