package sigyn.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import sigyn.model.Tenant;
import sigyn.server.config.ConfigFile;
import sigyn.server.config.Flags;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.Overrides;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.port.MetadataCodec;
import sigyn.storage.port.PushBatch;

/// What is done about too many streams and too noisy services.
class QuotasTest {
    private static final String T = "1795183200000000000";

    private final Clock clock = Clock.fixed(Instant.parse("2026-11-20T14:10:00Z"), ZoneOffset.UTC);
    private final Metrics metrics = new Metrics("test");
    private final TreeSet<String> streams = new TreeSet<>();
    private final List<String> metadata = new ArrayList<>();
    private int rows;

    private Ingest ingest(LokiConfig config) {
        return new Ingest(config.push(), Overrides.open(config), (_, batch) -> keep(batch), metrics, clock);
    }

    private Ingest ingest(String limits) {
        return ingest(ConfigFile.parse(
                "limits_config: {reject_old_samples: false, " + limits + "}\n",
                "l.yaml",
                Flags.parse(List.of()),
                Map.of()));
    }

    private void keep(PushBatch batch) {
        for (int row = 0; row < batch.rows(); row++) {
            streams.add(batch.streams().get(batch.stream(row)).toString());
            metadata.add(MetadataCodec.decode(batch.bytes(), batch.metadataStart(row), batch.metadataLength(row))
                    .toString());
            rows++;
        }
    }

    private static PushStatus push(Ingest ingest, String labels, String... lines) throws InterruptedException {
        var values = new StringBuilder();
        for (String line : lines) {
            values.append(values.isEmpty() ? "" : ",")
                    .append("[\"")
                    .append(T)
                    .append("\",\"")
                    .append(line)
                    .append("\"]");
        }
        String json = "{\"streams\":[{\"stream\":" + labels + ",\"values\":[" + values + "]}]}";
        return ingest.json(Tenant.FAKE, new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "");
    }

    private String metric(String start) {
        return new String(metrics.text(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElse("none");
    }

    @Test
    void aLabelThatExplodesBecomesMetadata() throws Exception {
        var ingest = ingest("demote_labels_above: 50");
        for (int i = 0; i < 500; i++) {
            assertThat(push(ingest, "{\"app\":\"shop\",\"request\":\"r" + i + "\"}", "line"))
                    .isEqualTo(PushStatus.STORED);
        }
        assertThat(rows).isEqualTo(500);
        assertThat(streams).hasSize(51).contains("{app=\"shop\", service_name=\"shop\"}");
        assertThat(metadata.getLast()).isEqualTo("{detected_level=\"unknown\", request=\"r499\"}");
        assertThat(metric("sigyn_demoted_labels_total"))
                .isEqualTo("sigyn_demoted_labels_total{label=\"request\",tenant=\"fake\"} 450.0");
        push(ingest, "{\"app\":\"shop\",\"request\":\"r7\"}", "line");
        assertThat(streams).as("what was a stream stays one").hasSize(51);
        assertThat(metadata.getLast()).isEqualTo("{detected_level=\"unknown\"}");
    }

    @Test
    void manyCombinationsOfFewValuesAreStreams() throws Exception {
        var ingest = ingest("demote_labels_above: 200");
        for (int i = 0; i < 900; i++) {
            push(ingest, "{\"app\":\"a" + i / 30 + "\",\"pod\":\"p" + i % 30 + "\"}", "line");
        }
        assertThat(streams).hasSize(900);
    }

    @Test
    void aServiceNameThatExplodesIsDemotedToo() throws Exception {
        var ingest = ingest("demote_labels_above: 20");
        for (int i = 0; i < 200; i++) {
            push(ingest, "{\"job\":\"j" + i + "\"}", "line");
        }
        assertThat(streams).hasSize(21).contains("{service_name=\"unknown_service\"}");
        assertThat(metadata.getLast()).isEqualTo("{detected_level=\"unknown\", job=\"j199\", service_name=\"j199\"}");
    }

    @Test
    void theStrictSwitchRefusesAsLokiDoes() throws Exception {
        var ingest = ingest("demote_labels_above: 0, max_global_streams_per_user: 3");
        for (int i = 0; i < 3; i++) {
            assertThat(push(ingest, "{\"request\":\"r" + i + "\"}", "line").status())
                    .isEqualTo(204);
        }
        var status = push(ingest, "{\"request\":\"r3\"}", "line");
        assertThat(status.status()).isEqualTo(429);
        assertThat(status.message())
                .startsWith("maximum active stream limit exceeded when trying to create stream {request=\"r3\", "
                        + "service_name=\"unknown_service\"}, reduce the number of active streams");
        assertThat(metric("loki_discarded_samples_total{")
                        .replaceAll("format=\"json\",|policy=\"\",|retention_hours=\"\",", ""))
                .isEqualTo("loki_discarded_samples_total{reason=\"stream_limit\",tenant=\"fake\"} 1.0");
    }

    @Test
    void aNoisyServiceIsThrottledAndTheOthersAreNot() throws Exception {
        var ingest = ingest("service_rate_limits: {noisy: 100}");
        String line = "x".repeat(90);
        assertThat(push(ingest, "{\"app\":\"noisy\"}", line, line).status()).isEqualTo(204);
        var status = push(ingest, "{\"app\":\"noisy\"}", line);
        assertThat(status.status()).isEqualTo(429);
        assertThat(status.message())
                .contains("quota of service 'noisy' exceeded (limit: 100 bytes/sec)")
                .contains("total ignored: 1 out of 1 for stream: {app=\"noisy\", service_name=\"noisy\"}");
        assertThat(push(ingest, "{\"app\":\"quiet\"}", line, line, line).status())
                .isEqualTo(204);
        assertThat(rows).isEqualTo(5);
    }

    @Test
    void theReportNamesEachEntryThatWasNotTaken() throws Exception {
        var ingest = ingest("max_line_size: 10, max_label_names_per_series: 2");
        String json = "{\"streams\":[{\"stream\":{\"app\":\"a\"},\"values\":[[\"" + T + "\",\"good\"],[\"" + T
                + "\",\"much too long a line\"]]},{\"stream\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"},\"values\":[[\"" + T
                + "\",\"x\"]]}]}";
        var status = ingest.json(Tenant.FAKE, new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "");
        assertThat(status.status()).isEqualTo(400);
        assertThat(status.stored()).isEqualTo(1);
        assertThat(status.refusedEntries()).isEqualTo(2);
        assertThat(status.refused())
                .containsExactly(
                        new PushStatus.Refused(
                                "{app=\"a\", service_name=\"a\"}",
                                0,
                                1,
                                Long.parseLong(T),
                                "line_too_long",
                                "max entry size '10' bytes exceeded for stream '{app=\"a\", service_name=\"a\"}' while"
                                        + " adding an entry with length '20' bytes"),
                        new PushStatus.Refused(
                                "{a=\"1\", b=\"2\", c=\"3\", service_name=\"unknown_service\"}",
                                1,
                                0,
                                Long.parseLong(T),
                                "max_label_names_per_series",
                                "entry for stream '{a=\"1\", b=\"2\", c=\"3\", service_name=\"unknown_service\"}' has 3"
                                        + " label names; limit 2"));
    }

    @Test
    void withoutAFileThereIsNoRateLimit() throws Exception {
        var ingest = ingest(LokiConfig.withoutFile(Path.of("data")));
        String line = "x".repeat(250_000);
        for (int i = 0; i < 100; i++) {
            assertThat(push(ingest, "{\"app\":\"shop\"}", line).status()).isEqualTo(204);
        }
    }
}
