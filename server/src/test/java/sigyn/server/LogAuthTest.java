package sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.config.ConfigException;
import sigyn.server.config.ConfigFile;
import sigyn.server.config.Flags;
import sigyn.server.config.LokiConfig;
import sigyn.server.dashboards.DashboardsConfig;

/// Users of the log server, on the ports of a whole node.
class LogAuthTest {
    @TempDir
    static Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable Node node;

    @BeforeEach
    void start() throws IOException {
        Path secret = folder.resolve("token");
        Files.writeString(secret, "a token from a file\n");
        node = start("""
                auth_enabled: true
                target: logs
                common: {path_prefix: %s}
                querier: {multi_tenant_queries_enabled: true}
                server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0}
                sigyn:
                  auth:
                    users:
                      agent: {password: "pass:word", access: write, tenants: [a]}
                      reader: {token: read me, access: read, tenants: [a, b]}
                      root: {password: all of it, token_file: %s}
                """.formatted(folder.resolve("data"), secret));
    }

    private static Node start(String yaml) {
        LokiConfig config = ConfigFile.parse(yaml, "l.yaml", Flags.parse(List.of()), Map.of());
        return Node.start(config, DashboardsConfig.read(Map.of(), null), false, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        client.close();
        if (node != null) {
            node.close();
        }
    }

    private Node node() {
        assertThat(node).isNotNull();
        return java.util.Objects.requireNonNull(node);
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node().logsPort().orElseThrow() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private int push(String... headers) throws Exception {
        String body = "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[[\"%s\",\"hello\"]]}]}"
                .formatted(System.currentTimeMillis() * 1_000_000);
        var all = new java.util.ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/json"));
        return send("POST", "/loki/api/v1/push", body, all.toArray(String[]::new))
                .statusCode();
    }

    @Test
    void nobodyKnownGetsIn() throws Exception {
        for (String wrong : List.of(
                "",
                "Basic",
                "Basic !!",
                "Bearer",
                "Bearer  ",
                "Bearer read",
                "Digest read me",
                basic("agent", "pass"),
                basic("agent", "pass:word "),
                basic("root", "pass:word"),
                basic("reader", "read me"))) {
            var answer = wrong.isEmpty()
                    ? send("GET", "/loki/api/v1/labels", "", "X-Scope-OrgID", "a")
                    : send("GET", "/loki/api/v1/labels", "", "X-Scope-OrgID", "a", "Authorization", wrong);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Basic realm=\"sigyn\"");
        }
        assertThat(push("X-Scope-OrgID", "a")).isEqualTo(401);
        assertThat(send("GET", "/config", "").statusCode()).isEqualTo(401);
        assertThat(send("GET", "/ready", "").body()).isEqualTo("ready\n");
        assertThat(send("GET", "/metrics", "").statusCode()).isEqualTo(200);
    }

    @Test
    void usersDoWhatTheyMay() throws Exception {
        String agent = basic("agent", "pass:word");
        assertThat(push("Authorization", agent)).as("its only tenant").isEqualTo(204);
        assertThat(push("Authorization", agent, "X-Scope-OrgID", "a")).isEqualTo(204);
        assertThat(push("Authorization", agent, "X-Scope-OrgID", "b")).isEqualTo(403);
        assertThat(send("GET", "/loki/api/v1/labels", "", "Authorization", agent)
                        .statusCode())
                .isEqualTo(403);
        String reader = "bearer read me";
        String query = "/loki/api/v1/query_range?query=" + URLEncoder.encode("{app=\"x\"}", StandardCharsets.UTF_8);
        assertThat(send("GET", query, "", "Authorization", reader, "X-Scope-OrgID", "a|b")
                        .body())
                .contains("hello");
        assertThat(send("GET", query, "", "Authorization", reader, "X-Scope-OrgID", "a|c")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("GET", query, "", "Authorization", reader).statusCode())
                .as("two tenants and none named")
                .isEqualTo(401);
        assertThat(push("Authorization", reader, "X-Scope-OrgID", "a")).isEqualTo(403);
        assertThat(send("POST", "/flush", "", "Authorization", reader).statusCode())
                .isEqualTo(403);
        String root = "Bearer a token from a file";
        assertThat(push("Authorization", root, "X-Scope-OrgID", "z")).isEqualTo(204);
        assertThat(send("POST", "/flush", "", "Authorization", basic("root", "all of it"))
                        .statusCode())
                .isEqualTo(204);
        assertThat(send("GET", "/config", "", "Authorization", root).body())
                .doesNotContain("read me")
                .doesNotContain("pass:word");
    }

    @Test
    void settingsThatCannotBe() {
        for (String wrong : List.of(
                "{users: {a: {}}}",
                "{users: {a: {password: x, password_file: y}}}",
                "{users: {a: {token_file: /does/not/exist}}}",
                "{users: {a: {token: x, access: some}}}",
                "{users: {a: {token: \"\"}}}")) {
            assertThatThrownBy(() -> ConfigFile.parse(
                            "sigyn: {auth: " + wrong + "}\n", "l.yaml", Flags.parse(List.of()), Map.of()))
                    .as(wrong)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("l.yaml:1: sigyn.auth.users.a");
        }
        assertThatThrownBy(() -> ConfigFile.parse(
                        "auth_enabled: false\nsigyn: {auth: {users: {a: {token: x, tenants: [b]}}}}\n",
                        "l.yaml",
                        Flags.parse(List.of()),
                        Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "l.yaml:2: sigyn.auth.users.a.tenants: limits nothing with auth_enabled: false, where all logs"
                                + " are of one tenant; set auth_enabled: true or leave tenants out");
        assertThat(ConfigFile.parse(
                                "sigyn: {auth: {users: {a: {token: x, tenant: b}}}}\n",
                                "l.yaml",
                                Flags.parse(List.of()),
                                Map.of())
                        .notes())
                .containsExactly("l.yaml:1: unknown key sigyn.auth.users.a.tenant; did you mean tenants?");
    }
}
