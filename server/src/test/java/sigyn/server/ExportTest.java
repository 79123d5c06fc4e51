package sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.config.LokiConfig;
import sigyn.server.dashboards.DashboardsConfig;
import tools.jackson.databind.ObjectMapper;

/// The whole of a range as a file, through the dashboards' door.
class ExportTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ADMIN = "Basic YWRtaW46YWRtaW4xMjM=";
    private static final long MIDDLE = (System.currentTimeMillis() - 600_000) * 1_000_000;
    private static final int AT_ONCE = 4_000;
    private static final int AROUND = 3_000;

    @TempDir
    static Path folder;

    private static Node node;
    private static HttpClient client;
    private static String source = "";

    @BeforeAll
    static void start() throws Exception {
        node = Node.start(
                LokiConfig.withoutFile(folder).withListen("127.0.0.1", 0, 0),
                DashboardsConfig.read(
                                Map.of(
                                        "GF_SECURITY_ADMIN_PASSWORD",
                                        "admin123",
                                        "GF_PATHS_DATA",
                                        folder.resolve("dashboards").toString(),
                                        "GF_PATHS_PROVISIONING",
                                        folder.resolve("provisioning").toString()),
                                null)
                        .withListen("127.0.0.1", 0),
                false,
                Clock.systemUTC());
        client = HttpClient.newHttpClient();
        for (String app : List.of("one", "two")) {
            var values = new ArrayList<List<String>>();
            for (int i = 0; i < AT_ONCE / 2; i++) {
                values.add(List.of(String.valueOf(MIDDLE), app + " at once " + i));
            }
            for (int i = 1; i <= AROUND / 2; i++) {
                values.add(List.of(String.valueOf(MIDDLE - i * 1_000_003L), app + " before " + i));
                values.add(List.of(String.valueOf(MIDDLE + i * 1_000_003L), app + " after " + i));
            }
            push(Map.of("app", app, "level", "warn"), values);
        }
        push(Map.of("app", "odd"), List.of(List.of(String.valueOf(MIDDLE), "=1+1, \"quoted\"\nsecond")));
        source = JSON.readTree(get("/api/datasources", ADMIN).body())
                .get(0)
                .path("uid")
                .asString();
    }

    @AfterAll
    static void stop() {
        client.close();
        node.close();
    }

    @Test
    void everyLineIsThereOnceAndTheNewestIsFirst() throws Exception {
        var answer = export("{app=~\"one|two\"}", "ndjson", ADMIN);
        assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
                .matches("attachment; .*\\.ndjson\"");
        var lines = new ArrayList<String>();
        var times = new ArrayList<String>();
        for (String text : answer.body().split("\n")) {
            var json = JSON.readTree(text);
            lines.add(json.path("line").asString());
            times.add(json.path("timestamp").asString());
            assertThat(json.path("labels").path("level").asString()).isEqualTo("warn");
        }
        assertThat(lines).hasSize(AT_ONCE + 2 * AROUND);
        assertThat(new HashSet<>(lines)).hasSize(lines.size());
        assertThat(times).isSortedAccordingTo(Collections.reverseOrder());
    }

    @Test
    void textAndTables() throws Exception {
        assertThat(export("{app=\"odd\"}", "txt", ADMIN).body())
                .matches("(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z =1\\+1, \"quoted\"\nsecond\n");
        assertThat(export("{app=\"odd\"}", "csv", ADMIN).body())
                .startsWith("time,level,line,labels\n")
                .contains(",\"'=1+1, \"\"quoted\"\"\nsecond\",\"{\"\"app\"\":\"\"odd\"\"");
    }

    @Test
    void whatCannotBeExportedIsRefused() throws Exception {
        assertThat(export("{app=\"one\"", "txt", ADMIN).statusCode()).isEqualTo(400);
        assertThat(export("count_over_time({app=\"one\"}[1m])", "txt", ADMIN).statusCode())
                .isEqualTo(400);
        assertThat(export("{app=\"one\"}", "exe", ADMIN).statusCode()).isEqualTo(400);
        assertThat(export("{app=\"one\"}", "txt", null).statusCode()).isEqualTo(401);
        assertThat(get("/api/ui/logs/nothing?query=x&start=1&end=2", ADMIN).statusCode())
                .isEqualTo(404);
        assertThat(get("/api/ui/logs/" + source + "?query=x&start=now&end=2", ADMIN)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aReadPolicyHoldsHereToo() throws Exception {
        var account = JSON.readTree(
                post("/api/serviceaccounts", "{\"name\":\"r\",\"role\":\"Viewer\",\"policy\":\"{app=\\\"one\\\"}\"}"));
        var token = JSON.readTree(
                post("/api/serviceaccounts/" + account.path("id").asLong() + "/tokens", "{\"name\":\"t\"}"));
        String reader = "Bearer " + token.path("key").asString();
        assertThat(export("{app=~\".+\"}", "txt", reader).body().split("\n"))
                .hasSize(AT_ONCE / 2 + AROUND)
                .allMatch(line -> line.contains(" one "));
    }

    private static HttpResponse<String> export(String query, String format, @Nullable String authorization)
            throws Exception {
        return get(
                "/api/ui/logs/" + source + "?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&start="
                        + (MIDDLE - 60_000_000_000L) + "&end=" + (MIDDLE + 60_000_000_000L) + "&format=" + format,
                authorization);
    }

    private static void push(Map<String, String> labels, List<List<String>> values) throws Exception {
        String body = JSON.writeValueAsString(Map.of("streams", List.of(Map.of("stream", labels, "values", values))));
        var answer = client.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + node.logsPort().orElseThrow() + "/loki/api/v1/push"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    private static HttpResponse<String> get(String path, @Nullable String authorization) throws Exception {
        var request = HttpRequest.newBuilder(dashboards(path));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String post(String path, String body) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(dashboards(path))
                                .header("Authorization", ADMIN)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static URI dashboards(String path) {
        return URI.create("http://127.0.0.1:" + node.dashboardsPort().orElseThrow() + path);
    }
}
