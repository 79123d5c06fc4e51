package sigyn.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.testkit.FakeClock;

/// A push that carries `X-Sigyn-Batch-Id`. Copies have other lines, so that one answer of the index tells them apart.
class BatchIdTest {
    private static final Instant NOW = Instant.parse("2026-11-20T14:10:00Z");
    private static final String YAML = "auth_enabled: false\n";

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(NOW);
    private RunningApi api;

    @BeforeEach
    void start() {
        api = new RunningApi(folder, YAML, clock);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private String entries() throws Exception {
        String stats = api.get("/loki/api/v1/index/stats?query=%7Bapp=%22shop%22%7D&since=6h")
                .body();
        return stats.replaceAll(".*\"entries\":([0-9]+).*\\n", "$1");
    }

    private int push(String id, Instant time, String line) throws Exception {
        return api.push("{\"app\":\"shop\"}", time, List.of(line), "X-Sigyn-Batch-Id", id)
                .statusCode();
    }

    @Test
    void aRepeatedBatchIsAcceptedAndNotStoredAgain() throws Exception {
        assertThat(push("c-1", NOW, "one")).isEqualTo(204);
        assertThat(push("c-1", NOW, "one more")).isEqualTo(204);
        assertThat(entries()).isEqualTo("1");
        assertThat(push("c-2", NOW, "two")).isEqualTo(204);
        assertThat(entries()).isEqualTo("2");
        stop();
        start();
        assertThat(push("c-1", NOW, "one after a restart")).isEqualTo(204);
        assertThat(entries()).isEqualTo("2");
        assertThat(api.get("/metrics").body()).contains("sigyn_repeated_batches_total{tenant=\"fake\"} 1.0");
    }

    @Test
    void openTelemetryCanRepeatToo() throws Exception {
        String body = "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
                + "{\"stringValue\":\"shop\"}}]},\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"x\"}}]}]}]}";
        for (int i = 0; i < 2; i++) {
            clock.advance(java.time.Duration.ofSeconds(1));
            assertThat(api.send(
                                    "POST",
                                    "/otlp/v1/logs",
                                    body,
                                    "Content-Type",
                                    "application/json",
                                    "X-Sigyn-Batch-Id",
                                    "o-1")
                            .statusCode())
                    .isEqualTo(204);
        }
        assertThat(api.get("/loki/api/v1/index/stats?query=%7Bservice_name=%22shop%22%7D")
                        .body())
                .contains("\"entries\":1}");
    }

    @Test
    void aRefusalIsNotRemembered() throws Exception {
        Instant future = NOW.plusSeconds(3600);
        assertThat(push("c-1", future, "too new")).isEqualTo(400);
        clock.set(future);
        assertThat(push("c-1", future, "not too new any more")).isEqualTo(204);
        assertThat(entries()).isEqualTo("1");
    }

    @Test
    void copiesThatRaceAreStoredOnce() throws Exception {
        int copies = 6;
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 1; round <= 20; round++) {
                var start = new CyclicBarrier(copies);
                var answers = new ArrayList<Future<Integer>>();
                String id = "race-" + round;
                for (int copy = 0; copy < copies; copy++) {
                    String line = id + " copy " + copy;
                    answers.add(senders.submit(() -> {
                        start.await();
                        return push(id, NOW, line);
                    }));
                }
                for (var answer : answers) {
                    assertThat(answer.get()).isEqualTo(204);
                }
                assertThat(entries()).isEqualTo(String.valueOf(round));
            }
        }
    }
}
