package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.client.LokiLogger;

/// The main job, end to end: loggers write, Sigyn keeps, the dashboard shows. Real processes, the user's own files, a
/// real Chromium.
class MainJobTest {
    private static final Path FILES = SigynProcess.ROOT.resolve("deploy/compose/grafana-configs");
    private static final int LINES = 1_000;

    @TempDir
    Path temp;

    @Test
    void loggersWriteSigynKeepsTheDashboardShows() throws Exception {
        try (var sigyn = SigynProcess.up(
                temp.resolve("data"),
                Map.of(
                        "GF_SECURITY_ADMIN_USER", "admin",
                        "GF_SECURITY_ADMIN_PASSWORD", "admin123",
                        "GF_PATHS_PROVISIONING", provisioning().toString()))) {
            String url = sigyn.logs("").toString();
            writeWithPython(url);
            writeWithJava(url);
            Map<String, Long> files = pushCorpora(url);

            assertThat(sigyn.count("sum(count_over_time({service=\"python-job\"}[1h]))"))
                    .isEqualTo(LINES);
            assertThat(sigyn.count("sum(count_over_time({service=\"java-job\"}[1h]))"))
                    .isEqualTo(LINES);
            for (var file : files.entrySet()) {
                assertThat(sigyn.count(
                                "sum(count_over_time({service=\"corpora\", file=\"" + file.getKey() + "\"}[1h]))"))
                        .as(file.getKey())
                        .isEqualTo(file.getValue());
            }
            assertThat(sigyn.count("sum(count_over_time({service=\"python-job\"} | json | step=\"7\" [1h]))"))
                    .isEqualTo(LINES / 10);

            browse(sigyn);
        }
    }

    /// The user's provisioning files where a container has them, the dashboard folder being the only path that moves.
    private Path provisioning() throws IOException {
        Path provisioning = temp.resolve("provisioning");
        Path dashboards = Files.createDirectories(temp.resolve("dashboards"));
        Files.createDirectories(provisioning.resolve("datasources"));
        Files.createDirectories(provisioning.resolve("dashboards"));
        Files.copy(FILES.resolve("grafana-datasources.yaml"), provisioning.resolve("datasources/datasources.yaml"));
        String provider = Files.readString(FILES.resolve("grafana-dashboards.yaml"))
                .replaceAll("path: .*", "path: " + dashboards);
        Files.writeString(provisioning.resolve("dashboards/dashboards.yaml"), provider);
        Files.copy(FILES.resolve("grafana-dashboard-deployment.json"), dashboards.resolve("deployment.json"));
        return provisioning;
    }

    private void writeWithPython(String url) throws IOException, InterruptedException {
        String script = """
                import sys
                sys.path.insert(0, %s)
                from loki_logger import LokiLogger
                logger = LokiLogger(loki_url=%s, service_name="python-job")
                write = [logger.debug, logger.info, logger.warning, logger.error]
                for i in range(%d):
                    write[i %% 4]("step %%d of the deployment" %% i, model_id="model-%%d" %% (i %% 3), step=str(i %% 10), n=i)
                """.formatted(python(FILES.toString()), python(url), LINES);
        Path file = Files.writeString(temp.resolve("job.py"), script);
        run("python3", file.toString());
    }

    private static String python(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static void writeWithJava(String url) {
        try (var log = new LokiLogger("java-job", url)) {
            for (int i = 0; i < LINES; i++) {
                switch (i % 4) {
                    case 0 -> log.debug("checking model " + i, "n", i);
                    case 1 -> log.info("deployed model " + i, "model_id", "model-" + i % 3, "n", i);
                    case 2 -> log.warning("slow model " + i, "model_id", "model-" + i % 3, "n", i);
                    default -> log.error("failed model " + i, "model_id", "model-" + i % 3, "error_code", 500);
                }
            }
        }
    }

    /// Six log files through `sigyn push`; the real samples when they lie beside the checkout, else made up ones.
    private Map<String, Long> pushCorpora(String url) throws IOException, InterruptedException {
        Path shared = SigynProcess.ROOT.resolveSibling("shared/corpora");
        var files = new ArrayList<Path>();
        if (Files.isDirectory(shared)) {
            try (var list = Files.list(shared)) {
                list.filter(f -> f.toString().endsWith(".log")).sorted().forEach(files::add);
            }
        } else {
            for (int f = 0; f < 6; f++) {
                var lines = new ArrayList<String>();
                for (int i = 0; i < 2_000; i++) {
                    lines.add(Instant.ofEpochSecond(1_600_000_000L + i) + " INFO worker-" + f + " request "
                            + i * 7919 % 1000 + " took " + i % 97 + "ms");
                }
                files.add(Files.write(temp.resolve("sample-" + f + ".log"), lines));
            }
        }
        assertThat(files).hasSize(6);
        var counts = new TreeMap<String, Long>();
        String start = Instant.now().minus(Duration.ofMinutes(30)).toString();
        for (Path file : files) {
            String name = file.getFileName().toString();
            SigynProcess.run(
                    "push",
                    "--addr",
                    url,
                    "--label",
                    "service=corpora",
                    "--label",
                    "level=INFO",
                    "--label",
                    "file=" + name,
                    "--start",
                    start,
                    file.toString());
            try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
                counts.put(name, lines.count());
            }
        }
        return counts;
    }

    private void browse(SigynProcess sigyn) throws IOException, InterruptedException {
        Path images = Boolean.getBoolean("images.update")
                ? SigynProcess.ROOT.resolve("docs/images")
                : Files.createDirectories(Path.of("target/images"));
        run(
                "node",
                SigynProcess.ROOT.resolve("e2e/browser/main-job.mjs").toString(),
                sigyn.dashboards("").toString(),
                images.toAbsolutePath().toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("command", ".out");
        var process = new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        String printed = Files.readString(output);
        Files.delete(output);
        assertThat(ended && process.exitValue() == 0)
                .as(String.join(" ", command) + "\n" + printed)
                .isTrue();
    }
}
