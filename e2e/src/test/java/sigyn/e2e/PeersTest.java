package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Programs of other makers, from Debian's packages: a syslog-ng that forwards what it reads, a Prometheus that
/// scrapes.
class PeersTest extends OneSigyn {
    private static final long DEADLINE = TimeUnit.SECONDS.toNanos(60);

    /// `http()` with a body put together by a template, three lines to a request.
    @Test
    void syslogNg() throws Exception {
        Path input = temp.resolve("app.log");
        Files.writeString(input, "disk error on sda\nzweite Zeile: \"Grüße\" C:\\temp\nall is well again\n");
        Path configuration = temp.resolve("syslog-ng.conf");
        Files.writeString(configuration, """
            @version: 3.38
            options { stats-freq(0); };
            source app { file("%s" flags(no-parse) follow-freq(0.1)); };
            rewrite json {
              subst('\\\\', '\\\\', value("MESSAGE") flags(global));
              subst('"', '\\"', value("MESSAGE") flags(global));
            };
            destination sigyn {
              http(
                url("%s")
                method("POST")
                headers("Content-Type: application/json")
                body-prefix('{"streams":[')
                body('{"stream":{"app":"syslog-ng","host":"$HOST"},"values":[["${UNIXTIME}000000000","$MESSAGE"]]}')
                delimiter(",")
                body-suffix("]}")
                batch-lines(3)
                batch-timeout(500)
              );
            };
            log { source(app); rewrite(json); destination(sigyn); };
            """.formatted(input, sigyn.logs("/loki/api/v1/push")));
        Path log = temp.resolve("syslog-ng.log");
        var process = start(
                log,
                "syslog-ng",
                "-F",
                "--no-caps",
                "--stderr",
                "-f",
                configuration.toString(),
                "-R",
                temp.resolve("syslog-ng.persist").toString(),
                "-c",
                temp.resolve("syslog-ng.ctl").toString(),
                "-p",
                temp.resolve("syslog-ng.pid").toString());
        try {
            var lines = sigyn.awaitLines("{app=\"syslog-ng\"}", 3);
            assertThat(lines)
                    .as(() -> read(log))
                    .extracting(SigynProcess.Line::text)
                    .containsExactlyInAnyOrder(
                            "disk error on sda", "zweite Zeile: \"Grüße\" C:\\temp", "all is well again");
            assertThat(lines.getFirst().labels())
                    .containsEntry("service_name", "syslog-ng")
                    .containsKey("host");
        } finally {
            end(process);
        }
    }

    @Test
    void prometheusScrapes() throws Exception {
        sigyn.push("{\"streams\":[{\"stream\":{\"app\":\"scraped\"},\"values\":[[\"" + System.currentTimeMillis()
                + "000000\",\"twelve bytes\"]]}]}");
        Path configuration = temp.resolve("prometheus.yml");
        Files.writeString(configuration, """
            scrape_configs:
              - job_name: monitoring/sigyn
                scrape_interval: 1s
                scrape_timeout: 1s
                static_configs:
                  - targets: ['%s']
                    labels: {cluster: test, namespace: monitoring}
            """.formatted(sigyn.logs("").getAuthority()));
        Path log = temp.resolve("prometheus.log");
        var process = start(
                log,
                "prometheus",
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + temp.resolve("prometheus"),
                "--web.listen-address=127.0.0.1:0");
        try {
            var api = URI.create("http://127.0.0.1:" + listeningPort(process, log) + "/api/v1/query");
            assertThat(await(api, "up{namespace=\"monitoring\"} == 1"))
                    .as(() -> read(log))
                    .isNotEmpty();
            assertThat(await(api, "loki_build_info")
                            .getFirst()
                            .path("metric")
                            .path("cluster")
                            .asString())
                    .isEqualTo("test");
            assertThat(await(api, "loki_distributor_lines_received_total{tenant=\"fake\"}")
                            .getFirst()
                            .path("value")
                            .get(1)
                            .asString())
                    .isEqualTo("1");
            assertThat(await(
                            api,
                            "histogram_quantile(0.99, sum by (le) (loki_request_duration_seconds_bucket{"
                                    + "route=\"loki_api_v1_push\"})) > 0"))
                    .isNotEmpty();
            assertThat(await(api, "scrape_samples_scraped > 100")).isNotEmpty();
        } finally {
            end(process);
        }
    }

    @Test
    void promtoolFindsNothingToSay() throws Exception {
        sigyn.push("{\"streams\":[{\"stream\":{\"app\":\"checked\"},\"values\":[[\"" + System.currentTimeMillis()
                + "000000\",\"line\"],[\"1\",\"line\",{\"a\":1}]]}]}");
        sigyn.lines("{app=\"checked\"}");
        Path metrics = temp.resolve("metrics.txt");
        Files.writeString(metrics, sigyn.get(sigyn.logs("/metrics")).body());
        Path log = temp.resolve("promtool.log");
        var process = new ProcessBuilder("promtool", "check", "metrics")
                .redirectInput(metrics.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(read(log).lines())
                .as("names of Loki's own, which its dashboards read")
                .allMatch(line -> line.startsWith("loki_compactor_pending_delete_requests_count ")
                        || line.startsWith("loki_ingester_chunk_bounds_hours "));
    }

    private static List<JsonNode> await(URI api, String query) throws Exception {
        long deadline = System.nanoTime() + DEADLINE;
        while (true) {
            List<JsonNode> found = List.of();
            try {
                HttpResponse<String> answer =
                        sigyn.get(URI.create(api + "?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)));
                if (answer.statusCode() == 200) { // 503 while it starts
                    found = List.copyOf(new ObjectMapper()
                            .readTree(answer.body())
                            .at("/data/result")
                            .values());
                }
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
            if (!found.isEmpty() || System.nanoTime() > deadline) {
                return found;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /// The port that a process listens on, from the kernel's table: it does not say which one it was given.
    private static int listeningPort(Process process, Path log) throws Exception {
        long deadline = System.nanoTime() + DEADLINE;
        var fds = Path.of("/proc/" + process.pid() + "/fd");
        while (true) {
            var sockets = new HashSet<String>();
            try (var files = Files.list(fds)) {
                for (var file : files.toList()) {
                    String target = Files.readSymbolicLink(file).toString();
                    if (target.startsWith("socket:[")) {
                        sockets.add(target.substring(8, target.length() - 1));
                    }
                }
            } catch (NoSuchFileException e) {
                // a descriptor was closed meanwhile
            }
            for (String line : Files.readAllLines(Path.of("/proc/net/tcp"))) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > 9 && fields[3].equals("0A") && sockets.contains(fields[9])) {
                    return Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16);
                }
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("does not listen: " + read(log));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static Process start(Path log, String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
