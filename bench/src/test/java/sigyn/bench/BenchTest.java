package sigyn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchTest {
    private static final int LINES = 60_000;

    @TempDir
    Path temp;

    @Test
    void aServerIsPushedToAndAsked() throws Exception {
        Path json = temp.resolve("report.json");
        Bench.main(new String[] {
            "../dist/sigyn",
            "--lines",
            String.valueOf(LINES),
            "--seconds",
            "1",
            "--runs",
            "1",
            "--samples",
            "../testdata/corpora",
            "--keep",
            temp.toString(),
            "--json",
            json.toString()
        });
        var report = new JsonMapper().readTree(json);
        for (String figure : new String[] {"zstd1_mb_per_cpu_s", "memory_ns", "disk_p50_ms"}) {
            assertThat(figure(report, "yardstick", figure)).isPositive();
        }
        assertThat(figure(report, "yardstick", "disk_p99_ms"))
                .isGreaterThanOrEqualTo(figure(report, "yardstick", "disk_p50_ms"));
        for (String load : new String[] {"first", "ingest"}) {
            assertThat(figure(report, load, "mb_per_cpu_s")).isPositive();
            assertThat(figure(report, load, "peak_rss_mb")).isPositive();
        }
        assertThat(figure(report, "disk", "percent")).isBetween(1.0, 50.0);
        assertThat(figure(report, "disk", "files")).isPositive();
        assertThat(figure(report, "steady", "p99_ms")).isPositive();
        var queries = report.path("queries");
        assertThat(queries.size()).isEqualTo(11);
        assertThat(queries.path("needle-all").path("answer").asString()).isEqualTo("entries=1");
        assertThat(queries.path("needle-absent").path("answer").asString()).isEqualTo("entries=0");
        // The first window reaches into the load before, the last may end before the load does.
        var counted = Pattern.compile("sum=([0-9.]+) points=[0-9]+")
                .matcher(queries.path("count-by-level").path("answer").asString());
        assertThat(counted.matches()).isTrue();
        assertThat(Double.parseDouble(counted.group(1))).isBetween(LINES * 0.98, LINES * 1.02);
    }

    private static double figure(JsonNode report, String group, String key) {
        return report.path(group).path(key).asDouble();
    }
}
