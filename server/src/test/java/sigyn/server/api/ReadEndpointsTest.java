package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What every endpoint that reads does with GET, with a form, without parameters, with bad ones and with wrong methods.
class ReadEndpointsTest {
    private static final Instant TIME = Instant.parse("2026-11-20T10:30:00Z");
    private static final String RANGE = "start=2026-11-20T10:00:00Z&end=2026-11-20T11:00:00Z";
    private static final String Q = "query=" + RunningApi.encode("{app=\"web\"}");
    private static final String SUM = "query=" + RunningApi.encode("sum(count_over_time({app=\"web\"}[1h]))");

    /// @param good parameters of a request that is answered, and `part` is in the answer
    /// @param emptyStatus of the answer to a request without any parameter, which has `emptyPart` in its body
    private record Endpoint(String path, String good, String part, int emptyStatus, String emptyPart) {}

    private static final List<Endpoint> ENDPOINTS = List.of(
            new Endpoint("/loki/api/v1/query", SUM + "&time=2026-11-20T11:00:00Z", "\"25\"", 400, "unexpected $end"),
            new Endpoint("/loki/api/v1/query_range", Q + "&" + RANGE, "line 7", 400, "unexpected $end"),
            new Endpoint("/loki/api/v1/labels", RANGE, "\"app\",\"service_name\"", 200, "{\"status\":\"success\"}"),
            new Endpoint("/loki/api/v1/label", RANGE, "\"app\",\"service_name\"", 200, "{\"status\":\"success\"}"),
            new Endpoint("/loki/api/v1/label/app/values", RANGE, "\"web\"", 200, "{\"status\":\"success\"}"),
            new Endpoint("/loki/api/v1/series", RANGE, "\"app\":\"web\"", 200, "\"data\":[]"),
            new Endpoint("/loki/api/v1/index/stats", Q + "&" + RANGE, "\"entries\":25", 400, "unexpected $end"),
            new Endpoint("/loki/api/v1/index/volume", Q + "&" + RANGE, "\"app\":\"web\"", 400, "unexpected $end"),
            new Endpoint("/loki/api/v1/index/volume_range", Q + "&" + RANGE, "\"app\":\"web\"", 400, "unexpected $end"),
            new Endpoint("/loki/api/v1/detected_labels", RANGE, "\"label\":\"app\"", 200, "{}"),
            new Endpoint("/loki/api/v1/detected_fields", Q + "&" + RANGE, "detected_level", 400, "unexpected $end"),
            new Endpoint("/loki/api/v1/detected_field/n/values", Q + "&" + RANGE, "\"7\"", 400, "unexpected $end"),
            new Endpoint("/loki/api/v1/format_query", Q, "{app=\\\"web\\\"}", 400, "unexpected $end"),
            new Endpoint("/api/prom/query", Q + "&" + RANGE, "line 7", 400, "unexpected $end"),
            new Endpoint("/api/prom/label", RANGE, "\"app\"", 200, "{\"status\":\"success\"}"),
            new Endpoint("/api/prom/series", RANGE, "\"app\":\"web\"", 200, "\"data\":[]"));

    @TempDir
    Path folder;

    private RunningApi api;

