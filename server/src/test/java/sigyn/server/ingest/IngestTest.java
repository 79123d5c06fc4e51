package sigyn.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import sigyn.codec.Varint;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.config.ConfigFile;
import sigyn.server.config.Flags;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.Overrides;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.index.StreamIndex;
import sigyn.storage.port.MetadataCodec;
import sigyn.storage.port.PushBatch;
import sigyn.testkit.FakeClock;

class IngestTest {
    private static final Instant NOW = Instant.parse("2026-11-20T14:10:00Z");
    private static final String T = "1795183200000000000";
    private static final String STREAM = "{a=\"b\", service_name=\"unknown_service\"}";

    private final List<String> stored = new ArrayList<>();
    private final StreamIndex index = new StreamIndex();

    private Ingest ingest(LokiConfig config) {
        return new Ingest(
                config.push(),
                Overrides.open(config),
                (_, batch) -> show(batch),
                new Metrics("test"),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private Ingest open() {
        return ingest(LokiConfig.withoutFile(Path.of("data")));
    }

    private Ingest loki(String yaml) {
        return ingest(ConfigFile.parse(yaml, "l.yaml", Flags.parse(List.of()), Map.of()));
    }

    private void show(PushBatch batch) {
        for (int i = 0; i < batch.streams().size(); i++) {
            batch.intern(i, index.intern(batch.streams().get(i)));
        }
        for (int row = 0; row < batch.rows(); row++) {
            stored.add(batch.streams().get(batch.stream(row)) + " " + batch.timestamp(row) + " "
                    + new String(batch.bytes(), batch.lineStart(row), batch.lineLength(row), StandardCharsets.UTF_8)
                    + " "
                    + MetadataCodec.decode(batch.bytes(), batch.metadataStart(row), batch.metadataLength(row)));
        }
    }

    private static ByteArrayInputStream body(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static PushStatus json(Ingest ingest, String text) throws InterruptedException {
        return ingest.json(Tenant.FAKE, body(text), "");
    }

    private static String stream(String labels, String values) {
        return "{\"streams\":[{\"stream\":" + labels + ",\"values\":" + values + "}]}";
    }

    private static String ab(String values) {
        return stream("{\"a\":\"b\"}", values);
    }

    @Test
    void jsonIsStoredWithServiceNameAndLevel() throws Exception {
        var status = json(
                open(),
                stream(
                        "{\"app\":\"shop\",\"n\":1.5,\"o\":{\"x\":\"y\"}}",
                        "[[\"" + T + "\",\"[ERROR] boom\",{\"trace.id\":\"ab\"}],[\"" + T + "\",\"plain \\u00e9\"]]"));
        assertThat(status).isEqualTo(PushStatus.STORED);
        String labels = "{app=\"shop\", n=\"1.5\", o=\"{\\\"x\\\":\\\"y\\\"}\", service_name=\"shop\"} ";
        assertThat(stored)
                .containsExactly(
                        labels + T + " [ERROR] boom {detected_level=\"error\", trace_id=\"ab\"}",
                        labels + T + " plain \u00e9 {detected_level=\"unknown\"}");
    }

    @Test
    void theOldShapeIsTakenToo() throws Exception {
        json(
                open(),
                "{\"streams\":[{\"entries\":[{\"ts\":\"2026-11-20T14:00:00.5Z\",\"line\":\"old\"}],"
                        + "\"labels\":\"{ a = 'b' , }\"}]}");
        assertThat(stored).containsExactly(STREAM + " 1795183200500000000 old {detected_level=\"unknown\"}");
    }

    @Test
    void wrongTypesRefuseTheWholeRequest() {
        for (String values : List.of(
                "[[1795183200000000000,\"x\"]]",
                "[[\"1\",\"good\"],[\"abc\",\"x\"]]",
                "[[\"+1\",\"x\"]]",
                "[[\"99999999999999999999\",\"x\"]]",
                "[[\"1\",1]]",
                "[[\"1\",null]]",
                "[[\"1\",\"x\",[]]]",
                "[[\"1\",\"x\",{\"a\":1}]]",
                "[[\"1\",\"x\",]]",
                "[[\"1\",\"a\\ud800b\"]]",
                "{}",
                "\"x\"")) {
            assertThatThrownBy(() -> json(open(), ab(values))).as(values).isInstanceOf(SigynException.class);
        }
        assertThat(stored).isEmpty();
    }

    @Test
    void oddButLegalJson() throws Exception {
        var ingest = open();
        assertThat(json(ingest, "{\"STREAMS\":[{\"values\":[[\"1\"],null,[\"2\",\"x\",{},\"more\"]]}]} trailing"))
                .isEqualTo(PushStatus.STORED);
        assertThat(stored).hasSize(2);
        assertThat(json(ingest, ab("null"))).isEqualTo(PushStatus.STORED);
        assertThat(json(ingest, "{\"streams\":[{}]}")).isEqualTo(PushStatus.STORED);
        for (String nothing : List.of("{}", "null", "{\"streams\":[]}", "{\"streams\":null}")) {
            assertThatThrownBy(() -> json(ingest, nothing))
                    .isInstanceOf(UnprocessableException.class)
                    .hasMessage("error at least one valid stream is required for ingestion");
        }
        assertThatThrownBy(() -> json(ingest, "")).hasMessage("EOF");
    }

    @Test
    void whatIsSteppedOverMayNestButNotWithoutEnd() throws Exception {
        json(open(), nested(190));
        assertThat(stored).hasSize(1);
        assertThatThrownBy(() -> json(open(), nested(210)))
                .isInstanceOf(SigynException.class)
                .hasMessageContaining("the body is too large to read")
                .hasMessageContaining("nesting depth");
    }

    private static String nested(int levels) {
        return "{\"x\":" + "[".repeat(levels) + "]".repeat(levels) + ","
                + ab("[[\"" + T + "\",\"line\"]]").substring(1);
    }

    @Test
    void bytesThatAreNotUtf8BecomeTheReplacementCharacter() throws Exception {
        byte[] raw = ab("[[\"1\",\"?ello\"]]").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            raw[i] = raw[i] == '?' ? (byte) 0xff : raw[i];
        }
        open().json(Tenant.FAKE, new ByteArrayInputStream(raw), "");
        assertThat(stored.getFirst()).contains("\ufffdello");
    }

    @Test
    void goodEntriesAreStoredAndBadOnesListed() throws Exception {
        var status =
                json(open(), ab("[[\"1\",\"good\"],[\"4102444800000000000\",\"x\"],[\"4102444800000000000\",\"y\"]]"));
        assertThat(status.status()).isEqualTo(400);
        assertThat(status.message())
                .isEqualTo("2 errors like: entry for stream '" + STREAM
                        + "' has timestamp too new: 2100-01-01T00:00:00Z\n");
        assertThat(stored).hasSize(1);
    }

    @Test
    void lokisDefaultsRefuseOldAndUnorderedEntries() throws Exception {
        var ingest = loki("{}");
        assertThat(json(ingest, ab("[[\"1577836800000000000\",\"x\"]]")).message())
                .isEqualTo("entry for stream '" + STREAM + "' has timestamp too old:"
                        + " 2020-01-01T00:00:00Z, oldest acceptable timestamp is: 2026-11-13T14:10:00Z\n");
        json(ingest, ab("[[\"1795183209000000000\",\"new\"]]"));
        var status = json(ingest, ab("[[\"1795176000000000000\",\"older\"],[\"1795183200000000001\",\"fine\"]]"));
        assertThat(status.status()).isEqualTo(400);
        assertThat(status.message())
                .isEqualTo("entry with timestamp 2026-11-20 12:00:00 +0000 UTC ignored, reason: 'entry too far behind,"
                        + " entry timestamp is: 2026-11-20T12:00:00Z, oldest acceptable timestamp is:"
                        + " 2026-11-20T13:00:09Z',\n"
                        + "user 'fake', total ignored: 1 out of 2 for stream: "
                        + STREAM + "\n");
        assertThat(stored).hasSize(2);
    }

    @Test
    void limitsOfLabelsLinesAndMetadata() throws Exception {
        var labels = new StringBuilder("{\"l0\":\"v\"");
        for (int i = 1; i < 16; i++) {
            labels.append(",\"l").append(i).append("\":\"v\"");
        }
        assertThat(json(open(), stream(labels + "}", "[[\"1\",\"x\"]]")).message())
                .startsWith("entry for stream '{l0=\"v\"")
                .endsWith("has 16 label names; limit 15\n");
        String young = "limits_config: {reject_old_samples: false, ";
        assertThat(json(loki(young + "max_line_size: 4}"), ab("[[\"1\",\"abcde\"]]"))
                        .message())
                .isEqualTo("max entry size '4' bytes exceeded for stream '" + STREAM
                        + "' while adding an entry with length '5' bytes\n");
        json(
                loki(young + "max_line_size: 4, max_line_size_truncate: true, max_line_size_truncate_identifier: '#'}"),
                ab("[[\"1\",\"abcde\"]]"));
        assertThat(stored.getLast()).contains(" abc# ");
        assertThat(json(loki(young + "allow_structured_metadata: false}"), ab("[[\"1\",\"x\",{\"m\":\"v\"}]]"))
                        .message())
                .contains("this feature is disallowed");
    }

    @Test
    void aRateIsAllOrNothing() throws Exception {
        var ingest =
                loki("limits_config: {ingestion_rate_mb: 0.00001, ingestion_burst_size_mb: 0.00001, reject_old_samples:"
                        + " false}");
        assertThat(json(ingest, ab("[[\"1\",\"12345678901234\"]]")).status()).isEqualTo(429);
        assertThat(stored).isEmpty();
    }

    @Test
    void badLabelTextsAreRefusedWithTheirPlace() {
        Map.of(
                        "{a-b=\"x\"}", "1:3: parse error: unexpected character inside braces: '-'",
                        "{a=x}", "1:4: parse error: unexpected identifier \"x\" in label set, expected string",
                        "{a=\"x\"", "1:7: parse error: unexpected end of input inside braces",
                        "{a=~\"x\"}", "1:3: parse error: unexpected <op:=~> in label set, expected \"=\"",
                        "a=\"x\"", "1:2: parse error: unexpected \"=\"",
                        "{a=\"x\"} |= \"y\"", "1:9: parse error: unexpected character: '|'")
                .forEach((text, message) -> assertThatThrownBy(() -> LabelText.parse(text))
                        .as(text)
                        .hasMessage("couldn't parse labels: " + message));
        assertThat(LabelText.parse("name { a=`r\\aw` ,# c\n b='q\\'' }"))
                .containsExactly(new LabelText.Pair("a", "r\\aw"), new LabelText.Pair("b", "q'"));
    }

    @Test
    void protobufWithPaddedVarintsAndUnknownFields() throws Exception {
        byte[] time = join(varint(1, 1795183200), varint(2, 5));
        byte[] pair = join(field(1, "k"), field(2, "v"));
        byte[] entry = join(field(1, time), field(2, "level=warn x"), field(3, pair));
        byte[] stream = join(field(2, entry), field(1, "{ app=\"t\"}"), varint(3, 77));
        byte[] padded = {0x0a, (byte) (stream.length | 0x80), (byte) 0x80, 0x00};
        byte[] message = join(padded, stream, field(9, "skip me"));
        open().protobuf(Tenant.FAKE, new ByteArrayInputStream(snappy(message)), "snappy");
        assertThat(stored)
                .containsExactly("{app=\"t\", service_name=\"t\"} 1795183200000000005 level=warn x"
                        + " {detected_level=\"warn\", k=\"v\"}");
        for (int cut = 1; cut < message.length; cut++) {
            byte[] torn = Arrays.copyOf(message, cut);
            if (cut != padded.length + stream.length) {
                assertThatThrownBy(() -> open().message(Tenant.FAKE, torn))
                        .as("cut at %s", cut)
                        .hasMessageStartingWith("proto: ");
            }
        }
    }

    @Test
    void rubbishInsteadOfSnappy() {
        for (String text : List.of("", " ", "{\"streams\":[]}", "\u00ff\u00ff\u00ff\u00ff")) {
            assertThatThrownBy(() -> open().protobuf(Tenant.FAKE, body(text), ""))
                    .hasMessage("snappy: corrupt input");
        }
    }

    @Test
    void rememberedLabelTextsAndBuffersChangeNothing() throws Exception {
        var ingest = open();
        String twice = "{a=\"b\", a=\"c\"}";
        for (int i = 1; i <= 3; i++) {
            byte[] good = protobuf("{ a = \"b\" }", i, "level=warn " + "x".repeat(300 - 100 * i));
            ingest.protobuf(Tenant.FAKE, new ByteArrayInputStream(snappy(good)), "");
            assertThat(stored).hasSize(i);
            assertThat(stored.getLast())
                    .isEqualTo(STREAM + " " + i + "000000000 level=warn " + "x".repeat(300 - 100 * i)
                            + " {detected_level=\"warn\"}");
            var refused = ingest.message(Tenant.FAKE, protobuf(twice, i, "y"));
            assertThat(refused.message()).contains("has duplicate label name: 'a'");
            for (int cut = 0; cut < 12; cut++) {
                var torn = new ByteArrayInputStream(snappy(good), 0, cut);
                assertThatThrownBy(() -> ingest.protobuf(Tenant.FAKE, torn, "")).isInstanceOf(SigynException.class);
            }
        }
        var other = ingest.message(new Tenant("other"), protobuf("{level=\"info\"}", 9, "z"));
        assertThat(other).isEqualTo(PushStatus.STORED);
        assertThat(ingest.message(Tenant.FAKE, protobuf("{level=\"info\"}", 9, "z")))
                .isEqualTo(PushStatus.STORED);
        assertThat(stored.getLast()).isEqualTo(stored.get(3)).endsWith("{detected_level=\"info\"}");
    }

    @Test
    void aRememberedLabelTextIsLookedAtAgainOnceStreamsAreForgotten() throws Exception {
        var time = new FakeClock(Instant.parse("2026-11-20T14:10:00Z"));
        var config = ConfigFile.parse(
                "limits_config: {reject_old_samples: false, demote_labels_above: 3}\n",
                "l.yaml",
                Flags.parse(List.of()),
                Map.of());
        var ingest =
                new Ingest(config.push(), Overrides.open(config), (_, batch) -> show(batch), new Metrics("test"), time);
        byte[] remembered = protobuf("{app=\"shop\", request=\"r0\"}", 1, "x");
        for (int i = 0; i < 2; i++) {
            ingest.message(Tenant.FAKE, remembered);
            assertThat(stored.getLast()).startsWith("{app=\"shop\", request=\"r0\", service_name=\"shop\"}");
        }
        time.advance(Duration.ofHours(25));
        for (int i = 1; i <= 3; i++) {
            ingest.message(Tenant.FAKE, protobuf("{app=\"shop\", request=\"r" + i + "\"}", 1, "x"));
        }
        ingest.message(Tenant.FAKE, remembered);
        assertThat(stored.getLast())
                .startsWith("{app=\"shop\", service_name=\"shop\"}")
                .contains("request=\"r0\"");
    }

    @Test
    void manyStreamsOfAPushKeepTheirEntriesFirstAndLater() throws Exception {
        var ingest = open();
        var parts = new ArrayList<byte[]>();
        var wanted = new ArrayList<String>();
        for (int i = 0; i < 3000; i++) {
            int app = i * 7 % 1000;
            byte[] labels = field(1, "{app=\"app" + app + "\"}");
            byte[] entry = field(2, join(field(1, varint(1, 1000 + i)), field(2, "line " + i)));
            parts.add(field(1, i % 2 == 0 ? join(labels, entry) : join(entry, labels)));
            parts.add(field(1, labels));
            wanted.add("{app=\"app" + app + "\", service_name=\"app" + app + "\"} " + (1000 + i) + "000000000 line " + i
                    + " {detected_level=\"unknown\"}");
        }
        byte[] message = join(parts.toArray(byte[][]::new));
        for (int round = 0; round < 3; round++) {
            stored.clear();
            assertThat(ingest.message(Tenant.FAKE, message)).isEqualTo(PushStatus.STORED);
            assertThat(stored).isEqualTo(wanted);
        }
    }

    @Test
    void aRefusedEntryIsNamedByItsStreamHoweverManyThereAre() throws Exception {
        var parts = new ArrayList<byte[]>();
        for (int i = 0; i < 100; i++) {
            parts.add(protobuf(i == 70 ? "{a=\"b\", a=\"c\"}" : "{a=\"b" + i + "\"}", 1, "x"));
        }
        var status = open().message(Tenant.FAKE, join(parts.toArray(byte[][]::new)));
        assertThat(status.refused()).extracting(PushStatus.Refused::streamIndex).containsExactly(70);
    }

    private static byte[] protobuf(String labels, int seconds, String line) {
        byte[] entry = join(field(1, varint(1, seconds)), field(2, line));
        return field(1, join(field(1, labels), field(2, entry)));
    }

    private static byte[] snappy(byte[] message) {
        var snappy = new SnappyJavaCompressor();
        byte[] block = new byte[snappy.maxCompressedLength(message.length)];
        return Arrays.copyOf(block, snappy.compress(message, 0, message.length, block, 0, block.length));
    }

    @Test
    void packedBodies() throws Exception {
        byte[] packed = gzip(ab("[[\"1\",\"x\"]]"));
        assertThat(open().json(Tenant.FAKE, new ByteArrayInputStream(packed), "gzip"))
                .isEqualTo(PushStatus.STORED);
        for (int cut : new int[] {3, 12, packed.length - 3}) {
            var torn = new ByteArrayInputStream(packed, 0, cut);
            assertThatThrownBy(() -> open().json(Tenant.FAKE, torn, "gzip")).hasMessageContaining("EOF");
        }
        assertThatThrownBy(() -> open().json(Tenant.FAKE, body("{}"), "gzip")).hasMessage("gzip: invalid header");
        assertThatThrownBy(() -> open().json(Tenant.FAKE, body("{}"), "br"))
                .hasMessage("Content-Encoding \"br\" not supported");
        var small = loki("distributor: {max_decompressed_size: 1MB}\n");
        var bomb = new ByteArrayInputStream(gzip(ab("[[\"1\",\"" + "x".repeat(4 << 20) + "\"]]")));
        assertThatThrownBy(() -> small.json(Tenant.FAKE, bomb, "gzip")).hasMessageContaining("exceeds limit 1048576");
    }

    @Test
    void openTelemetryAttributesBecomeLabelsAndMetadata() throws Exception {
        String text = """
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}},
              {"key":"host.arch","value":{"stringValue":"amd64"}}]},
             "scopeLogs":[{"scope":{"name":"lib"},"logRecords":[
              {"timeUnixNano":"1795183200000000000","severityNumber":17,"severityText":"ERROR",
               "body":{"kvlistValue":{"values":[{"key":"msg","value":{"stringValue":"m"}}]}},
               "attributes":[{"key":"n","value":{"intValue":"5"}},
                 {"key":"nested","value":{"kvlistValue":{"values":[{"key":"a.b","value":{"boolValue":true}}]}}},
                 {"key":"list","value":{"arrayValue":{"values":[{"intValue":1},{"stringValue":"x"}]}}}],
               "traceId":"5B8EFF"}]}]}]}
            """;
        open().otlp(Tenant.FAKE, body(text), "", true);
        assertThat(stored)
                .containsExactly("{service_name=\"s\"} " + T
                        + " {\"msg\":\"m\"} {detected_level=\"error\", host_arch=\"amd64\", list=\"[1,\\\"x\\\"]\","
                        + " n=\"5\", nested_a_b=\"true\", scope_name=\"lib\", severity_number=\"17\","
                        + " severity_text=\"ERROR\", trace_id=\"5b8eff\"}");
    }

    private static byte[] gzip(String text) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] field(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] field(int number, byte[] content) {
        return join(number(number << 3 | 2), number(content.length), content);
    }

    private static byte[] varint(int number, long value) {
        return join(number((long) number << 3), number(value));
    }

    private static byte[] number(long value) {
        byte[] out = new byte[Varint.MAX_BYTES];
        return Arrays.copyOf(out, Varint.write(out, 0, value));
    }
}
