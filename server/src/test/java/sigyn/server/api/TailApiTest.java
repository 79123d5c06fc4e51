package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static sigyn.server.api.RunningApi.encode;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Live tails over real WebSockets.
class TailApiTest {
    private static final String END = "the end";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private RunningApi api;

    @BeforeEach
    void start() {
        api = new RunningApi(
                folder, "auth_enabled: false\nlimits_config: {max_concurrent_tail_requests: 100}\n", Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    /// The frames of one tail, as they come.
    private static final class Frames implements WebSocket.Listener {
        final LinkedBlockingQueue<String> frames = new LinkedBlockingQueue<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                frames.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code + " " + reason);
            return null;
        }

        String next() throws InterruptedException {
            String frame = frames.poll(30, TimeUnit.SECONDS);
            assertThat(frame).as("a frame within half a minute").isNotNull();
            return frame == null ? "" : frame;
        }

        /// All lines until the last one.
        List<String> lines() throws InterruptedException {
            var lines = new ArrayList<String>();
            while (!lines.contains(END)) {
                Pattern.compile("\\[\"[0-9]+\",\"([^\"]*)\"")
                        .matcher(next())
                        .results()
                        .forEach(m -> lines.add(m.group(1)));
            }
            return lines;
        }
    }

    private WebSocket open(Frames frames, String path) {
        return client.newWebSocketBuilder()
                .buildAsync(api.uri("ws", path), frames)
                .join();
    }

    private void push(String... lines) throws Exception {
        assertThat(api.push("{\"app\":\"x\"}", Instant.now(), List.of(lines)).statusCode())
                .isEqualTo(204);
    }

    private void write(int writer, int lines) {
        try {
            for (int i = 0; i < lines; i++) {
                push("line " + i + " of " + writer);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tailsOpenedWhileLinesArriveSeeEachLineOnce() throws Exception {
        int writers = 2;
        int each = 100;
        var tails = new ArrayList<Frames>();
        var sockets = new ArrayList<WebSocket>();
        var writer = CompletableFuture.allOf(IntStream.range(0, writers)
                .mapToObj(w -> CompletableFuture.runAsync(() -> write(w, each), Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new));
        while (!writer.isDone() && tails.size() < 10) {
            var frames = new Frames();
            sockets.add(open(frames, "/loki/api/v1/tail?limit=5000&query=" + encode("{app=\"x\"}")));
            tails.add(frames);
        }
        writer.join();
        push(END);
        var all = new ArrayList<String>();
        for (int w = 0; w < writers; w++) {
            for (int i = 0; i < each; i++) {
                all.add("line " + i + " of " + w);
            }
        }
        all.add(END);
        for (var tail : tails) {
            assertThat(tail.lines()).containsExactlyInAnyOrderElementsOf(all);
        }
        sockets.forEach(WebSocket::abort);
    }

    @Test
    void bothFormsOfFrames() throws Exception {
        var modern = new Frames();
        var legacy = new Frames();
        String query = "?query=" + encode("{app=\"x\"} |= \"keep\"");
        var sockets = List.of(open(modern, "/loki/api/v1/tail" + query), open(legacy, "/api/prom/tail" + query));
        push("drop this", "keep this", "keep that");
        assertThat(modern.next())
                .matches(
                        "\\{\"streams\":\\[\\{\"stream\":\\{\"app\":\"x\",\"detected_level\":\"unknown\",\"service_name\":\"x\"},"
                                + "\"values\":\\[\\[\"[0-9]+\",\"keep this\"]]},\\{.*\"keep that\"]]}]}");
        assertThat(legacy.next())
                .contains("\"entries\":[{\"ts\":\"")
                .contains("\"line\":\"keep this\"")
                .contains("\"dropped_entries\":null}");
        sockets.forEach(WebSocket::abort);
    }

    @Test
    void aMetricIsRefusedAfterTheUpgrade() throws Exception {
        var frames = new Frames();
        open(frames, "/loki/api/v1/tail?query=" + encode("rate({app=\"x\"}[1m])"));
        assertThat(frames.closed.get(30, TimeUnit.SECONDS)).isEqualTo("1011 only log selector is supported");
    }
}
