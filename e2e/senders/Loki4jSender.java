import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/// Three lines through Logback and loki4j: `java Loki4jSender.java HTTP_URL`.
class Loki4jSender {
    public static void main(String[] args) throws Exception {
        String xml = """
            <configuration>
              <appender name="LOKI" class="com.github.loki4j.logback.Loki4jAppender">
                <http><url>%s/loki/api/v1/push</url></http>
                <batch><timeoutMs>100</timeoutMs></batch>
                <labels>
                  app = loki4j
                  level = %%level
                </labels>
                <structuredMetadata>
                  thread = %%thread
                  order.id = %%mdc{order}
                </structuredMetadata>
                <message><pattern>%%msg</pattern></message>
              </appender>
              <root level="DEBUG"><appender-ref ref="LOKI"/></root>
            </configuration>
            """.formatted(args[0]);
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        var logger = context.getLogger("shop");
        context.getMDCAdapter().put("order", "4711");
        logger.info("first");
        logger.error("zweite Zeile: Grüße \u2713\nat the next line\twith a tab");
        context.getMDCAdapter().remove("order");
        logger.warn("third");
        context.stop();
    }
}
