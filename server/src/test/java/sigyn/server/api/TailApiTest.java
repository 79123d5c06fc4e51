package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static sigyn.server.api.RunningApi.encode;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final Pattern LINE = Pattern.compile("\\[\"[0-9]+\",\"([^\"]*)\"");
    private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"}$");
    private static final String RESUMABLE =
            "/loki/api/v1/tail?limit=5000&query=" + encode("{app=\"x\"} |= \"\"") + "&cursor=";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private RunningApi api;

    @BeforeEach
    void start() {
        api = new RunningApi(
                folder,
                "auth_enabled: false\nlimits_config: {max_concurrent_tail_requests: 100}\n"
                        + "compactor: {retention_enabled: true, delete_request_store: filesystem}\n",
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        api.close();
    }

    /// The frames of one tail, as they come.
    private static final class Frames implements WebSocket.Listener {
        final LinkedBlockingDeque<String> frames = new LinkedBlockingDeque<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        final CompletableFuture<Boolean> pinged = new CompletableFuture<>();
        boolean held;
        private final StringBuilder text = new StringBuilder();

        @Override
        public void onOpen(WebSocket socket) {
            if (!held) {
                socket.request(1);
            }
        }

        /// Waits for a frame and leaves it.
        void first() throws InterruptedException {
            String frame = next();
            frames.addFirst(frame);
        }

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
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
            pinged.complete(true);
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
                lines.addAll(linesOf(next()));
            }
            return lines;
        }
    }

    private static List<String> linesOf(String frame) {
        return LINE.matcher(frame).results().map(m -> m.group(1)).toList();
    }

    private static String cursorOf(String frame) {
        var cursor = CURSOR.matcher(frame);
        assertThat(cursor.find()).as(frame).isTrue();
        return cursor.group(1);
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

    private void pushUnchecked(String line) {
        try {
            push(line);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Writes lines until told to stop, and says which.
    private void write(int writer, AtomicBoolean stop, Queue<String> written) {
        var random = new Random(writer);
        try {
            for (int i = 0; !stop.get(); i++) {
                String line = "line " + i + " of " + writer;
                var time = Instant.now().minusMillis(random.nextInt(2_000));
                assertThat(api.push("{\"app\":\"x\"}", time, List.of(line)).statusCode())
                        .isEqualTo(204);
                written.add(line);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Lines that no tail here asks for: a query goes through them, so that it takes its time.
    private void writeNoise(int lines) throws Exception {
        for (int from = 0; from < lines; from += 5_000) {
            push(IntStream.range(from, from + 5_000)
                    .mapToObj(i -> "noise " + "x".repeat(80) + i)
                    .toArray(String[]::new));
        }
    }

    @Test
    void tailsOpenedWhileLinesArriveSeeEachLineOnce() throws Exception {
        writeNoise(30_000);
        var stop = new AtomicBoolean();
        var written = new ConcurrentLinkedQueue<String>();
        var writers = IntStream.range(0, 2)
                .mapToObj(w -> CompletableFuture.runAsync(() -> write(w, stop, written), Thread::startVirtualThread))
                .toList();
        var tails = new ArrayList<Frames>();
        var sockets = new ArrayList<WebSocket>();
        String query = encode("{app=\"x\"} |~ \"(line [0-9]+ of [0-9]|the end)$\"");
        for (String cursor : List.of("", "&cursor=")) {
            for (int i = 0; i < 5; i++) {
                var frames = new Frames();
                sockets.add(open(frames, "/loki/api/v1/tail?limit=5000&query=" + query + cursor));
                tails.add(frames);
                frames.first();
            }
        }
        stop.set(true);
        writers.forEach(CompletableFuture::join);
        push(END);
        written.add(END);
        for (var tail : tails) {
            assertThat(tail.lines()).containsExactlyInAnyOrderElementsOf(written);
        }
        sockets.forEach(WebSocket::abort);
    }

    /// Times are up to two seconds late, so that time does not tell what is new.
    @Test
    void aTailCutAHundredTimesHasNoGapAndNoDuplicate() throws Exception {
        var stop = new AtomicBoolean();
        var written = new ConcurrentLinkedQueue<String>();
        var writers = IntStream.range(0, 3)
                .mapToObj(w -> CompletableFuture.runAsync(() -> write(w, stop, written), Thread::startVirtualThread))
                .toList();
        var random = new Random(7);
        var seen = new ArrayList<String>();
        String cursor = "";
        for (int cut = 0; cut <= 100; cut++) {
            var frames = new Frames();
            var socket = open(frames, RESUMABLE + cursor);
            if (cut == 100) {
                stop.set(true);
                writers.forEach(CompletableFuture::join);
                push(END);
                written.add(END);
                seen.addAll(frames.lines());
            } else {
                for (int left = random.nextInt(4); left >= 0; left--) {
                    String frame = frames.next();
                    seen.addAll(linesOf(frame));
                    cursor = cursorOf(frame);
                }
                if (cut % 25 == 10) {
                    assertThat(api.send("POST", "/flush", "").statusCode()).isEqualTo(204);
                }
            }
            socket.abort();
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(written);
        assertThat(written).hasSizeGreaterThan(100);
    }

    @Test
    void aTailIsResumedByTimeWhenTheLogIsGone() throws Exception {
        var frames = new Frames();
        var socket = open(frames, RESUMABLE);
        push("first", "second");
        String frame = frames.next();
        while (linesOf(frame).isEmpty()) {
            frame = frames.next();
        }
        assertThat(linesOf(frame)).containsExactly("first", "second");
        socket.abort();
        push(IntStream.range(0, 2_500).mapToObj(i -> "line " + i).toArray(String[]::new));
        push("more");
        var erased = api.send(
                "POST", "/loki/api/v1/delete?force=true&start=1&query=" + encode("{app=\"x\"} |= \"line 2499\""), "");
        assertThat(erased.statusCode()).isEqualTo(204);
        var again = new Frames();
        var second = open(again, RESUMABLE + cursorOf(frame));
        var expected = new ArrayList<String>();
        IntStream.range(0, 2_499).forEach(i -> expected.add("line " + i));
        expected.addAll(List.of("more", END));
        CompletableFuture.runAsync(() -> pushUnchecked(END), Thread::startVirtualThread)
                .join();
        assertThat(again.lines()).containsExactlyElementsOf(expected);
        second.abort();
    }

    @Test
    void whatIsDeletedIsNotResumed() throws Exception {
        var frames = new Frames();
        var socket = open(frames, RESUMABLE);
        String cursor = cursorOf(frames.next());
        socket.abort();
        push("keep", "secret");
        assertThat(api.send("POST", "/loki/api/v1/delete?start=1&query=" + encode("{app=\"x\"} |= \"secret\""), "")
                        .statusCode())
                .isEqualTo(204);
        push(END);
        var again = new Frames();
        var second = open(again, RESUMABLE + cursor);
        assertThat(again.lines()).containsExactly("keep", END);
        second.abort();
    }

    /// Frames of a reader that does not read pile up in the network, then in the server.
    @Test
    void aSlowReaderIsToldWhatItLostOrLosesNothing() throws Exception {
        var plain = new Frames();
        var resumable = new Frames();
        plain.held = true;
        resumable.held = true;
        String path = "/loki/api/v1/tail?query=" + encode("{app=\"x\"}");
        var sockets = List.of(open(plain, path), open(resumable, path + "&cursor="));
        String padding = "x".repeat(120_000);
        var written = new ArrayList<String>();
        for (int i = 0; i < 130; i++) {
            push(i + padding);
            written.add(i + padding);
        }
        push(END);
        written.add(END);
        sockets.get(1).request(1);
        assertThat(resumable.lines()).isEqualTo(written);
        sockets.get(0).request(1);
        boolean lost = false;
        while (!lost) {
            lost = plain.next().contains("\"dropped_entries\":[{\"labels\":{");
        }
        sockets.forEach(WebSocket::abort);
    }

    @Test
    void aCursorThatIsNone() throws Exception {
        for (String bad : List.of("x", "AAAA", "AQAAAAAAAAAA", "AQIAAAAAAAAAAAAAAAA", "%00")) {
            var answer = api.get(RESUMABLE + bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(answer.body()).startsWith("invalid 'cursor'");
        }
    }

    /// As when a folder is emptied under a client that goes on.
    @Test
    void aCursorOfAnotherStore(@TempDir Path other) throws Exception {
        var frames = new Frames();
        var socket = open(frames, RESUMABLE);
        String cursor = cursorOf(frames.next());
        socket.abort();
        api.close();
        api = new RunningApi(folder, "auth_enabled: false\n", Clock.systemUTC());
        assertThat(api.get(RESUMABLE + cursor).body()).isEqualTo("Bad Request\n");
        api.close();
        api = new RunningApi(other, "auth_enabled: false\n", Clock.systemUTC());
        var answer = api.get(RESUMABLE + cursor);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("it is of another store; open the tail without it");
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
    void eachTailSeesItsOwnStreams() throws Exception {
        var selectors = List.of(
                "{app=\"x\"}", "{app=\"x\"}", "{app=~\"x|y\"}", "{app!=\"x\", service_name=~\".+\"}", "{app=\"z\"}");
        var tails = new ArrayList<Frames>();
        var sockets = new ArrayList<WebSocket>();
        for (String selector : selectors) {
            tails.add(new Frames());
            sockets.add(open(tails.getLast(), "/loki/api/v1/tail?query=" + encode(selector)));
        }
        push("first");
        assertThat(linesOf(tails.get(0).next())).containsExactly("first");
        assertThat(linesOf(tails.get(1).next())).containsExactly("first");
        sockets.get(0).sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        tails.get(0).closed.get(30, TimeUnit.SECONDS);
        push("second");
        assertThat(linesOf(tails.get(1).next())).containsExactly("second");
        assertThat(api.push("{\"app\":\"y\"}", Instant.now(), List.of("of y")).statusCode())
                .isEqualTo(204);
        assertThat(api.push("{\"app\":\"z\"}", Instant.now(), List.of(END)).statusCode())
                .isEqualTo(204);
        push(END);
        assertThat(tails.get(1).lines()).containsExactly(END);
        assertThat(tails.get(2).lines()).containsExactly("first", "second", "of y", END);
        assertThat(tails.get(3).lines()).containsExactly("of y", END);
        assertThat(tails.get(4).lines()).containsExactly(END);
        sockets.forEach(WebSocket::abort);
    }

    @Test
    void aTailOnWhichNothingComesIsPinged() throws Exception {
        var frames = new Frames();
        var socket = open(frames, "/loki/api/v1/tail?query=" + encode("{app=\"nothing\"}"));
        assertThat(frames.pinged.get(30, TimeUnit.SECONDS)).isTrue();
        socket.abort();
    }

    @Test
    void aMetricIsRefusedAfterTheUpgrade() throws Exception {
        var frames = new Frames();
        open(frames, "/loki/api/v1/tail?query=" + encode("rate({app=\"x\"}[1m])"));
        assertThat(frames.closed.get(30, TimeUnit.SECONDS)).isEqualTo("1011 only log selector is supported");
    }
}
