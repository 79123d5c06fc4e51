package sigyn.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sigyn.server.config.LokiConfig;
import sigyn.server.dashboards.DashboardsConfig;

/// Starts everything on free ports of the loopback, pushes and asks a little and stops: what the start-up cache is
/// recorded from.
@Command(name = "train", hidden = true, description = "Runs a short load to record the start-up cache.")
final class TrainCommand implements Callable<Integer> {
    private static final int ROUNDS = 30;
    private static final List<String> QUERIES = List.of(
            "/loki/api/v1/query_range?limit=100&query=%7Bjob%3D%22train%22%7D%20%7C%3D%20%22line%22",
            "/loki/api/v1/query_range?step=60&query=sum%20by%20(level)%20(count_over_time(%7Bjob%3D%22train%22%7D%5B1m%5D))",
            "/loki/api/v1/query_range?query=%7Bjob%3D%22train%22%7D%20%7C%20json%20%7C%20n%20%3E%205",
            "/loki/api/v1/labels",
            "/loki/api/v1/label/job/values",
            "/loki/api/v1/series",
            "/ready",
            "/metrics");

    private static final List<String> BLOCK_QUERIES = List.of(
            "/loki/api/v1/query_range?limit=100&query=%7Bhostname%3D%22host-1%22%7D%20%7C%3D%20%22handler.go:17%22",
            "/loki/api/v1/query_range?limit=100&query=%7Bhostname%3D%22host-1%22%7D%20%7C%3D%20%22absent-4711%22",
            "/loki/api/v1/query_range?limit=100&query=%7Bservice%3D%22train-3%22%7D%20%7C~%20%22blk_%5B0-9%5D%2B77%22",
            "/loki/api/v1/query_range?step=60&query=sum%20by%20(level)%20(count_over_time(%7Bhostname%3D%22host-1%22%7D%5B1m%5D))",
            "/loki/api/v1/query_range?step=300&query=sum%20by%20(model)%20(count_over_time(%7Bservice%3D%22train-0%22%7D%20%7C%20json%20%7C%20duration_ms%20%3E%204000%5B5m%5D))");
    private static final List<String> PAGES = List.of(
            "/",
            "/d/%s/x",
            "/api/user",
            "/api/frontend/settings",
            "/api/dashboards/uid/%s",
            "/api/search?query=RAG",
            "/api/health",
            "/api/datasources/proxy/uid/loki-datasource/loki/api/v1/label/service/values",
            "/api/datasources/proxy/uid/loki-datasource/loki/api/v1/query_range?step=15000ms&query=sum%%20by%%20(service,%%20level)%%20(count_over_time(%%7Bservice%%3D~%%22.*%%22,level%%3D~%%22ERROR%%7CINFO%%22%%7D%%5B1m%%5D))",
            "/api/datasources/proxy/uid/loki-datasource/loki/api/v1/query_range?limit=1000&query=%%7Bservice%%3D~%%22.*%%22,level%%3D~%%22ERROR%%7CINFO%%22%%7D");
    private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"\\./(assets/[^\"]+)");
    private static final int VISITS = 8;

    private static final int PUSHES = 16;
    /// So often that the methods blocks are written by do not end with a guess at what they will be given.
    private static final int FLUSHES = 6;
    private static final int LINES = 2000;
    private static final int BLOCK_ROUNDS = 8;

    @Option(names = "--data", required = true, description = "folder for what is stored")
    Path data = Path.of("");

    @Override
    public Integer call() throws Exception {
        var config = LokiConfig.withoutFile(data).withListen("127.0.0.1", 0, 0);
        var dashboards = DashboardsConfig.read(Map.of("GF_SECURITY_ADMIN_PASSWORD", "train"), null)
                .withListen("127.0.0.1", 0)
                .withData(data.resolve("dashboards"))
                .withProvisioning(data.resolve("none"));
        try (var node = Node.start(config, dashboards, true, Clock.systemUTC());
                var client = HttpClient.newHttpClient()) {
            UpCommand.greet(System.out, node, "127.0.0.1", data, "admin");
            URI logs = URI.create("http://127.0.0.1:" + node.logsPort().orElseThrow());
            for (int i = 0; i < ROUNDS; i++) {
                String body = "{\"streams\":[{\"stream\":{\"job\":\"train\",\"level\":\"INFO\"},\"values\":[[\""
                        + System.currentTimeMillis() + "000000\",\"{\\\"message\\\":\\\"line " + i + "\\\",\\\"n\\\":"
                        + i + "}\"]]}]}";
                var push = HttpRequest.newBuilder(logs.resolve("/loki/api/v1/push"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
                client.send(push.build(), HttpResponse.BodyHandlers.discarding());
                for (String query : QUERIES) {
                    client.send(
                            HttpRequest.newBuilder(logs.resolve(query)).build(),
                            HttpResponse.BodyHandlers.discarding());
                }
            }
            var load = new TrainingLoad(Instant.now().minus(Duration.ofHours(1)));
            for (int i = 0; i < FLUSHES; i++) {
                load(client, logs, load);
            }
            askBlocks(client, logs);
            URI pages = URI.create("http://127.0.0.1:" + node.dashboardsPort().orElseThrow());
            for (int i = 0; i < VISITS; i++) {
                visit(client, pages);
            }
        }
        return 0;
    }

    /// What a browser asks for until the demo dashboard is filled.
    private static void visit(HttpClient client, URI pages) throws IOException, InterruptedException {
        String login = ask(client, pages.resolve("/login"), "", "identity");
        var assets = ASSET.matcher(login);
        while (assets.find()) {
            ask(client, pages.resolve("/" + assets.group(1)), "", "gzip");
        }
        var posted = client.send(
                HttpRequest.newBuilder(pages.resolve("/login"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"admin\",\"password\":\"train\"}"))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        String cookie = posted.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
        String hits = ask(client, pages.resolve("/api/search?type=dash-db"), cookie, "identity");
        String uid = hits.replaceFirst("(?s).*?\"uid\":\"([^\"]+).*", "$1");
        for (String page : PAGES) {
            ask(client, pages.resolve(page.formatted(uid)), cookie, "gzip");
        }
    }

    private static String ask(HttpClient client, URI address, String cookie, String encoding)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address)
                .header("Cookie", cookie)
                .header("Accept-Encoding", encoding)
                .header("X-Loki-Response-Encoding-Flags", "categorize-labels");
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(address + " answered " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /// Enough lines that blocks are written.
    private static void load(HttpClient client, URI logs, TrainingLoad load) throws IOException, InterruptedException {
        for (int i = 0; i < PUSHES; i++) {
            for (byte[] body : load.bodies(LINES)) {
                var push = HttpRequest.newBuilder(logs.resolve("/loki/api/v1/push"))
                        .header("Content-Type", "application/x-protobuf")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
                client.send(push.build(), HttpResponse.BodyHandlers.discarding());
            }
        }
        var flush = HttpRequest.newBuilder(logs.resolve("/flush")).POST(HttpRequest.BodyPublishers.noBody());
        client.send(flush.build(), HttpResponse.BodyHandlers.discarding());
    }

    private static void askBlocks(HttpClient client, URI logs) throws IOException, InterruptedException {
        for (int i = 0; i < BLOCK_ROUNDS; i++) {
            for (String query : BLOCK_QUERIES) {
                client.send(
                        HttpRequest.newBuilder(logs.resolve(query)).build(), HttpResponse.BodyHandlers.discarding());
            }
        }
    }
}
