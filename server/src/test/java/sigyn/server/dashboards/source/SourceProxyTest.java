package sigyn.server.dashboards.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import sigyn.server.dashboards.store.Datasource;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.dashboards.wire.Refusal;
import sigyn.server.http.Headers;
import sigyn.server.http.HttpServer;
import sigyn.server.http.Request;
import sigyn.server.http.Response;

class SourceProxyTest {
    private static Datasource source(String url, Map<String, String> secrets) {
        var json = Json.object().put("url", url);
        json.putObject("jsonData").put("httpHeaderName1", "X-Scope-OrgID");
        return new Datasource(1, "u", "n", "loki", json, secrets, true, false, false, 1, 0);
    }

    private static SourceProxy proxy() {
        return new SourceProxy(
                request -> Response.text(200, "self " + request.path()),
                4100,
                Set.of("loki", "[::1]"),
                Duration.ofSeconds(5));
    }

    private static Request get(Headers headers) {
        return new Request("GET", "/", null, headers, new ByteArrayInputStream(new byte[0]), 0, "127.0.0.1", false);
    }

    @Test
    void ourselvesAreKnownByNameAndPort() {
        try (var proxy = proxy()) {
            assertThat(proxy.isSelf(source("http://loki:3100", Map.of()))).isTrue();
            assertThat(proxy.isSelf(source("http://LOKI:4100/", Map.of()))).isTrue();
            assertThat(proxy.isSelf(source("http://[::1]:4100", Map.of()))).isTrue();
            assertThat(proxy.isSelf(source("http://loki:80", Map.of()))).isFalse();
            assertThat(proxy.isSelf(source("https://loki:3100", Map.of()))).isFalse();
            assertThat(proxy.isSelf(source("http://loki.example:3100", Map.of())))
                    .isFalse();
            assertThat(proxy.isSelf(source("not a url", Map.of()))).isFalse();
        }
    }

    @Test
    void pathsThatLeaveTheSourceAreRefused() {
        for (String path : new String[] {
            "..",
            "a/../b",
            "%2e%2e/x",
            "a/%2E%2E",
            "a/%252e%252e/b",
            "..%2f",
            "/etc",
            "%2fetc",
            "a\\b",
            "a/..;/b",
            "a%0d%0ab",
            "./x"
        }) {
            assertThatThrownBy(() -> SourceProxy.refuseEscapes(path)).as(path).isInstanceOf(Refusal.class);
        }
        for (String path :
                new String[] {"loki/api/v1/label/a..b/values", "x/%2525", "loki/api/v1/label/a%2Fb/values"}) {
            assertThatCode(() -> SourceProxy.refuseEscapes(path)).as(path).doesNotThrowAnyException();
        }
    }

    @Test
    void remoteSourceGetsItsOwnHeadersAndNotTheCallers() throws Exception {
        var seen = new AtomicReference<Request>();
        try (var remote = HttpServer.start("127.0.0.1", 0, request -> {
                    seen.set(request);
                    return Response.text(200, "<script>alert(1)</script>").header("Set-Cookie", "a=b");
                });
                var proxy = proxy()) {
            var datasource =
                    source("http://127.0.0.1:" + remote.port() + "/base/", Map.of("httpHeaderValue1", "tenant"));
            var headers = new Headers()
                    .add("Cookie", "grafana_session=secret")
                    .add("Authorization", "Bearer glsa_secret")
                    .add("X-Scope-OrgID", "somebody else")
                    .add("X-Query-Tags", "Source=x");
            var response = proxy.forward(datasource, get(headers), "loki/api/v1/labels", "a=%2F");
            var request = seen.get();
            assertThat(request.rawPath()).isEqualTo("/base/loki/api/v1/labels");
            assertThat(request.rawQuery()).isEqualTo("a=%2F");
            assertThat(request.header("X-Scope-OrgID")).isEqualTo("tenant");
            assertThat(request.header("X-Query-Tags")).isEqualTo("Source=x");
            assertThat(request.header("Cookie")).isNull();
            assertThat(request.header("Authorization")).isNull();
            assertThat(response.header("Set-Cookie")).isNull();
            assertThat(response.header("Content-Security-Policy")).startsWith("sandbox");
        }
    }

    @Test
    void redirectsAreNotFollowed() {
        try (var remote = HttpServer.start(
                        "127.0.0.1", 0, _ -> Response.of(302).header("Location", "http://127.0.0.1:1/"));
                var proxy = proxy()) {
            var datasource = source("http://127.0.0.1:" + remote.port(), Map.of());
            assertThatThrownBy(() -> proxy.forward(datasource, get(new Headers()), "x", null))
                    .hasMessageContaining("redirects elsewhere");
        }
    }

    @Test
    void unreachableSourceIsSaidSo() {
        try (var proxy = proxy()) {
            assertThatThrownBy(
                            () -> proxy.forward(source("http://127.0.0.1:1", Map.of()), get(new Headers()), "x", null))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("cannot be reached");
        }
    }
}
