package sigyn.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// Very many active streams: pushes lines of each, again and again for some minutes, to a server with a small heap,
/// then asks for labels. Prints what was refused, the memory of the process, and how long label queries take.
///
/// Options: `--streams N` (100,000), `--minutes M` (10), `--heap SIZE` (2g), `--connections N` (2).
public final class Streams {
    private static final int PODS = 1_000;
    private static final int STREAMS_PER_PUSH = 500;
    private static final int REPETITIONS = 50;
    private static final Pattern PORT = Pattern.compile("logs +http://\\S+:([0-9]+)/?\\b.*Ctrl-C", Pattern.DOTALL);
    private static final String[] LEVELS = {"info", "warn", "error", "debug"};

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicLong pushed = new AtomicLong();

    private Streams() {}

    /// The first argument is the distribution's folder.
    public static void main(String[] args) throws Exception {
        var options = Options.of(args, 1);
        new Streams().run(Path.of(args[0]), options);
    }

    private void run(Path distribution, Map<String, String> options) throws Exception {
        int streams = Integer.parseInt(options.getOrDefault("streams", "100000"));
        double minutes = Double.parseDouble(options.getOrDefault("minutes", "10"));
        int connections = Integer.parseInt(options.getOrDefault("connections", "2"));
        Path work = Files.createTempDirectory("sigyn-streams");
        var arguments = List.of(
                "up",
                "--host",
                "127.0.0.1",
                "--data",
                work.resolve("data").toString(),
                "--http-port",
                "0",
                "--grpc-port",
                "0",
                "--dashboards-port",
                "0");
        String heap = "-Xmx" + options.getOrDefault("heap", "2g");
        try (var started = StartedServer.start(distribution, heap, work.resolve("log"), PORT, arguments)) {
            URI base = started.base();
            long start = System.nanoTime();
            int rounds = 0;
            do {
                push(base, streams, rounds++, connections);
            } while (System.nanoTime() - start < minutes * 60e9);
            System.out.printf(
                    Locale.ROOT,
                    "%d streams, %d lines in %.0f s, pushes refused: %d%n",
                    streams,
                    pushed.get(),
                    (System.nanoTime() - start) / 1e9,
                    refused.get());
            String metrics = get(base, "/metrics");
            System.out.printf(
                    Locale.ROOT,
                    "streams known to the server: %s, labels demoted: %s%n",
                    metric(metrics, "loki_ingester_memory_streams"),
                    metric(metrics, "sigyn_demoted_labels_total"));
            var server = started.seen();
            labels(base, server);
            System.out.printf(
                    Locale.ROOT,
                    "memory of the process: %d MB, at most %d MB%n",
                    server.residentMegabytes(),
                    server.peakResidentMegabytes());
        } finally {
            client.close();
        }
    }

    /// One round: two lines of every stream.
    private void push(URI base, int streams, int round, int connections) throws InterruptedException {
        var next = new AtomicInteger();
        var threads = new ArrayList<Thread>();
        for (int c = 0; c < connections; c++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int from = next.getAndAdd(STREAMS_PER_PUSH); from < streams; ) {
                    send(base, body(from, Math.min(streams, from + STREAMS_PER_PUSH), round));
                    from = next.getAndAdd(STREAMS_PER_PUSH);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
    }

    private static String body(int from, int to, int round) {
        var json = new StringBuilder(128 * 1024).append("{\"streams\":[");
        for (int i = from; i < to; i++) {
            long time = System.currentTimeMillis() * 1_000_000 + i % 1_000_000;
            json.append(i == from ? "" : ",")
                    .append("{\"stream\":{\"app\":\"app-")
                    .append(i / PODS)
                    .append("\",\"pod\":\"pod-")
                    .append(i % PODS)
                    .append("\",\"namespace\":\"ns-")
                    .append(i / PODS % 10)
                    .append("\"},\"values\":[");
            for (int line = 0; line < 2; line++) {
                json.append(line == 0 ? "" : ",")
                        .append("[\"")
                        .append(time + line)
                        .append("\",\"level=")
                        .append(LEVELS[(i + line) % LEVELS.length])
                        .append(" round=")
                        .append(round)
                        .append(" request handled in ")
                        .append((i * 7919 + round * 31) % 900)
                        .append(" ms user=u")
                        .append((i * 104_729 + round) % 100_000)
                        .append("\"]");
            }
            json.append("]}");
        }
        return json.append("]}").toString();
    }

    private void send(URI base, String body) {
        try {
            var answer = client.send(
                    HttpRequest.newBuilder(base.resolve("/loki/api/v1/push"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 204) {
                pushed.addAndGet(2L * STREAMS_PER_PUSH);
            } else if (refused.incrementAndGet() == 1) {
                System.out.printf(Locale.ROOT, "first refusal: %d %s%n", answer.statusCode(), answer.body());
            }
        } catch (IOException e) {
            refused.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String get(URI base, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(base.resolve(path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String metric(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("0");
    }

    private void labels(URI base, ServerProcess server) throws IOException, InterruptedException {
        String one = URLEncoder.encode("{app=\"app-7\"}", StandardCharsets.UTF_8);
        for (String path : List.of(
                "/loki/api/v1/labels",
                "/loki/api/v1/label/app/values",
                "/loki/api/v1/label/pod/values",
                "/loki/api/v1/label/pod/values?query=" + one,
                "/loki/api/v1/series?match%5B%5D=" + one)) {
            var millis = new double[REPETITIONS];
            int size = 0;
            double cpu = server.cpuSeconds();
            for (int i = 0; i < REPETITIONS; i++) {
                long start = System.nanoTime();
                size = get(base, path).length();
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
            double first = millis[0];
            Arrays.sort(millis);
            System.out.printf(
                    Locale.ROOT,
                    "%-60s %7d characters, first %6.1f ms, p50 %6.1f ms, p99 %6.1f ms, CPU of the server %5.1f ms%n",
                    path,
                    size,
                    first,
                    millis[REPETITIONS / 2],
                    millis[REPETITIONS - 1],
                    (server.cpuSeconds() - cpu) * 1000 / REPETITIONS);
        }
    }
}
