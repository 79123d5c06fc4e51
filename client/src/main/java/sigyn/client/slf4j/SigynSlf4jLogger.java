package sigyn.client.slf4j;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.MDCAdapter;
import sigyn.client.LogEvent;
import sigyn.client.SigynClient;

/// One named logger. Key-value pairs of the fluent API and MDC values become structured metadata.
final class SigynSlf4jLogger extends LegacyAbstractLogger implements LoggingEventAware {
    private final transient SigynClient client;
    private final transient MDCAdapter context;

    SigynSlf4jLogger(String name, SigynClient client, MDCAdapter context) {
        this.name = name;
        this.client = client;
        this.context = context;
    }

    @Override
    public boolean isTraceEnabled() {
        return isEnabled(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled(Level.ERROR);
    }

    @Override
    public void log(LoggingEvent event) {
        var line = line(
                event.getLevel(),
                event.getMessage(),
                event.getArgumentArray(),
                event.getMarkers() == null ? List.of() : event.getMarkers(),
                event.getThrowable());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) for (var pair : pairs) line.metadata(pair.key, pair.value);
        client.log(line);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        client.log(line(level, pattern, arguments, marker == null ? List.of() : List.of(marker), thrown));
    }

    private LogEvent line(
            Level level,
            @Nullable String pattern,
            @Nullable Object @Nullable [] arguments,
            List<Marker> markers,
            @Nullable Throwable thrown) {
        String message = arguments == null || arguments.length == 0
                ? pattern
                : MessageFormatter.basicArrayFormat(pattern, arguments);
        var line = client.event(ours(level), message)
                .logger(name)
                .thread(Thread.currentThread().getName())
                .thrown(thrown);
        line.context(context.getCopyOfContextMap());
        if (!markers.isEmpty()) {
            line.metadata("marker", markers.stream().map(Marker::getName).collect(Collectors.joining(",")));
        }
        return line;
    }

    private boolean isEnabled(Level level) {
        return ours(level).compareTo(client.config().minimum()) >= 0;
    }

    private static sigyn.client.Level ours(Level level) {
        return switch (level) {
            case TRACE, DEBUG -> sigyn.client.Level.DEBUG;
            case INFO -> sigyn.client.Level.INFO;
            case WARN -> sigyn.client.Level.WARNING;
            case ERROR -> sigyn.client.Level.ERROR;
        };
    }
}
