package sigyn.server.api;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import sigyn.logql.QueryEngine;
import sigyn.server.config.ConfigFile;
import sigyn.server.config.Flags;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.Overrides;
import sigyn.server.http.HttpServer;
import sigyn.server.ingest.Ingest;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;
import sigyn.testkit.FakeClock;

/// The log server's API on a port of its own, from a configuration in YAML.
final class RunningApi implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-20T14:10:00Z");

    private final HttpClient client = HttpClient.newHttpClient();
    final Storage storage;
    final Overrides limits;
    private final QueryEngine engine;
    private final HttpServer server;
    private final LokiApi api;
    /// Counts down when somebody has asked for the end of the process.
    final CountDownLatch terminated = new CountDownLatch(1);

    RunningApi(Path folder, String yaml, Clock clock) {
        this(folder, yaml, clock, System::nanoTime);
    }

    /// @param nanoTime by which waiting for bodies is measured
    RunningApi(Path folder, String yaml, Clock clock, LongSupplier nanoTime) {
        LokiConfig config = ConfigFile.parse(yaml, "l.yaml", Flags.parse(List.of()), Map.of())
                .withData(folder);
        limits = Overrides.open(config);
        storage = Storage.open(folder, clock);
        storage.retain(limits.retention(config.compactor().retentionEnabled()), Long.MAX_VALUE);
        engine = new QueryEngine(storage);
        var metrics = new Metrics("test");
        var ingest = new Ingest(config.push(), limits, storage::append, metrics, clock);
        api = new LokiApi(config, limits, storage, engine, ingest, metrics, terminated::countDown, clock);
        server = HttpServer.start("127.0.0.1", 0, null, api, nanoTime);
    }

    /// For the tests that hold for every endpoint: everything is on, several tenants may be asked at once.
    static RunningApi ofContract(Path folder) {
        return new RunningApi(folder, """
                querier: {multi_tenant_queries_enabled: true}
                pattern_ingester: {enabled: true}
                compactor: {retention_enabled: true, delete_request_store: filesystem}
                """, new FakeClock(NOW));
    }

    /// The templates of all paths that there are.
    Set<String> paths() {
        return api.paths();
    }

    URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + server.port() + path);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(uri("http", path)).method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, "", headers);
    }

    /// `a=1&b=2` in the body.
    HttpResponse<String> form(String path, String form, String... headers) throws IOException, InterruptedException {
        return send("POST", path, form, with(headers, "Content-Type", "application/x-www-form-urlencoded"));
    }

    /// Pushes lines `name: value` apart by a nanosecond from `time` on.
    HttpResponse<String> push(String labels, Instant time, List<String> lines, String... headers)
            throws IOException, InterruptedException {
        long nanos = time.getEpochSecond() * 1_000_000_000L + time.getNano();
        var values = new ArrayList<String>();
        for (String line : lines) {
            values.add("[\"" + nanos++ + "\",\"" + line.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]");
        }
        String body = "{\"streams\":[{\"stream\":" + labels + ",\"values\":[" + String.join(",", values) + "]}]}";
        return send("POST", "/loki/api/v1/push", body, with(headers, "Content-Type", "application/json"));
    }

    private static String[] with(String[] headers, String name, String value) {
        var all = new ArrayList<>(List.of(name, value));
        all.addAll(Arrays.asList(headers));
        return all.toArray(String[]::new);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.close();
        engine.close();
        storage.close();
        client.close();
    }
}
