package sigyn.server.telemetry;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The server's own log: one line for each record on standard error, logfmt or JSON, as Loki writes it.
public final class ServerLog {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Logger ROOT = Logger.getLogger("");
    /// Held here because the JDK forgets the level of a logger that nobody holds.
    private static final List<Logger> OWN = List.of(
            Logger.getLogger("sigyn"),
            Logger.getLogger("provisioning"),
            Logger.getLogger("auth"),
            Logger.getLogger("audit"));

    private static final Map<String, LongAdder> COUNTS = Map.of(
            "debug", new LongAdder(), "info", new LongAdder(), "warn", new LongAdder(), "error", new LongAdder());

    private static volatile String level = "info";
    private static volatile boolean asJson;

    private ServerLog() {}

    /// Records written since the start of the process, by level.
    static Map<String, Long> counts() {
        var out = new TreeMap<String, Long>();
        COUNTS.forEach((level, count) -> out.put(level, count.sum()));
        return out;
    }

    /// @param level `debug`, `info`, `warn` or `error`; libraries stay at `warn` unless it is `debug`
    public static void configure(String level, boolean json) {
        ServerLog.level = level;
        asJson = json;
        for (Handler handler : ROOT.getHandlers()) {
            ROOT.removeHandler(handler);
        }
        var console = new ConsoleHandler();
        console.setLevel(Level.ALL);
        console.setFormatter(new LineFormatter(json));
        ROOT.addHandler(console);
        Level own = level(level);
        ROOT.setLevel(own.intValue() < Level.INFO.intValue() ? own : Level.WARNING);
        OWN.forEach(logger -> logger.setLevel(own));
    }

    /// The level that [#configure] or [#change] has set.
    public static String level() {
        return level;
    }

    /// Sets another level. False for one that there is not.
    public static boolean change(String name) {
        if (!COUNTS.containsKey(name)) {
            return false;
        }
        configure(name, asJson);
        return true;
    }

    private static Level level(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "debug" -> Level.FINE;
            case "warn", "warning" -> Level.WARNING;
            case "error" -> Level.SEVERE;
            default -> Level.INFO;
        };
    }

    private static final class LineFormatter extends Formatter {
        private final boolean json;

        LineFormatter(boolean json) {
            this.json = json;
        }

        @Override
        public String format(LogRecord entry) {
            java.util.Objects.requireNonNull(COUNTS.get(level(entry.getLevel())))
                    .increment();
            String time = TIME.format(Instant.ofEpochMilli(entry.getMillis()));
            String name = String.valueOf(entry.getLoggerName());
            String shortName = name.substring(name.lastIndexOf('.') + 1);
            String message = formatMessage(entry);
            String error = "";
            if (entry.getThrown() != null) {
                var text = new StringWriter();
                entry.getThrown().printStackTrace(new PrintWriter(text));
                error = text.toString().stripTrailing();
            }
            if (json) {
                return "{\"ts\":\"" + time + "\",\"level\":\"" + level(entry.getLevel()) + "\",\"logger\":"
                        + quote(name) + ",\"msg\":" + quote(message)
                        + (error.isEmpty() ? "" : ",\"err\":" + quote(error)) + "}\n";
            }
            boolean structured = message.startsWith("logger=") || message.startsWith("msg=");
            return "ts=" + time + " level=" + level(entry.getLevel())
                    + (structured ? " " + message : " logger=" + shortName + " msg=" + quote(message))
                    + (error.isEmpty() ? "" : "\n" + error) + "\n";
        }

        private static String level(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "error";
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return "warn";
            }
            return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
        }

        private static String quote(String text) {
            var out = new StringBuilder("\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                switch (c) {
                    case '"' -> out.append("\\\"");
                    case '\\' -> out.append("\\\\");
                    case '\n' -> out.append("\\n");
                    case '\r' -> out.append("\\r");
                    case '\t' -> out.append("\\t");
                    default -> {
                        if (c < ' ') {
                            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                        } else {
                            out.append(c);
                        }
                    }
                }
            }
            return out.append('"').toString();
        }
    }
}
