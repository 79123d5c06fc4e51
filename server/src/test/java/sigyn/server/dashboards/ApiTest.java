package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Response;
import tools.jackson.databind.JsonNode;

/// Grafana's API as tools use it.
class ApiTest {
    @TempDir
    Path folder;

    private static String token(Site site, String role, String more) {
        var account = Site.json(
                site.call(
                        Site.ADMIN,
                        "POST",
                        "/api/serviceaccounts",
                        "{\"name\":\"" + role + more.length() + "\",\"role\":\"" + role + "\"" + more + "}"),
                201);
        long id = Json.number(account, "id", 0);
        String key = Json.text(site.post("/api/serviceaccounts/" + id + "/tokens", "{\"name\":\"t\"}"), "key");
        assertThat(key).matches("glsa_[0-9a-zA-Z]{32}_[0-9a-f]{8}");
        return key;
    }

    @Test
    void dashboardIsSavedChangedRestoredAndDeleted() {
        try (var site = Site.open(folder)) {
            var folderUid = Json.text(site.post("/api/folders", "{\"title\":\"Ops\"}"), "uid");
            var saved = site.post(
                    "/api/dashboards/db",
                    "{\"folderUid\":\"" + folderUid
                            + "\",\"dashboard\":{\"id\":null,\"title\":\"One\",\"tags\":[\"a\"]}}");
            String uid = Json.text(saved, "uid");
            assertThat(Json.text(saved, "url")).isEqualTo("/d/" + uid + "/one");
            var read = site.get("/api/dashboards/uid/" + uid);
            long id = Json.number(read.path("dashboard"), "id", 0);
            assertThat(Json.text(read.path("meta"), "folderTitle")).isEqualTo("Ops");

            String change =
                    "{\"dashboard\":{\"id\":" + id + ",\"uid\":\"" + uid + "\",\"title\":\"Two\",\"version\":%d}}";
            assertThat(Json.number(site.post("/api/dashboards/db", change.formatted(1)), "version", 0))
                    .isEqualTo(2);
            var stale = Site.json(site.call(Site.ADMIN, "POST", "/api/dashboards/db", change.formatted(1)), 412);
            assertThat(Json.text(stale, "status")).isEqualTo("version-mismatch");

            site.post("/api/dashboards/uid/" + uid + "/restore", "{\"version\":1}");
            var versions = site.get("/api/dashboards/uid/" + uid + "/versions").path("versions");
            assertThat(versions.size()).isEqualTo(3);
            assertThat(Json.number(versions.get(0), "restoredFrom", 0)).isEqualTo(1);
            assertThat(Json.text(site.get("/api/dashboards/uid/" + uid).path("dashboard"), "title"))
                    .isEqualTo("One");
            assertThat(site.get("/api/dashboards/uid/" + uid)
                            .path("meta")
                            .path("folderUid")
                            .asString(""))
                    .isEqualTo(folderUid);

            assertThat(site.get("/api/search?tag=a").size()).isEqualTo(1);
            assertThat(site.get("/api/search?tag=b").size()).isZero();
            assertThat(Json.text(site.get("/api/dashboards/tags").get(0), "term"))
                    .isEqualTo("a");

            assertThat(site.call(Site.ADMIN, "DELETE", "/api/dashboards/uid/" + uid, null)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(site.call(Site.ADMIN, "GET", "/api/dashboards/uid/" + uid, null)
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void sharedDashboardIsImportedWithItsInputs() {
        try (var site = Site.open(folder)) {
            var imported = site.post(
                    "/api/dashboards/import",
                    "{\"dashboard\":{\"title\":\"Shared\",\"__inputs\":[{\"name\":\"DS_LOKI\",\"type\":\"datasource\","
                            + "\"pluginId\":\"loki\"}],\"panels\":[{\"type\":\"logs\",\"datasource\":\"${DS_LOKI}\"}]},"
                            + "\"inputs\":[{\"name\":\"DS_LOKI\",\"type\":\"datasource\",\"pluginId\":\"loki\","
                            + "\"value\":\"Loki\"}]}");
            var panel = site.get("/api/dashboards/uid/" + Json.text(imported, "uid"))
                    .path("dashboard")
                    .path("panels")
                    .get(0);
            assertThat(Json.text(panel.path("datasource"), "uid")).isEqualTo("P8E80F9AEF21F6940");
            var report = site.get("/api/ui/compat/" + Json.text(imported, "uid"));
            assertThat(Json.text(report, "summary")).startsWith("1 panels, 1 exact");
        }
    }

    @Test
    void rolesHoldOnEveryWrite() {
        try (var site = Site.open(folder)) {
            String viewer = token(site, "Viewer", "");
            String editor = token(site, "Editor", "");
            record Call(String method, String path, String body) {}
            var forEditors = List.of(
                    new Call("POST", "/api/dashboards/db", "{\"dashboard\":{\"title\":\"x\"}}"),
                    new Call("POST", "/api/dashboards/import", "{\"dashboard\":{\"title\":\"y\"}}"),
                    new Call("POST", "/api/folders", "{\"title\":\"x\"}"),
                    new Call("POST", "/api/annotations", "{\"text\":\"x\"}"),
                    new Call("POST", "/api/library-elements", "{\"name\":\"x\",\"model\":{\"type\":\"logs\"}}"));
            for (var call : forEditors) {
                assertThat(site.call(viewer, call.method(), call.path(), call.body())
                                .statusCode())
                        .as(call.toString())
                        .isEqualTo(403);
                assertThat(site.call("", call.method(), call.path(), call.body())
                                .statusCode())
                        .as(call.toString())
                        .isEqualTo(401);
                assertThat(site.call(editor, call.method(), call.path(), call.body())
                                .statusCode())
                        .as(call.toString())
                        .isEqualTo(200);
            }
            var forAdmins = List.of(
                    new Call("POST", "/api/datasources", "{\"name\":\"x\",\"type\":\"loki\"}"),
                    new Call("DELETE", "/api/datasources/uid/P8E80F9AEF21F6940", ""),
                    new Call("POST", "/api/serviceaccounts", "{\"name\":\"x\"}"),
                    new Call("GET", "/api/serviceaccounts/search", ""),
                    new Call("GET", "/api/users", ""),
                    new Call("GET", "/api/org/users", ""),
                    new Call("POST", "/api/admin/users", "{\"login\":\"x\",\"password\":\"secret\"}"),
                    new Call("POST", "/api/admin/provisioning/dashboards/reload", ""),
                    new Call("PUT", "/api/org/preferences", "{\"theme\":\"light\"}"),
                    new Call("PUT", "/api/ui/policies/Viewer", "{\"policy\":\"\"}"),
                    new Call("GET", "/api/ui/audit", ""));
            for (var call : forAdmins) {
                assertThat(site.call(editor, call.method(), call.path(), call.body())
                                .statusCode())
                        .as(call.toString())
                        .isEqualTo(403);
            }
            for (String path : List.of("flush", "config", "metrics", "loki/api/v1/delete")) {
                String through = "/api/datasources/proxy/uid/P8E80F9AEF21F6940/" + path;
                assertThat(site.call(editor, "GET", through, null).statusCode())
                        .as(path)
                        .isEqualTo(403);
                assertThat(site.call(Site.ADMIN, "GET", through, null).statusCode())
                        .as(path)
                        .isEqualTo(200);
            }
            String push = "/api/datasources/proxy/uid/P8E80F9AEF21F6940/loki/api/v1/push";
            assertThat(site.call(viewer, "POST", push, "{}").statusCode()).isEqualTo(403);
            assertThat(site.call(editor, "POST", push, "{}").statusCode()).isEqualTo(200);
            assertThat(site.call(editor, "DELETE", push.replace("push", "delete"), null)
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void tokensEndWithTheirAccount() {
        try (var site = Site.open(folder)) {
            String key = token(site, "Viewer", "");
            assertThat(site.call(key, "GET", "/api/user", null).statusCode()).isEqualTo(200);
            assertThat(site.call("glsa_" + "a".repeat(32) + "_00000000", "GET", "/api/user", null)
                            .statusCode())
                    .isEqualTo(401);
            long id = Json.number(
                    site.get("/api/serviceaccounts/search")
                            .path("serviceAccounts")
                            .get(0),
                    "id",
                    0);
            site.call(Site.ADMIN, "PATCH", "/api/serviceaccounts/" + id, "{\"isDisabled\":true}");
            assertThat(site.call(key, "GET", "/api/user", null).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void policyNarrowsEveryWayToTheLogs() {
        var asked = new CopyOnWriteArrayList<String>();
        try (var site = Site.open(folder, Map.of(), request -> {
            asked.add(request.path() + " " + request.query().all("query")
                    + request.query().all("match[]")
                    + new String(request.body().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            return Response.json(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"result\":[]}}");
        })) {
            String key = token(site, "Editor", ",\"policy\":\"{namespace=\\\"a\\\"}\"");
            String source = "/api/datasources/proxy/uid/P8E80F9AEF21F6940/loki/api/v1/";
            for (String path : List.of(
                    source + "query_range?query=%7Bx%3D%22y%22%7D",
                    source + "labels",
                    source + "series?match[]=%7Bx%3D%22y%22%7D".replace("[]", "%5B%5D"),
                    source + "index/volume?query=%7Bx%3D%22y%22%7D",
                    "/api/datasources/uid/P8E80F9AEF21F6940/resources/label/x/values")) {
                assertThat(site.call(key, "GET", path, null).statusCode())
                        .as(path)
                        .isEqualTo(200);
            }
            site.call(
                    key,
                    "POST",
                    "/api/ds/query",
                    "{\"queries\":[{\"refId\":\"A\",\"expr\":\"{x=\\\"y\\\"}\"}],\"from\":\"now-1h\",\"to\":\"now\"}");
            assertThat(asked).hasSize(6).allSatisfy(a -> assertThat(a).contains("namespace=\"a\""));
            assertThat(site.call(key, "POST", source + "push", "{}").statusCode())
                    .isEqualTo(403);
            assertThat(site.call(key, "GET", source + "rules", null).statusCode())
                    .isEqualTo(403);
            assertThat(site.call(key, "POST", source + "query", "query=x").statusCode())
                    .isEqualTo(403);
            assertThat(asked).hasSize(6);
        }
    }

    @Test
    void queriesComeAsFrames() {
        String matrix =
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"level\":"
                        + "\"ERROR\"},\"values\":[[1700000000,\"2\"],[1700000002.5,\"NaN\"]]}],\"stats\":{\"summary\":"
                        + "{\"totalLinesProcessed\":7}}}}";
        String streams = "{\"status\":\"success\",\"data\":{\"resultType\":\"streams\",\"encodingFlags\":"
                + "[\"categorize-labels\"],\"result\":[{\"stream\":{\"app\":\"web\"},\"values\":[[\"1700000000123456789\","
                + "\"hello\",{\"structuredMetadata\":{\"trace\":\"t\"},\"parsed\":{\"id\":\"7\"}}],"
                + "[\"1700000000123456789\",\"hello\",{\"structuredMetadata\":{\"trace\":\"t\"},"
                + "\"parsed\":{\"id\":\"7\"}}]]}]}}";
        var asked = new ArrayList<String>();
        try (var site = Site.open(folder, Map.of(), request -> {
            asked.add(request.path() + "?" + request.rawQuery());
            String query = request.query().firstOr("query", "");
            return query.contains("bad")
                    ? Response.text(400, "parse error at line 1, col 1: bad\n")
                    : Response.json(200, query.startsWith("{") ? streams : matrix);
        })) {
            var answer = site.post("/api/ds/query", """
                    {"from":"1700000000000","to":"1700003600000","queries":[
                      {"refId":"A","datasource":{"type":"loki","uid":"P8E80F9AEF21F6940"},"intervalMs":2000,
                       "expr":"sum by (level) (rate({a=\\"b\\"}[$__auto]))","legendFormat":"{{level}}!"},
                      {"refId":"B","expr":"{a=\\"b\\"}","maxLines":5}]}""");
            assertThat(asked.getFirst())
                    .startsWith("/loki/api/v1/query_range?")
                    .contains("start=1700000000000000000&end=1700003600000000000&step=2000ms", "%5B2000ms%5D");
            var series = answer.path("results").path("A").path("frames").get(0);
            var value = series.path("schema").path("fields").get(1);
            assertThat(Json.text(value.path("config"), "displayNameFromDS")).isEqualTo("ERROR!");
            assertThat(Json.text(value.path("labels"), "level")).isEqualTo("ERROR");
            assertThat(Json.write(series.path("data").path("values")))
                    .isEqualTo("[[1700000000000,1700000002500],[2.0,null]]");
            assertThat(Json.write(series.path("data").path("entities")))
                    .isEqualTo("[null,{\"NaN\":[1],\"Inf\":[],\"NegInf\":[]}]");
            var logs = answer.path("results").path("B").path("frames").get(0).path("data");
            assertThat(Json.write(logs.path("values").get(0).get(0)))
                    .isEqualTo("{\"app\":\"web\",\"trace\":\"t\",\"id\":\"7\"}");
            assertThat(Json.write(logs.path("values").get(4).get(0)))
                    .isEqualTo("{\"app\":\"I\",\"trace\":\"S\",\"id\":\"P\"}");
            assertThat(Json.write(logs.path("nanos").get(1))).isEqualTo("[456789,456789]");
            JsonNode ids = logs.path("values").get(5);
            assertThat(ids.get(1).asString("")).isEqualTo(ids.get(0).asString("") + "_1");

            var failed = site.call(
                    Site.ADMIN,
                    "POST",
                    "/api/ds/query",
                    "{\"queries\":[{\"refId\":\"A\",\"expr\":\"{a=\\\"bad\\\"}\"}]}");
            assertThat(failed.statusCode()).isEqualTo(400);
            assertThat(failed.body()).contains("parse error at line 1, col 1: bad");
            var mixed = site.call(
                    Site.ADMIN,
                    "POST",
                    "/api/ds/query",
                    "{\"queries\":[{\"refId\":\"A\",\"expr\":\"{a=\"},{\"refId\":\"B\",\"expr\":\"{a=\\\"b\\\"}\"}]}");
            assertThat(mixed.statusCode()).isEqualTo(207);
        }
    }

    @Test
    void annotationsAreMadeFoundChangedAndDeleted() {
        try (var site = Site.open(folder)) {
            long id = Json.number(
                    site.post("/api/annotations", "{\"time\":1000,\"tags\":[\"deploy\",\"web\"],\"text\":\"v1\"}"),
                    "id",
                    0);
            site.post("/api/annotations/graphite", "{\"what\":\"e\",\"tags\":\"deploy db\",\"when\":5,\"data\":\"d\"}");
            assertThat(site.get("/api/annotations?tags=deploy").size()).isEqualTo(2);
            assertThat(site.get("/api/annotations?tags=deploy&tags=web").size()).isEqualTo(1);
            assertThat(site.get("/api/annotations?tags=db&tags=web&matchAny=true")
                            .size())
                    .isEqualTo(2);
            assertThat(site.get("/api/annotations?from=2000&to=9000").size()).isEqualTo(1);
            assertThat(site.call(Site.ADMIN, "PATCH", "/api/annotations/" + id, "{\"text\":\"v2\"}")
                            .statusCode())
                    .isEqualTo(200);
            var changed = site.get("/api/annotations/" + id);
            assertThat(Json.text(changed, "text")).isEqualTo("v2");
            assertThat(Json.texts(changed, "tags")).containsExactly("deploy", "web");
            assertThat(Json.text(
                            site.get("/api/annotations/tags")
                                    .path("result")
                                    .path("tags")
                                    .get(1),
                            "tag"))
                    .isEqualTo("deploy");
            site.call(Site.ADMIN, "DELETE", "/api/annotations/" + id, null);
            assertThat(site.call(Site.ADMIN, "GET", "/api/annotations/" + id, null)
                            .statusCode())
                    .isEqualTo(404);
            assertThat(site.call(Site.ADMIN, "POST", "/api/annotations", "{\"text\":\" \"}")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void shortUrlsStayInside() {
        try (var site = Site.open(folder)) {
            String uid = Json.text(site.post("/api/short-urls", "{\"path\":\"d/x?from=1&to=2\"}"), "uid");
            assertThat(site.call(Site.ADMIN, "GET", "/goto/" + uid, null)
                            .headers()
                            .firstValue("Location"))
                    .hasValue("/d/x?from=1&to=2");
            for (String path :
                    List.of("http://evil.example", "//evil.example", "/\\\\evil", "a/../../x", "a\\r\\nb", "")) {
                assertThat(site.call(Site.ADMIN, "POST", "/api/short-urls", "{\"path\":\"" + path + "\"}")
                                .statusCode())
                        .as(path)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void sharedPanelIsShownWhereItIsUsed() {
        try (var site = Site.open(folder)) {
            site.post(
                    "/api/library-elements",
                    "{\"uid\":\"lib\",\"name\":\"Errors\",\"model\":{\"type\":\"logs\",\"title\":\"Errors\",\"id\":9}}");
            var saved = site.post(
                    "/api/dashboards/db",
                    "{\"dashboard\":{\"title\":\"Uses it\",\"panels\":[{\"id\":4,\"gridPos\":{\"x\":0,\"y\":0,\"w\":8,\"h\":4},"
                            + "\"libraryPanel\":{\"uid\":\"lib\",\"name\":\"Errors\"}}]}}");
            var panel = site.get("/api/dashboards/uid/" + Json.text(saved, "uid"))
                    .path("dashboard")
                    .path("panels")
                    .get(0);
            assertThat(Json.text(panel, "type")).isEqualTo("logs");
            assertThat(Json.number(panel, "id", 0)).isEqualTo(4);
            assertThat(Json.number(panel.path("gridPos"), "w", 0)).isEqualTo(8);
            assertThat(Json.text(panel.path("libraryPanel"), "uid")).isEqualTo("lib");
        }
    }

    @Test
    void queryHistoryIsOnesOwn() {
        try (var site = Site.open(folder)) {
            var made = site.post(
                            "/api/query-history",
                            "{\"datasourceUid\":\"l\",\"queries\":[{\"refId\":\"A\",\"expr\":\"{a=\\\"b\\\"}\"}]}")
                    .path("result");
            site.post("/api/query-history/star/" + Json.text(made, "uid"), "");
            assertThat(site.get("/api/query-history?onlyStarred=true")
                            .path("result")
                            .path("totalCount")
                            .intValue())
                    .isEqualTo(1);
            String other = token(site, "Viewer", "");
            assertThat(Site.json(site.call(other, "GET", "/api/query-history", null), 200)
                            .path("result")
                            .path("totalCount")
                            .intValue())
                    .isZero();
        }
    }

    @Test
    void rulesAreThoseOfTheSources() {
        String rules = "{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":\"g\",\"file\":\"f\",\"rules\":["
                + "{\"type\":\"alerting\",\"name\":\"Errors\",\"state\":\"firing\",\"health\":\"ok\",\"alerts\":[]}]}]}}";
        try (var site = Site.open(
                folder,
                Map.of(),
                request -> request.path().equals("/prometheus/api/v1/rules")
                        ? Response.json(200, rules)
                        : Response.text(404, "404 page not found\n"))) {
            var all = site.get("/api/prometheus/grafana/api/v1/rules")
                    .path("data")
                    .path("groups");
            assertThat(Json.text(all.at("/0/rules/0"), "name")).isEqualTo("Errors");
            assertThat(site.get("/api/prometheus/P8E80F9AEF21F6940/api/v1/rules")
                            .path("data")
                            .path("groups"))
                    .isEqualTo(all);
            assertThat(site.get("/api/prometheus/grafana/api/v1/alerts")
                            .path("data")
                            .path("alerts")
                            .size())
                    .isZero();
            assertThat(site.call(Site.ADMIN, "GET", "/api/prometheus/absent/api/v1/rules", null)
                            .statusCode())
                    .isEqualTo(404);
            String narrowed = token(site, "Viewer", ",\"policy\":\"{namespace=\\\"a\\\"}\"");
            assertThat(site.call(narrowed, "GET", "/api/prometheus/grafana/api/v1/rules", null)
                            .statusCode())
                    .isEqualTo(403);
        }
        try (var site = Site.open(folder, Map.of(), _ -> Response.text(500, "broken\n"))) {
            var unwell = site.call(Site.ADMIN, "GET", "/api/prometheus/P8E80F9AEF21F6940/api/v1/rules", null);
            assertThat(unwell.statusCode()).isEqualTo(502);
            assertThat(unwell.body()).contains("broken");
            assertThat(site.get("/api/prometheus/grafana/api/v1/rules")
                            .path("warnings")
                            .toString())
                    .contains("broken");
        }
    }

    @Test
    void badBodiesAreNamed() {
        try (var site = Site.open(folder)) {
            var broken = Site.json(site.call(Site.ADMIN, "POST", "/api/folders", "{\"title\":\n 7,,}"), 400);
            assertThat(Json.text(broken, "message")).contains("line 2, column");
            assertThat(site.call(Site.ADMIN, "POST", "/api/folders", "[]").statusCode())
                    .isEqualTo(400);
            String deep = "{\"title\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
            assertThat(site.call(Site.ADMIN, "POST", "/api/folders", deep).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void healthOfADatasourceIsOneAndOne() {
        try (var site = Site.open(
                folder,
                Map.of(),
                request -> Response.json(
                        200,
                        request.query().firstOr("query", "").equals("vector(1)+vector(1)")
                                ? "{\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[4000000000,\"2\"]}]}}"
                                : "{}"))) {
            assertThat(Json.text(site.get("/api/datasources/uid/P8E80F9AEF21F6940/health"), "status"))
                    .isEqualTo("OK");
        }
        try (var site = Site.open(folder, Map.of(), _ -> Response.text(500, "broken\n"))) {
            var unwell = site.call(Site.ADMIN, "GET", "/api/datasources/uid/P8E80F9AEF21F6940/health", null);
            assertThat(unwell.statusCode()).isEqualTo(400);
            assertThat(unwell.body()).contains("\"status\":\"ERROR\"", "broken");
        }
    }
}
