package sigyn.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Over real sockets: who leaves is noticed while the answer is being made; who stays is not disturbed.
class ClientWatchTest {
    private static final String REQUEST = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";

    private static Socket connect(HttpServer server) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    @Test
    void aClosedConnectionIsNoticedWhileTheHandlerWorks() throws Exception {
        var working = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        var noticed = new CountDownLatch(1);
        Handler handler = request -> {
            request.whenClientLeaves(left::countDown);
            working.countDown();
            if (left.await(60, TimeUnit.SECONDS)) {
                noticed.countDown();
            }
            return Response.text(200, "late");
        };
        try (var server = HttpServer.start("127.0.0.1", 0, handler)) {
            var socket = connect(server);
            send(socket, REQUEST);
            working.await();
            assertThat(left.getCount()).isEqualTo(1);
            socket.close();
            assertThat(noticed.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aConnectionThatStaysServesTheNextRequest() throws Exception {
        Handler handler = request -> {
            request.whenClientLeaves(() -> {
                throw new AssertionError("nobody left");
            });
            return Response.text(200, "here\n");
        };
        try (var server = HttpServer.start("127.0.0.1", 0, handler);
                var socket = connect(server)) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            for (int i = 0; i < 20; i++) {
                send(socket, REQUEST);
                assertThat(answer(in)).isEqualTo("here");
            }
        }
    }

    private static String answer(BufferedReader in) throws IOException {
        assertThat(in.readLine()).contains("200");
        String line;
        while (!(line = in.readLine()).isEmpty()) {
            assertThat(line).doesNotStartWith("Connection: close");
        }
        return in.readLine();
    }

    /// A handler that does not read the body works for some milliseconds, in which the body comes.
    @Test
    void aBodyThatNobodyHasReadIsNoSignOfTheClient() throws Exception {
        var begun = new AtomicInteger();
        Handler handler = request -> {
            begun.incrementAndGet();
            request.whenClientLeaves(() -> {});
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            return Response.text(200, "here\n");
        };
        try (var server = HttpServer.start("127.0.0.1", 0, handler);
                var socket = connect(server)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            for (int i = 0; i < 20; i++) {
                send(socket, "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
                while (begun.get() == i) {
                    Thread.onSpinWait();
                }
                send(socket, "some body");
                assertThat(answer(in)).isEqualTo("here");
            }
        }
    }

    @Test
    void aRequestSentTooEarlyEndsTheConnectionBehindTheAnswer() throws Exception {
        var early = new CountDownLatch(1);
        Handler handler = request -> {
            request.whenClientLeaves(early::countDown);
            early.await(60, TimeUnit.SECONDS);
            return Response.text(200, "here\n");
        };
        try (var server = HttpServer.start("127.0.0.1", 0, handler);
                var socket = connect(server)) {
            send(socket, REQUEST);
            send(socket, REQUEST);
            socket.shutdownOutput();
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.lines().filter(line -> line.equals("here")).count()).isBetween(1L, 2L);
        }
    }
}
