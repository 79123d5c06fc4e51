package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operators ask, over a real port.
class StatusApiTest {
    @TempDir
    Path folder;

    private RunningApi api;

    @BeforeEach
    void start() throws Exception {
        Path overrides = Files.writeString(
                folder.resolve("over.yaml"),
                "overrides:\n  a: {max_query_series: 3, max_entries_limit_per_query: 7}\n");
        api = new RunningApi(
                folder.resolve("data"),
                "querier: {multi_tenant_queries_enabled: true}\nlimits_config: {max_entries_limit_per_query: 9}\n"
                        + "runtime_config: {file: " + overrides + "}\n",
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void configurations() throws Exception {
        assertThat(api.get("/config").body())
                .contains("  max_entries_limit_per_query: 9\n")
                .contains("  max_query_series: 500\n");
        assertThat(api.get("/config?mode=defaults").body()).contains("  max_entries_limit_per_query: 5000\n");
        assertThat(api.get("/config?mode=diff").body())
                .startsWith("querier:\n  multi_tenant_queries_enabled: true\nlimits_config:\n"
                        + "  max_entries_limit_per_query: 9\nruntime_config:\n  file: ");
        assertThat(api.get("/config?mode=x").statusCode()).isEqualTo(400);
        assertThat(api.get("/runtime_config").body()).contains("max_query_series: 3");
        assertThat(api.get("/config/tenant/v1/limits").statusCode()).isEqualTo(401);
        assertThat(api.get("/config/tenant/v1/limits", "X-Scope-OrgID", "a").body())
                .contains("max_query_series: 3\n")
                .contains("volume_max_series: 1000\n");
        assertThat(api.get("/config/tenant/v1/limits", "X-Scope-OrgID", "b").body())
                .contains("max_query_series: 500\n");
    }

    @Test
    void aRequestForSeveralTenantsHasTheStrictestLimits() throws Exception {
        String path = "/loki/api/v1/query_range?query=%7Ba=%22b%22%7D&limit=";
        assertThat(api.get(path + 8, "X-Scope-OrgID", "b").statusCode()).isEqualTo(200);
        assertThat(api.get(path + 7, "X-Scope-OrgID", "b|a").statusCode()).isEqualTo(200);
        assertThat(api.get(path + 8, "X-Scope-OrgID", "b|a").body())
                .isEqualTo("max entries limit per query exceeded, limit > max_entries_limit_per_query (8 > 7)");
    }

    @Test
    void theLevelOfTheLogChangesWhileItRuns() throws Exception {
        String before = api.get("/log_level").body();
        assertThat(before).startsWith("{\"message\":\"Current log level is ");
        try {
            assertThat(api.form("/log_level", "log_level=warn").body())
                    .isEqualTo("{\"status\":\"success\",\"message\":\"Log level set to warn\"}");
            assertThat(api.get("/log_level").body()).isEqualTo("{\"message\":\"Current log level is warn\"}");
            var bad = api.form("/log_level", "log_level=xx");
            assertThat(bad.statusCode()).isEqualTo(400);
            assertThat(bad.body())
                    .isEqualTo("{\"status\":\"failed\",\"message\":\"unrecognized log level \\\"xx\\\"\"}");
            assertThat(api.get("/log_level").body()).contains("warn");
        } finally {
            api.form("/log_level", "log_level=" + before.replaceAll(".* is ([a-z]+)\"}", "$1"));
        }
    }

    @Test
    void pagesOfRingsSayThatThereAreNone() throws Exception {
        for (String path : List.of("/ring", "/distributor/ring", "/compactor/ring", "/ruler/ring", "/memberlist")) {
            assertThat(api.get(path).body()).as(path).contains("This is one Sigyn process");
        }
        assertThat(api.get("/ring", "Accept", "application/json").body()).contains("\"state\":\"ACTIVE\"");
        assertThat(api.get("/services").body().lines())
                .hasSize(20)
                .allMatch(line -> line.endsWith(" => Running"))
                .contains("compactor => Running");
    }

    @Test
    void shutdownIsPreparedAndFlushed() throws Exception {
        assertThat(api.get("/ingester/prepare_shutdown").body()).isEqualTo("unset");
        assertThat(api.send("POST", "/ingester/prepare_shutdown", "").statusCode())
                .isEqualTo(204);
        assertThat(api.get("/ingester/prepare_shutdown").body()).isEqualTo("set");
        assertThat(api.send("DELETE", "/ingester/prepare_shutdown", "").statusCode())
                .isEqualTo(204);
        assertThat(api.get("/ingester/prepare_shutdown").body()).isEqualTo("unset");
        api.push("{\"a\":\"b\"}", Instant.now(), List.of("x"), "X-Scope-OrgID", "a");
        assertThat(api.storage.counters().headRows()).isEqualTo(1);
        assertThat(api.send("POST", "/flush", "").statusCode()).isEqualTo(204);
        assertThat(api.storage.counters().headRows()).isZero();
        assertThat(api.send("PUT", "/flush", "").statusCode()).isEqualTo(405);
    }

    @Test
    void aPrefixGoesInFrontOfEveryPath() throws Exception {
        stop();
        api = new RunningApi(
                folder.resolve("prefixed"),
                "auth_enabled: false\nserver: {http_path_prefix: /loki/}\n",
                Clock.systemUTC());
        assertThat(api.get("/loki/ready").body()).isEqualTo("ready\n");
        assertThat(api.get("/ready").statusCode()).isEqualTo(404);
        assertThat(api.get("/loki/loki/api/v1/labels").statusCode()).isEqualTo(200);
        assertThat(api.get("/loki/api/v1/labels").statusCode()).isEqualTo(404);
    }
}
