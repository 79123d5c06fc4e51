package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The logging libraries of Node.js programs, run by `senders/senders.mjs`.
class NodeSendersTest extends OneSigyn {
    private static final Path SENDERS = SigynProcess.ROOT.resolve("e2e/senders");

    @ParameterizedTest
    @ValueSource(strings = {"otel-js-json", "otel-js-proto", "otel-js-grpc"})
    void openTelemetry(String sender) throws Exception {
        send(sender);
        var lines = sigyn.lines("{service_name=\"" + sender + "\"}");
        assertThat(lines)
                .extracting(SigynProcess.Line::text)
                .containsExactlyInAnyOrder(
                        "run first",
                        "run zweite Zeile: Grüße",
                        "{\"list\":[1,\"two\"],\"run\":\"run\",\"text\":\"third\"}");
        var second = line(lines, "zweite");
        assertThat(second.labels())
                .containsExactlyInAnyOrderEntriesOf(Map.of("service_name", sender, "k8s_pod_name", "pod-1"));
        assertThat(second.metadata())
                .containsEntry("detected_level", "error")
                .containsEntry("severity_text", "ERROR")
                .containsEntry("severity_number", "17")
                .containsEntry("http_status_code", "502")
                .containsEntry("host_name", "box")
                .containsEntry("scope_name", "checkout")
                .containsEntry("scope_version", "1.2");
    }

    @Test
    void pinoLoki() throws Exception {
        send("pino-loki");
        var lines = sigyn.lines("{job=\"pino-loki\"}");
        assertThat(lines)
                .extracting(l -> message(l, "msg"))
                .containsExactlyInAnyOrder("run first", "run zweite Zeile: Grüße", "run third");
        var second = line(lines, "zweite");
        assertThat(second.labels())
                .containsEntry("level", "error")
                .containsEntry("service_name", "pino-loki")
                .containsKey("hostname");
        assertThat(second.metadata()).containsEntry("order", "4711").containsEntry("detected_level", "error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"winston-loki-json", "winston-loki-protobuf"})
    void winstonLoki(String sender) throws Exception {
        send(sender);
        var lines = sigyn.lines("{job=\"" + sender + "\"}");
        assertThat(lines)
                .extracting(l -> message(l, "message"))
                .containsExactlyInAnyOrder("run first", "run zweite Zeile: Grüße", "run third");
        var second = line(lines, "zweite");
        assertThat(second.labels()).containsEntry("level", "error").containsEntry("module", "pay");
        assertThat(second.metadata()).containsEntry("detected_level", "error");
    }

    private static String message(SigynProcess.Line line, String field) {
        return new tools.jackson.databind.ObjectMapper()
                .readTree(line.text())
                .path(field)
                .asString();
    }

    private static SigynProcess.Line line(java.util.List<SigynProcess.Line> lines, String part) {
        return lines.stream().filter(l -> l.text().contains(part)).findFirst().orElseThrow();
    }

    private static void send(String sender) throws Exception {
        assertThat(SENDERS.resolve("node_modules"))
                .as("`npm ci` in %s makes it", SENDERS)
                .isDirectory();
        Path log = temp.resolve(sender + ".log");
        var process = new ProcessBuilder(
                        "node", "senders.mjs", sender, sigyn.logs("").toString(), "http://" + sigyn.grpc(), "run")
                .directory(SENDERS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }
}
