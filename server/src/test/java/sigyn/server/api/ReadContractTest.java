package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static sigyn.server.api.RunningApi.encode;

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
import sigyn.testkit.FakeClock;

/// What every endpoint that reads has in common, over one real port: tenants, methods, forms, parameters.
class ReadContractTest {
    private static final Instant NOW = Instant.parse("2026-11-20T14:10:00Z");
    private static final String SELECTOR = "query=" + encode("{app=~\".+\"}");

    /// @param parameters good ones
    /// @param needsQuery an empty query is refused
    /// @param ofA what is only in the answer for tenant `a`; of `b` likewise
    record Endpoint(String path, String parameters, boolean needsQuery, String ofA, String ofB) {
        @Override
        public String toString() {
            return path;
        }
    }

    /// What is tested by itself below.
    static final List<String> OTHERS = List.of(
            "/loki/api/v1/tail",
            "/api/prom/tail",
            "/loki/api/v1/demoted_labels",
            "/loki/api/v1/drilldown-limits",
            "/loki/api/v1/format_query");

    @TempDir
    static Path folder;

    private static RunningApi api;
    private static RunningApi closed;

    @BeforeAll
    static void start() throws Exception {
        var clock = new FakeClock(NOW);
        String yaml = "pattern_ingester: {enabled: true}\nquerier: {multi_tenant_queries_enabled: ";
        api = new RunningApi(folder.resolve("open"), yaml + "true}\n", clock);
        closed = new RunningApi(folder.resolve("closed"), yaml + "false}\n", clock);
        for (String tenant : List.of("a", "b")) {
            String labels = "{\"app\":\"app-of-" + tenant + "\",\"only_" + tenant + "\":\"x\"}";
            api.push(
                    labels,
                    NOW.minusSeconds(60),
                    List.of("field_" + tenant + "=value-of-" + tenant),
                    "X-Scope-OrgID",
                    tenant);
        }
    }

    @AfterAll
    static void stop() {
        api.close();
        closed.close();
    }

