import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.Configurator;

/// Three lines through Log4j 2 and Tjahzi: `java TjahziSender.java HTTP_URL`. It drops what it has not sent when it is
/// closed, so it runs until its input ends.
class TjahziSender {
    public static void main(String[] args) throws Exception {
        String xml = """
            <Configuration status="warn">
              <Appenders>
                <Loki name="loki" bufferSizeMegabytes="1" batchWait="1">
                  <host>127.0.0.1</host>
                  <port>%d</port>
                  <PatternLayout pattern="%%m"/>
                  <Label name="app" value="tjahzi"/>
                  <Label name="host" value="box"/>
                  <logLevelLabel>level</logLevelLabel>
                  <Metadata name="order" value="${ctx:order}"/>
                </Loki>
              </Appenders>
              <Loggers><Root level="DEBUG"><AppenderRef ref="loki"/></Root></Loggers>
            </Configuration>
            """.formatted(URI.create(args[0]).getPort());
        var context = Configurator.initialize(
                null, new ConfigurationSource(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8))));
        var logger = context.getLogger("shop");
        ThreadContext.put("order", "4711");
        logger.info("first");
        logger.error("zweite Zeile: Grüße \u2713\nat the next line\twith a tab");
        logger.warn("third");
        System.in.read();
        context.close();
    }
}
