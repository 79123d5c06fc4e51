package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Response;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ProvisioningTest {
    @TempDir
    Path folder;

    private void provider(String more) {
        Site.provision(
                folder,
                "dashboards/p.yaml",
                "apiVersion: 1\nproviders:\n  - name: p\n" + more + "    options:\n      path: " + boards() + "\n");
    }

    private Path boards() {
        return folder.resolve("boards");
    }

    private void board(String name, String json) {
        Site.replace(boards().resolve(name), json);
    }

    private static JsonNode status(Site site, String file) {
        for (JsonNode status : site.get("/api/ui/provisioning").path("files")) {
            if (Json.text(status, "path").endsWith(file)) {
                return status;
            }
        }
        return Json.object();
    }

    private static List<String> titles(Site site) {
        var titles = new ArrayList<String>();
        site.get("/api/search?type=dash-db").forEach(h -> titles.add(Json.text(h, "title")));
        return titles;
    }

    @Test
    void datasourcesTakeVariablesFilesAndDollars() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
        Site.provision(folder, "datasources/a.yml", """
                apiVersion: 1
                datasources:
                  - name: Loki
                    type: loki
                    url: http://$LOKI_HOST:${LOKI_PORT}
                    basicAuth: $BASIC
                    basicAuthUser: a$$b
                    orgId: $NOTHING
                    secureJsonData:
                      basicAuthPassword: $__file{%s}
                    jsonData:
                      maxLines: 500
                      derivedFields:
                        - name: trace
                          url: http://x/$${__value.raw}
                        - name: other
                          url: http://x/${__value.raw}
                  - name: Prometheus
                    type: prometheus
                    url: http://p:9090
                """.formatted(secret));
        var environment = Map.of("LOKI_HOST", "logs.example", "LOKI_PORT", "3100", "BASIC", "true");
        try (var site = Site.open(folder, environment, _ -> Response.of(200))) {
            var loki = site.get("/api/datasources/name/Loki");
            assertThat(Json.text(loki, "uid")).isEqualTo("P8E80F9AEF21F6940");
            assertThat(Json.text(loki, "url")).isEqualTo("http://logs.example:3100");
            assertThat(loki.path("basicAuth").booleanValue()).isTrue();
            assertThat(Json.text(loki, "basicAuthUser")).isEqualTo("a$b");
            assertThat(loki.path("readOnly").booleanValue()).isTrue();
            assertThat(loki.path("secureJsonFields").path("basicAuthPassword").booleanValue())
                    .isTrue();
            assertThat(loki.toString()).doesNotContain("s3cret");
            var fields = loki.path("jsonData").path("derivedFields");
            assertThat(Json.text(fields.get(0), "url")).isEqualTo("http://x/${__value.raw}");
            assertThat(Json.text(fields.get(1), "url")).isEqualTo("http://x/${__value.raw}");
            assertThat(Json.text(site.get("/api/datasources/name/Prometheus"), "uid"))
                    .isEqualTo("PBFA97CFB590B2093");
        }
    }

    @Test
    void oldSpellingPruningDeletingAndTwoDefaults() {
        Site.provision(folder, "datasources/a.yaml", """
                datasources:
                  - name: Old
                    type: loki
                    org_id: 1
                    is_default: true
                    basic_auth_user: ann
                    json_data: {maxLines: "7"}
                  - name: Second
                    type: loki
                    isDefault: yes
                """);
        try (var site = Site.open(folder)) {
            var old = site.get("/api/datasources/name/Old");
            assertThat(old.path("isDefault").booleanValue()).isTrue();
            assertThat(Json.text(old, "basicAuthUser")).isEqualTo("ann");
            assertThat(Json.text(old.path("jsonData"), "maxLines")).isEqualTo("7");
            assertThat(site.get("/api/datasources/name/Second")
                            .path("isDefault")
                            .booleanValue())
                    .isFalse();
            assertThat(Json.texts(status(site, "a.yaml"), "notes"))
                    .containsExactly("Second is marked default, but Old already is");
            Site.provision(
                    folder,
                    "datasources/a.yaml",
                    "apiVersion: 1\nprune: true\ndatasources:\n  - {name: Second, type: loki}\n");
            Site.await(() -> site.call(Site.ADMIN, "GET", "/api/datasources/name/Old", null)
                            .statusCode()
                    == 404);
            Site.provision(folder, "datasources/a.yaml", "apiVersion: 1\ndeleteDatasources: [{name: Second}]\n");
            Site.await(() -> site.get("/api/datasources").isEmpty());
        }
    }

    @Test
    void brokenYamlSaysWhereAndKeepsWhatWas() {
        Site.provision(folder, "datasources/a.yaml", "apiVersion: 1\ndatasources:\n  - {name: L, type: loki}\n");
        Site.provision(folder, "datasources/b.yaml", "apiVersion: 1\ndatasources:\n  - name: [x\n");
        try (var site = Site.open(folder)) {
            assertThat(Json.text(status(site, "b.yaml"), "state")).isEqualTo("failed");
            assertThat(status(site, "b.yaml").path("line").intValue()).isEqualTo(4);
            assertThat(Json.text(site.get("/api/datasources/name/L"), "name")).isEqualTo("L");
        }
    }

    @Test
    void changedFileIsSeenAndBrokenFileKeepsThePreviousVersion() {
        provider("    folder: Ops\n");
        board("a.json", "{\"uid\":\"a\",\"title\":\"One\",\"panels\":[]}");
        try (var site = Site.open(folder)) {
            assertThat(titles(site)).containsExactly("One");
            board("a.json", "{\"uid\":\"a\",\"title\":\"Two\",\"panels\":[]}");
            Site.await(() -> titles(site).equals(List.of("Two")));
            board("a.json", "{\n  \"uid\": \"a\",\n  \"title\": \"Three\",,\n}");
            Site.await(() -> Json.text(status(site, "a.json"), "state").equals("failed"));
            var status = status(site, "a.json");
            assertThat(status.path("line").intValue()).isEqualTo(3);
            assertThat(status.path("column").intValue()).isBetween(20, 23);
            assertThat(Json.text(status, "message")).contains("the previous version stays");
            assertThat(titles(site)).containsExactly("Two");
            assertThat(site.get("/api/health")
                            .path("provisioning")
                            .path("failed")
                            .intValue())
                    .isEqualTo(1);
        }
        try (var site = Site.open(folder)) {
            assertThat(titles(site)).as("after a restart").containsExactly("Two");
        }
    }

    @Test
    void removedFileTakesItsDashboardAlongUnlessTold() throws IOException {
        provider("");
        board("a.json", "{\"uid\":\"a\",\"title\":\"One\"}");
        try (var site = Site.open(folder)) {
            assertThat(titles(site)).containsExactly("One");
            Files.delete(boards().resolve("a.json"));
            Site.await(() -> titles(site).isEmpty());
            board("a.json", "{\"uid\":\"a\",\"title\":\"One\"}");
            Site.await(() -> titles(site).equals(List.of("One")));
            provider("    disableDeletion: true\n");
            Site.await(() -> site.get("/api/ui/provisioning")
                    .path("providers")
                    .get(0)
                    .path("disableDeletion")
                    .booleanValue());
            Files.delete(boards().resolve("a.json"));
            Site.await(() -> !site.get("/api/dashboards/uid/a")
                    .path("meta")
                    .path("provisioned")
                    .booleanValue());
            assertThat(titles(site)).containsExactly("One");
        }
    }

    @Test
    void unreadableFolderLosesNothing() throws IOException {
        provider("");
        board("a.json", "{\"uid\":\"a\",\"title\":\"One\"}");
        try (var site = Site.open(folder)) {
            assertThat(titles(site)).containsExactly("One");
            Files.move(boards(), folder.resolve("away"));
            Site.await(() -> Json.text(status(site, "boards"), "state").equals("failed"));
            site.post("/api/admin/provisioning/dashboards/reload", "");
            site.post("/api/admin/provisioning/dashboards/reload", "");
            assertThat(titles(site)).containsExactly("One");
        }
    }

    @Test
    void firstOfTwoWithOneUidWinsAndTheThirdStillUpdates() throws IOException {
        provider("");
        board("a.json", "{\"uid\":\"same\",\"title\":\"First\"}");
        board("b.json", "{\"uid\":\"same\",\"title\":\"Second\"}");
        board("c.json", "{\"uid\":\"c\",\"title\":\"Third\"}");
        try (var site = Site.open(folder)) {
            assertThat(titles(site)).containsExactly("First", "Third");
            var conflict = status(site, "b.json");
            assertThat(Json.text(conflict, "state")).isEqualTo("conflict");
            assertThat(Json.text(conflict, "message")).contains("same").contains("a.json");
            board("c.json", "{\"uid\":\"c\",\"title\":\"Third again\"}");
            Site.await(() -> titles(site).contains("Third again"));
            Files.delete(boards().resolve("a.json"));
            Site.await(() -> titles(site).contains("Second"));
        }
    }

    @Test
    void wrappersAndExportsAreUnwrapped() {
        Site.provision(
                folder,
                "datasources/a.yaml",
                "apiVersion: 1\ndatasources:\n  - {name: L, type: loki, uid: the-loki, isDefault: true}\n");
        provider("");
        board("api.json", "{\"overwrite\":true,\"dashboard\":{\"uid\":\"api\",\"title\":\"Api\"}}");
        board("get.json", "{\"meta\":{},\"dashboard\":{\"uid\":\"get\",\"title\":\"Get\"}}");
        board(
                "k8s.json",
                "{\"apiVersion\":\"dashboard.grafana.app/v1beta1\",\"kind\":\"Dashboard\","
                        + "\"metadata\":{\"name\":\"k8s\"},\"spec\":{\"title\":\"Kube\"}}");
        board(
                "export.json",
                "\ufeff{\"uid\":\"export\",\"title\":\"Export\",\"__inputs\":[{\"name\":\"DS_LOKI\","
                        + "\"type\":\"datasource\",\"pluginId\":\"loki\"}],\"panels\":[{\"type\":\"logs\","
                        + "\"datasource\":{\"type\":\"loki\",\"uid\":\"${DS_LOKI}\"}}]}");
        board("empty.json", "{\"title\":\"  \"}");
        board("list.json", "[1,2]");
        board(".hidden/x.json", "{\"title\":\"Hidden\"}");
        board("notes.txt", "no dashboard");
        try (var site = Site.open(folder)) {
            assertThat(titles(site)).containsExactly("Api", "Export", "Get", "Kube");
            var panel = site.get("/api/dashboards/uid/export")
                    .path("dashboard")
                    .path("panels")
                    .get(0);
            assertThat(Json.text(panel.path("datasource"), "uid")).isEqualTo("the-loki");
            assertThat(Json.text(status(site, "empty.json"), "state")).isEqualTo("failed");
            assertThat(Json.text(status(site, "list.json"), "message")).contains("expected a JSON object");
            assertThat(Json.text(site.get("/api/dashboards/uid/k8s").path("dashboard"), "title"))
                    .isEqualTo("Kube");
        }
    }

    @Test
    void foldersComeFromTheFilesWhenAsked() {
        Site.provision(
                folder,
                "dashboards/p.yaml",
                "- name: p\n  org_id: 1\n  options:\n    folder: " + boards()
                        + "\n    foldersFromFilesStructure: true\n");
        board("top.json", "{\"uid\":\"top\",\"title\":\"Top\"}");
        board("a/b/deep.json", "{\"uid\":\"deep\",\"title\":\"Deep\"}");
        try (var site = Site.open(folder)) {
            assertThat(Json.text(site.get("/api/dashboards/uid/deep").path("meta"), "folderTitle"))
                    .isEqualTo("b");
            assertThat(Json.text(site.get("/api/dashboards/uid/top").path("meta"), "folderUid"))
                    .isEmpty();
        }
    }

    @Test
    void linkedCopiesOfOneFileAreOneDashboard() throws IOException {
        provider("");
        board("..data/a.json", "{\"title\":\"Mounted\"}");
        Files.createSymbolicLink(boards().resolve("a.json"), boards().resolve("..data/a.json"));
        Files.createSymbolicLink(boards().resolve("loop"), boards());
        try (var site = Site.open(folder)) {
            assertThat(titles(site)).containsExactly("Mounted");
        }
    }

    @Test
    void provisionedDashboardsAreSavedOnlyWhereAllowed() {
        provider("");
        board("a.json", "{\"uid\":\"a\",\"title\":\"One\"}");
        try (var site = Site.open(folder)) {
            String save = "{\"overwrite\":true,\"dashboard\":{\"uid\":\"a\",\"title\":\"Mine\"}}";
            var refused = site.call(Site.ADMIN, "POST", "/api/dashboards/db", save);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("Cannot save provisioned dashboard");
            assertThat(site.call(Site.ADMIN, "DELETE", "/api/dashboards/uid/a", null)
                            .statusCode())
                    .isEqualTo(400);
            provider("    allowUiUpdates: true\n");
            Site.await(() -> site.get("/api/dashboards/uid/a")
                    .path("meta")
                    .path("canSave")
                    .booleanValue());
            site.post("/api/dashboards/db", save);
            site.post("/api/admin/provisioning/dashboards/reload", "");
            assertThat(titles(site))
                    .as("the unchanged file leaves the edit alone")
                    .containsExactly("Mine");
            board("a.json", "{\"uid\":\"a\",\"title\":\"From the file\"}");
            Site.await(() -> titles(site).equals(List.of("From the file")));
            assertThat(site.get("/api/dashboards/uid/a/versions")
                            .path("versions")
                            .size())
                    .as("the overwritten edit is in the history")
                    .isEqualTo(3);
        }
    }

    @Test
    void savedDashboardIsWrittenBackWithItsKeysInOrder() throws IOException {
        Site.provision(folder, "dashboards/p.yaml", """
                apiVersion: 1
                providers:
                  - name: p
                    options:
                      path: %s
                      writeBack: true
                """.formatted(boards()));
        board("a.json", """
                {
                    "title": "One",
                    "strange": 1,
                    "uid": "a",
                    "tags": []
                }
                """);
        try (var site = Site.open(folder)) {
            var dashboard = site.get("/api/ui/raw/a");
            ((ObjectNode) dashboard).put("title", "Two").put("refresh", "5s");
            site.post("/api/dashboards/db", "{\"dashboard\":" + Json.write(dashboard) + "}");
            assertThat(Files.readString(boards().resolve("a.json"))).isEqualTo("""
                            {
                                "title": "Two",
                                "strange": 1,
                                "uid": "a",
                                "tags": [],
                                "refresh": "5s"
                            }
                            """);
            site.post("/api/admin/provisioning/dashboards/reload", "");
            assertThat(site.get("/api/dashboards/uid/a/versions")
                            .path("versions")
                            .size())
                    .isEqualTo(2);
        }
    }
}
