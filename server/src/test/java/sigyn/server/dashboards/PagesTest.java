package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.http.Response;

class PagesTest {
    @TempDir
    Path folder;

    @Test
    void nobodyIsLedToTheLoginPage() {
        try (var site = Site.open(folder)) {
            var home = site.call("", "GET", "/", null);
            assertThat(home.statusCode()).isEqualTo(302);
            assertThat(home.headers().firstValue("Location")).hasValue("/login");
            var deep = site.call("", "GET", "/d/abc/x?from=now-1h&to=now", null);
            assertThat(deep.headers().firstValue("Location"))
                    .hasValue("/login?redirectTo=%2Fd%2Fabc%2Fx%3Ffrom%3Dnow-1h%26to%3Dnow");
            var login = site.call("", "GET", "/login", null);
            assertThat(login.statusCode()).isEqualTo(200);
            assertThat(login.body()).contains("<title>");
        }
    }

    @Test
    void everyRouteOfTheInterfaceGivesItsPage() {
        try (var site = Site.open(folder)) {
            for (String path : new String[] {
                "/",
                "/d/x",
                "/d/x/y",
                "/dashboards",
                "/dashboards/f/a/b",
                "/explore",
                "/alerting/list",
                "/admin/users",
                "/profile",
                "/dashboard/new"
            }) {
                var page = site.call(Site.ADMIN, "GET", path, null);
                assertThat(page.statusCode()).as(path).isEqualTo(200);
                assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
            }
            assertThat(site.call(Site.ADMIN, "GET", "/dashboardsx", null).statusCode())
                    .isEqualTo(404);
            assertThat(site.call(Site.ADMIN, "GET", "/api/nothing", null).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void everyAnswerKeepsBrowsersIn() {
        try (var site = Site.open(folder)) {
            for (String path : new String[] {"/login", "/api/health", "/nothing", "/api/org", "/metrics"}) {
                var headers = site.call("", "GET", path, null).headers();
                assertThat(headers.firstValue("X-Content-Type-Options"))
                        .as(path)
                        .hasValue("nosniff");
                assertThat(headers.firstValue("X-Frame-Options")).as(path).hasValue("DENY");
                assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                        .as(path)
                        .contains("default-src 'none'", "frame-ancestors 'none'")
                        .doesNotContain("unsafe-inline", "unsafe-eval", "http:", "https:", "*");
            }
        }
    }

    @Test
    void pathsThatClimbFindNothing() throws IOException {
        try (var site = Site.open(folder)) {
            for (String path : new String[] {
                "/../sigyn/server/db/0001_accounts.sql",
                "/assets/../../sigyn/server/db/0001_accounts.sql",
                "/assets/%2e%2e/%2e%2e/sigyn/server/db/0001_accounts.sql",
                "/assets/..%2f..%2fsigyn/server/db/0001_accounts.sql",
                "/assets\\..\\x.js",
                "//etc/passwd",
                "/.git/config",
                "/assets/%00.js"
            }) {
                assertThat(raw(site, path)).as(path).startsWith("HTTP/1.1 4").doesNotContain("CREATE TABLE");
            }
        }
    }

    /// Sends a path as it is, which no HTTP library would.
    private static String raw(Site site, String path) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), site.port())) {
            OutputStream out = socket.getOutputStream();
            String head = "GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + Site.basic(Site.ADMIN)
                    + "\r\nConnection: close\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void belowAPathEverythingIsBelowIt() {
        var environment =
                Map.of("GF_SERVER_ROOT_URL", "https://example.org/logs/", "GF_SERVER_SERVE_FROM_SUB_PATH", "true");
        try (var site = Site.open(folder, environment, _ -> Response.of(200))) {
            assertThat(site.call("", "GET", "/logs/d/x", null).headers().firstValue("Location"))
                    .hasValue("/logs/login?redirectTo=%2Fd%2Fx");
            assertThat(site.call("", "GET", "/logs/login", null).body()).contains("<base href=\"/logs/\">");
            assertThat(site.call(Site.ADMIN, "GET", "/logs/api/org", null).statusCode())
                    .isEqualTo(200);
            var own = HttpRequest.newBuilder(site.uri("/logs/api/folders"))
                    .header("Authorization", Site.basic(Site.ADMIN))
                    .header("Origin", "https://example.org")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"x\"}"));
            assertThat(site.send(own).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void healthNeedsNoLogin() {
        try (var site = Site.open(folder)) {
            assertThat(site.call("", "GET", "/api/health", null).body()).contains("\"database\":\"ok\"");
            assertThat(site.call("", "GET", "/healthz", null).body()).isEqualTo("Ok");
            assertThat(site.call("", "GET", "/metrics", null).body()).contains("grafana_build_info");
            var head = HttpRequest.newBuilder(site.uri("/api/health")).HEAD();
            assertThat(site.send(head).statusCode()).isEqualTo(200);
        }
    }
}
