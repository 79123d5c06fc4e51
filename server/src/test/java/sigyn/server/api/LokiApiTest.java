package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.logql.QueryEngine;
import sigyn.server.config.ConfigFile;
import sigyn.server.config.Flags;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.Overrides;
import sigyn.server.http.HttpServer;
import sigyn.server.ingest.Ingest;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;

/// The API over a real port.
class LokiApiTest {
    private static final String RANGE = "start=1795180000000000000&end=1795190000000000000";

    @TempDir
    Path folder;

    private HttpClient client;
    private Storage storage;
    private QueryEngine engine;
    private HttpServer server;

    @BeforeEach
    void start() {
        start("auth_enabled: false\nlimits_config: {reject_old_samples: false}\n");
    }

    private void start(String yaml) {
        LokiConfig config = ConfigFile.parse(yaml, "l.yaml", Flags.parse(List.of()), Map.of())
                .withData(folder);
        var limits = Overrides.open(config);
        client = HttpClient.newHttpClient();
        storage = Storage.open(folder, Clock.systemUTC());
        engine = new QueryEngine(storage);
        var metrics = new Metrics("test");
        var ingest = new Ingest(config.push(), limits, storage::append, metrics, Clock.systemUTC());
        server = HttpServer.start(
                "127.0.0.1",
                0,
                new LokiApi(config, limits, storage, engine, ingest, metrics, () -> {}, Clock.systemUTC()));
    }

