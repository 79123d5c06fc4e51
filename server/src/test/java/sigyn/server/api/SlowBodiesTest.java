package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.dashboards.api.ErrorFilter;
import sigyn.server.dashboards.wire.Json;
import sigyn.server.http.Handler;
import sigyn.server.http.HttpServer;
import sigyn.server.http.Response;
import sigyn.server.telemetry.Metrics;

/// Bodies that come in too slowly, by a clock that the test moves: no waiting for seconds.
class SlowBodiesTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    /// Has an element whenever the server begins or ends to wait for bytes.
    private final BlockingQueue<Long> looks = new LinkedBlockingQueue<>();

    private long look() {
        long now = nanos.get();
        looks.add(now);
        return now;
    }

    private static Socket connect(int port, String path, String type, int length) throws IOException {
        return connect(port, path, type, length, "");
    }

    /// The first bytes of the body come with the headers: the server does not wait for them.
    private static Socket connect(int port, String path, String type, int length, String first) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        write(
                socket,
                "POST " + path + " HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: a\r\nContent-Type: " + type
                        + "\r\nContent-Length: " + length + "\r\nConnection: close\r\n\r\n" + first);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /// Sends a byte, lets an hour go by while the server waits for the next, and sends that.
    private String dribble(int port, String path, String type) throws Exception {
        try (var socket = connect(port, path, type, 1000, "{")) {
            looks.take();
            nanos.addAndGet(HOUR);
            write(socket, " ");
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void pushesAndFormsOfQueriesEndWith504() throws Exception {
        try (var api = new RunningApi(folder, "", Clock.systemUTC(), this::look)) {
            int port = api.uri("http", "/").getPort();
            for (String path :
                    new String[] {"/loki/api/v1/query_range", "/loki/api/v1/labels", "/loki/api/v1/series"}) {
                looks.clear();
                assertThat(dribble(port, path, "application/x-www-form-urlencoded"))
                        .as(path)
                        .startsWith("HTTP/1.1 504")
                        .endsWith("reading the body: the body comes in too slowly");
            }
            looks.clear();
            assertThat(dribble(port, "/loki/api/v1/push", "application/json"))
                    .startsWith("HTTP/1.1 504")
                    .endsWith("reading the body: the body comes in too slowly");
            assertThat(api.get("/metrics").body()).contains("loki_panic_total 0.0");
        }
    }

    @Test
    void bodiesForTheDashboardsToo() throws Exception {
        Handler handler = request -> {
            Json.body(request);
            return Response.of(200);
        };
        try (var server = HttpServer.start("127.0.0.1", 0, null, handler.with(new ErrorFilter()), this::look)) {
            assertThat(dribble(server.port(), "/api/dashboards/db", "application/json"))
                    .startsWith("HTTP/1.1 504")
                    .contains("\"message\":\"reading the body: the body comes in too slowly\"");
        }
    }

    /// An hour goes by between two reads of bytes that are there.
    @Test
    void aSlowServerBlamesNobody() throws Exception {
        Handler handler = request -> {
            int sum = 0;
            for (int i = 0; i < 200_000; i++) {
                if (i % 50_000 == 0) {
                    nanos.addAndGet(HOUR);
                }
                sum += request.body().read();
            }
            return Response.text(200, sum + " and then " + request.body().read());
        };
        try (var server = HttpServer.start("127.0.0.1", 0, null, handler, this::look);
                var socket = connect(server.port(), "/", "text/plain", 200_000)) {
            write(socket, "a".repeat(200_000));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200")
                    .endsWith(200_000L * 'a' + " and then -1");
        }
    }

    /// What others have sent before, on other connections, is nobody's excuse, and nobody's debt.
    @Test
    void eachIsJudgedByItsOwnBytes() throws Exception {
        var metrics = new Metrics("test");
        Handler handler = request -> {
            int length = request.body().readAllBytes().length;
            return Response.text(200, Integer.toString(length));
        };
        try (var server = HttpServer.start(
                "127.0.0.1", 0, null, handler.with(new sigyn.server.api.ErrorFilter(metrics)), this::look)) {
            var large = "x".repeat(2_000_000);
            for (int i = 0; i < 3; i++) {
                try (var socket = connect(server.port(), "/", "text/plain", large.length())) {
                    write(socket, large);
                    assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                            .endsWith("2000000");
                }
            }
            looks.clear();
            assertThat(dribble(server.port(), "/", "text/plain")).startsWith("HTTP/1.1 504");
            try (var socket = connect(server.port(), "/", "text/plain", 3)) {
                write(socket, "abc");
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void halfABodyIsNoFailureOfTheServer() throws Exception {
        try (var api = new RunningApi(folder, "", Clock.systemUTC())) {
            for (String path : new String[] {"/loki/api/v1/query_range", "/loki/api/v1/push", "/otlp/v1/logs"}) {
                String type = path.endsWith("query_range") ? "application/x-www-form-urlencoded" : "application/json";
                try (var socket = connect(api.uri("http", "/").getPort(), path, type, 1000)) {
                    write(socket, "{\"streams\":");
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    assertThat(e).as("a reset is an answer, too").isNotNull();
                }
            }
            assertThat(api.get("/metrics").body()).contains("loki_panic_total 0.0");
        }
    }
}
