package sigyn.client.jul;

import java.text.MessageFormat;
import java.util.MissingResourceException;
import java.util.function.Consumer;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import sigyn.client.ClientStats;
import sigyn.client.Environment;
import sigyn.client.Level;
import sigyn.client.SigynClient;

/// Sends `java.util.logging` records. Without any property it is configured by the environment alone; a property such
/// as `sigyn.client.jul.SigynHandler.queue-bytes = 64MiB` in `logging.properties` overrides one variable.
public final class SigynHandler extends Handler {
    private final SigynClient client;

    /// Called by the log manager.
    public SigynHandler() {
        Consumer<String> complaints = message -> reportError(message, null, ErrorManager.GENERIC_FAILURE);
        var config = Environment.config();
        var manager = LogManager.getLogManager();
        for (var setting : Environment.settings()) {
            String property = SigynHandler.class.getName() + "." + setting;
            var value = manager.getProperty(property);
            if (value == null) continue;
            try {
                Environment.set(config, setting, value);
            } catch (RuntimeException e) {
                complaints.accept(property + " is ignored: " + e.getMessage());
            }
        }
        setLevel(java.util.logging.Level.ALL);
        client = new SigynClient(config.build(), complaints);
    }

    public ClientStats stats() {
        return client.stats();
    }

    @Override
    public void publish(@Nullable LogRecord record) {
        if (record == null || !isLoggable(record)) return;
        try {
            client.log(client.event(level(record.getLevel().intValue()), message(record))
                    .logger(record.getLoggerName())
                    .thread(Thread.currentThread().getName())
                    .thrown(record.getThrown()));
        } catch (RuntimeException e) {
            reportError("a record is lost", e, ErrorManager.WRITE_FAILURE);
        }
    }

    /// Waits until everything is delivered, at most as long as closing may take.
    @Override
    public void flush() {
        client.flush(client.config().closeWithin());
    }

    @Override
    public void close() {
        client.close();
    }

    /// The text in the record's language with its parameters, as the formatters of the JDK do it.
    private static @Nullable String message(LogRecord record) {
        var text = record.getMessage();
        if (text == null) return null;
        var bundle = record.getResourceBundle();
        if (bundle != null) {
            try {
                text = bundle.getString(text);
            } catch (MissingResourceException | ClassCastException e) {
                // The key is the text, then.
                text = record.getMessage();
            }
        }
        var parameters = record.getParameters();
        if (parameters == null || parameters.length == 0 || !text.contains("{")) return text;
        try {
            return MessageFormat.format(text, parameters);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static Level level(int level) {
        if (level >= java.util.logging.Level.SEVERE.intValue()) return Level.ERROR;
        if (level >= java.util.logging.Level.WARNING.intValue()) return Level.WARNING;
        return level >= java.util.logging.Level.INFO.intValue() ? Level.INFO : Level.DEBUG;
    }
}
