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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Measures a whole server: push from a cold start, push on, settle, count bytes on disk, query, push at a steady rate;
/// prints a table beside reference figures and writes it as JSON.
///
/// Options, all with a value:
///
/// - `--lines N` (5,000,000) of the workload that is measured warm and queried; `--warm-up N` (half of them) pushed
///   before, measured as the first minute; `--seconds N` (10) of pushes of 1,000 lines at 50 MB/s, 0 for none
/// - `--streams N`: at least so many streams instead of 480
/// - `--hours H` (6), `--seed N` (42), `--connections N` (2), `--runs N` (5) of each query, and as many once it is warm
/// - `--samples DIR` of log samples, `--heap SIZE` (512m) of the server, `--keep DIR` where workloads and data stay
/// - `--json FILE`; otherwise `bench/results/<time>.json`
/// - `--against URL --pid PID [--data DIR]`: measure a running server that speaks Loki's API instead
public final class Bench {
    private static final double STEADY_MEGABYTES = 50;
    private static final int STEADY_LINES = 1000;
    private static final int STEADY_CONNECTIONS = 8;
    private static final int AVERAGE_LINE = 160;
    private static final double STEADY_HOURS = 0.25;

    private final Map<String, String> options;
    private final Report report = new Report();

    private Bench(Map<String, String> options) {
        this.options = options;
    }

    /// The first argument is the distribution's folder.
    public static void main(String[] args) throws Exception {
        var options = Options.of(args, 1);
        new Bench(options).run(Path.of(args[0]));
    }

    private String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private long number(String name, long otherwise) {
        return Long.parseLong(option(name, String.valueOf(otherwise)));
    }

    /// The three loads, one behind the other in time. A load of no lines is null.
    private record Loads(
            @Nullable Path first, Path main, @Nullable Path steady) {}

    private void run(Path distribution) throws Exception {
        boolean keep = options.containsKey("keep");
        Path work =
                keep ? Files.createDirectories(Path.of(option("keep", ""))) : Files.createTempDirectory("sigyn-bench");
        try {
            var loads = loads(work);
            yardsticks(work, loads.main());
            if (options.containsKey("against")) {
                Path data = options.containsKey("data") ? Path.of(option("data", "")) : null;
                var server = new ServerProcess(number("pid", 0));
                measure(URI.create(option("against", "")), server, loads, data);
            } else {
                own(distribution, work, loads);
            }
        } finally {
            if (!keep) {
                delete(work);
            }
        }
    }

    private Loads loads(Path work) throws IOException {
        long lines = number("lines", 5_000_000);
        double hours = Double.parseDouble(option("hours", "6"));
        long first = number("warm-up", lines / 2);
        long steady = (long) (number("seconds", 10) * STEADY_MEGABYTES * 1e6 / AVERAGE_LINE);
        long seed = number("seed", 42);
        int streams = (int) number("streams", 0);
        Instant steadyEnd = Instant.now();
        Instant mainEnd = steady == 0 ? steadyEnd : steadyEnd.minus(hours(STEADY_HOURS));
        Instant firstEnd = mainEnd.minus(hours(hours));
        double firstHours = hours * first / lines;
        return new Loads(
                load(work, "first", new Workload.Plan(first, firstHours, seed + 1, firstEnd, streams, 0)),
                java.util.Objects.requireNonNull(
                        load(work, "main", new Workload.Plan(lines, hours, seed, mainEnd, streams, 0))),
                load(
                        work,
                        "steady",
                        new Workload.Plan(steady, STEADY_HOURS, seed + 2, steadyEnd, streams, STEADY_LINES)));
    }

    private void yardsticks(Path work, Path load) throws IOException {
        report.value("yardstick", "zstd -1, raw MB per CPU s", "zstd1_mb_per_cpu_s", Yardstick.zstd(load));
        report.value("yardstick", "read in 64 MB without order, ns", "memory_ns", Yardstick.memoryNanos());
        var disk = Yardstick.Disk.of(work);
        report.value("yardstick", "64 KB forced to disk, p50 ms", "disk_p50_ms", disk.p50Millis());
        report.value("yardstick", "64 KB forced to disk, p99 ms", "disk_p99_ms", disk.p99Millis());
    }

    private static Duration hours(double hours) {
        return Duration.ofMillis((long) (hours * 3_600_000));
    }

