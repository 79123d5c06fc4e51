package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Response;
import tools.jackson.databind.node.ObjectNode;

class OidcLoginTest {
    private static final String PUBLIC = "http://logs.example";

    @TempDir
    Path folder;

    private OidcProvider provider;

    @BeforeEach
    void startProvider() throws IOException {
        provider = OidcProvider.start(PUBLIC + "/login/generic_oauth");
        provider.user = person("7f", "ann");
    }

    @AfterEach
    void stopProvider() {
        provider.close();
    }

    private static ObjectNode person(String subject, String name) {
        var user = Json.object();
        user.put("sub", subject);
        user.put("preferred_username", name);
        user.put("email", name + "@example.org");
        user.put("name", "Ann Other");
        return user;
    }

    private Site open(Map<String, String> more) {
        var environment = new HashMap<String, String>();
        environment.put("GF_SERVER_ROOT_URL", PUBLIC + "/");
        environment.put("GF_AUTH_GENERIC_OAUTH_ENABLED", "true");
        environment.put("GF_AUTH_GENERIC_OAUTH_NAME", "Our directory");
        environment.put("GF_AUTH_GENERIC_OAUTH_ISSUER", provider.issuer());
        environment.put("GF_AUTH_GENERIC_OAUTH_CLIENT_ID", OidcProvider.CLIENT);
        environment.put("GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET", OidcProvider.SECRET);
        environment.putAll(more);
        return Site.open(folder, environment, _ -> Response.of(200));
    }

    private static HttpResponse<String> get(Site site, String path, String cookie) {
        return site.send(HttpRequest.newBuilder(site.uri(path)).header("Cookie", cookie));
    }

