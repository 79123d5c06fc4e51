package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static sigyn.server.api.RunningApi.encode;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.testkit.FakeClock;

/// Counts of lines by shape, over a real port: the same from memory, from blocks and from both.
class PatternsApiTest {
    private static final Instant NOW = Instant.parse("2026-11-20T14:10:00Z");
    private static final String YAML = """
            querier: {multi_tenant_queries_enabled: true}
            pattern_ingester: {enabled: true}
            """;
    private static final String QUERY = "query=" + encode("{app=~\"shop|db\"}") + "&since=1h&step=60";

    @TempDir
    Path folder;

    private RunningApi api;

    @BeforeEach
    void start() {
        api = new RunningApi(folder, YAML, new FakeClock(NOW));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void write(String tenant, String app, int from, int to) throws Exception {
        var lines = new ArrayList<String>();
        for (int i = from; i < to; i++) {
            lines.add("user " + i + " logged in from 10.0.0." + i % 200);
            if (i % 2 == 0) {
                lines.add("level=error request " + Integer.toHexString(i * 7919) + "a1 took " + i + "ms");
            }
            if (i % 50 == 0) {
                lines.add("the moon is full");
            }
        }
        assertThat(api.push("{\"app\":\"" + app + "\"}", NOW.minusSeconds(120), lines, "X-Scope-OrgID", tenant)
                        .statusCode())
                .isEqualTo(204);
    }

    /// Sums over all steps: `level pattern` to lines.
    private static Map<String, Long> sums(String json) {
        var sums = new TreeMap<String, Long>();
        var pattern =
                Pattern.compile("\\{\"pattern\":\"([^\"]*)\",\"level\":\"([a-z]*)\",\"samples\":\\[(.*?)\\]\\]?\\}");
        pattern.matcher(json).results().forEach(m -> {
            long sum = Pattern.compile("\\[[0-9]+,([0-9]+)")
                    .matcher(m.group(3))
                    .results()
                    .mapToLong(s -> Long.parseLong(s.group(1)))
                    .sum();
            sums.put(m.group(2) + " " + m.group(1), sum);
        });
        return sums;
    }

    private String patterns(String tenant) throws Exception {
        return api.get("/loki/api/v1/patterns?" + QUERY, "X-Scope-OrgID", tenant)
                .body();
    }

    private static final Map<String, Long> HUNDRED = Map.of(
            "unknown user <_> logged in from <_>", 100L,
            "error level=error request <_> took <_>ms", 50L,
            "unknown the moon is full", 2L);

    @Test
    void countsAreTheSameInMemoryAndInBlocks() throws Exception {
        write("a", "shop", 0, 100);
        String inMemory = patterns("a");
        assertThat(sums(inMemory)).isEqualTo(HUNDRED);
        assertThat(inMemory).contains("\"samples\":[[1795183680,100]]");
        api.storage.flush();
        assertThat(patterns("a")).isEqualTo(inMemory);
        stop();
        start();
        assertThat(patterns("a")).isEqualTo(inMemory);
        write("a", "db", 100, 200);
        var both = new TreeMap<String, Long>();
        HUNDRED.forEach((shape, n) -> both.put(shape, 2 * n));
        assertThat(sums(patterns("a"))).isEqualTo(both);
    }

    @Test
    void severalTenantsAreCountedTogether() throws Exception {
        write("a", "shop", 0, 100);
        write("b", "shop", 0, 100);
        api.storage.flush();
        assertThat(sums(patterns("a|b"))).containsValues(200L, 100L, 4L);
        assertThat(sums(patterns("c"))).isEmpty();
        assertThat(patterns("c")).isEqualTo("{\"status\":\"success\",\"data\":[]}\n");
    }

    @Test
    void formsAndBadRequests() throws Exception {
        write("a", "shop", 0, 100);
        String path = "/loki/api/v1/patterns";
        assertThat(api.form(path, QUERY, "X-Scope-OrgID", "a").body()).isEqualTo(patterns("a"));
        assertThat(api.get(path + "?" + QUERY).statusCode()).isEqualTo(401);
        assertThat(api.send("PUT", path, "", "X-Scope-OrgID", "a").statusCode()).isEqualTo(405);
        for (String bad : List.of("", "query=x", "query=%7Ba=%22b%22%7D%20%7C=%20%22x%22", QUERY + "&start=5&end=4")) {
            assertThat(api.get(path + "?" + bad, "X-Scope-OrgID", "a").statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void switchedOffTheyAreNotFound() throws Exception {
        stop();
        api = new RunningApi(folder, "auth_enabled: false\n", new FakeClock(NOW));
        var answer = api.get("/loki/api/v1/patterns?" + QUERY);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEmpty();
    }
}
