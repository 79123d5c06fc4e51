package sigyn.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A logger without a logging framework: prints each message and sends it to a log server in the background.
///
/// ```java
/// var logger = new LokiLogger("model-deployment-orchestrator");
/// logger.info("Starting deployment", "model_id", "model123", "target_env", "production");
/// ```
///
/// Labels are `service`, `level`, `hostname`, and `model_id` when given; everything goes into the JSON line. No method
/// blocks or throws; what becomes of the lines is in [#stats()].
public final class LokiLogger implements AutoCloseable {
    private static final Duration CONSOLE_DEADLINE = Duration.ofMillis(200);

    private static final @Nullable Object[] NONE = {};

    private final SigynClient client;
    private final @Nullable Console console;

    /// A logger to the server named by `LOKI_URL`, `http://loki:3100` when that is not set; further settings come from
    /// the environment, see [Environment].
    public LokiLogger(String serviceName) {
        this(Environment.config().service(serviceName).build());
    }

    /// @param lokiUrl such as `http://loki:3100`; one that cannot be read is reported and the environment's stays
    public LokiLogger(String serviceName, String lokiUrl) {
        this(Environment.config(override(lokiUrl), Diagnostics::print)
                .service(serviceName)
                .build());
    }

    public LokiLogger(ClientConfig config) {
        client = new SigynClient(config);
        var printer = config.console() ? new Console(config.service()) : null;
        if (printer != null) client.afterExit(() -> printer.close(CONSOLE_DEADLINE));
        console = printer;
    }

    /// Without a console.
    LokiLogger(SigynClient client) {
        this.client = client;
        console = null;
    }

    public void debug(String message) {
        log(Level.DEBUG, message, NONE);
    }

    /// @param keyValues name, value, name, value, …; a [Throwable] may stand alone at the end
    public void debug(String message, @Nullable Object... keyValues) {
        log(Level.DEBUG, message, keyValues);
    }

    public void info(String message) {
        log(Level.INFO, message, NONE);
    }

    /// @param keyValues name, value, name, value, …; a [Throwable] may stand alone at the end
    public void info(String message, @Nullable Object... keyValues) {
        log(Level.INFO, message, keyValues);
    }

    public void warning(String message) {
        log(Level.WARNING, message, NONE);
    }

    /// @param keyValues name, value, name, value, …; a [Throwable] may stand alone at the end
    public void warning(String message, @Nullable Object... keyValues) {
        log(Level.WARNING, message, keyValues);
    }

    public void error(String message) {
        log(Level.ERROR, message, NONE);
    }

    /// @param keyValues name, value, name, value, …; a [Throwable] may stand alone at the end
    public void error(String message, @Nullable Object... keyValues) {
        log(Level.ERROR, message, keyValues);
    }

    public void log(Level level, @Nullable String message, @Nullable Object @Nullable ... keyValues) {
        try {
            client.log(client.event(level, message).pairs(keyValues), console);
        } catch (RuntimeException | Error e) {
            // An application must not fail because it logs.
            client.failed(e);
        }
    }

    /// Waits until everything logged before the call is delivered, given up or spooled; returns 0 then, else how many
    /// lines are queued.
    public long flush(Duration atMost) {
        return client.flush(atMost);
    }

    public ClientStats stats() {
        return client.stats();
    }

    /// Delivers what is queued, within the deadline of the settings. Happens by itself when the process ends normally.
    @Override
    public void close() {
        client.close();
        if (console != null) console.close(CONSOLE_DEADLINE);
    }

    private static Map<String, String> override(String lokiUrl) {
        var variables = new HashMap<>(System.getenv());
        variables.put("LOKI_URL", lokiUrl);
        return variables;
    }
}
