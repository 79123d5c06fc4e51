package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static sigyn.server.api.RunningApi.encode;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every endpoint that writes has in common, over one real port: tenants, methods, bodies.
class WriteContractTest {
    private static final Instant NOW = RunningApi.NOW;
    private static final String NANOS = NOW.getEpochSecond() + "000000000";
    private static final String JSON = "application/json";

    /// @param good a body that is taken
    /// @param done the status for that
    /// @param bad bodies that are refused with 400
    record Endpoint(String path, List<String> methods, String good, int done, List<String> bad) {
        @Override
        public String toString() {
            return path;
        }
    }

    @TempDir
    static Path folder;

    private static RunningApi api;

    @BeforeAll
    static void start() {
        api = RunningApi.ofContract(folder);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    static Stream<Endpoint> endpoints() {
        String push = "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[[\"" + NANOS + "\",\"hello\"]]}]}";
        var badPushes = List.of(
                "{",
                "[]x",
                "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[[\"soon\",\"hello\"]]}]}",
                "{\"streams\":[{\"stream\":\"app\",\"values\":[]}]}");
        return Stream.of(
                new Endpoint("/loki/api/v1/push", List.of("POST"), push, 204, badPushes),
                new Endpoint("/api/prom/push", List.of("POST"), push, 204, badPushes),
                new Endpoint(
                        "/otlp/v1/logs",
                        List.of("POST"),
                        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"" + NANOS
                                + "\",\"body\":{\"stringValue\":\"hello\"}}]}]}]}",
                        204,
                        List.of("{", "x")),
                new Endpoint(
                        "/loki/api/v1/delete?start=1&query=" + encode("{app=\"none\"}"),
                        List.of("POST", "PUT"),
                        "",
                        204,
                        List.of()));
    }

    private static HttpResponse<String> send(String method, Endpoint endpoint, String body, String... tenant)
            throws Exception {
        var headers = new java.util.ArrayList<>(List.of("Content-Type", JSON));
        for (String id : tenant) {
            headers.addAll(List.of("X-Scope-OrgID", id));
        }
        return api.send(method, endpoint.path, body, headers.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void writesAreForOneTenant(Endpoint endpoint) throws Exception {
        for (String method : endpoint.methods) {
            assertThat(send(method, endpoint, endpoint.good, "a").statusCode()).isEqualTo(endpoint.done);
            var none = send(method, endpoint, endpoint.good);
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.body()).isEqualTo("no org id\n");
            var several = send(method, endpoint, endpoint.good, "a|b");
            assertThat(several.statusCode()).isEqualTo(400);
            assertThat(several.body()).contains("multiple org IDs present");
            assertThat(send(method, endpoint, endpoint.good, "x/y").statusCode())
                    .isEqualTo(400);
        }
        assertThat(api.get("/loki/api/v1/labels", "X-Scope-OrgID", "b").body()).doesNotContain("\"app\"");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void otherMethodsAreRefused(Endpoint endpoint) throws Exception {
        for (String method : List.of("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "GET")) {
            boolean known = endpoint.methods.contains(method)
                    || endpoint.path.contains("/delete")
                            && List.of("GET", "DELETE").contains(method);
            if (!known) {
                assertThat(send(method, endpoint, "", "a").statusCode())
                        .as(method)
                        .isEqualTo(405);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void badBodies(Endpoint endpoint) throws Exception {
        for (String bad : endpoint.bad) {
            assertThat(send("POST", endpoint, bad, "a").statusCode()).as(bad).isEqualTo(400);
        }
        if (!endpoint.bad.isEmpty()) {
            assertThat(api.send(
                                    "POST",
                                    endpoint.path,
                                    endpoint.good,
                                    "X-Scope-OrgID",
                                    "a",
                                    "Content-Type",
                                    JSON,
                                    "Content-Encoding",
                                    "gzip")
                            .statusCode())
                    .as("no gzip in it")
                    .isEqualTo(400);
        }
    }

    /// The report lists what was refused, the rest is stored.
    @Test
    void aPartlyRefusedPushIsReportedOverHttp() throws Exception {
        String old = NOW.minusSeconds(3600L * 24 * 30).getEpochSecond() + "000000000";
        String body = "{\"streams\":[{\"stream\":{\"app\":\"report\"},\"values\":[[\"" + NANOS + "\",\"good\"],[\""
                + old + "\",\"too old\"]]},{\"stream\":{},\"values\":[[\"" + NANOS + "\",\"no labels\"]]}]}";
        var answer = api.send(
                "POST",
                "/loki/api/v1/push",
                body,
                "X-Scope-OrgID",
                "report",
                "Content-Type",
                JSON,
                "Accept",
                "application/vnd.sigyn.push-report+json");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).contains("push-report+json");
        assertThat(answer.body())
                .contains("\"reason\":\"greater_than_max_sample_age\"")
                .contains("\"stored\":2,\"refusedEntries\":1");
        assertThat(api.get(
                                "/loki/api/v1/query_range?query=" + encode("{app=\"report\"}") + "&end="
                                        + NOW.plusSeconds(1).getEpochSecond(),
                                "X-Scope-OrgID",
                                "report")
                        .body())
                .contains("good")
                .doesNotContain("too old");
    }

    @Test
    void withdrawingNeedsAKnownRequest() throws Exception {
        assertThat(api.send("DELETE", "/loki/api/v1/delete", "", "X-Scope-OrgID", "a")
                        .body())
                .startsWith("request_id not set");
        assertThat(api.send("DELETE", "/loki/api/v1/delete?request_id=1a2b3c4d", "", "X-Scope-OrgID", "a")
                        .statusCode())
                .isEqualTo(404);
        assertThat(api.send("DELETE", "/loki/api/v1/delete?request_id=x", "", "X-Scope-OrgID", "a|b")
                        .statusCode())
                .isEqualTo(400);
    }
}
