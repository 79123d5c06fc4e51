package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The logging libraries of Java programs that speak to Loki or OpenTelemetry, as they come from their makers: each in
/// a program of its own under `senders/`, run from its source with this test's class path.
class JavaSendersTest extends OneSigyn {
    private static final String SECOND = "zweite Zeile: Grüße \u2713\nat the next line\twith a tab";

    @Test
    void loki4j() throws Exception {
        Path log = temp.resolve("loki4j.log");
        end(program(log, "Loki4jSender.java", List.of()), log);

        var second = second(sigyn.lines("{app=\"loki4j\"}"));
        assertThat(second.labels())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("app", "loki4j", "level", "ERROR", "service_name", "loki4j"));
        assertThat(second.metadata())
                .containsEntry("thread", "main")
                .containsEntry("order_id", "4711")
                .containsEntry("detected_level", "error");
    }

    /// Tjahzi reaches into the JDK and needs the flag that its users give.
    @Test
    void tjahzi() throws Exception {
        Path log = temp.resolve("tjahzi.log");
        var process = program(log, "TjahziSender.java", List.of("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"));
        var lines = sigyn.awaitLines("{app=\"tjahzi\"}", 3);
        process.getOutputStream().close();
        end(process, log);

        var second = second(lines);
        assertThat(second.labels()).containsEntry("level", "ERROR").containsEntry("host", "box");
        assertThat(second.metadata()).containsEntry("order", "4711").containsEntry("detected_level", "error");
    }

    @Test
    void openTelemetry() throws Exception {
        Path log = temp.resolve("otel.log");
        end(program(log, "OpenTelemetrySender.java", List.of()), log);

        for (String service : List.of("otel-http-none", "otel-http-gzip", "otel-grpc-none", "otel-grpc-gzip")) {
            var second = second(sigyn.lines("{service_name=\"" + service + "\"}"));
            assertThat(second.labels()).containsExactly(Map.entry("service_name", service));
            assertThat(second.metadata())
                    .containsEntry("detected_level", "error")
                    .containsEntry("severity_number", "17")
                    .containsEntry("http_status_code", "502")
                    .containsEntry("host_name", "box")
                    .containsEntry("scope_name", "checkout")
                    .containsEntry("scope_version", "1.2");
        }
    }

    private static SigynProcess.Line second(List<SigynProcess.Line> lines) {
        assertThat(lines).extracting(SigynProcess.Line::text).containsExactlyInAnyOrder("first", SECOND, "third");
        return lines.stream().filter(l -> l.text().equals(SECOND)).findFirst().orElseThrow();
    }

    private static Process program(Path log, String source, List<String> flags) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-Dfile.encoding=UTF-8", "-cp", System.getProperty("java.class.path")));
        command.add(SigynProcess.ROOT.resolve("e2e/senders").resolve(source).toString());
        command.addAll(List.of(sigyn.logs("").toString(), "http://" + sigyn.grpc()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static void end(Process process, Path log) throws IOException, InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    }
}