    private static String location(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(302);
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static String cookie(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    /// What a browser sees that has been at the provider: the path it comes back to, and its cookie.
    private record Visit(String path, String cookie) {}

    private static Visit visit(Site site, String query) {
        var sent = get(site, "/login/generic_oauth" + query, "a=b");
        var back = location(site.send(HttpRequest.newBuilder(URI.create(location(sent)))));
        assertThat(back).startsWith(PUBLIC + "/login/generic_oauth?");
        return new Visit(back.substring(PUBLIC.length()), cookie(sent));
    }

    private static HttpResponse<String> login(Site site, String query) {
        var visit = visit(site, query);
        return get(site, visit.path(), visit.cookie());
    }

    private static void assertRefused(HttpResponse<String> response, String reason) {
        assertThat(location(response)).isEqualTo("/login?loginError=" + reason);
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void whoTheProviderKnowsGetsAnAccountAndASession() {
        try (var site = open(Map.of())) {
            assertThat(site.get("/api/frontend/settings")
                            .at("/oauth/generic_oauth/name")
                            .asString())
                    .isEqualTo("Our directory");
            var in = login(site, "?redirectTo=%2Fexplore%3Fq%3D1");
            assertThat(location(in)).isEqualTo("/explore?q=1");
            var me = Site.json(get(site, "/api/user", cookie(in)), 200);
            assertThat(Json.text(me, "login")).isEqualTo("ann");
            assertThat(Json.text(me, "email")).isEqualTo("ann@example.org");
            assertThat(me.path("isExternal").asBoolean()).isTrue();

            provider.user = person("7f", "renamed");
            var again = Site.json(get(site, "/api/user", cookie(login(site, ""))), 200);
            assertThat(again.path("id").asLong()).isEqualTo(me.path("id").asLong());
        }
    }

    @Test
    void claimsMayComeFromUserinfoAndFromAKeyThatIsNew() {
        try (var site = open(Map.of())) {
            provider.claimsInToken = false;
            assertThat(location(login(site, ""))).isEqualTo("/");
            provider.changeKey(true);
            var me = Site.json(get(site, "/api/user", cookie(login(site, ""))), 200);
            assertThat(Json.text(me, "login")).isEqualTo("ann");
        }
    }

    @Test
    void roleFollowsTheProvider() {
        try (var site = open(Map.of("GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH", "realm_access.roles"))) {
            provider.user
                    .putObject("realm_access")
                    .putArray("roles")
                    .add("offline")
                    .add("editor");
            String session = cookie(login(site, ""));
            assertThat(role(site, session)).isEqualTo("Editor");
            provider.user = person("7f", "ann");
            login(site, "");
            assertThat(role(site, session)).isEqualTo("Viewer");
        }
    }

    @Test
    void roleIsWhatARuleOverGroupsSays() {
        String rule =
                "contains(groups[*], 'platform') && 'Admin' || contains(groups[*], 'dev') && 'Editor' || 'Viewer'";
        try (var site = open(Map.of("GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH", rule))) {
            provider.user.putArray("groups").add("dev");
            String session = cookie(login(site, ""));
            assertThat(role(site, session)).isEqualTo("Editor");
            provider.user.putArray("groups").add("platform").add("dev");
            login(site, "");
            assertThat(role(site, session)).isEqualTo("Admin");
            provider.user = person("7f", "ann");
            login(site, "");
            assertThat(role(site, session)).isEqualTo("Viewer");
        }
    }

    private static String role(Site site, String session) {
        String login = Json.text(Site.json(get(site, "/api/user", session), 200), "login");
        for (var user : site.get("/api/org/users")) {
            if (Json.text(user, "login").equals(login)) {
                return Json.text(user, "role");
            }
        }
        throw new AssertionError("no " + login);
    }

    @Test
    void tokensThatDoNotAddUpLetNobodyIn() {
        try (var site = open(Map.of())) {
            var spoils = Map.<String, Consumer<JwtClaims>>of(
                    "nonce", claims -> claims.setStringClaim("nonce", "another"),
                    "no nonce", claims -> claims.unsetClaim("nonce"),
                    "audience", claims -> claims.setAudience("somebody else"),
                    "audiences", claims -> claims.setAudience(OidcProvider.CLIENT, "somebody else"),
                    "issuer", claims -> claims.setIssuer("http://127.0.0.1:1/realm"),
                    "expired", claims -> claims.setExpirationTimeMinutesInTheFuture(-5),
                    "no end", claims -> claims.unsetClaim("exp"),
                    "nobody", claims -> claims.unsetClaim("sub"));
            spoils.forEach((what, spoil) -> {
                provider.spoil = spoil;
                assertThat(location(login(site, ""))).as(what).isEqualTo("/login?loginError=failed");
            });
            provider.spoil = claims -> {};
            provider.algorithm = "none";
            assertRefused(login(site, ""), "failed");
            provider.algorithm = "RS256";
            provider.changeKey(false);
            assertRefused(login(site, ""), "failed");
            assertThat(site.get("/api/org/users")).hasSize(1);
        }
    }

    @Test
    void aLoginBelongsToTheBrowserThatBeganItAndHappensOnce() {
        try (var site = open(Map.of())) {
            var visit = visit(site, "");
            assertRefused(get(site, visit.path(), "a=b"), "expired");
            assertRefused(get(site, visit.path(), visit.cookie()), "expired");
            var mine = visit(site, "");
            var other = visit(site, "");
            assertRefused(get(site, mine.path(), other.cookie()), "expired");
            assertRefused(get(site, "/login/generic_oauth?code=x&state=made-up", mine.cookie()), "expired");
            provider.consent = false;
            assertRefused(login(site, ""), "denied");
        }
    }

    @Test
    void nobodyBecomesSomebodyElseByName() {
        try (var site = open(Map.of())) {
            provider.user = person("another", "admin");
            assertRefused(login(site, ""), "taken");
            provider.user = person("another", "ann");
            provider.user.put("email", "admin@localhost");
            assertRefused(login(site, ""), "taken");
        }
    }

    @Test
    void unknownAndDisabledPeopleStayOut() {
        try (var site = open(Map.of("GF_AUTH_GENERIC_OAUTH_ALLOW_SIGN_UP", "false"))) {
            assertRefused(login(site, ""), "unknown");
        }
        try (var site = open(Map.of())) {
            String session = cookie(login(site, ""));
            long id = Site.json(get(site, "/api/user", session), 200).path("id").asLong();
            site.post("/api/admin/users/" + id + "/disable", "{}");
            assertRefused(login(site, ""), "disabled");
            assertThat(get(site, "/api/user", session).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void onlyPathsOfOursAreFollowedAfterwards() {
        try (var site = open(Map.of())) {
            for (String wanted :
                    new String[] {"//evil.example", "https://evil.example/", "/%5Cevil.example", "/a%0d%0ab"}) {
                assertThat(location(login(site, "?redirectTo=" + wanted)))
                        .as(wanted)
                        .isEqualTo("/");
            }
        }
    }

    @Test
    void aProviderThatIsAwayIsSaid() {
        try (var site = open(Map.of("GF_AUTH_GENERIC_OAUTH_ISSUER", "http://127.0.0.1:1/realm"))) {
            assertRefused(get(site, "/login/generic_oauth", "a=b"), "failed");
        }
        try (var site = open(Map.of("GF_AUTH_GENERIC_OAUTH_ISSUER", provider.issuer() + "/"))) {
            assertRefused(get(site, "/login/generic_oauth", "a=b"), "failed");
        }
    }
}