    private @Nullable Path load(Path work, String name, Workload.Plan plan) throws IOException {
        if (plan.lines() == 0) {
            return null;
        }
        Path file = work.resolve(name + "-" + plan.lines() + "-" + plan.seed() + "-" + plan.streams());
        if (!Files.exists(Path.of(file + ".meta"))) {
            Path samples = Options.samples(options);
            print(String.format(Locale.ROOT, "generating %d lines from %s", plan.lines(), samples));
            Workload.generate(samples, file, plan);
        }
        return file;
    }

    private void own(Path distribution, Path work, Loads loads) throws Exception {
        Path data = Files.createDirectories(work.resolve("data-" + System.currentTimeMillis()));
        int port = freePort();
        Process process = start(distribution, data, port);
        try {
            URI base = URI.create("http://127.0.0.1:" + port);
            awaitReady(base, process);
            measure(base, new ServerProcess(process.pid()), loads, data);
        } finally {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
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

    private void measure(URI base, ServerProcess server, Loads loads, @Nullable Path data)
            throws IOException, InterruptedException {
        int connections = (int) number("connections", 2);
        URI push = base.resolve("/loki/api/v1/push");
        double raw = 0;
        if (loads.first() != null) {
            var first = Replay.run(push, loads.first(), connections, server);
            raw += first.rawMegabytes();
            ingest("first", first);
        }
        var warm = Replay.run(push, loads.main(), connections, server);
        raw += warm.rawMegabytes();
        ingest("ingest", warm);
        if (data != null) {
            report.value("disk", "files while pushing", "files_before", (double)
                    DiskUse.of(data).files());
        }
        double settleStart = server.cpuSeconds();
        try (var client = HttpClient.newHttpClient()) {
            get(client, base.resolve("/flush"));
        }
        settle(server);
        report.value("settle", "CPU s after the last push", "cpu_s", server.cpuSeconds() - settleStart);
        if (data != null) {
            var use = DiskUse.of(data);
            report.value("disk", "% of raw, without the log", "percent", use.bytes() / raw / 1e4);
            report.value("disk", "% of raw, with it", "percent_with_log", (use.bytes() + use.logBytes()) / raw / 1e4);
            report.value("disk", "files", "files", (double) use.files());
        }
        var facts = Workload.Facts.read(Path.of(loads.main() + ".meta"));
        for (var result : Queries.run(base, server, facts, (int) number("runs", 5))) {
            report.query(result);
        }
        if (loads.steady() != null) {
            steady(Replay.run(push, loads.steady(), STEADY_CONNECTIONS, server, STEADY_MEGABYTES));
        }
        report.value("memory", "RSS at the end, MB", "rss_mb", (double) server.residentMegabytes());
        report.value("memory", "highest RSS, MB", "peak_rss_mb", (double) server.peakResidentMegabytes());
        Path json = options.containsKey("json")
                ? Path.of(option("json", ""))
                : Files.createDirectories(Path.of("bench/results"))
                        .resolve(Instant.now().toString().replace(':', '-') + ".json");
        Files.writeString(json, report.json(options));
        print("written to " + json);
    }

    private void ingest(String group, Replay replay) {
        report.value(group, "raw MB per server CPU s", "mb_per_cpu_s", replay.rawMegabytesPerCpuSecond());
        report.value(group, "lines per server CPU s", "lines_per_cpu_s", replay.linesPerCpuSecond());
        report.value(group, "raw MB per s", "mb_per_s", replay.rawMegabytes() / replay.wallSeconds());
        report.value(group, "seconds", "seconds", replay.wallSeconds());
        report.value(group, "highest RSS, MB", "peak_rss_mb", (double) replay.peakResidentMegabytes());
        report.value(group, "push of 1 MB, p50 ms", "p50_ms", replay.p50Millis());
        report.value(group, "push of 1 MB, p99 ms", "p99_ms", replay.p99Millis());
        errors(replay);
    }

    private void steady(Replay replay) {
        report.value("steady", "raw MB per s", "mb_per_s", replay.rawMegabytes() / replay.wallSeconds());
        report.value("steady", "push of 1,000 lines, p50 ms", "p50_ms", replay.p50Millis());
        report.value("steady", "push of 1,000 lines, p99 ms", "p99_ms", replay.p99Millis());
        report.value("steady", "raw MB per server CPU s", "mb_per_cpu_s", replay.rawMegabytesPerCpuSecond());
        errors(replay);
    }

    private static void errors(Replay replay) {
        replay.errors().forEach((error, count) -> print(count + " times: " + error));
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
