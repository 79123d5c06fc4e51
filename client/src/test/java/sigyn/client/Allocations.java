package sigyn.client;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.logging.LogRecord;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.util.SortedArrayStringMap;
import sigyn.client.jul.SigynHandler;
import sigyn.client.log4j.SigynLog4jAppender;
import sigyn.client.logback.SigynAppender;

/// A program that prints how many bytes each kind of call leaves on the heap, on the thread that makes it, once it is
/// warm: `BYTES KIND NUMBER`, while there is room and while lines are dropped.
final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    public static void main(String[] args) {
        int calls = Integer.parseInt(args[0]);
        int rounds = Integer.parseInt(args[1]);
        for (var kind : kinds().entrySet()) {
            double least = Double.MAX_VALUE;
            for (int round = 0; round < rounds && least > 1; round++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < calls; i++) kind.getValue().run();
                long made = THREADS.getCurrentThreadAllocatedBytes() - before;
                least = Math.min(least, (double) made / calls);
            }
            System.out.println("\nBYTES " + kind.getKey() + " " + least);
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static Map<String, Runnable> kinds() {
        var kinds = new LinkedHashMap<String, Runnable>();
        var fields = new Object[] {"order", 1017, "customer", "c-17", "paid", true, "sum", 12.5};
        var model = new Object[] {"model_id", "m-1"};
        var roomy = new LokiLogger(
                config().queueBytes(512 << 20).queueEvents(1 << 22).build());
        kinds.put("room", () -> roomy.info("order accepted"));
        kinds.put("room-fields", () -> roomy.log(Level.INFO, "order accepted", fields));
        var full = new LokiLogger(config().queueEvents(10).build());
        kinds.put("full", () -> full.info("order accepted"));
        kinds.put("full-fields", () -> full.log(Level.INFO, "order accepted", fields));
        kinds.put("full-label", () -> full.log(Level.WARNING, "order accepted", model));
        var oldest = new LokiLogger(config().overflow(Overflow.DROP_OLDEST).build());
        kinds.put("drop-oldest", () -> oldest.log(Level.INFO, "order accepted", fields));
        var printing = new LokiLogger(config().console(true).build());
        kinds.put("console", () -> printing.log(Level.INFO, "order accepted", fields));

        var context = new LoggerContext();
        var logback = new SigynAppender();
        logback.setContext(context);
        logback.start();
        var event = new LoggingEvent(
                "a", context.getLogger("app"), ch.qos.logback.classic.Level.INFO, "order {}", null, new Object[] {17});
        event.setMDCPropertyMap(new HashMap<>(Map.of("request_id", "r-1", "user", "u-1")));
        event.addKeyValuePair(new org.slf4j.event.KeyValuePair("order", 17));
        event.addMarker(org.slf4j.MarkerFactory.getMarker("AUDIT"));
        kinds.put("logback", () -> logback.doAppend(event));

        var log4j = Objects.requireNonNull(
                SigynLog4jAppender.createAppender("sigyn", null, null, true, null, Property.EMPTY_ARRAY));
        log4j.start();
        var values = new SortedArrayStringMap();
        values.putValue("request_id", "r-1");
        var log4jEvent = Log4jLogEvent.newBuilder()
                .setLoggerName("app")
                .setLevel(org.apache.logging.log4j.Level.INFO)
                .setMessage(new SimpleMessage("order accepted"))
                .setContextData(values)
                .setThreadName("main")
                .build();
        kinds.put("log4j", () -> log4j.append(log4jEvent));

        var jul = new SigynHandler();
        var record = new LogRecord(java.util.logging.Level.INFO, "order accepted");
        record.setLoggerName("app");
        kinds.put("jul", () -> jul.publish(record));

        var slf4j = org.slf4j.LoggerFactory.getLogger("app.facade");
        kinds.put("slf4j", () -> slf4j.info("order accepted"));
        var system = System.getLogger("app.platform");
        kinds.put("system", () -> system.log(System.Logger.Level.INFO, "order accepted"));
        return kinds;
    }

    private static ClientConfig.Builder config() {
        return ClientConfig.builder().url("http://127.0.0.1:9").console(false).closeWithin(Duration.ZERO);
    }
}
