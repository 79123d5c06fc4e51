package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static sigyn.server.api.RunningApi.encode;

import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.server.ingest.ProtoReader;
import sigyn.testkit.FakeClock;

/// Answers as gzip and as protobuf, for those who ask.
class AnswerFormsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T14:10:00Z");
    private static final String LINES = "/loki/api/v1/query_range?direction=forward&query=" + encode("{app=\"x\"}");
    private static final String PROTOBUF = "application/vnd.google.protobuf";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private RunningApi api;

    @BeforeEach
    void start() throws Exception {
        api = new RunningApi(folder, "auth_enabled: false\n", new FakeClock(NOW));
        api.push(
                "{\"app\":\"x\"}",
                NOW.minusSeconds(60),
                IntStream.range(0, 50).mapToObj(i -> "line " + i).toList());
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return client.send(
                HttpRequest.newBuilder(api.uri("http", path)).headers(headers).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void gzipForThoseWhoTakeIt() throws Exception {
        String plain = withoutTimes(api.get(LINES).body());
        for (String accept : List.of("gzip", "deflate, gzip;q=0.5", "*", "GZIP")) {
            var zipped = get(LINES, "Accept-Encoding", accept);
            assertThat(zipped.headers().firstValue("Content-Encoding"))
                    .as(accept)
                    .hasValue("gzip");
            assertThat(zipped.headers().firstValue("Vary")).hasValue("Accept-Encoding");
            var unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes();
            assertThat(withoutTimes(new String(unzipped, StandardCharsets.UTF_8)))
                    .isEqualTo(plain);
        }
        for (String accept : List.of("identity", "gzip;q=0", "br, gzip; q=0.0", "x-gzip-not")) {
            var answer = get(LINES, "Accept-Encoding", accept);
            assertThat(answer.headers().firstValue("Content-Encoding"))
                    .as(accept)
                    .isEmpty();
            assertThat(withoutTimes(new String(answer.body(), StandardCharsets.UTF_8)))
                    .isEqualTo(plain);
        }
        assertThat(get("/ready", "Accept-Encoding", "gzip").headers().firstValue("Content-Encoding"))
                .isEmpty();
    }

    private static String withoutTimes(String json) {
        return json.replaceAll("\"[A-Za-z]*(Time|PerSecond)\":[-0-9.eE]+", "");
    }

    /// The texts and numbers of a message, field by field, down a path of fields.
    private static List<byte[]> at(byte[] message, int... path) {
        var found = List.of(message);
        for (int wanted : path) {
            var next = new ArrayList<byte[]>();
            for (byte[] part : found) {
                var in = new ProtoReader(part, 0, part.length);
                for (int field = in.nextField(); field != 0; field = in.nextField()) {
                    if (field == wanted) {
                        next.add(in.copy());
                    } else {
                        in.skip();
                    }
                }
            }
            found = next;
        }
        return found;
    }

    private static List<String> texts(byte[] message, int... path) {
        return at(message, path).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void linesAsProtobuf() throws Exception {
        var answer = get(LINES + "&limit=3", "Accept", PROTOBUF);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(PROTOBUF);
        assertThat(texts(answer.body(), 6, 1)).containsExactly("success");
        assertThat(texts(answer.body(), 6, 2, 1)).containsExactly("streams");
        assertThat(texts(answer.body(), 6, 2, 2, 1))
                .containsExactly("{app=\"x\", detected_level=\"unknown\", service_name=\"x\"}");
        assertThat(texts(answer.body(), 6, 2, 2, 2, 2)).containsExactly("line 0", "line 1", "line 2");
    }

    @Test
    void samplesAsProtobuf() throws Exception {
        String query = "query=" + encode("sum by (app) (count_over_time({app=\"x\"}[5m]))");
        var instant = get("/loki/api/v1/query?" + query, "Accept", PROTOBUF).body();
        assertThat(texts(instant, 5, 1, 2, 1)).containsExactly("vector");
        assertThat(texts(instant, 5, 1, 2, 2, 1, 1)).containsExactly("app");
        assertThat(texts(instant, 5, 1, 2, 2, 1, 2)).containsExactly("x");
        byte[] sample = at(instant, 5, 1, 2, 2, 2).getFirst();
        assertThat(java.nio.ByteBuffer.wrap(sample, 1, 8)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getDouble())
                .isEqualTo(50);
        var range = get("/loki/api/v1/query_range?step=60&" + query, "Accept", PROTOBUF)
                .body();
        assertThat(texts(range, 5, 1, 2, 1)).containsExactly("matrix");
        assertThat(at(range, 5, 1, 2, 2, 2)).hasSizeGreaterThan(1);
    }

    @Test
    void errorsAreTextAsEver() throws Exception {
        var answer = get("/loki/api/v1/query_range?query=nonsense", "Accept", PROTOBUF);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).startsWith("parse error");
    }
}
