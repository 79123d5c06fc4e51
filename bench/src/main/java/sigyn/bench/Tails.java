package sigyn.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Very many live tails that see nothing: the server's CPU time for them, without and with lines of other streams
/// coming in, what those lines cost without tails, and how long a line takes from its push to the one tail that wants
/// it.
///
/// Options: `--tails N` (1,000), `--seconds S` (30) of each part, `--lines N` (1,000).
public final class Tails {
    private static final int PUSHES_PER_SECOND = 20;
    private static final Pattern PORT = Pattern.compile("log server listening on port ([0-9]+)");
    private static final Pattern NUMBER = Pattern.compile("measured line ([0-9]+) ");

    private final HttpClient client = HttpClient.newHttpClient();

    private Tails() {}

    /// The first argument is the distribution's folder.
    public static void main(String[] args) throws Exception {
        var options = Options.of(args, 1);
        new Tails().run(Path.of(args[0]), options);
    }

    private void run(Path distribution, Map<String, String> options) throws Exception {
        int tails = Integer.parseInt(options.getOrDefault("tails", "1000"));
        int seconds = Integer.parseInt(options.getOrDefault("seconds", "30"));
        int lines = Integer.parseInt(options.getOrDefault("lines", "1000"));
        Path work = Files.createTempDirectory("sigyn-tails");
        Path config = work.resolve("loki.yaml");
        Files.writeString(config, """
                auth_enabled: false
                target: logs
                common: {path_prefix: %s}
                server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_port: 0}
                limits_config: {max_concurrent_tail_requests: 0}
                """.formatted(work.resolve("data")));
        var arguments = List.of("server", "-config.file=" + config);
        try (var started = StartedServer.start(distribution, "", work.resolve("log"), PORT, arguments)) {
            URI base = started.base();
            var server = started.seen();
            var sockets = new ArrayList<WebSocket>();
            for (int i = 0; i < tails; i++) {
                sockets.add(tail(base, "{app=\"nothing\"}", new Reader(null)));
            }
            share(server, seconds, tails + " idle tails, nothing pushed", () -> TimeUnit.SECONDS.sleep(seconds));
            share(
                    server,
                    seconds,
                    "the same, " + PUSHES_PER_SECOND + " pushes a second to other streams",
                    () -> pushOthers(base, seconds));
            latency(base, lines);
            sockets.forEach(WebSocket::abort);
            share(server, seconds, "no tails, as many pushes", () -> pushOthers(base, seconds));
        } finally {
            client.shutdownNow();
        }
    }

    private void pushOthers(URI base, int seconds) throws IOException, InterruptedException {
        for (int i = 0; i < seconds * PUSHES_PER_SECOND; i++) {
            push(base, "other", "line " + i);
            TimeUnit.MILLISECONDS.sleep(1000 / PUSHES_PER_SECOND);
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private static void share(ServerProcess server, int seconds, String what, Work work) throws Exception {
        TimeUnit.SECONDS.sleep(5);
        double cpu = server.cpuSeconds();
        long start = System.nanoTime();
        work.run();
        double took = (System.nanoTime() - start) / 1e9;
        double used = server.cpuSeconds() - cpu;
        System.out.printf(
                Locale.ROOT,
                "%-60s %.2f CPU s in %.0f s: %.1f %% of a core%n",
                what,
                used,
                took,
                100 * used / Math.max(seconds, took));
    }

    private void latency(URI base, int lines) throws Exception {
        var reader = new Reader(new CountDownLatch(lines));
        var socket = tail(base, "{app=\"measured\"}", reader);
        var sent = new long[lines];
        for (int i = 0; i < lines; i++) {
            sent[i] = System.nanoTime();
            push(base, "measured", "measured line " + i + " ");
        }
        if (reader.wanted == null || !reader.wanted.await(2, TimeUnit.MINUTES)) {
            throw new IOException("lines are missing in the tail: " + reader.seen.size() + " of " + lines);
        }
        var millis = new double[lines];
        for (int i = 0; i < lines; i++) {
            millis[i] = (reader.seen.getOrDefault(i, Long.MAX_VALUE) - sent[i]) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "from push to tail, %d lines: p50 %.1f ms, p99 %.1f ms, most %.1f ms%n",
                lines,
                millis[lines / 2],
                millis[lines * 99 / 100],
                millis[lines - 1]);
        socket.abort();
    }

    private WebSocket tail(URI base, String query, Reader reader) {
        String path = "/loki/api/v1/tail?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
        return client.newWebSocketBuilder()
                .buildAsync(URI.create(base.toString().replaceFirst("^http", "ws") + path), reader)
                .join();
    }

    private void push(URI base, String app, String line) throws IOException, InterruptedException {
        String body = "{\"streams\":[{\"stream\":{\"app\":\"" + app + "\"},\"values\":[[\""
                + System.currentTimeMillis() * 1_000_000 + "\",\"" + line + "\"]]}]}";
        var answer = client.send(
                HttpRequest.newBuilder(base.resolve("/loki/api/v1/push"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 204) {
            throw new IOException("a push was refused: " + answer.body());
        }
    }

    /// Notes when each line comes.
    private static final class Reader implements WebSocket.Listener {
        final Map<Integer, Long> seen = new ConcurrentHashMap<>();
        private final @Nullable CountDownLatch wanted;
        private final StringBuilder text = new StringBuilder();

        Reader(@Nullable CountDownLatch wanted) {
            this.wanted = wanted;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                long now = System.nanoTime();
                var found = NUMBER.matcher(text);
                while (found.find()) {
                    if (seen.putIfAbsent(Integer.parseInt(found.group(1)), now) == null && wanted != null) {
                        wanted.countDown();
                    }
                }
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
