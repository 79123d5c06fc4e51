package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.status.Status;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.Map;
import java.util.Objects;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.Test;
import org.slf4j.MarkerFactory;
import sigyn.client.jul.SigynHandler;

/// Each logging framework, configured the way its users do it.
class AdaptersTest {
    @Test
    void logback() throws Exception {
        try (var server = StubLoki.accepting()) {
            var context = new LoggerContext();
            context.setMDCAdapter(new ch.qos.logback.classic.util.LogbackMDCAdapter());
            configure(context, """
                    <configuration>
                      <appender name="SIGYN" class="sigyn.client.logback.SigynAppender">
                        <url>%s</url>
                        <service>orders</service>
                        <env>test</env>
                        <setting>context-exclude=password</setting>
                        <setting>close-within=60s</setting>
                        <setting>no-such-setting=1</setting>
                      </appender>
                      <root level="DEBUG"><appender-ref ref="SIGYN"/></root>
                    </configuration>
                    """.formatted(server.url()));
            assertThat(context.getStatusManager().getCopyOfStatusList().stream()
                            .filter(status -> status.getLevel() == Status.ERROR)
                            .map(Status::getMessage))
                    .hasSize(1)
                    .allMatch(message -> message.contains("no-such-setting"));
            var logger = context.getLogger("app.Orders");
            var context2 = context.getMDCAdapter();
            context2.put("request_id", "r-1");
            context2.put("password", "secret");
            logger.info("paid {} EUR", 17);
            logger.atWarn()
                    .addKeyValue("order", 42)
                    .addMarker(MarkerFactory.getMarker("AUDIT"))
                    .log("slow");
            logger.trace("not this one");
            logger.error("failed", new IllegalStateException("boom"));
            context.stop();

            var paid = line(server, "paid 17 EUR");
            assertThat(paid.labels()).containsOnlyKeys("service", "env", "hostname", "level");
            assertThat(paid.labels()).containsEntry("service", "orders").containsEntry("level", "INFO");
            assertThat(paid.metadata()).isEqualTo(Map.of("request_id", "r-1"));
            assertThat(paid.json().path("logger").asString()).isEqualTo("app.Orders");
            assertThat(paid.json().path("thread").asString())
                    .isEqualTo(Thread.currentThread().getName());
            assertThat(line(server, "slow").metadata())
                    .containsEntry("order", "42")
                    .containsEntry("marker", "AUDIT");
            assertThat(line(server, "failed").json().path("exception").asString())
                    .contains("IllegalStateException: boom");
            assertThat(server.lines()).hasSize(3);
        }
    }

