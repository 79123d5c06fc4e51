package sigyn.server.dashboards.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sigyn.server.dashboards.wire.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Dashboards in the styles of every schema from 6 to 42, of every panel type, exported, wrapped and enveloped: each
/// loads, each has a recorded report and layout, and what comes
/// out comes out again unchanged. `-Dgolden.rewrite=true` records anew.
class CorpusGoldenTest {
    private static final Path TESTDATA =
            Path.of("..", "testdata", "dashboards").toAbsolutePath().normalize();
    private static final DatasourceRefs REFS = new DatasourceRefs(
            List.of(
                    new DatasourceRefs.Ref("Loki", "loki-datasource", "loki"),
                    new DatasourceRefs.Ref("Prom", "prom", "prometheus")),
            Optional.of(new DatasourceRefs.Ref("Loki", "loki-datasource", "loki")));

    private static final List<String> TYPES = List.of(
                    "timeseries,logs,stat,gauge,bargauge,table,barchart,piechart,text,heatmap,histogram,state-timeline,status-history,row",
                    "alertlist,dashlist,annolist,news,welcome,gettingstarted,graph,singlestat,table-old,text2,grafana-piechart-panel",
                    "grafana-singlestat-panel,grafana-worldmap-panel,logstable,geomap,canvas,candlestick,nodeGraph,traces,flamegraph",
                    "trend,xychart,debug")
            .stream()
            .flatMap(line -> Stream.of(line.split(",")))
            .toList();

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
    void everyStyleIsThere() throws IOException {
        var schemas = new TreeSet<Long>();
        var types = new TreeSet<String>();
        for (Path file : files()) {
            JsonNode dashboard = open(file).dashboard();
            schemas.add(Json.number(dashboard, "schemaVersion", 0));
            collectTypes(dashboard, types);
        }
        assertThat(files()).hasSizeGreaterThanOrEqualTo(60);
        assertThat(schemas)
                .containsAll(
                        LongStream.rangeClosed(6, Migration.CURRENT).boxed().toList());
        assertThat(types).containsAll(TYPES);
    }

    private static void collectTypes(JsonNode node, Set<String> into) {
        for (String list : new String[] {"panels", "rows"}) {
            for (var panel : Json.objects(node, list)) {
                into.add(Json.text(panel, "type"));
                collectTypes(panel, into);
            }
        }
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

    /// Steps below the file's own schema must leave it alone: what they make is there already.
    @Test
    void whatWasDoneBeforeIsNotDoneAgain() throws IOException {
        var table = migrated("transformed-v31").path("panels").get(0);
        assertThat(Json.objects(table, "transformations").stream().map(one -> Json.text(one, "id")))
                .containsExactly("labelsToFields", "merge", "organize", "sortBy");
        assertThat(table.at("/fieldConfig/overrides/0/properties/0/id").stringValue())
                .isEqualTo("custom.cellOptions");
        var cells = migrated("cells-v38").at("/panels/0/fieldConfig/overrides/0/properties/0/value");
        assertThat(Json.text(cells, "valueDisplayMode")).isEqualTo("text");
        var multi = migrated("variables-v23").path("templating").path("list");
        assertThat(multi.at("/0/current/value").isArray()).isTrue();
        assertThat(multi.at("/0/refresh").intValue()).isEqualTo(1);
        assertThat(multi.at("/0/options")).isEmpty();
        var gauges = migrated("bar-gauge-v29");
        assertThat(gauges.at("/panels/0/fieldConfig/defaults/mappings/0/type").stringValue())
                .isEqualTo("value");
        assertThat(gauges.at("/templating/list/0/refresh").intValue()).isEqualTo(2);
    }

    @Test
    void aSharedPanelComesWithItsExport() throws IOException {
        var panel = migrated("library-elements").path("panels").get(0);
        assertThat(Json.text(panel, "type")).isEqualTo("stat");
        assertThat(Json.text(panel.path("datasource"), "uid")).isEqualTo("loki-datasource");
        assertThat(panel.path("gridPos").path("w").intValue()).isEqualTo(6);
    }

    private static JsonNode migrated(String name) throws IOException {
        Path file = files().stream()
                .filter(f -> f.toString().contains(name))
                .findFirst()
                .orElseThrow();
        return Migration.run(open(file).dashboard(), REFS).dashboard();
    }

    @Test
    void unknownKeysLiveOn() throws IOException {
        var dashboard = migrated("unknown-keys");
        assertThat(Json.text(dashboard.path("somethingNew"), "k")).isEqualTo("v");
        var panel = dashboard.path("panels").get(0);
        assertThat(panel.path("xCustom").path("deep").size()).isEqualTo(3);
        assertThat(panel.path("targets").get(0).path("myOwn").intValue()).isEqualTo(1);
    }
}
