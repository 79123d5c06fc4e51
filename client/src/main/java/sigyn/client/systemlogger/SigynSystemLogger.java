package sigyn.client.systemlogger;

import java.text.MessageFormat;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// One named logger.
final class SigynSystemLogger implements System.Logger {
    private final String name;

    SigynSystemLogger(String name) {
        this.name = name;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        if (level == Level.OFF) return false;
        return level == Level.ALL
                || ours(level).compareTo(SigynLoggerFinder.client().config().minimum()) >= 0;
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String text, @Nullable Throwable thrown) {
        if (isLoggable(level)) send(level, localized(bundle, text), thrown);
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... parameters) {
        if (isLoggable(level)) send(level, formatted(localized(bundle, format), parameters), null);
    }

    private void send(Level level, @Nullable String message, @Nullable Throwable thrown) {
        var client = SigynLoggerFinder.client();
        client.log(client.event(ours(level), message)
                .logger(name)
                .thread(Thread.currentThread().getName())
                .thrown(thrown));
    }

    private static @Nullable String localized(@Nullable ResourceBundle bundle, @Nullable String text) {
        if (bundle == null || text == null) return text;
        try {
            return bundle.getString(text);
        } catch (MissingResourceException | ClassCastException e) {
            return text;
        }
    }

    private static @Nullable String formatted(@Nullable String format, @Nullable Object @Nullable [] parameters) {
        if (format == null || parameters == null || parameters.length == 0 || !format.contains("{")) return format;
        try {
            return MessageFormat.format(format, parameters);
        } catch (IllegalArgumentException e) {
            return format;
        }
    }

    private static sigyn.client.Level ours(Level level) {
        return switch (level) {
            case ALL, TRACE, DEBUG -> sigyn.client.Level.DEBUG;
            case INFO -> sigyn.client.Level.INFO;
            case WARNING -> sigyn.client.Level.WARNING;
            case ERROR, OFF -> sigyn.client.Level.ERROR;
        };
    }
}
