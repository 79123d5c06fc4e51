package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Handler;
import sigyn.server.http.Response;
import tools.jackson.databind.JsonNode;

/// Every call of `testdata/api/tier-one.txt`, by everybody: the status each gets, and the names in the answer for who
/// may.
class TierOneTest {
    private static final Path TABLE = Site.TESTDATA.resolve("../api/tier-one.txt");
    private static final Pattern LINE = Pattern.compile("(\\S+) (\\S+)(?: (.+))? -> ([\\d ]+)(?: : (.+))?");
    private static final Handler LOGS = request -> Response.json(
            200,
            request.path().contains("/query")
                    ? "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[4,\"2\"]}]}}"
                    : "{\"status\":\"success\",\"data\":[\"a\"]}");

    @TempDir
    Path folder;

    enum Who {
        NOBODY(0, ""),
        ANONYMOUS(1, ""),
        VIEWER(2, "viewer:secret12"),
        EDITOR(3, "editor:secret12"),
        ADMIN(4, Site.ADMIN);

        private final int column;
        private final String login;

        Who(int column, String login) {
            this.column = column;
            this.login = login;
        }
    }

    private record Call(String method, String path, String body, List<Integer> statuses, List<String> names) {
        static Call of(String line) {
            var match = LINE.matcher(line);
            assertThat(match.matches()).as(line).isTrue();
            String names = match.group(5);
            return new Call(
                    match.group(1),
                    match.group(2),
                    match.group(3) == null ? "" : match.group(3),
                    List.of(match.group(4).split(" ")).stream()
                            .map(Integer::valueOf)
                            .toList(),
                    names == null ? List.of() : List.of(names.split(" ")));
        }
    }

    private static List<Call> calls() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> !line.startsWith("#"))
                .map(Call::of)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void everybodyGetsWhatIsTheirs(Who who) throws IOException {
        provision();
        Map<String, String> settings = who == Who.ANONYMOUS ? Map.of("GF_AUTH_ANONYMOUS_ENABLED", "true") : Map.of();
        try (var site = Site.open(folder, settings, LOGS)) {
            var ids = fill(site);
            var wrong = new ArrayList<String>();
            for (var call : calls()) {
                String path = filled(call.path(), ids);
                String body = filled(call.body(), ids);
                var answer = site.call(who.login, call.method(), path, body.isEmpty() ? null : body);
                int expected = call.statuses().get(who.column);
                String what = call.method() + " " + call.path() + " " + call.body();
                if (answer.statusCode() != expected) {
                    wrong.add(what + ": " + answer.statusCode() + " instead of " + expected + ", " + answer.body());
                }
                if (who == Who.ADMIN) {
                    missing(call.names(), answer.body())
                            .forEach(name -> wrong.add(what + ": no " + name + " in " + answer.body()));
                } else if (expected >= 400 && call.path().startsWith("/api/")) {
                    missing(List.of("message"), answer.body())
                            .forEach(name -> wrong.add(what + ": no " + name + " in " + answer.body()));
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void slashesAtTheEndAreTaken() throws IOException {
        provision();
        try (var site = Site.open(folder, Map.of(), LOGS)) {
            assertThat(site.call(Site.ADMIN, "GET", "/api/folders/", null).statusCode())
                    .isEqualTo(200);
            assertThat(site.call(Site.ADMIN, "GET", "/api/health/", null).statusCode())
                    .isEqualTo(200);
        }
    }

    private void provision() throws IOException {
        Site.provisionUsersFiles(folder);
        Site.provision(
                folder,
                "datasources/locked.yaml",
                "apiVersion: 1\ndatasources:\n  - {name: Locked, uid: locked, type: loki, url: 'http://127.0.0.1:1'}\n");
    }

    /// What the calls are about.
    private static Map<String, String> fill(Site site) {
        var ids = new HashMap<String, String>();
        for (String role : List.of("Viewer", "Editor")) {
            String name = role.toLowerCase(java.util.Locale.ROOT);
            long id = Json.number(
                    site.post("/api/admin/users", "{\"login\":\"" + name + "\",\"password\":\"secret12\"}"), "id", 0);
            Site.json(site.call(Site.ADMIN, "PATCH", "/api/org/users/" + id, "{\"role\":\"" + role + "\"}"), 200);
        }
        ids.put("folder", id(site.post("/api/folders", "{\"uid\":\"folder\",\"title\":\"Folder\"}")));
        for (int version = 0; version < 2; version++) {
            site.post(
                    "/api/dashboards/db",
                    "{\"overwrite\":true,\"folderUid\":\"folder\",\"dashboard\":{\"uid\":\"board\",\"title\":\"Board\","
                            + "\"tags\":[\"one\"],\"version\":" + version + "}}");
        }
        ids.put(
                "source",
                id(site.post(
                        "/api/datasources",
                        "{\"uid\":\"source\",\"name\":\"Source\",\"type\":\"loki\",\"url\":\"http://127.0.0.1:1\"}")));
        ids.put("loki", id(site.get("/api/datasources/uid/loki-datasource")));
        ids.put(
                "annotation",
                id(site.post(
                        "/api/annotations",
                        "{\"dashboardUID\":\"board\",\"time\":7,\"tags\":[\"deploy\"],\"text\":\"v1\"}")));
        var account = Site.json(
                site.call(Site.ADMIN, "POST", "/api/serviceaccounts", "{\"name\":\"robot\",\"role\":\"Viewer\"}"), 201);
        ids.put("account", id(account));
        ids.put("newrule", Json.write(AlertRulesTest.rule("new").put("uid", "")));
        ids.put("oldrule", Json.write(AlertRulesTest.rule("rule").put("for", "1h")));
        Site.json(site.call(Site.ADMIN, "POST", AlertRulesTest.RULES, ids.get("oldrule")), 201);
        ids.put(
                "hook",
                "{\"uid\":\"hook\",\"name\":\"h\",\"type\":\"webhook\",\"settings\":{\"url\":\"http://192.0.2.1/\"}}");
        Site.json(site.call(Site.ADMIN, "POST", "/api/v1/provisioning/contact-points", ids.get("hook")), 202);
        ids.put("newhook", ids.get("hook").replace("\"uid\":\"hook\",", ""));
        ids.put("token", id(site.post("/api/serviceaccounts/" + id(account) + "/tokens", "{\"name\":\"first\"}")));
        ids.put(
                "provisioned",
                Json.text(site.get("/api/search?query=RAG&type=dash-db").get(0), "uid"));
        return ids;
    }

    private static String id(JsonNode made) {
        return String.valueOf(Json.number(made, "id", 0));
    }

    private static String filled(String text, Map<String, String> ids) {
        String filled = text;
        for (var id : ids.entrySet()) {
            filled = filled.replace("{" + id.getKey() + "}", id.getValue());
        }
        return filled;
    }

    private static List<String> missing(List<String> names, String body) {
        if (names.isEmpty()) {
            return List.of();
        }
        JsonNode answer;
        try {
            answer = Json.parse(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (Json.SyntaxException e) {
            return names;
        }
        JsonNode item = answer.isArray() ? answer.path(0) : answer;
        return names.stream()
                .filter(name -> item.at("/" + name.replace('.', '/')).isMissingNode())
                .toList();
    }
}