    @BeforeEach
    void start() throws Exception {
        api = new RunningApi(
                folder, "auth_enabled: false\nlimits_config: {reject_old_samples: false}\n", Clock.systemUTC());
        var lines =
                IntStream.range(0, 25).mapToObj(i -> "line " + i + " n=" + i).toList();
        assertThat(api.push("{\"app\":\"web\"}", TIME, lines).statusCode()).isEqualTo(204);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @TestFactory
    Stream<DynamicTest> getAndFormSayTheSame() {
        return ENDPOINTS.stream()
                .map(e -> DynamicTest.dynamicTest(e.path, () -> {
                    var get = api.get(e.path + "?" + e.good);
                    assertThat(get.statusCode()).as(get.body()).isEqualTo(200);
                    assertThat(get.body()).contains(e.part);
                    assertThat(get.headers().firstValue("Content-Type").orElse(""))
                            .startsWith("application/json");
                    var form = api.form(e.path, e.good);
                    assertThat(form.statusCode()).as(form.body()).isEqualTo(200);
                    assertThat(form.body()).contains(e.part);
                    // A form wins over the address.
                    if (e.good.contains("query=")) {
                        assertThat(api.form(e.path + "?query=%7B", e.good).statusCode())
                                .isEqualTo(200);
                        assertThat(api.form(e.path + "?" + e.good, "query=%7B").statusCode())
                                .isEqualTo(400);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> withoutParameters() {
        return ENDPOINTS.stream()
                .map(e -> DynamicTest.dynamicTest(e.path, () -> {
                    var answer = api.get(e.path);
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(e.emptyStatus);
                    assertThat(answer.body()).contains(e.emptyPart);
                }));
    }

    @TestFactory
    Stream<DynamicTest> badParametersAreRefusedInWords() {
        return ENDPOINTS.stream()
                .filter(e -> e.good.contains("start="))
                .map(e -> DynamicTest.dynamicTest(e.path, () -> {
                    String rest = e.good.replace(RANGE, "");
                    var start = api.get(e.path + "?" + rest + "&start=x&end=2026-11-20T11:00:00Z");
                    assertThat(start.statusCode()).isEqualTo(400);
                    assertThat(start.body())
                            .contains(
                                    "could not parse 'start' parameter: strconv.ParseInt: parsing \"x\": invalid syntax");
                    var end = api.get(e.path + "?" + rest + "&end=zz");
                    assertThat(end.statusCode()).isEqualTo(400);
                    assertThat(end.body()).contains("could not parse 'end' parameter");
                    var since = api.get(e.path + "?" + rest + "&since=5x");
                    assertThat(since.statusCode()).isEqualTo(400);
                    assertThat(since.body()).contains("could not parse 'since' parameter: unknown unit \"x\"");
                    var order = api.get(e.path + "?" + rest + "&start=2026-11-20T11:00:00Z&end=2026-11-20T10:00:00Z");
                    assertThat(order.statusCode()).isEqualTo(400);
                }));
    }

    @TestFactory
    Stream<DynamicTest> wrongMethodsAreRefused() {
        return ENDPOINTS.stream()
                .flatMap(e -> Stream.of("PUT", "DELETE", "PATCH", "OPTIONS")
                        .map(method -> DynamicTest.dynamicTest(
                                method + " " + e.path,
                                () -> assertThat(api.send(method, e.path + "?" + e.good, "")
                                                .statusCode())
                                        .isIn(404, 405))));
    }

    @Test
    void pagesAreWalkedByTheirTokens() throws Exception {
        var json = JsonMapper.shared();
        // Five more of one nanosecond, over two streams.
        for (String line : List.of("tie a", "tie b", "tie c")) {
            api.push("{\"app\":\"web\"}", TIME.plusSeconds(9), List.of(line));
        }
        for (String line : List.of("tie d", "tie e")) {
            api.push("{\"app\":\"web\",\"pod\":\"p\"}", TIME.plusSeconds(9), List.of(line));
        }
        for (String direction : List.of("forward", "backward")) {
            var lines = new ArrayList<String>();
            String next = "";
            int pages = 0;
            while (next != null) {
                var answer = api.get("/loki/api/v1/query_range?" + Q + "&" + RANGE + "&limit=4&direction=" + direction
                        + "&next=" + next);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                JsonNode data = json.readTree(answer.body()).get("data");
                for (var stream : data.get("result")) {
                    for (var value : stream.get("values")) {
                        lines.add(value.get(1).asString());
                    }
                }
                next = data.has("next") ? data.get("next").asString() : null;
                pages++;
            }
            assertThat(lines).hasSize(30).doesNotHaveDuplicates();
            assertThat(pages).isEqualTo(8);
        }
        assertThat(api.get("/loki/api/v1/query_range?" + Q + "&" + RANGE).body())
                .doesNotContain("\"next\"");
        assertThat(api.get("/loki/api/v1/query_range?" + Q + "&" + RANGE + "&next=x")
                        .statusCode())
                .isEqualTo(400);
    }
}
