package sigyn.server.dashboards.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/// Sixty dashboards in the styles of schema 6 to 42: each loads, each has a recorded report and layout, and what comes
/// out comes out again unchanged. `-Dgolden.rewrite=true` records anew.
class CorpusGoldenTest {
    private static final Path TESTDATA =
            Path.of("..", "testdata", "dashboards").toAbsolutePath().normalize();
    private static final DatasourceRefs REFS = new DatasourceRefs(
            List.of(
                    new DatasourceRefs.Ref("Loki", "loki-datasource", "loki"),
                    new DatasourceRefs.Ref("Prom", "prom", "prometheus")),
            Optional.of(new DatasourceRefs.Ref("Loki", "loki-datasource", "loki")));

    private static List<Path> files() {
        try (var files = Files.list(TESTDATA.resolve("corpus"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Envelope open(Path file) throws IOException {
        try {
            return Envelope.open(Json.parse(Files.readAllBytes(file)));
        } catch (Json.SyntaxException | Envelope.UnknownException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    @Test
    void thereAreSixty() {
        assertThat(files()).hasSize(60);
    }

    @TestFactory
    Stream<DynamicTest> everyDashboardHasItsReport() {
        return files().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> compare(file)));
    }

    private static void compare(Path file) throws IOException {
        var content = open(file);
        var result = Migration.run(content.dashboard(), REFS);
        String found = Json.pretty(summary(content, result)) + "\n";
        Path golden = TESTDATA.resolve("corpus-reports").resolve(file.getFileName());
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, found);
        }
        assertThat(found).isEqualTo(Files.readString(golden));
        var again = Migration.run(result.dashboard(), REFS);
        assertThat(Json.pretty(again.dashboard())).isEqualTo(Json.pretty(result.dashboard()));
    }

    private static ObjectNode summary(Envelope content, Migration.Result result) {
        var summary = Json.object();
        summary.set("fileNotes", Json.strings(content.notes()));
        summary.set("report", result.report().json());
        var panels = summary.putArray("panels");
        for (var panel : Panels.withRows(result.dashboard())) {
            var place = panel.path("gridPos");
            panels.add(Json.number(panel, "id", 0)
                    + " "
                    + Json.text(panel, "type")
                    + " at " + Json.number(place, "x", -1)
                    + "," + Json.number(place, "y", -1)
                    + " " + Json.number(place, "w", -1)
                    + "x" + Json.number(place, "h", -1)
                    + " of " + Json.text(panel.path("datasource"), "uid", "-"));
        }
        return summary;
    }

    @Test
    void unknownKeysLiveOn() throws IOException {
        Path file = files().stream()
                .filter(f -> f.toString().contains("unknown-keys"))
                .findFirst()
                .orElseThrow();
        var dashboard = Migration.run(open(file).dashboard(), REFS).dashboard();
        assertThat(Json.text(dashboard.path("somethingNew"), "k")).isEqualTo("v");
        var panel = dashboard.path("panels").get(0);
        assertThat(panel.path("xCustom").path("deep").size()).isEqualTo(3);
        assertThat(panel.path("targets").get(0).path("myOwn").intValue()).isEqualTo(1);
    }
}
