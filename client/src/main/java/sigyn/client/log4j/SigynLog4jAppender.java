package sigyn.client.log4j;

import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Core;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginAttribute;
import org.apache.logging.log4j.core.config.plugins.PluginElement;
import org.apache.logging.log4j.core.config.plugins.PluginFactory;
import org.apache.logging.log4j.util.TriConsumer;
import org.jspecify.annotations.Nullable;
import sigyn.client.ClientStats;
import sigyn.client.Environment;
import sigyn.client.Level;
import sigyn.client.SigynClient;

/// Sends Log4j events: `<Sigyn name="sigyn"/>`. Without attributes it is configured by the environment alone; a nested
/// `<Property name="queue-bytes" value="64MiB"/>` overrides one variable.
///
/// Context values (MDC) become structured metadata under their names, a marker under `marker`.
@Plugin(name = "Sigyn", category = Core.CATEGORY_NAME, elementType = Appender.ELEMENT_TYPE)
public final class SigynLog4jAppender extends AbstractAppender {
    private static final TriConsumer<String, Object, sigyn.client.LogEvent> CONTEXT =
            (name, value, line) -> line.context(name, value);

    private final SigynClient client;

    private SigynLog4jAppender(
            String name, @Nullable Filter filter, boolean ignoreExceptions, Property[] settings, SigynClient client) {
        super(name, filter, null, ignoreExceptions, settings);
        this.client = client;
    }

    /// Called by Log4j.
    ///
    /// @param ignoreExceptions as for every appender; this one never throws
    @PluginFactory
    public static @Nullable SigynLog4jAppender createAppender(
            @PluginAttribute("name") @Nullable String name,
            @PluginAttribute("url") @Nullable String url,
            @PluginAttribute("service") @Nullable String service,
            @PluginAttribute(value = "ignoreExceptions", defaultBoolean = true) boolean ignoreExceptions,
            @PluginElement("Filter") @Nullable Filter filter,
            @PluginElement("Properties") Property @Nullable [] settings) {
        if (name == null) {
            LOGGER.error("A Sigyn appender needs a name");
            return null;
        }
        var known = settings == null ? Property.EMPTY_ARRAY : settings;
        var config = Environment.config();
        try {
            if (url != null) Environment.set(config, "url", url);
            if (service != null) Environment.set(config, "service", service);
            for (var setting : known) Environment.set(config, setting.getName(), setting.getValue());
            var client =
                    new SigynClient(config.build(), message -> LOGGER.warn("Sigyn appender {}: {}", name, message));
            return new SigynLog4jAppender(name, filter, ignoreExceptions, known, client);
        } catch (RuntimeException e) {
            LOGGER.error("Sigyn appender {}: {}", name, e.getMessage());
            return null;
        }
    }

    public ClientStats stats() {
        return client.stats();
    }

    @Override
    public void append(LogEvent event) {
        var line = client.event(level(event.getLevel()), event.getMessage().getFormattedMessage())
                .logger(event.getLoggerName())
                .thread(event.getThreadName())
                .thrown(event.getThrown());
        event.getContextData().forEach(CONTEXT, line);
        var marker = event.getMarker();
        if (marker != null) line.metadata("marker", marker.getName());
        client.log(line);
    }

    @Override
    public boolean stop(long timeout, TimeUnit unit) {
        setStopping();
        boolean stopped = super.stop(timeout, unit, false);
        client.close();
        setStopped();
        return stopped;
    }

    private static Level level(org.apache.logging.log4j.Level level) {
        if (level.isMoreSpecificThan(org.apache.logging.log4j.Level.ERROR)) return Level.ERROR;
        if (level.isMoreSpecificThan(org.apache.logging.log4j.Level.WARN)) return Level.WARNING;
        return level.isMoreSpecificThan(org.apache.logging.log4j.Level.INFO) ? Level.INFO : Level.DEBUG;
    }
}
