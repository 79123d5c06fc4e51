package sigyn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Measures a whole server: generate, push, settle, measure disk, query; prints a table and writes it as JSON.
///
/// Options: `--samples DIR` (log samples), `--lines N` (5,000,000), `--hours H` (6), `--seed N` (42), `--connections N`
/// (2),
/// `--keep DIR` (workload and data stay there), `--json FILE`, `--against URL --pid PID` (measure a running server
/// instead).
public final class Bench {
    private final Map<String, String> options;

    private Bench(Map<String, String> options) {
        this.options = options;
    }

    /// The first argument is the distribution's folder.
    public static void main(String[] args) throws Exception {
        var options = new HashMap<String, String>();
        for (int i = 1; i + 1 < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        new Bench(options).run(Path.of(args[0]));
    }

    private String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private void run(Path distribution) throws Exception {
        Path work = options.containsKey("keep")
                ? Files.createDirectories(Path.of(option("keep", "")))
                : Files.createTempDirectory("sigyn-bench");
        long lines = Long.parseLong(option("lines", "5000000"));
        long seed = Long.parseLong(option("seed", "42"));
        Path workload = work.resolve("workload-" + lines + "-" + seed);
        if (!Files.exists(Path.of(workload + ".meta"))) {
            print(String.format(Locale.ROOT, "generating %d lines", lines));
            Workload.generate(
                    Path.of(option("samples", "../shared/corpora")),
                    workload,
                    lines,
                    Double.parseDouble(option("hours", "6")),
                    seed,
                    Instant.now());
        }
        var facts = Workload.Facts.read(Path.of(workload + ".meta"));
        print(String.format(Locale.ROOT, "%d lines, %.1f MB raw", facts.lines(), facts.rawBytes() / 1e6));
        if (options.containsKey("against")) {
            var server = new ServerProcess(Long.parseLong(option("pid", "")));
            measure(URI.create(option("against", "")), server, workload, facts, null);
            return;
        }
        Path data = work.resolve("data-" + System.currentTimeMillis());
        int port = freePort();
        Process process = start(distribution, data, port);
        try {
            URI base = URI.create("http://127.0.0.1:" + port);
            awaitReady(base, process);
            measure(base, new ServerProcess(process.pid()), workload, facts, data);
        } finally {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            if (!options.containsKey("keep")) {
                delete(work);
            }
        }
    }

    private Process start(Path distribution, Path data, int port) throws IOException {
        var builder = new ProcessBuilder(
                        distribution.resolve("bin/sigyn").toString(),
                        "up",
                        "--host",
                        "127.0.0.1",
                        "--data",
                        data.toString(),
                        "--http-port",
                        String.valueOf(port),
                        "--grpc-port",
                        String.valueOf(freePort()),
                        "--dashboards-port",
                        String.valueOf(freePort()))
                .redirectErrorStream(true)
                .redirectOutput(data.resolveSibling("server.log").toFile());
        builder.environment().merge("SIGYN_JAVA_OPTIONS", "-Xmx" + option("heap", "512m"), (a, b) -> a + " " + b);
        return builder.start();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitReady(URI base, Process process) throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            while (true) {
                try {
                    if (get(client, base.resolve("/ready")) == 200) {
                        return;
                    }
                } catch (IOException e) {
                    if (!process.isAlive()) {
                        throw new UncheckedIOException("the server ended with " + process.exitValue(), e);
                    }
                }
                Thread.sleep(20);
            }
        }
    }