    static Stream<Endpoint> endpoints() {
        return Stream.of(
                new Endpoint(
                        "/loki/api/v1/query",
                        "query=" + encode("sum by (app) (count_over_time({app=~\".+\"}[5m]))"),
                        true,
                        "app-of-a",
                        "app-of-b"),
                new Endpoint("/loki/api/v1/query_range", SELECTOR, true, "value-of-a", "value-of-b"),
                new Endpoint("/loki/api/v1/labels", "", false, "only_a", "only_b"),
                new Endpoint("/loki/api/v1/label", "", false, "only_a", "only_b"),
                new Endpoint("/loki/api/v1/label/app/values", "", false, "app-of-a", "app-of-b"),
                new Endpoint("/loki/api/v1/series", "match=" + encode("{app=~\".+\"}"), false, "app-of-a", "app-of-b"),
                new Endpoint("/loki/api/v1/index/stats", SELECTOR, true, "\"streams\":", "\"streams\":"),
                new Endpoint(
                        "/loki/api/v1/index/shards",
                        SELECTOR + "&targetBytesPerShard=600MB",
                        true,
                        "\"bounds\":{",
                        "\"bounds\":{"),
                new Endpoint("/loki/api/v1/index/volume", SELECTOR, true, "app-of-a", "app-of-b"),
                new Endpoint("/loki/api/v1/index/volume_range", SELECTOR, true, "app-of-a", "app-of-b"),
                new Endpoint("/loki/api/v1/patterns", SELECTOR, true, "value-of-a", "value-of-b"),
                new Endpoint("/loki/api/v1/detected_labels", SELECTOR, false, "only_a", "only_b"),
                new Endpoint("/loki/api/v1/detected_fields", SELECTOR, true, "field_a", "field_b"),
                new Endpoint("/loki/api/v1/detected_field/field_a/values", SELECTOR, true, "value-of-a", ""),
                new Endpoint("/api/prom/query", SELECTOR, true, "value-of-a", "value-of-b"),
                new Endpoint("/api/prom/label", "", false, "only_a", "only_b"),
                new Endpoint("/api/prom/label/app/values", "", false, "app-of-a", "app-of-b"),
                new Endpoint("/api/prom/series", "match=" + encode("{app=~\".+\"}"), false, "app-of-a", "app-of-b"));
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void eachTenantSeesItsOwnAndSeveralSeeAll(Endpoint endpoint) throws Exception {
        String path = endpoint.path + "?" + endpoint.parameters;
        String a = api.get(path, "X-Scope-OrgID", "a").body();
        String b = api.get(path, "X-Scope-OrgID", "b").body();
        String both = api.get(path, "X-Scope-OrgID", "b|a|b").body();
        assertThat(a).contains(endpoint.ofA);
        assertThat(b).contains(endpoint.ofB);
        assertThat(both).contains(endpoint.ofA).contains(endpoint.ofB);
        if (!endpoint.ofA.equals(endpoint.ofB)) {
            assertThat(b).doesNotContain(endpoint.ofA);
        }
        assertThat(api.get(path, "X-Scope-OrgID", "stranger").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void aMatcherOfTheTenantChoosesAmongSeveral(Endpoint endpoint) throws Exception {
        if (!endpoint.parameters.contains("=%7B") && !endpoint.parameters.isEmpty()) {
            return;
        }
        String name = endpoint.parameters.startsWith("match") ? "match=" : "query=";
        String others = endpoint.parameters.contains("&")
                ? endpoint.parameters.substring(endpoint.parameters.indexOf('&'))
                : "";
        String path = endpoint.path + "?" + name + encode("{app=~\".+\", __tenant_id__=\"a\"}") + others;
        var answer = api.get(path, "X-Scope-OrgID", "a|b");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains(endpoint.ofA);
        if (!endpoint.ofB.isEmpty() && !endpoint.ofA.equals(endpoint.ofB)) {
            assertThat(answer.body()).doesNotContain(endpoint.ofB);
        }
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void tenantsThatCannotBe(Endpoint endpoint) throws Exception {
        String path = endpoint.path + "?" + endpoint.parameters;
        var missing = api.get(path);
        assertThat(missing.statusCode()).isEqualTo(401);
        assertThat(missing.body()).isEqualTo("no org id\n");
        var bad = api.get(path, "X-Scope-OrgID", "x/y");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(bad.body()).startsWith("tenant ID 'x/y' contains unsupported character '/'");
        assertThat(api.get(path, "X-Scope-OrgID", "x".repeat(151)).body())
                .startsWith("tenant ID is too long: max 150 characters");
        var several = closed.get(path, "X-Scope-OrgID", "a|b");
        assertThat(several.statusCode()).isEqualTo(400);
        assertThat(several.body()).startsWith("multiple org IDs present");
        assertThat(closed.get(path, "X-Scope-OrgID", "a").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void methodsAndForms(Endpoint endpoint) throws Exception {
        String path = endpoint.path + "?" + endpoint.parameters;
        for (String method : List.of("PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")) {
            assertThat(api.send(method, path, "", "X-Scope-OrgID", "a").statusCode())
                    .as(method)
                    .isEqualTo(405);
        }
        String asked = withoutTimes(api.get(path, "X-Scope-OrgID", "a").body());
        var form = api.form(endpoint.path, endpoint.parameters, "X-Scope-OrgID", "a");
        assertThat(form.statusCode()).isEqualTo(200);
        assertThat(withoutTimes(form.body())).isEqualTo(asked);
        if (endpoint.parameters.startsWith("query")) {
            String wrong = endpoint.parameters.substring(0, endpoint.parameters.indexOf('=')) + "=nonsense";
            assertThat(withoutTimes(api.form(endpoint.path + "?" + wrong, endpoint.parameters, "X-Scope-OrgID", "a")
                            .body()))
                    .as("the form wins over the URL")
                    .isEqualTo(asked);
        }
        assertThat(api.get(endpoint.path + "/", "X-Scope-OrgID", "a").statusCode())
                .isEqualTo(404);
    }

    /// Answers tell how long they took.
    private static String withoutTimes(String json) {
        return json.replaceAll("\"[A-Za-z]*(Time|PerSecond|Duration|Latency)\":[-0-9.eE]+", "");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void badParameters(Endpoint endpoint) throws Exception {
        String good = endpoint.path + "?" + endpoint.parameters;
        String time = endpoint.path.equals("/loki/api/v1/query") ? "time" : "start";
        var noTime = api.get(good + "&" + time + "=abc", "X-Scope-OrgID", "a");
        assertThat(noTime.statusCode()).isEqualTo(400);
        assertThat(noTime.body()).endsWith("strconv.ParseInt: parsing \"abc\": invalid syntax");
        if (endpoint.needsQuery) {
            for (String query : List.of("", "?query=", "?query=nonsense", "?query=" + encode("{app="))) {
                var answer = api.get(endpoint.path + query, "X-Scope-OrgID", "a");
                assertThat(answer.statusCode()).as(query).isEqualTo(400);
                assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                        .hasValue("nosniff");
            }
        }
    }

    @Test
    void shardsNeedASize() throws Exception {
        String path = "/loki/api/v1/index/shards?" + SELECTOR;
        for (String size : List.of("", "&targetBytesPerShard=0", "&targetBytesPerShard=-1", "&targetBytesPerShard=x")) {
            var answer = api.get(path + size, "X-Scope-OrgID", "a");
            assertThat(answer.statusCode()).as(size).isEqualTo(400);
            assertThat(answer.body()).isEqualTo("targetBytesPerShard must be a positive value");
        }
        assertThat(api.get(path + "&targetBytesPerShard=1", "X-Scope-OrgID", "a")
                        .body())
                .matches(
                        "\\{\"shards\":\\[\\{.*\"stats\":\\{\"streams\":1,\"chunks\":1,\"bytes\":\\d+,\"entries\":1}}],"
                                + "\"statistics\":\\{}}\n");
    }

    @Test
    void aTailIsForOneTenant() throws Exception {
        for (String path : List.of("/loki/api/v1/tail", "/api/prom/tail")) {
            assertThat(api.get(path + "?" + SELECTOR).statusCode()).isEqualTo(401);
            assertThat(api.get(path + "?" + SELECTOR, "X-Scope-OrgID", "a|b").body())
                    .isEqualTo("multiple org IDs present");
            assertThat(api.get(path + "?" + SELECTOR, "X-Scope-OrgID", "a").body())
                    .isEqualTo("Bad Request\n");
            assertThat(api.get(path + "?query=x", "X-Scope-OrgID", "a").statusCode())
                    .isEqualTo(400);
            assertThat(api.get(path + "?delay_for=6&" + SELECTOR, "X-Scope-OrgID", "a")
                            .body())
                    .isEqualTo("delay_for can't be greater than 5");
            assertThat(api.send("POST", path, "", "X-Scope-OrgID", "a").statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void labelsThatExplodedAreNamedToTheirTenant(@TempDir Path data) throws Exception {
        var clock = new FakeClock(NOW);
        try (var own = new RunningApi(
                data,
                "limits_config: {demote_labels_above: 3}\nquerier: {multi_tenant_queries_enabled: true}\n",
                clock)) {
            String path = "/loki/api/v1/demoted_labels";
            own.push("{\"app\":\"a\",\"few\":\"0\"}", NOW, List.of("line"), "X-Scope-OrgID", "a");
            assertThat(own.get(path, "X-Scope-OrgID", "a").body())
                    .isEqualToIgnoringNewLines("{\"status\":\"success\",\"data\":[]}");
            for (int i = 0; i < 5; i++) {
                own.push("{\"app\":\"a\",\"trace\":\"" + i + "\"}", NOW, List.of("line"), "X-Scope-OrgID", "a");
                own.push("{\"app\":\"b\",\"visit\":\"" + i + "\"}", NOW, List.of("line"), "X-Scope-OrgID", "b");
            }
            assertThat(own.get(path, "X-Scope-OrgID", "a").body())
                    .isEqualToIgnoringNewLines("{\"status\":\"success\",\"data\":[\"trace\"]}");
            assertThat(own.get(path, "X-Scope-OrgID", "b|a").body())
                    .isEqualToIgnoringNewLines("{\"status\":\"success\",\"data\":[\"trace\",\"visit\"]}");
            assertThat(own.get(path).statusCode()).isEqualTo(401);
            assertThat(own.send("POST", path, "", "X-Scope-OrgID", "a").statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void theLimitsOfDrilldownAndTheFormatterNeedNoMore() throws Exception {
        assertThat(api.get("/loki/api/v1/drilldown-limits").statusCode()).isEqualTo(401);
        assertThat(api.get("/loki/api/v1/drilldown-limits", "X-Scope-OrgID", "a")
                        .body())
                .contains("\"pattern_ingester_enabled\":true")
                .contains("\"max_query_length\":\"30d1h\"");
        assertThat(api.send("POST", "/loki/api/v1/drilldown-limits", "", "X-Scope-OrgID", "a")
                        .statusCode())
                .isEqualTo(405);
        String query = "query=" + encode("sum(rate({app=\"x\"}[5m]))");
        assertThat(api.form("/loki/api/v1/format_query", query).body())
                .isEqualTo(api.get("/loki/api/v1/format_query?" + query).body())
                .contains("\"status\":\"success\"");
        assertThat(api.get("/loki/api/v1/format_query?query=x").statusCode()).isEqualTo(400);
    }
}
