package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LokiLoggerTest {
    @Test
    void linesCarryTheShapeThatDashboardsRead() throws Exception {
        try (var server = StubLoki.accepting()) {
            try (var logger = new LokiLogger(
                    quiet(server).service("orders").hostname("web-1").build())) {
                logger.info(
                        "Starting deployment",
                        "model_id",
                        "model123",
                        "attempt",
                        3,
                        "ok",
                        true,
                        "tags",
                        List.of("a", 1));
                logger.error("failed", new IllegalStateException("boom"));
            }
            var lines = server.lines();
            assertThat(lines).hasSize(2);
            var info = lines.stream()
                    .filter(l -> l.message().startsWith("Starting"))
                    .findFirst()
                    .orElseThrow();
            assertThat(info.labels())
                    .isEqualTo(
                            Map.of("service", "orders", "level", "INFO", "hostname", "web-1", "model_id", "model123"));
            assertThat(info.json().propertyNames())
                    .containsExactly(
                            "timestamp",
                            "level",
                            "message",
                            "hostname",
                            "service",
                            "model_id",
                            "attempt",
                            "ok",
                            "tags");
            assertThat(info.json().path("attempt").asInt()).isEqualTo(3);
            assertThat(info.json().path("ok").asBoolean()).isTrue();
            assertThat(info.json().path("tags").toString()).isEqualTo("[\"a\",1]");
            assertThat(info.json().path("timestamp").asString())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
            var error = lines.stream()
                    .filter(l -> l.message().equals("failed"))
                    .findFirst()
                    .orElseThrow();
            assertThat(error.labels()).containsEntry("level", "ERROR").doesNotContainKey("model_id");
            assertThat(error.json().path("exception").asString())
                    .startsWith("java.lang.IllegalStateException: boom\n\tat ")
                    .contains("LokiLoggerTest");
        }
    }

    @Test
    void aThousandLinesAreThereAfterClose() throws Exception {
        try (var server = StubLoki.accepting()) {
            var logger = new LokiLogger(quiet(server).build());
            for (int i = 0; i < 1000; i++) logger.info("line " + i, "n", i);
            logger.close();
            assertThat(server.messages())
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 1000).mapToObj(i -> "line " + i).toList());
            assertThat(logger.stats().sent()).isEqualTo(1000);
            assertThat(logger.stats().queued()).isZero();
        }
    }

    @Test
    void everyKindOfTextArrivesAsItIs() throws Exception {
        var texts = List.of(
                "plain",
                "quote \" backslash \\ slash /",
                "tab\tnewline\ncr\r",
                "\u0000\u0001\u001f\u007f",
                "äöü €",
                "日本語",
                "😀 emoji",
                "{\"a\":\"b\"}",
                "");
        try (var server = StubLoki.accepting()) {
            try (var logger = new LokiLogger(
                    quiet(server).batchAge(Duration.ofSeconds(60)).build())) {
                for (var text : texts) logger.info(text, "value", text, text.isBlank() ? "blank" : text, 1);
            }
            assertThat(server.messages()).containsExactlyElementsOf(texts);
            assertThat(server.lines().stream().map(l -> l.json().path("value").asString()))
                    .containsExactlyElementsOf(texts);
        }
    }

    @Test
    void everyKindOfValueArrivesAsItIs() throws Exception {
        try (var server = StubLoki.accepting()) {
            try (var logger = new LokiLogger(quiet(server).build())) {
                logger.info(
                        "values",
                        "int",
                        -7,
                        "long",
                        Long.MIN_VALUE,
                        "short",
                        (short) -300,
                        "byte",
                        (byte) -1,
                        "double",
                        -2.5e300,
                        "float",
                        0.1f,
                        "yes",
                        true,
                        "no",
                        false,
                        "none",
                        null,
                        "text",
                        "ü€",
                        "map",
                        java.util.Map.of("a", List.of(1, "€")));
            }
            var json = server.lines().get(0).json();
            assertThat(server.lines().get(0).text())
                    .contains("\"int\":-7,\"long\":-9223372036854775808,\"short\":-300,\"byte\":-1,\"double\":-2.5E300")
                    .contains("\"float\":0.1,\"yes\":true,\"no\":false,\"none\":null,\"text\":\"ü€\"");
            assertThat(json.path("map").path("a").get(1).asString()).isEqualTo("€");
        }
    }

    @Test
    void loneSurrogatesNullsAndStrangeValuesDoNotHurt() throws Exception {
        try (var server = StubLoki.accepting()) {
            try (var logger = new LokiLogger(quiet(server).build())) {
                logger.info("lone \ud800 surrogate", "nan", Double.NaN, "inf", Float.NEGATIVE_INFINITY, "none", null);
                logger.log(Level.WARNING, null, (Object[]) null);
                logger.info("odd", "key");
                var self = new java.util.ArrayList<Object>();
                self.add(self);
                logger.info("cycle", "self", self, "broken", new Broken(), "message", "not the message");
            }
            var lines = server.lines();
            assertThat(lines).hasSize(4);
            assertThat(server.messages()).contains("lone \ufffd surrogate", "null", "odd", "cycle");
            var cycle = lines.stream()
                    .filter(l -> l.message().equals("cycle"))
                    .findFirst()
                    .orElseThrow();
            assertThat(cycle.json().path("broken").asString()).contains("Broken.toString() threw");
            assertThat(cycle.json().path("message_").asString()).isEqualTo("not the message");
        }
    }

    static ClientConfig.Builder quiet(StubLoki server) {
        return ClientConfig.builder()
                .url(server.url())
                .service("test")
                .console(false)
                .closeWithin(Duration.ofSeconds(30)) // three are enough on a machine of one's own
                .batchAge(Duration.ofMillis(50))
                .retryFirst(Duration.ofMillis(20))
                .retryMost(Duration.ofMillis(100));
    }

    private static final class Broken {
        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    @Test
    void countersAreShownAsAnMBeanWhenAskedFor() throws Exception {
        var beans = java.lang.management.ManagementFactory.getPlatformMBeanServer();
        var pattern = new javax.management.ObjectName("sigyn.client:type=SigynClient,service=\"jmx\",*");
        try (var server = StubLoki.accepting()) {
            var config = quiet(server).service("jmx").queueEvents(1).batchEvents(10);
            try (var client = new SigynClient(config.build(), message -> {})) {
                assertThat(beans.queryNames(pattern, null)).isEmpty();
                client.log(new LogEvent(Level.INFO, "without"));
            }
            var down = new java.util.concurrent.CountDownLatch(1);
            server.script((n, r) -> new StubLoki.Treatment.HoldThenAccept(down));
            try (var client = new SigynClient(config.jmx(true).build(), message -> {})) {
                for (int i = 0; i < 3; i++) client.log(new LogEvent(Level.INFO, "line " + i));
                var names = beans.queryNames(pattern, null);
                assertThat(names).hasSize(1);
                var name = names.iterator().next();
                assertThat(beans.getAttribute(name, "Enqueued")).isEqualTo(3L);
                assertThat(beans.getAttribute(name, "Queued")).isEqualTo(1L);
                assertThat(beans.getAttribute(name, "Dropped")).isEqualTo(2L);
                assertThat(beans.getAttribute(name, "MillisSinceSuccess")).isEqualTo(-1L);
                assertThat(beans.getAttribute(name, "DroppedBy").toString()).contains("overflow");
                down.countDown();
                assertThat(client.flush(java.time.Duration.ofSeconds(60))).isZero();
                assertThat((long) beans.getAttribute(name, "Sent")).isPositive();
            }
            assertThat(beans.queryNames(pattern, null)).isEmpty();
        }
    }
}