    private static int get(HttpClient client, URI uri) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private void measure(URI base, ServerProcess server, Path workload, Workload.Facts facts, @Nullable Path data)
            throws IOException, InterruptedException {
        int connections = Integer.parseInt(option("connections", "2"));
        var report = new ArrayList<String>();
        URI push = base.resolve("/loki/api/v1/push");
        var replay = Replay.run(push, workload, connections, server);
        print(String.format(
                Locale.ROOT,
                "ingest  wall %.1f s  cpu %.1f s  %.1f MB/wall-s  %.1f MB/cpu-s  %.0f lines/cpu-s  p50 %.1f ms  p99 %.1f ms  rss %d MB  peak %d MB  errors %s",
                replay.wallSeconds(),
                replay.cpuSeconds(),
                replay.rawMegabytes() / replay.wallSeconds(),
                replay.rawMegabytesPerCpuSecond(),
                replay.lines() / replay.cpuSeconds(),
                replay.p50Millis(),
                replay.p99Millis(),
                replay.residentMegabytes(),
                replay.peakResidentMegabytes(),
                replay.errors()));
        report.add(String.format(
                Locale.ROOT,
                "\"ingest\":{\"wall_s\":%.2f,\"cpu_s\":%.2f,\"raw_mb_per_cpu_s\":%.2f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"rss_mb\":%d,\"peak_rss_mb\":%d}",
                replay.wallSeconds(),
                replay.cpuSeconds(),
                replay.rawMegabytesPerCpuSecond(),
                replay.p50Millis(),
                replay.p99Millis(),
                replay.residentMegabytes(),
                replay.peakResidentMegabytes()));
        double settleStart = server.cpuSeconds();
        try (var client = HttpClient.newHttpClient()) {
            get(client, base.resolve("/flush"));
        }
        settle(server);
        print(String.format(Locale.ROOT, "settle  cpu %.1f s", server.cpuSeconds() - settleStart));
        if (data != null) {
            long bytes = size(data);
            print(String.format(
                    Locale.ROOT, "disk    %.1f MB  %.2f %% of raw", bytes / 1e6, bytes * 100.0 / facts.rawBytes()));
            report.add(String.format(Locale.ROOT, "\"disk_percent\":%.3f", bytes * 100.0 / facts.rawBytes()));
        }
        print(String.format(
                Locale.ROOT, "%-18s %10s %10s %10s  %s", "query", "first ms", "median ms", "cpu s/run", "answer"));
        var rows = new ArrayList<String>();
        for (var result : Queries.run(base, server, facts, Integer.parseInt(option("runs", "5")))) {
            print(String.format(
                    Locale.ROOT,
                    "%-18s %10.1f %10.1f %10.3f  %s",
                    result.name(),
                    result.firstMillis(),
                    result.medianMillis(),
                    result.cpuSecondsPerRun(),
                    result.answer()));
            rows.add(String.format(
                    Locale.ROOT,
                    "\"%s\":{\"first_ms\":%.2f,\"median_ms\":%.2f,\"cpu_s\":%.4f,\"answer\":\"%s\"}",
                    result.name(),
                    result.firstMillis(),
                    result.medianMillis(),
                    result.cpuSecondsPerRun(),
                    result.answer().replace("\"", "'")));
        }
        report.add("\"queries\":{" + String.join(",", rows) + "}");
        print(String.format(
                Locale.ROOT, "rss     %d MB  peak %d MB", server.residentMegabytes(), server.peakResidentMegabytes()));
        if (options.containsKey("json")) {
            Files.writeString(Path.of(option("json", "")), "{" + String.join(",\n", report) + "}\n");
        }
    }

    /// Returns when the server has used less than a twentieth of a core for two seconds.
    private static void settle(ServerProcess server) throws InterruptedException {
        double before = server.cpuSeconds();
        while (true) {
            TimeUnit.SECONDS.sleep(2);
            double now = server.cpuSeconds();
            if (now - before < 0.1) {
                return;
            }
            before = now;
        }
    }

    /// All bytes of the data directory without the write-ahead log.
    private static long size(Path data) throws IOException {
        try (var files = Files.walk(data)) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> {
                        for (Path part : data.relativize(f)) {
                            if (part.toString().equals("wal")) {
                                return false;
                            }
                        }
                        return true;
                    })
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (var walk = Files.walk(folder)) {
            paths = walk.toList();
        }
        for (int i = paths.size() - 1; i >= 0; i--) {
            Files.delete(paths.get(i));
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
