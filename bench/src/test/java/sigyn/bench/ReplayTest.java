package sigyn.bench;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    @TempDir
    Path temp;

    @Test
    @Timeout(60)
    void endsWhenTheServerIsGone() throws Exception {
        Path load = temp.resolve("load");
        Workload.generate(Path.of("../testdata/corpora"), load, new Workload.Plan(2_000, 1, 42, Instant.EPOCH, 0, 100));
        // Bound and not listening: nobody else gets the port, and nobody answers.
        try (var taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var push = URI.create("http://127.0.0.1:" + taken.getLocalPort() + "/loki/api/v1/push");
            var self = new ServerProcess(ProcessHandle.current().pid());
            assertThatThrownBy(() -> Replay.run(push, load, 2, self))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nothing was answered");
        }
    }
}
