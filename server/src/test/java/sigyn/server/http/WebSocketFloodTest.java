package sigyn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/// What comes in on a WebSocket is read by the thread that all connections share.
class WebSocketFloodTest {
    private static final int FLOODS = 4;
    private static final int REQUESTS = 50;
    private static final long MUCH = 8 << 20;

    /// Frames that need no answer: pongs without content.
    private static byte[] frames() {
        byte[] frames = new byte[6 * 8192];
        for (int i = 0; i < frames.length; i += 6) {
            frames[i] = (byte) 0x8a;
            frames[i + 1] = (byte) 0x80;
        }
        return frames;
    }

    private static Socket open(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream()
                .write(
                        "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                                .concat("dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        assertThat(head).startsWith("HTTP/1.1 101");
        return socket;
    }

    @Test
    void peersThatNeverStopTalkingLeaveOthersTheirTurn() throws Exception {
        var over = new CountDownLatch(1);
        Handler handler = request ->
                request.path().equals("/socket") ? Response.upgrade(_ -> over.await()) : Response.text(200, "here");
        var sent = new LongAdder();
        var sockets = new ArrayList<Socket>();
        var threads = new ArrayList<Thread>();
        try (var server = HttpServer.start("127.0.0.1", 0, handler);
                var client = HttpClient.newHttpClient()) {
            for (int i = 0; i < FLOODS; i++) {
                var socket = open(server.port());
                sockets.add(socket);
                threads.add(Thread.ofPlatform().daemon().start(() -> flood(socket, sent)));
            }
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/"))
                    .timeout(Duration.ofSeconds(60))
                    .build();
            for (int i = 0; i < REQUESTS || sent.sum() < MUCH; i++) {
                assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("here");
            }
            assertThat(threads).allMatch(Thread::isAlive);
            over.countDown();
            for (var socket : sockets) {
                socket.close();
            }
            for (var thread : List.copyOf(threads)) {
                thread.join();
            }
        }
    }

    private static void flood(Socket socket, LongAdder sent) {
        byte[] frames = frames();
        try {
            while (true) {
                socket.getOutputStream().write(frames);
                sent.add(frames.length);
            }
        } catch (IOException e) {
            assertThat(socket.isClosed()).isTrue();
        }
    }
}
