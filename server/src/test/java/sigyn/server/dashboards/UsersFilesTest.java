package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;

/// The user's own three files, unchanged.
class UsersFilesTest {
    @TempDir
    Path folder;

    private static String uid(Site site) {
        for (JsonNode hit : site.get("/api/search?query=RAG")) {
            if (Json.text(hit, "type").equals("dash-db")) {
                return Json.text(hit, "uid");
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void folderAndDashboardAreFoundAndKeepTheirAddressWithoutTheData() throws IOException {
        Site.provisionUsersFiles(folder);
        String uid;
        try (var site = Site.open(folder)) {
            var titles = new ArrayList<String>();
            site.get("/api/search?query=RAG")
                    .forEach(h -> titles.add(Json.text(h, "type") + " " + Json.text(h, "title")));
            assertThat(titles).containsExactly("dash-folder RAG Module", "dash-db RAG Module Orchestrator");
            uid = uid(site);
        }
        try (var files = Files.walk(folder.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        try (var site = Site.open(folder)) {
            assertThat(uid(site)).isEqualTo(uid);
        }
    }

    @Test
    void datasourceIsWhatTheFileSays() {
        Site.provisionUsersFiles(folder);
        try (var site = Site.open(folder)) {
            var datasource = site.get("/api/datasources/uid/loki-datasource");
            assertThat(Json.text(datasource, "type")).isEqualTo("loki");
            assertThat(datasource.get("isDefault").booleanValue()).isTrue();
            assertThat(datasource.get("readOnly").booleanValue()).isFalse();
        }
    }

    @Test
    void oldGraphComesAsTimeseriesWithItsAxis() {
        Site.provisionUsersFiles(folder);
        try (var site = Site.open(folder)) {
            var answer = site.get("/api/dashboards/uid/" + uid(site));
            assertThat(answer.path("meta").path("folderTitle").asString("")).isEqualTo("RAG Module");
            assertThat(answer.path("meta").path("provisioned").booleanValue()).isTrue();
            assertThat(answer.path("meta").path("provisionedExternalId").asString(""))
                    .isEqualTo("deployment.json");
            var dashboard = answer.get("dashboard");
            assertThat(dashboard.path("schemaVersion").intValue()).isEqualTo(42);
            var graph = dashboard.path("panels").get(0);
            assertThat(Json.text(graph, "type")).isEqualTo("timeseries");
            assertThat(graph.path("fieldConfig").path("defaults").path("min").intValue(-1))
                    .isZero();
            var custom = graph.path("fieldConfig").path("defaults").path("custom");
            assertThat(Json.text(custom, "axisLabel")).isEqualTo("Log Count");
            assertThat(custom.path("lineWidth").intValue()).isEqualTo(2);
            assertThat(custom.path("fillOpacity").intValue()).isEqualTo(10);
            assertThat(Json.text(custom, "showPoints")).isEqualTo("never");
            assertThat(Json.texts(graph.path("options").path("legend"), "calcs"))
                    .containsExactly("lastNotNull", "sum");
            assertThat(Json.text(graph.path("options").path("tooltip"), "mode")).isEqualTo("multi");
            var logs = dashboard.path("panels").get(1);
            assertThat(Json.text(logs, "type")).isEqualTo("logs");
            assertThat(Json.text(logs.path("options"), "sortOrder")).isEqualTo("Descending");
            assertThat(Json.text(dashboard.path("templating").path("list").get(0), "query"))
                    .isEqualTo("label_values(service)");
        }
    }

    @Test
    void requestsToTheDatasourceAreServedInProcess() {
        Site.provisionUsersFiles(folder);
        try (var site = Site.open(folder)) {
            var proxied = site.get(
                    "/api/datasources/proxy/uid/loki-datasource/loki/api/v1/query_range?query=%7Ba%3D%22b%22%7D");
            assertThat(Json.text(proxied, "path")).isEqualTo("/loki/api/v1/query_range");
            assertThat(Json.text(site.get("/api/datasources/uid/loki-datasource/resources/labels"), "path"))
                    .isEqualTo("/loki/api/v1/labels");
        }
    }

    @Test
    void everyFileHasItsLineAndItsStatus() {
        Site.provisionUsersFiles(folder);
        try (var site = Site.open(folder)) {
            var files = site.get("/api/ui/provisioning").path("files");
            var lines = new ArrayList<String>();
            files.forEach(f -> lines.add(
                    Json.text(f, "kind") + " " + Path.of(Json.text(f, "path")).getFileName()));
            assertThat(lines)
                    .containsExactly(
                            "datasources datasources.yaml", "providers dashboards.yaml", "dashboard deployment.json");
            files.forEach(f -> assertThat(Json.text(f, "state")).isIn("loaded", "unchanged"));
        }
    }
}