    @Test
    void log4j() throws Exception {
        try (var server = StubLoki.accepting()) {
            var xml = """
                    <Configuration status="OFF">
                      <Appenders>
                        <Sigyn name="sigyn" url="%s" service="orders">
                          <Property name="batch-age" value="100ms"/>
                          <Property name="close-within" value="60s"/>
                        </Sigyn>
                      </Appenders>
                      <Loggers><Root level="info"><AppenderRef ref="sigyn"/></Root></Loggers>
                    </Configuration>
                    """.formatted(server.url());
            var source = new ConfigurationSource(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
            try (var context = Configurator.initialize(null, source)) {
                var logger = context.getLogger("app.Orders");
                ThreadContext.put("request_id", "r-2");
                logger.info("paid {} EUR", 18);
                logger.fatal(MarkerManager.getMarker("AUDIT"), "gone", new IllegalStateException("boom"));
                logger.debug("not this one");
            } finally {
                ThreadContext.clearAll();
            }
            var paid = line(server, "paid 18 EUR");
            assertThat(paid.labels()).containsEntry("service", "orders").containsEntry("level", "INFO");
            assertThat(paid.metadata()).isEqualTo(Map.of("request_id", "r-2"));
            assertThat(line(server, "gone").labels()).containsEntry("level", "ERROR");
            assertThat(line(server, "gone").metadata()).containsEntry("marker", "AUDIT");
            assertThat(line(server, "gone").json().path("exception").asString()).contains("boom");
            assertThat(server.lines()).hasSize(2);
        }
    }

    @Test
    void javaUtilLogging() throws Exception {
        try (var server = StubLoki.accepting()) {
            var text = ("sigyn.client.jul.SigynHandler.url=" + server.url()
                            + "\nsigyn.client.jul.SigynHandler.service=orders"
                            + "\nsigyn.client.jul.SigynHandler.close-within=60s\n")
                    .getBytes(StandardCharsets.UTF_8);
            LogManager.getLogManager().updateConfiguration(new ByteArrayInputStream(text), key -> (old, now) -> now);
            var logger = Logger.getLogger("app.Orders");
            logger.setUseParentHandlers(false);
            logger.setLevel(java.util.logging.Level.FINE);
            var handler = new SigynHandler();
            logger.addHandler(handler);
            try {
                logger.log(java.util.logging.Level.INFO, "paid {0} EUR", 19);
                var localized = new LogRecord(java.util.logging.Level.WARNING, "slow.key");
                localized.setResourceBundle(new Texts());
                localized.setParameters(new Object[] {"Ada"});
                logger.log(localized);
                logger.log(java.util.logging.Level.SEVERE, "failed {", new IllegalStateException("boom"));
                logger.finer("not this one");
                handler.flush();
                assertThat(server.lines()).hasSize(3);
                assertThat(line(server, "paid 19 EUR").labels()).containsEntry("service", "orders");
                assertThat(line(server, "langsam: Ada").labels()).containsEntry("level", "WARNING");
                assertThat(line(server, "failed {").json().path("exception").asString())
                        .contains("boom");
            } finally {
                logger.removeHandler(handler);
                handler.close();
                LogManager.getLogManager().readConfiguration();
            }
        }
    }

    @Test
    void systemLoggerWhenAskedFor() throws Exception {
        try (var server = StubLoki.accepting();
                var fork = Fork.start(
                        List.of(),
                        Map.of("LOKI_URL", server.url(), "LOKI_SERVICE", "platform", "LOKI_CLOSE_WITHIN", "60s"),
                        List.of(Path.of("src", "main", "services", "systemlogger")
                                .toString()),
                        ForkedPrograms.PlatformLogger.class)) {
            assertThat(fork.await()).isZero();
            assertThat(line(server, "hello platform").labels()).containsEntry("service", "platform");
            assertThat(line(server, "failed").json().path("exception").asString())
                    .contains("boom");
            assertThat(line(server, "failed").json().path("logger").asString()).isEqualTo("app.platform");
            assertThat(server.messages()).doesNotContain("not this one");
        }
    }

    @Test
    void systemLoggerOnlyWhenAskedFor() throws Exception {
        try (var server = StubLoki.accepting();
                var fork = Fork.start(
                        List.of(), Map.of("LOKI_URL", server.url()), List.of(), ForkedPrograms.PlatformLogger.class)) {
            assertThat(fork.await()).isZero();
            assertThat(server.lines()).isEmpty();
            assertThat(fork.err()).contains("hello platform");
        }
    }

    @Test
    void slf4jProviderWhenAskedFor() throws Exception {
        try (var server = StubLoki.accepting();
                var fork = Fork.start(
                        List.of("-Dslf4j.provider=sigyn.client.slf4j.SigynServiceProvider"),
                        Map.of("LOKI_URL", server.url(), "OTEL_SERVICE_NAME", "facade", "LOKI_CLOSE_WITHIN", "60s"),
                        List.of(),
                        ForkedPrograms.Facade.class)) {
            assertThat(fork.await()).isZero();
            var hello = line(server, "hello facade");
            assertThat(hello.labels()).containsEntry("service", "facade").containsEntry("level", "INFO");
            assertThat(hello.metadata()).isEqualTo(Map.of("request_id", "r-1"));
            assertThat(line(server, "paid").metadata())
                    .isEqualTo(Map.of("request_id", "r-1", "order", "17", "marker", "AUDIT"));
            assertThat(line(server, "failed 1").json().path("exception").asString())
                    .contains("boom");
            assertThat(server.messages()).doesNotContain("not this one");
        }
    }

    @Test
    void environmentAloneConfiguresEverything() {
        var complaints = new java.util.ArrayList<String>();
        var config = Environment.config(
                        Map.of(
                                "LOKI_URL", "https://logs.example:3100/tenant/push",
                                "LOKI_SERVICE", "s",
                                "LOKI_LABELS", "team=a, zone = b",
                                "LOKI_QUEUE_BYTES", "2MiB",
                                "LOKI_BATCH_AGE", "250ms",
                                "LOKI_OVERFLOW", "drop-oldest",
                                "LOKI_TOKEN", "secret",
                                "LOKI_CLOSE_WITHIN", "soon",
                                "LOKI_LEVEL", "warn"),
                        complaints::add)
                .build();
        assertThat(config.url()).isEqualTo(URI.create("https://logs.example:3100/tenant/push"));
        assertThat(config.labels()).isEqualTo(Map.of("team", "a", "zone", "b"));
        assertThat(config.queueBytes()).isEqualTo(2 << 20);
        assertThat(config.batchAge().toMillis()).isEqualTo(250);
        assertThat(config.overflow()).isEqualTo(Overflow.DROP_OLDEST);
        assertThat(config.minimum()).isEqualTo(Level.WARNING);
        assertThat(config.closeWithin().toSeconds()).isEqualTo(3);
        assertThat(complaints).containsExactly("LOKI_CLOSE_WITHIN=soon is ignored: not a number");
        assertThat(Environment.settings()).hasSize(Environment.reference().size());
    }

    private static void configure(LoggerContext context, String xml) throws Exception {
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    private static StubLoki.Line line(StubLoki server, String message) {
        return server.lines().stream()
                .filter(line -> Objects.equals(line.message(), message))
                .findFirst()
                .orElseThrow(() -> new AssertionError("'" + message + "' is not among " + server.messages()));
    }

    private static final class Texts extends ListResourceBundle {
        @Override
        protected Object[][] getContents() {
            return new Object[][] {{"slow.key", "langsam: {0}"}};
        }
    }
}
