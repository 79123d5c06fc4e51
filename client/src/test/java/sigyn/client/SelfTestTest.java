package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sigyn.client.StubLoki.Treatment;

class SelfTestTest {
    @Test
    void theLineIsSentAndReadBack() throws Exception {
        try (var server = StubLoki.accepting()) {
            server.script((n, r) -> {
                if (r.path().equals("/loki/api/v1/push")) return Treatment.accept();
                assertThat(r.path()).startsWith("/loki/api/v1/query_range?query=");
                return new Treatment.Answer(
                        200, "{\"message\\\":\\\"" + server.messages().get(0) + "\\\"}", Map.of());
            });
            var result = SelfTest.run(LokiLoggerTest.quiet(server).build());
            assertThat(result.message()).startsWith("Works");
            assertThat(result.worked()).isTrue();
        }
    }

    @Test
    void everyFaultHasWordsOfItsOwn() throws Exception {
        var messages = new HashSet<String>();
        for (int status : new int[] {401, 404, 429, 503}) {
            try (var server = StubLoki.plain((n, r) -> Treatment.status(status))) {
                var result = SelfTest.run(LokiLoggerTest.quiet(server).build());
                assertThat(result.worked()).isFalse();
                messages.add(result.message().replaceAll("\\d{4,}", "N"));
            }
        }
        var refused = SelfTest.run(QueueTest.blackHole().build());
        assertThat(refused.message()).contains("Nobody listens");
        var unknown = SelfTest.run(
                ClientConfig.builder().url("http://no-such-host.invalid").build());
        assertThat(unknown.message()).contains("(DNS)");
        try (var server = StubLoki.plain((n, r) -> new Treatment.Cut())) {
            var plainText = ClientConfig.builder().url("https://127.0.0.1:" + server.port());
            var result =
                    SelfTest.run(plainText.requestTimeout(Duration.ofSeconds(3)).build());
            assertThat(result.worked()).isFalse();
        }
        assertThat(messages).hasSize(4);
    }
}
