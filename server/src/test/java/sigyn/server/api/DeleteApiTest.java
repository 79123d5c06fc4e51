package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static sigyn.server.api.RunningApi.encode;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sigyn.model.Tenant;
import sigyn.storage.DiskSearch;
import sigyn.testkit.FakeClock;

/// Requests to delete, over a real port. Lines are told apart by the answers of queries.
class DeleteApiTest {
    private static final Instant NOW = Instant.parse("2026-11-20T14:10:00Z");
    private static final String YAML = """
            auth_enabled: false
            compactor: {retention_enabled: true, delete_request_store: filesystem, delete_request_cancel_period: 1h}
            limits_config: {reject_old_samples: false}
            """;
    private static final String ALL = "query=" + encode("{app=\"shop\"}") + "&start=1795100000";

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(NOW);
    private RunningApi api;

    @BeforeEach
    void start() throws Exception {
        start(YAML);
        api.push("{\"app\":\"shop\"}", NOW.minusSeconds(60), List.of("pay 1", "secret 2", "Secret 3", "pay 4"));
        api.push("{\"app\":\"other\"}", NOW.minusSeconds(60), List.of("secret 5"));
    }

    private void start(String yaml) {
        api = new RunningApi(folder, yaml, clock);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private List<String> lines(String... headers) throws Exception {
        String json = api.get(
                        "/loki/api/v1/query_range?direction=forward&since=1d&query=" + encode("{app=~\".+\"}"), headers)
                .body();
        return Pattern.compile("\\[\"[0-9]+\",\"([^\"]*)\"")
                .matcher(json)
                .results()
                .map(m -> m.group(1))
                .sorted()
                .toList();
    }

    private HttpResponse<String> delete(String query, String more) throws Exception {
        return api.send("POST", "/loki/api/v1/delete?start=1795100000&query=" + encode(query) + more, "");
    }

    private String list() throws Exception {
        return api.get("/loki/api/v1/delete").body();
    }

    @Test
    void aStreamIsHiddenAtOnceAndListed() throws Exception {
        assertThat(list()).isEqualTo("[]\n");
        var made = delete("{app=\"shop\"}", "&end=1795183800");
        assertThat(made.statusCode()).isEqualTo(204);
        assertThat(made.body()).isEmpty();
        String id = made.headers().firstValue("X-Delete-Request-ID").orElseThrow();
        assertThat(id).matches("[0-9a-f]{8}");
        assertThat(lines()).containsExactly("secret 5");
        assertThat(list())
                .isEqualTo("[{\"request_id\":\"" + id + "\",\"start_time\":1795100000,\"end_time\":1795183800,"
                        + "\"query\":\"{app=\\\"shop\\\"}\",\"status\":\"received\",\"created_at\":1795183800,"
                        + "\"user_id\":\"\",\"lines\":4,\"due_at\":1795187400}]\n");
    }

    @Test
    void lineFiltersChooseLinesAndLaterLinesStay() throws Exception {
        assertThat(delete("{app=~\"shop|other\"} |= \"secret\" != \"5\"", "").statusCode())
                .isEqualTo(204);
        assertThat(lines()).containsExactly("Secret 3", "pay 1", "pay 4", "secret 5");
        assertThat(delete("{app=~\".+\"} |~ \"(?i)secret\"", "").statusCode()).isEqualTo(204);
        assertThat(lines()).containsExactly("pay 1", "pay 4");
        clock.advance(Duration.ofSeconds(5));
        api.push("{\"app\":\"shop\"}", NOW, List.of("secret later"));
        assertThat(lines()).containsExactly("pay 1", "pay 4", "secret later");
        assertThat(list()).contains("\"lines\":1,").contains("\"lines\":2,");
    }

    @Test
    void everythingInARange() throws Exception {
        assertThat(api.send(
                                "PUT",
                                "/loki/api/v1/delete?query=%7B%7D&start=2026-11-20T14:08:59Z&end=2026-11-20T14:10:00Z",
                                "")
                        .statusCode())
                .isEqualTo(204);
        assertThat(lines()).isEmpty();
    }

    @Test
    void aWithdrawnRequestShowsItsLinesAgain() throws Exception {
        String id = delete("{app=\"shop\"}", "")
                .headers()
                .firstValue("X-Delete-Request-ID")
                .orElseThrow();
        assertThat(lines()).hasSize(1);
        var unknown = api.send("DELETE", "/loki/api/v1/delete?request_id=nosuch", "");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo("could not find delete request with given id\n");
        var nameless = api.send("DELETE", "/loki/api/v1/delete", "");
        assertThat(nameless.statusCode()).isEqualTo(400);
        assertThat(list()).contains(id);
        assertThat(api.send("DELETE", "/loki/api/v1/delete?request_id=" + id, "")
                        .statusCode())
                .isEqualTo(204);
        assertThat(lines()).hasSize(5);
        assertThat(list()).isEqualTo("[]\n");
    }

    @Test
    void requestsSurviveARestartAndTheirBytesGo() throws Exception {
        String id = delete("{app=\"shop\"} |= \"secret\"", "")
                .headers()
                .firstValue("X-Delete-Request-ID")
                .orElseThrow();
        stop();
        start(YAML);
        assertThat(lines()).containsExactly("Secret 3", "pay 1", "pay 4", "secret 5");
        assertThat(list()).contains(id).contains("\"status\":\"received\"").contains("\"lines\":1,");
        clock.advance(Duration.ofMinutes(61));
        var late = api.send("DELETE", "/loki/api/v1/delete?request_id=" + id, "");
        assertThat(late.statusCode()).isEqualTo(400);
        api.storage.flush();
        while (!list().contains("\"status\":\"processed\"")) {
            Thread.onSpinWait();
        }
        var processed = api.send("DELETE", "/loki/api/v1/delete?force=true&request_id=" + id, "");
        assertThat(processed.statusCode()).isEqualTo(400);
        assertThat(processed.body())
                .isEqualTo("deletion of request which is in process or already processed is not allowed\n");
        stop();
        start(YAML);
        assertThat(list()).contains(id).contains("\"status\":\"processed\"");
        assertThat(lines()).containsExactly("Secret 3", "pay 1", "pay 4", "secret 5");
    }

    @Test
    void byForceTheBytesAreGoneWithTheAnswer() throws Exception {
        assertThat(hits("secret 2")).isPositive();
        assertThat(delete("{app=\"shop\"} |= \"secret\"", "&force=true").statusCode())
                .isEqualTo(204);
        assertThat(list()).contains("\"status\":\"processed\"").contains("\"lines\":1,");
        assertThat(lines()).containsExactly("Secret 3", "pay 1", "pay 4", "secret 5");
        assertThat(hits("secret 2")).isZero();
        assertThat(hits("secret 5")).isPositive();
    }

    /// The words of the request itself go with the bytes: by force, in time, and at the start after a crash.
    @Test
    void noFileHasWhatWasLookedForAnyMore() throws Exception {
        delete("{app=\"shop\"} |= `secret 2` # secret 2", "&force=true");
        assertThat(hits("secret 2")).isZero();
        assertThat(list()).contains("\"query\":\"{app=\\\"shop\\\"} |= \\\"***\\\"\"");
        delete("{app=~\"sh.p\"} |~ \"pay 1|pay 4\" != \"nope\"", "");
        assertThat(list()).contains("pay 1|pay 4");
        assertThat(hits("pay 1")).isPositive();
        clock.advance(Duration.ofMinutes(61));
        api.storage.flush();
        while (!api.storage.deletions(Tenant.FAKE).isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(list()).doesNotContain("pay").doesNotContain("nope");
        assertThat(list()).contains("\"query\":\"{app=~\\\"sh.p\\\"} |~ \\\"***\\\" != \\\"***\\\"\"");
        api.storage.erase();
        assertThat(hits("pay 1")).isZero();
        stop();
        Path file = folder.resolve("deletes.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\\*\\*\\*", "pay 4"));
        assertThat(hits("pay 4")).isPositive();
        start(YAML);
        assertThat(hits("pay 4")).isZero();
    }

    /// How often a text is in the files of the data folder, as their bytes are and as they are read. The store goes on:
    /// when it has removed a file meanwhile they are read again.
    private long hits(String text) throws Exception {
        while (true) {
            long raw = 0;
            try (var files = Files.walk(folder)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                        raw++;
                    }
                }
                return raw
                        + DiskSearch.grep(text, folder, new PrintWriter(Writer.nullWriter()))
                                .hits();
            } catch (NoSuchFileException e) {
                assertThat(Path.of(e.getFile())).doesNotExist();
            } catch (UncheckedIOException e) {
                assertThat(e).hasCauseInstanceOf(NoSuchFileException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "start=1795100000 | query not set",
                "start=1795100000&query= | query not set",
                "start=1795100000&query=nonsense | invalid query expression",
                "start=1795100000&query=rate(%7Ba=%22b%22%7D%5B1m%5D) | invalid query expression",
                "query=%7Ba=%22b%22%7D | start time not set",
                "query=%7Ba=%22b%22%7D&start=abc | invalid start time: require unix seconds or RFC3339 format",
                "query=%7Ba=%22b%22%7D&start=1795183200000 | invalid start time: require unix seconds or RFC3339 format",
                "query=%7Ba=%22b%22%7D&start=1&end=x | invalid end time: require unix seconds or RFC3339 format",
                "query=%7Ba=%22b%22%7D&start=1&end=1995183200 | deletes in the future are not allowed",
                "query=%7Ba=%22b%22%7D&start=1795100000&end=1795100000 | start time can't be greater than or equal to end time",
                "query=%7Ba=%22b%22%7D&start=1&max_interval=1d | invalid max_interval: valid time units are 's', 'm', 'h'",
                "query=%7Ba=%22b%22%7D&start=1&max_interval=25h | max_interval can't be greater than 24h0m0s",
            })
    void badRequests(String parameters, String message) throws Exception {
        var answer = api.send("POST", "/loki/api/v1/delete?" + parameters, "");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(message + "\n");
        assertThat(list()).isEqualTo("[]\n");
        assertThat(lines()).hasSize(5);
    }

    @Test
    void parametersInTheBodyDoNotCount() throws Exception {
        assertThat(api.form("/loki/api/v1/delete", ALL).body()).isEqualTo("query not set\n");
        assertThat(api.send("PATCH", "/loki/api/v1/delete?" + ALL, "").statusCode())
                .isEqualTo(405);
        assertThat(lines()).hasSize(5);
    }

    @Test
    void withoutRetentionThereAreNoDeleteRequests() throws Exception {
        stop();
        start("auth_enabled: false\n");
        for (String method : List.of("GET", "POST", "DELETE")) {
            var answer = api.send(method, "/loki/api/v1/delete?" + ALL, "");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("404 page not found\n");
        }
    }

    @Test
    void eachTenantHasItsOwnMode() throws Exception {
        stop();
        Path overrides = Files.writeString(folder.resolve("over.yaml"), """
                overrides:
                  closed: {deletion_mode: disabled}
                  hiding: {deletion_mode: filter-only}
                """);
        start(YAML.replace("auth_enabled: false", "auth_enabled: true") + "runtime_config: {file: " + overrides + "}\n"
                + "querier: {multi_tenant_queries_enabled: true}\n");
        for (String tenant : List.of("closed", "hiding", "plain")) {
            api.push("{\"app\":\"shop\"}", NOW.minusSeconds(9), List.of(tenant), "X-Scope-OrgID", tenant);
        }
        String path = "/loki/api/v1/delete?" + ALL;
        assertThat(api.send("POST", path, "").statusCode()).isEqualTo(401);
        assertThat(api.send("POST", path, "", "X-Scope-OrgID", "hiding|plain").body())
                .isEqualTo("multiple org IDs present\n");
        var closed = api.send("POST", path, "", "X-Scope-OrgID", "closed");
        assertThat(closed.statusCode()).isEqualTo(403);
        assertThat(closed.body()).isEqualTo("deletion is not available for this tenant\n");
        assertThat(api.send("POST", path, "", "X-Scope-OrgID", "hiding").statusCode())
                .isEqualTo(204);
        assertThat(lines("X-Scope-OrgID", "hiding")).isEmpty();
        assertThat(lines("X-Scope-OrgID", "closed")).containsExactly("closed");
        assertThat(lines("X-Scope-OrgID", "plain")).containsExactly("plain");
        assertThat(api.get("/loki/api/v1/delete", "X-Scope-OrgID", "plain").body())
                .isEqualTo("[]\n");
        assertThat(api.get("/loki/api/v1/delete", "X-Scope-OrgID", "hiding").body())
                .contains("\"status\":\"received\"");
        assertThat(api.get("/loki/api/v1/cache/generation_numbers", "X-Scope-OrgID", "plain")
                        .body())
                .isEqualTo("\"\"");
    }
}
