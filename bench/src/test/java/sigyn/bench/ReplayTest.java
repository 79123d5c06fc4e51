package sigyn.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    @TempDir
    Path temp;

    /// What is counted when the first answers of a server are these, the last of them for ever.
    private Replay answeredWith(int... statuses) throws Exception {
        var asked = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/loki/api/v1/push", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                int status = statuses[Math.min(asked.getAndIncrement(), statuses.length - 1)];
                byte[] body =
                        status == 204 ? new byte[0] : ("why " + status + "\nmore\n").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        try {
            var push = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/loki/api/v1/push");
            return Replay.run(push, load(), 1, self());
        } finally {
            server.stop(0);
        }
    }

    /// Two pushes of 1,000 lines.
    private Path load() throws IOException {
        Path load = temp.resolve("load");
        Workload.generate(
                Path.of("../testdata/corpora"), load, new Workload.Plan(2_000, 1, 42, Instant.EPOCH, 0, 1_000));
        return load;
    }

    private static ServerProcess self() {
        return new ServerProcess(ProcessHandle.current().pid());
    }

    @Test
    @Timeout(60)
    void refusalsAreCountedByTheirFirstLine() throws Exception {
        assertThat(answeredWith(400).errors()).containsExactly(Map.entry("400 why 400", 2L));
    }

    @Test
    @Timeout(60)
    void whatIsPutOffIsSentAgain() throws Exception {
        assertThat(answeredWith(503, 503, 429, 204).errors())
                .containsExactly(Map.entry("429 why 429", 1L), Map.entry("503 why 503", 2L));
    }

    @Test
    @Timeout(60)
    void aServerThatWantsAPasswordIsCountedByItsStatus() throws Exception {
        assertThat(answeredWith(401).errors()).containsExactly(Map.entry("401 ", 2L));
    }

    @Test
    @Timeout(60)
    void whatIsTakenIsNoError() throws Exception {
        assertThat(answeredWith(204).errors()).isEmpty();
    }

    @Test
    @Timeout(60)
    void endsWhenTheServerIsGone() throws Exception {
        Path load = load();
        // Bound and not listening: nobody else gets the port, and nobody answers.
        try (var taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var push = URI.create("http://127.0.0.1:" + taken.getLocalPort() + "/loki/api/v1/push");
            assertThatThrownBy(() -> Replay.run(push, load, 2, self()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nothing was answered");
        }
    }
}
