package sigyn.server.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Response;

class PostgresTest {
    @TempDir
    Path folder;

    private Site open(PostgresProcess postgres) {
        var environment = Map.of(
                "GF_DATABASE_TYPE", "postgres",
                "GF_DATABASE_HOST", "127.0.0.1:" + postgres.port,
                "GF_DATABASE_NAME", "postgres",
                "GF_DATABASE_USER", "sigyn");
        return Site.open(folder, environment, _ -> Response.of(200));
    }

    @Test
    void everythingIsKeptInPostgresAndTheConnectionComesBack() throws Exception {
        var programs = PostgresProcess.installed();
        Assumptions.assumeTrue(programs.isPresent(), "PostgreSQL is not installed (Debian package postgresql)");
        Site.provisionUsersFiles(folder);
        try (var postgres = PostgresProcess.start(programs.get())) {
            try (var site = open(postgres)) {
                site.post("/api/folders", "{\"uid\":\"f\",\"title\":\"Zebra\"}");
                site.post("/api/folders", "{\"uid\":\"g\",\"title\":\"ant\"}");
                String board =
                        "{\"dashboard\":{\"uid\":\"own\",\"title\":\"Own\",\"panels\":[]},\"folderUid\":\"f\",\"overwrite\":true}";
                assertThat(site.post("/api/dashboards/db", board)
                                .path("version")
                                .asInt())
                        .isEqualTo(1);
                site.post("/api/dashboards/db", board);
                site.post(
                        "/api/annotations", "{\"dashboardUID\":\"own\",\"time\":1700000000000,\"text\":\"deployed\"}");
                site.post("/api/user/stars/dashboard/uid/own", "");
                site.post(
                        "/api/admin/users",
                        "{\"login\":\"Ann\",\"email\":\"ann@example.org\",\"password\":\"secret\"}");
            }
            assertThat(folder.resolve("data/dashboards.db")).doesNotExist();
            try (var site = open(postgres)) {
                assertThat(site.get("/api/dashboards/uid/own")
                                .at("/dashboard/version")
                                .asInt())
                        .isEqualTo(2);
                assertThat(site.get("/api/dashboards/uid/own/versions").path("versions"))
                        .hasSize(2);
                assertThat(site.get("/api/annotations?dashboardUID=own")).hasSize(1);
                assertThat(site.get("/api/search?query=RAG").isEmpty()).isFalse();
                assertThat(site.call("aNN:secret", "GET", "/api/user", null).statusCode())
                        .isEqualTo(200);
                assertThat(site.call(
                                        Site.ADMIN,
                                        "POST",
                                        "/api/admin/users",
                                        "{\"login\":\"ANN\",\"password\":\"other\"}")
                                .statusCode())
                        .isEqualTo(409);
                assertThat(site.get("/api/folders"))
                        .extracting(f -> Json.text(f, "title"))
                        .contains("ant", "Zebra");

                postgres.restart();
                Site.await(() -> site.call(Site.ADMIN, "GET", "/api/dashboards/uid/own", null)
                                .statusCode()
                        == 200);
                assertThat(site.call(Site.ADMIN, "DELETE", "/api/folders/f", null)
                                .statusCode())
                        .isEqualTo(200);
                assertThat(site.call(Site.ADMIN, "GET", "/api/dashboards/uid/own", null)
                                .statusCode())
                        .isEqualTo(404);
            }
        }
    }
}
