package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the endpoints for operators and probes have in common, over one real port: tenants, methods, forms, parameters.
class OperationsContractTest {
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");

    /// Whose endpoint it is.
    enum For {
        /// Answers whoever asks, and does not look at tenants.
        ALL,
        /// Is about one tenant.
        ONE_TENANT
    }

    /// @param methods those that it has
    /// @param part is in the answer to GET
    record Endpoint(String path, List<String> methods, For tenants, int status, String part) {
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
        var get = List.of("GET");
        var both = List.of("GET", "POST");
        return Stream.of(
                new Endpoint("/ready", get, For.ALL, 200, "ready"),
                new Endpoint("/metrics", get, For.ALL, 200, "# HELP loki_build_info"),
                new Endpoint("/config", get, For.ALL, 200, "multi_tenant_queries_enabled: true"),
                new Endpoint("/services", get, For.ALL, 200, "distributor => Running"),
                new Endpoint("/runtime_config", get, For.ALL, 200, "{}"),
                new Endpoint("/log_level", both, For.ALL, 200, "Current log level is"),
                new Endpoint("/flush", both, For.ALL, 204, ""),
                new Endpoint("/ingester/prepare_shutdown", List.of("GET", "POST", "DELETE"), For.ALL, 200, "set"),
                new Endpoint("/ingester/shutdown", both, For.ALL, 204, ""),
                new Endpoint("/memberlist", get, For.ALL, 200, "one Sigyn process"),
                new Endpoint("/analytics", get, For.ALL, 200, "reporting_enabled"),
                new Endpoint("/loki/api/v1/status/buildinfo", get, For.ALL, 200, "\"version\":\"3."),
                new Endpoint("/ring", both, For.ALL, 200, "one Sigyn process"),
                new Endpoint("/distributor/ring", both, For.ALL, 200, "one Sigyn process"),
                new Endpoint("/ruler/ring", both, For.ALL, 200, "one Sigyn process"),
                new Endpoint("/compactor/ring", both, For.ALL, 200, "one Sigyn process"),
                new Endpoint("/pattern/ring", both, For.ALL, 200, "one Sigyn process"),
                new Endpoint("/scheduler/ring", both, For.ALL, 200, "one Sigyn process"),
                new Endpoint("/indexgateway/ring", both, For.ALL, 200, "one Sigyn process"),
                new Endpoint("/config/tenant/v1/limits", get, For.ONE_TENANT, 200, "max_query_series: 500"),
                new Endpoint("/loki/api/v1/delete", List.of("GET", "POST", "PUT", "DELETE"), For.ONE_TENANT, 200, "[]"),
                new Endpoint("/loki/api/v1/cache/generation_numbers", get, For.ONE_TENANT, 200, "\"\""));
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void tenants(Endpoint endpoint) throws Exception {
        var one = api.get(endpoint.path, "X-Scope-OrgID", "a");
        assertThat(one.statusCode()).as(one.body()).isEqualTo(endpoint.status);
        assertThat(one.body()).contains(endpoint.part);
        var none = api.get(endpoint.path);
        var several = api.get(endpoint.path, "X-Scope-OrgID", "a|b");
        if (endpoint.tenants == For.ALL) {
            assertThat(none.statusCode()).isEqualTo(endpoint.status);
            assertThat(several.statusCode()).isEqualTo(endpoint.status);
            assertThat(api.get(endpoint.path, "X-Scope-OrgID", "x/y").statusCode())
                    .isEqualTo(endpoint.status);
        } else {
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.body()).isEqualTo("no org id\n");
            assertThat(api.get(endpoint.path, "X-Scope-OrgID", "x/y").statusCode())
                    .isEqualTo(400);
            if (!endpoint.path.contains("generation_numbers")) {
                assertThat(several.statusCode()).isEqualTo(400);
                assertThat(several.body()).startsWith("multiple org IDs present");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void otherMethodsAreRefused(Endpoint endpoint) throws Exception {
        for (String method : METHODS) {
            if (!endpoint.methods.contains(method)) {
                assertThat(api.send(method, endpoint.path, "", "X-Scope-OrgID", "a")
                                .statusCode())
                        .as(method)
                        .isEqualTo(405);
            }
        }
        assertThat(api.get(endpoint.path + "/", "X-Scope-OrgID", "a").statusCode())
                .isEqualTo(404);
    }

    /// Their parameters are none of those that queries have, and are not looked at.
    @ParameterizedTest
    @MethodSource("endpoints")
    void parametersOfQueriesMeanNothing(Endpoint endpoint) throws Exception {
        var answer = api.get(endpoint.path + "?query=%7B&start=soon&limit=x&step=", "X-Scope-OrgID", "a");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(endpoint.status);
        assertThat(answer.body()).contains(endpoint.part);
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void aFormSaysTheSame(Endpoint endpoint) throws Exception {
        boolean onlyReads = endpoint.path.endsWith("ring")
                || List.of("/flush", "/ingester/shutdown").contains(endpoint.path);
        if (onlyReads) {
            var form = api.form(endpoint.path, "a=b&c", "X-Scope-OrgID", "a");
            assertThat(form.statusCode()).as(form.body()).isEqualTo(endpoint.status);
            assertThat(form.body()).contains(endpoint.part);
        }
    }

    @Test
    void aLogLevelThatIsMissingOrNone() throws Exception {
        for (String form : List.of("", "level=debug", "log_level=", "log_level=loud", "log_level=%")) {
            var answer = api.form("/log_level", form);
            assertThat(answer.statusCode()).as(form).isEqualTo(400);
        }
        assertThat(api.send("POST", "/log_level?log_level=loud", "").body())
                .isEqualTo("{\"status\":\"failed\",\"message\":\"unrecognized log level \\\"loud\\\"\"}");
        assertThat(api.get("/log_level").body()).doesNotContain("loud");
    }

    @Test
    void shutdownWritesDownWhatIsInMemoryAndEndsTheProcess() throws Exception {
        try (var other = RunningApi.ofContract(folder.resolve("shutdown"))) {
            other.push("{\"app\":\"x\"}", RunningApi.NOW, List.of("line"), "X-Scope-OrgID", "a");
            assertThat(other.get("/ingester/shutdown?flush=perhaps").statusCode())
                    .isEqualTo(400);
            assertThat(other.get("/ingester/shutdown?flush=false&terminate=false")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(other.storage.counters().headRows()).isEqualTo(1);
            assertThat(other.form("/ingester/shutdown", "terminate=false&delete_ring_tokens=true")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(other.storage.counters().headRows()).isZero();
            assertThat(other.terminated.getCount()).as("nobody asked for it").isEqualTo(1);
            assertThat(other.send("POST", "/ingester/shutdown", "").statusCode())
                    .isEqualTo(204);
            assertThat(other.terminated.getCount()).isZero();
        }
    }

    /// A new endpoint needs a row in one of the tables.
    @Test
    void everyPathHasItsContract() {
        var templates = new ArrayList<String>();
        endpoints().map(Endpoint::path).forEach(templates::add);
        WriteContractTest.endpoints().map(e -> e.path().replaceAll("\\?.*", "")).forEach(templates::add);
        ReadContractTest.endpoints().map(ReadContractTest.Endpoint::path).forEach(templates::add);
        templates.addAll(ReadContractTest.OTHERS);
        assertThat(api.paths())
                .allSatisfy(path -> assertThat(templates)
                        .as(path)
                        .anyMatch(known -> known.matches(path.replaceAll("\\{[a-z]+}", "[^/]+"))));
        assertThat(api.paths()).hasSizeGreaterThan(40);
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        for (String path : List.of(
                "/",
                "/loki/api/v1",
                "/loki/api/v1/nothing",
                "/debug/pprof/heap",
                "/debug/fgprof",
                "/ingester/prepare_partition_downscale",
                "/ready/x")) {
            assertThat(api.get(path, "X-Scope-OrgID", "a").statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }
}
