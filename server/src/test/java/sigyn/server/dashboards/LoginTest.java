package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Response;

class LoginTest {
    @TempDir
    Path folder;

    private static HttpResponse<String> login(Site site, String password) {
        return site.send(HttpRequest.newBuilder(site.uri("/login"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"user\":\"admin\",\"password\":\"" + password + "\"}")));
    }

    private static String cookie(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").orElseThrow();
    }

    @Test
    void rightPasswordStartsASessionThatLogoutEnds() {
        try (var site = Site.open(folder)) {
            var in = login(site, "admin123");
            assertThat(Json.text(Site.json(in, 200), "message")).isEqualTo("Logged in");
            assertThat(cookie(in))
                    .startsWith("grafana_session=")
                    .contains("HttpOnly", "SameSite=Lax", "Path=/")
                    .doesNotContain("Secure");
            String session = cookie(in).replaceFirst(";.*", "");
            var me = site.send(HttpRequest.newBuilder(site.uri("/api/user")).header("Cookie", "x=1; " + session));
            assertThat(Json.text(Site.json(me, 200), "login")).isEqualTo("admin");
            var out = site.send(HttpRequest.newBuilder(site.uri("/logout")).header("Cookie", session));
            assertThat(out.statusCode()).isEqualTo(302);
            assertThat(cookie(out)).contains("Max-Age=0");
            var after = site.send(HttpRequest.newBuilder(site.uri("/api/user")).header("Cookie", session));
            assertThat(after.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void wrongPasswordIsRefusedAndSlowedDown() {
        var standing = Clock.fixed(Instant.now(), ZoneOffset.UTC);
        try (var site = Site.open(folder, Map.of(), _ -> Response.of(200), standing)) {
            for (int i = 0; i < 4; i++) {
                var refused = Site.json(login(site, "wrong"), 401);
                assertThat(Json.text(refused, "message")).isEqualTo("Invalid username or password");
                assertThat(Json.text(refused, "messageId")).isEqualTo("password-auth.failed");
            }
            var blocked = login(site, "wrong");
            assertThat(blocked.statusCode()).isEqualTo(429);
            assertThat(blocked.headers().firstValue("Retry-After")).hasValue("1");
        }
    }

    @Test
    void basicAuthenticationWorksAndFails() {
        try (var site = Site.open(folder)) {
            assertThat(site.call(Site.ADMIN, "GET", "/api/org", null).statusCode())
                    .isEqualTo(200);
            assertThat(site.call("admin:wrong", "GET", "/api/org", null).statusCode())
                    .isEqualTo(401);
            assertThat(site.call("nobody:admin123", "GET", "/api/org", null).statusCode())
                    .isEqualTo(401);
            assertThat(site.call("", "GET", "/api/org", null).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void passwordIsMadeUpWhenNoneIsGiven() {
        var environment = Map.of("GF_SECURITY_ADMIN_PASSWORD", "");
        try (var site = Site.open(folder, environment, _ -> Response.of(200))) {
            String password = site.dashboards.generatedPassword().orElseThrow();
            assertThat(password).hasSize(20);
            assertThat(site.call("admin:" + password, "GET", "/api/user", null).statusCode())
                    .isEqualTo(200);
        }
        try (var site = Site.open(folder, environment, _ -> Response.of(200))) {
            assertThat(site.dashboards.generatedPassword()).isEmpty();
        }
    }

    @Test
    void changedPasswordInTheEnvironmentIsAppliedOnce() {
        Site.open(folder).close();
        var changed = Map.of("GF_SECURITY_ADMIN_PASSWORD", "second");
        try (var site = Site.open(folder, changed, _ -> Response.of(200))) {
            assertThat(site.call("admin:second", "GET", "/api/user", null).statusCode())
                    .isEqualTo(200);
            assertThat(site.call(Site.ADMIN, "GET", "/api/user", null).statusCode())
                    .isEqualTo(401);
            var byHand = "{\"oldPassword\":\"second\",\"newPassword\":\"by hand\"}";
            assertThat(site.call("admin:second", "PUT", "/api/user/password", byHand)
                            .statusCode())
                    .isEqualTo(200);
        }
        try (var site = Site.open(folder, changed, _ -> Response.of(200))) {
            assertThat(site.call("admin:by hand", "GET", "/api/user", null).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void writesOfOtherSitesAreRefused() {
        try (var site = Site.open(folder)) {
            String session = cookie(login(site, "admin123")).replaceFirst(";.*", "");
            for (String origin : new String[] {"http://evil.example", "null", "http://127.0.0.1:1", "garbage"}) {
                var request = HttpRequest.newBuilder(site.uri("/api/folders"))
                        .header("Cookie", session)
                        .header("Origin", origin)
                        .POST(BodyPublishers.ofString("{\"title\":\"x\"}"));
                assertThat(site.send(request).statusCode()).as(origin).isEqualTo(403);
            }
            var own = HttpRequest.newBuilder(site.uri("/api/folders"))
                    .header("Cookie", session)
                    .header("Origin", "http://127.0.0.1:" + site.port())
                    .POST(BodyPublishers.ofString("{\"title\":\"x\"}"));
            assertThat(site.send(own).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void onlyHashesAreStored() throws Exception {
        try (var site = Site.open(folder)) {
            String session = cookie(login(site, "admin123")).replaceFirst("grafana_session=([^;]*);.*", "$1");
            var bytes = new StringBuilder();
            try (var files = java.nio.file.Files.list(folder.resolve("data"))) {
                for (Path file : files.toList()) {
                    bytes.append(new String(
                            java.nio.file.Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1));
                }
            }
            assertThat(bytes).contains("$argon2id$").doesNotContain(session).doesNotContain("admin123");
        }
    }

    @Test
    void anonymousMayLookAndNothingMore() {
        var environment = Map.of("GF_AUTH_ANONYMOUS_ENABLED", "true");
        try (var site = Site.open(folder, environment, _ -> Response.of(200))) {
            assertThat(site.call("", "GET", "/api/search", null).statusCode()).isEqualTo(200);
            assertThat(site.call("", "POST", "/api/folders", "{\"title\":\"x\"}")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(site.call("", "PUT", "/api/user/preferences", "{}").statusCode())
                    .isEqualTo(401);
            assertThat(site.call("", "GET", "/api/users", null).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void trustedProxyNamesTheUser() {
        var environment = Map.of("GF_AUTH_PROXY_ENABLED", "true", "GF_AUTH_PROXY_WHITELIST", "127.0.0.0/8");
        try (var site = Site.open(folder, environment, _ -> Response.of(200))) {
            var me = site.send(HttpRequest.newBuilder(site.uri("/api/user")).header("X-WEBAUTH-USER", "ann"));
            assertThat(Json.text(Site.json(me, 200), "login")).isEqualTo("ann");
        }
        var elsewhere = Map.of("GF_AUTH_PROXY_ENABLED", "true", "GF_AUTH_PROXY_WHITELIST", "10.0.0.1");
        try (var site = Site.open(folder, elsewhere, _ -> Response.of(200))) {
            var me = site.send(HttpRequest.newBuilder(site.uri("/api/user")).header("X-WEBAUTH-USER", "ann"));
            assertThat(me.statusCode()).isEqualTo(401);
        }
    }
}