    @AfterEach
    void stop() {
        server.close();
        engine.close();
        storage.close();
        client.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, "", headers);
    }

    private HttpResponse<String> push(String app, String line, String... headers) throws Exception {
        var all = new java.util.ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(Arrays.asList(headers));
        return send(
                "POST",
                "/loki/api/v1/push",
                "{\"streams\":[{\"stream\":{\"app\":\"" + app + "\"},\"values\":[[\"1795183200000000000\",\"" + line
                        + "\"]]}]}",
                all.toArray(String[]::new));
    }

    @Test
    void aQueryIsExplainedInsteadOfAnswered() throws Exception {
        push("shop", "{\\\"a\\\":1}");
        String query = "/loki/api/v1/query_range?step=60&query="
                + URLEncoder.encode("sum by (app) (count_over_time({app=\"shop\"}[1h]))", StandardCharsets.UTF_8) + "&"
                + RANGE;
        assertThat(get(query + "&explain=true").body())
                .contains("\"resultType\":\"explain\"")
                .contains("rows counted by storage")
                .contains("rules [SkipLinesNobodyReads]")
                .doesNotContain("returned");
        assertThat(get(query + "&explain=analyze").body())
                .containsPattern("rows counted by storage +1\"")
                .containsPattern("rows read as lines +0\"");
        assertThat(get(query + "&explain=false").body()).contains("\"resultType\":\"matrix\"");
    }

    @Test
    void whatIsPushedIsListed() throws Exception {
        var pushed = push("shop", "hello");
        assertThat(pushed.statusCode()).isEqualTo(204);
        assertThat(pushed.body()).isEmpty();
        assertThat(get("/loki/api/v1/labels?" + RANGE).body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"app\",\"service_name\"]}\n");
        assertThat(get("/loki/api/v1/label/app/values?" + RANGE).body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"shop\"]}\n");
        assertThat(get("/loki/api/v1/label/nosuch/values?" + RANGE).body()).isEqualTo("{\"status\":\"success\"}\n");
        assertThat(get("/loki/api/v1/series?match[]=%7Bapp=%22shop%22%7D&" + RANGE)
                        .body())
                .isEqualTo("{\"status\":\"success\",\"data\":[{\"app\":\"shop\",\"service_name\":\"shop\"}]}\n");
        assertThat(get("/loki/api/v1/detected_labels?" + RANGE).body())
                .isEqualTo("{\"detectedLabels\":[{\"label\":\"app\",\"cardinality\":1},"
                        + "{\"label\":\"service_name\",\"cardinality\":1}]}\n");
        assertThat(get("/loki/api/v1/index/stats?query=%7Bapp=%22shop%22%7D&" + RANGE)
                        .body())
                .contains("\"streams\":1,")
                .contains("\"entries\":1");
    }

    @Test
    void methodsAndRoutes() throws Exception {
        assertThat(send("PUT", "/loki/api/v1/query_range", "").statusCode()).isEqualTo(405);
        assertThat(send("HEAD", "/loki/api/v1/labels", "").statusCode()).isEqualTo(405);
        assertThat(send("OPTIONS", "/loki/api/v1/labels", "").statusCode()).isEqualTo(405);
        var unknown = get("/loki/api/v1/labels/");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo("404 page not found\n");
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/loki/api/v1/label//values").statusCode()).isEqualTo(301);
        assertThat(get("/ready").body()).isEqualTo("ready\n");
        assertThat(get("/loki/api/v1/status/buildinfo").body()).contains("\"version\":\"3.");
    }

    @Test
    void pushErrorsAreTextWithANewlineAndQueryErrorsWithout() throws Exception {
        var push = send("POST", "/loki/api/v1/push", "{}", "Content-Type", "application/json");
        assertThat(push.statusCode()).isEqualTo(422);
        assertThat(push.body()).isEqualTo("error at least one valid stream is required for ingestion\n");
        assertThat(send("POST", "/loki/api/v1/push", "{}").body()).isEqualTo("mime: no media type\n");
        assertThat(send("POST", "/loki/api/v1/push", "{}", "Content-Type", "text/plain")
                        .body())
                .isEqualTo("snappy: corrupt input\n");
        var query = get("/loki/api/v1/labels?start=abc");
        assertThat(query.statusCode()).isEqualTo(400);
        assertThat(query.body())
                .isEqualTo("could not parse 'start' parameter: strconv.ParseInt: parsing \"abc\": invalid syntax");
        assertThat(query.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    }

    @Test
    void openTelemetryErrorsAreStatusMessages() throws Exception {
        var refused = send("POST", "/otlp/v1/logs", "{}", "Content-Type", "application/json; charset=utf-8");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
        assertThat(refused.body()).isEqualTo("\u00129error at least one valid stream is required for ingestion");
    }

    @Test
    void metricsCountRequestsByRoute() throws Exception {
        push("shop", "hello");
        get("/loki/api/v1/label/app/values");
        String text = get("/metrics").body();
        assertThat(text)
                .contains("loki_build_info{")
                .contains("loki_request_duration_seconds_count{method=\"POST\",route=\"loki_api_v1_push\","
                        + "status_code=\"204\",ws=\"false\"} 1")
                .contains("route=\"loki_api_v1_label_name_values\"")
                .contains("route=\"/logproto.Pusher/Push\"")
                .contains("loki_distributor_lines_received_total{format=\"json\",is_internal_stream=\"false\","
                        + "policy=\"\",tenant=\"fake\"} 1.0");
    }

    @Test
    void tenantsAreKeptApart() throws Exception {
        stop();
        start("auth_enabled: true\nlimits_config: {reject_old_samples: false}\n"
                + "querier: {multi_tenant_queries_enabled: true}\n");
        assertThat(push("a", "x").statusCode()).isEqualTo(401);
        assertThat(push("a", "x", "X-Scope-OrgID", "a/b").statusCode()).isEqualTo(400);
        assertThat(push("a", "x", "X-Scope-OrgID", "one|two").body()).isEqualTo("multiple org IDs present\n");
        push("a", "x", "X-Scope-OrgID", "one");
        push("b", "x", "X-Scope-OrgID", "two");
        assertThat(get("/loki/api/v1/label/app/values?" + RANGE, "X-Scope-OrgID", "one")
                        .body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"a\"]}\n");
        assertThat(get("/loki/api/v1/label/app/values?" + RANGE, "X-Scope-OrgID", "two|one")
                        .body())
                .isEqualTo("{\"status\":\"success\",\"data\":[\"a\",\"b\"]}\n");
        assertThat(get("/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyLargerThanTheHttpBuffersArrivesWhole() throws Exception {
        String line = "x".repeat(200_000);
        for (int i = 0; i < 5; i++) {
            assertThat(push("big" + i, line).statusCode()).isEqualTo(204);
        }
        assertThat(get("/loki/api/v1/index/stats?query=%7Bapp=~%22big.%22%7D&" + RANGE)
                        .body())
                .contains("\"entries\":5");
    }
}
