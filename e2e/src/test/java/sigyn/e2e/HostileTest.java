package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What nobody should send, over real sockets, to a server with a small heap: each has its answer, takes a bounded
/// amount of memory, and leaves the server as it was. `-Dhostile.connections=10000` is the long form.
class HostileTest {
    private static final int HEAP_MEGABYTES = 224;
    /// What a process has beside its heap: start-up cache, code, stacks, direct buffers.
    private static final int OUTSIDE_MEGABYTES = 176;
    /// Begins with half of the heap, whatever memory the machine has.
    private static final Map<String, String> SMALL_HEAP =
            Map.of("SIGYN_JAVA_OPTIONS", "-Xmx" + HEAP_MEGABYTES + "m -Xms" + HEAP_MEGABYTES / 2 + "m");
    private static final int MEGABYTE = 1 << 20;
    /// A body may have a 32nd of the heap.
    private static final int LARGE_BYTES = 6 * MEGABYTE;

    @TempDir
    static Path temp;

    private static SigynProcess sigyn;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        client = HttpClient.newHttpClient();
        sigyn = SigynProcess.up(temp.resolve("data"), SMALL_HEAP);
    }

    @AfterAll
    static void stop() {
        client.close();
        sigyn.close();
    }

    private static HttpResponse<String> push(String path, byte[] body, String... headers) throws Exception {
        return push(sigyn.logs(path), body, headers);
    }

    private static HttpResponse<String> push(URI to, byte[] body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(to)
                .headers(headers)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(SigynProcess to, LargePushes.Push push) {
        var request = HttpRequest.newBuilder(to.logs(push.path()))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", push.type())
                .POST(HttpRequest.BodyPublishers.ofByteArray(push.body()));
        if (!push.encoding().isEmpty()) {
            request.header("Content-Encoding", push.encoding());
        }
        return request.build();
    }

    private static HttpResponse<String> json(String body) throws Exception {
        return push("/loki/api/v1/push", body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    private static String stream(String app, String values) {
        return "{\"streams\":[{\"stream\":{\"app\":\"" + app + "\"},\"values\":" + values + "}]}";
    }

    /// Kilobytes of a line of `/proc/PID/status`.
    private static long status(SigynProcess of, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + of.pid() + "/status"))) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("no " + name);
    }

    private static byte[] gzip(byte[] head, byte filler, long count) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(head);
            var part = new byte[MEGABYTE];
            java.util.Arrays.fill(part, filler);
            for (long n = 0; n < count; n += part.length) {
                zip.write(part);
            }
        }
        return out.toByteArray();
    }

    /// A frame of blocks that each repeat one byte 128 KB long: a gigabyte in 32 KB.
    private static byte[] zstdBomb() {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0x58});
        int blocks = 8192;
        for (int i = 1; i <= blocks; i++) {
            int header = (i == blocks ? 1 : 0) | 1 << 1 | (128 << 10) << 3;
            out.writeBytes(new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16), 'a'});
        }
        return out.toByteArray();
    }

    /// A snappy block whose 100 MB are copies of 64 bytes.
    private static byte[] snappyBomb() {
        var out = new ByteArrayOutputStream();
        long length = 100L * MEGABYTE;
        LargePushes.varint(out, length);
        out.write(63 << 2);
        out.writeBytes(new byte[64]);
        for (long n = 64; n < length; n += 64) {
            out.writeBytes(new byte[] {(byte) (63 << 2 | 2), 64, 0});
        }
        return out.toByteArray();
    }

    /// The heap begins small, and must not be widened for what is thrown away.
    @Test
    void bombsDoNotWidenTheHeap() throws Exception {
        try (var fresh = SigynProcess.up(temp.resolve("fresh"), SMALL_HEAP)) {
            fresh.push(stream("warm", "[[\"" + System.currentTimeMillis() + "000000\",\"x\"]]"));
            long before = status(fresh, "VmRSS");
            sendBombs(fresh);
            long more = (status(fresh, "VmHWM") - before) / 1024;
            System.out.println("bombs take " + more + " MB of a fresh process");
            assertThat(more).isLessThan(64);
        }
    }

    /// With the heap as wide as large pushes of honest senders make it, what grows is outside.
    @Test
    void bombsAreRefusedInBoundedMemory() throws Exception {
        var honest = LargePushes.of(LARGE_BYTES);
        for (int i = 0; i < 3; i++) {
            for (var push : honest) {
                var answer = client.send(request(sigyn, push), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(push + ": " + answer.body()).isEqualTo(204);
            }
        }
        long before = status(sigyn, "VmHWM");
        sendBombs(sigyn);
        long peak = status(sigyn, "VmHWM");
        System.out.println("peak " + peak / 1024 + " MB, " + (peak - before) / 1024 + " of them for bombs");
        assertThat((peak - before) / 1024).isLessThan(32);
        assertThat(peak / 1024).isLessThan(HEAP_MEGABYTES + OUTSIDE_MEGABYTES);
        alive();
    }

    private static void sendBombs(SigynProcess to) throws Exception {
        byte[] head = stream("bomb", "[[\"1\",\"").replace("}]}", "").getBytes(StandardCharsets.UTF_8);
        byte[] gzip = gzip(head, (byte) 'a', 1L << 30);
        assertThat(gzip.length).isLessThan(2 * MEGABYTE);
        URI loki = to.logs("/loki/api/v1/push");
        URI otlp = to.logs("/otlp/v1/logs");
        String protobuf = "application/x-protobuf";
        for (int i = 0; i < 3; i++) {
            var answer = push(loki, gzip, "Content-Type", "application/json", "Content-Encoding", "gzip");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            answer = push(loki, gzip, "Content-Type", protobuf, "Content-Encoding", "gzip");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
            answer = push(loki, snappyBomb(), "Content-Type", protobuf);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
            for (String encoding : List.of("gzip", "zstd")) {
                byte[] body = encoding.equals("gzip") ? gzip : zstdBomb();
                for (String type : List.of(protobuf, "application/json")) {
                    answer = push(otlp, body, "Content-Type", type, "Content-Encoding", encoding);
                    assertThat(answer.statusCode()).as(encoding + " " + type).isEqualTo(413);
                }
            }
        }
    }

    /// Each may take what it needs, all together must not: some wait, or are told to come again.
    @Test
    void manyLargePushesAtOnceDoNotEndTheServer() throws Exception {
        try (var fresh = SigynProcess.up(temp.resolve("many"), Map.of("SIGYN_JAVA_OPTIONS", "-Xmx288m"))) {
            for (var push : LargePushes.of(3 * MEGABYTE)) {
                var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
                for (int i = 0; i < 24; i++) {
                    answers.add(client.sendAsync(request(fresh, push), HttpResponse.BodyHandlers.ofString()));
                }
                for (var answer : answers) {
                    assertThat(answer.get(60, TimeUnit.SECONDS).statusCode())
                            .as(push.toString())
                            .isIn(204, 503);
                }
            }
            assertThat(fresh.get(fresh.logs("/ready")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aLineOf100MegabytesIsRefused() throws Exception {
        var line = new byte[100 * MEGABYTE];
        java.util.Arrays.fill(line, (byte) 'x');
        byte[] head = stream("long", "[[\"1\",\"").replace("}]}", "").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(head, 0, line, 0, head.length);
        var answer = push("/loki/api/v1/push", line, "Content-Type", "application/json");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isNotBlank();
        answer = push(
                "/loki/api/v1/push",
                gzip(head, (byte) 'x', 100 * MEGABYTE),
                "Content-Type",
                "application/json",
                "Content-Encoding",
                "gzip");
        assertThat(answer.statusCode()).isEqualTo(400);
        answer = json(stream("long", "[[\"1\",\"" + "x".repeat(300_000) + "\"],[\"2\",\"short\"]]"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo("max entry size '262144' bytes exceeded for stream '{app=\"long\", service_name=\"long\"}'"
                        + " while adding an entry with length '300000' bytes\n");
        alive();
    }

    /// Much more than a body may have is read to its end: an answer before it would be lost to such a sender.
    @Test
    void whoSends100MegabytesBeforeReadingIsAnswered() throws Exception {
        var body = new byte[100 * MEGABYTE];
        java.util.Arrays.fill(body, (byte) 'x');
        byte[] head = ascii(stream("long", "[[\"1\",\"").replace("}]}", ""));
        System.arraycopy(head, 0, body, 0, head.length);
        assertThat(sentWholeThenRead("/loki/api/v1/push", body)).startsWith("HTTP/1.1 400 ");
        assertThat(sentWholeThenRead("/otlp/v1/logs", body)).startsWith("HTTP/1.1 413 ");
        alive();
    }

    @Test
    void nestingOfAMillionLevelsIsRefused() throws Exception {
        for (String body : List.of(
                "[".repeat(1_000_000),
                "{\"streams\":".repeat(500_000), // a million are larger than a body may be
                "{\"x\":" + "[".repeat(1_000_000),
                stream("deep", "[[\"1\",\"x\",{\"a\":" + "[".repeat(1_000_000) + "}]]"))) {
            assertThat(json(body).statusCode()).isEqualTo(400);
            assertThat(sentWholeThenRead("/loki/api/v1/push", ascii(body))).startsWith("HTTP/1.1 400 ");
            assertThat(sentWholeThenRead("/otlp/v1/logs", ascii(body))).startsWith("HTTP/1.1 400 ");
            var otlp = push("/otlp/v1/logs", body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
            assertThat(otlp.statusCode()).isEqualTo(400);
        }
        assertThat(push("/otlp/v1/logs", deepOtlp(), "Content-Type", "application/x-protobuf")
                        .statusCode())
                .isEqualTo(400);
        alive();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// The whole answer to a sender that does as simple clients do: they look for it when the last byte is sent.
    private static String sentWholeThenRead(String path, byte[] body) throws IOException {
        try (var socket = connect()) {
            var out = socket.getOutputStream();
            head(out, path, body.length);
            out.write(body);
            var in = socket.getInputStream();
            var answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                assertThat(next).as("behind %s", answer).isNotNegative();
                answer.append((char) next);
            }
            var length = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n").matcher(answer);
            assertThat(length.find()).as(answer.toString()).isTrue();
            byte[] text = in.readNBytes(Integer.parseInt(length.group(1)));
            return answer.append(new String(text, StandardCharsets.US_ASCII)).toString();
        }
    }

    /// A body whose value is a list in a list, 20,000 times.
    private static byte[] deepOtlp() {
        byte[] inner = {};
        for (int i = 0; i < 20_000; i++) {
            inner = LargePushes.field(5, LargePushes.field(1, inner));
        }
        return LargePushes.field(1, LargePushes.field(2, LargePushes.field(2, LargePushes.field(5, inner))));
    }

    @Test
    void timesAtTheEndsOfTheWorld() throws Exception {
        long now = System.currentTimeMillis();
        assertThat(json(stream("epoch", "[[\"0\",\"born\"],[\"1\",\"a nanosecond old\"]]"))
                        .statusCode())
                .isEqualTo(204);
        assertThat(sigyn.query(
                                "query_range",
                                Map.of("query", "{app=\"epoch\"}", "start", "0", "end", "2", "limit", "10"))
                        .get(0)
                        .path("values")
                        .size())
                .isEqualTo(2);
        for (String time : List.of("9223372036854775807", (now + 3_600_000) + "000000")) {
            var answer = json(stream("future", "[[\"" + time + "\",\"x\"]]"));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("has timestamp too new: ");
        }
        for (String time : List.of("9223372036854775808", "1e18", "", "now", "+1", "1.5")) {
            assertThat(json(stream("nonsense", "[[\"" + time + "\",\"x\"]]")).statusCode())
                    .as(time)
                    .isEqualTo(400);
        }
        assertThat(json(stream("far", "[[\"9223372036000000000\",\"2262\"]]")).body())
                .contains("has timestamp too new: 2262-04-11T23:47:16Z");
        assertThat(json(stream("before", "[[\"-1\",\"before 1970\"]]")).statusCode())
                .isIn(204, 400);
        alive();
    }

    @Test
    void bytesThatAreNotText() throws Exception {
        long now = System.currentTimeMillis();
        assertThat(json(stream("nul", "[[\"" + now + "000000\",\"a\\u0000b\"]]"))
                        .statusCode())
                .isEqualTo(204);
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                stream("utf8", "[[\"" + now + "000000\",\"a").replace("}]}", "").getBytes(StandardCharsets.UTF_8));
        body.write(0xff);
        body.write(0xc3);
        body.writeBytes("b\"]]}]}".getBytes(StandardCharsets.UTF_8));
        assertThat(push("/loki/api/v1/push", body.toByteArray(), "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(204);
        assertThat(sigyn.lines("{app=\"nul\"}").getFirst().text()).isEqualTo("a\0b");
        assertThat(sigyn.lines("{app=\"utf8\"}").getFirst().text()).isEqualTo("a\ufffd\ufffdb");
        alive();
    }

    @Test
    void halfARequestStoresNothing() throws Exception {
        long now = System.currentTimeMillis();
        byte[] body = stream("half", "[[\"" + now + "000000\",\"first\"],[\"" + now + "000001\",\"second\"]]")
                .getBytes(StandardCharsets.UTF_8);
        for (int sent = 1; sent < body.length; sent += 7) {
            try (var socket = connect()) {
                var out = socket.getOutputStream();
                head(out, "/loki/api/v1/push", body.length);
                out.write(body, 0, sent);
                out.flush();
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                assertThat(e).as("a reset is an answer, too").isNotNull();
            }
        }
        byte[] packed = gzip(body, (byte) ' ', MEGABYTE);
        for (int length : new int[] {5, 30, packed.length / 2, packed.length - 1}) {
            assertThat(push(
                                    "/loki/api/v1/push",
                                    java.util.Arrays.copyOf(packed, length),
                                    "Content-Type",
                                    "application/json",
                                    "Content-Encoding",
                                    "gzip")
                            .statusCode())
                    .isEqualTo(400);
        }
        assertThat(sigyn.lines("{app=\"half\"}")).isEmpty();
        alive();
    }

    private static Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), sigyn.logs("").getPort());
    }

    private static void head(OutputStream out, String path, int length) throws IOException {
        out.write(ascii("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                + length + "\r\n\r\n"));
    }

    /// Many clients that keep their connection and use it again.
    @Test
    void connectionsThatAreKeptCostLittle() throws Exception {
        int count = 1_500;
        long before = status(sigyn, "VmRSS");
        var address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), sigyn.logs("").getPort());
        byte[] request = "GET /ready HTTP/1.1\r\nHost: x\r\nX-One: two\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        var open = new ArrayList<SocketChannel>();
        try {
            for (int i = 0; i < count; i++) {
                var channel = SocketChannel.open(address);
                open.add(channel);
                for (int n = 0; n < 3; n++) {
                    channel.write(ByteBuffer.wrap(request));
                    var answer = ByteBuffer.allocate(4096);
                    while (!new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII)
                            .contains("ready\n")) {
                        assertThat(channel.read(answer)).isPositive();
                    }
                }
            }
            long more = (status(sigyn, "VmRSS") - before) / 1024;
            System.out.println(count + " kept connections: " + more + " MB");
            assertThat(more).isLessThan(64);
            alive();
        } finally {
            for (var channel : open) {
                channel.close();
            }
        }
    }

    /// Connections that never finish their request, half of them in the middle of a header, and one that sends a byte
    /// at a time: others are served, and the server lets them go.
    @Test
    void idleConnectionsDoNotHoldTheServer() throws Exception {
        int count = Integer.getInteger("hostile.connections", 3_000);
        long before = status(sigyn, "VmRSS");
        var address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), sigyn.logs("").getPort());
        var open = new ArrayList<SocketChannel>();
        try (var slow = connect()) {
            head(slow.getOutputStream(), "/loki/api/v1/push", 1_000_000);
            for (int i = 0; i < count; i++) {
                var channel = SocketChannel.open(address);
                open.add(channel);
                if (i % 2 == 0) {
                    channel.write(ByteBuffer.wrap("POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nX-Slow: "
                            .getBytes(StandardCharsets.US_ASCII)));
                }
            }
            alive();
            assertThat(connections()).isGreaterThanOrEqualTo(count / 2);
            System.out.println(count + " connections: " + (status(sigyn, "VmRSS") - before) / 1024 + " MB");
            assertThat((status(sigyn, "VmRSS") - before) / 1024).isLessThan(200);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
            boolean dropped = false;
            while ((connections() > 20 || !dropped) && System.nanoTime() < deadline) {
                dropped = dropped || !dribble(slow);
                open.removeIf(HostileTest::hasEnded);
                TimeUnit.MILLISECONDS.sleep(200);
            }
            assertThat(connections()).isLessThanOrEqualTo(20);
            assertThat(dropped).as("the slow one was dropped").isTrue();
            assertThat(new String(slow.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 504");
            alive();
        } finally {
            for (var channel : open) {
                channel.close();
            }
        }
    }

    /// Closes a channel that the server has ended.
    private static boolean hasEnded(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            var answer = ByteBuffer.allocate(512);
            int n = channel.read(answer);
            while (n > 0) {
                n = channel.read(answer.clear());
            }
            if (n == 0) {
                return false;
            }
            channel.close();
            return true;
        } catch (IOException e) {
            return true; // reset by the server
        }
    }

    private static boolean dribble(Socket slow) {
        try {
            if (slow.getInputStream().available() > 0) {
                return false;
            }
            slow.getOutputStream().write(' ');
            slow.getOutputStream().flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static long connections() throws Exception {
        return sigyn.get(sigyn.logs("/metrics"))
                .body()
                .lines()
                .filter(line -> line.startsWith("loki_tcp_connections{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private static void alive() throws Exception {
        String app = "alive-" + System.nanoTime();
        assertThat(json(stream(app, "[[\"" + System.currentTimeMillis() + "000000\",\"here\"]]"))
                        .statusCode())
                .isEqualTo(204);
        assertThat(sigyn.lines("{app=\"" + app + "\"}")).hasSize(1);
    }
}
