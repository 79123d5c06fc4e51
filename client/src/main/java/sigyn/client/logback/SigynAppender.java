package sigyn.client.logback;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import sigyn.client.ClientConfig;
import sigyn.client.ClientStats;
import sigyn.client.Environment;
import sigyn.client.Level;
import sigyn.client.SigynClient;

/// Sends Logback events. Without any property it is configured by the environment alone; a `setting` of the form
/// `name=value` overrides one variable: `<setting>queue-bytes=64MiB</setting>`.
///
/// MDC values and key-value pairs become structured metadata under their names, markers under `marker`.
public final class SigynAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private final ClientConfig.Builder settings = Environment.config();
    private @Nullable SigynClient client;

    /// Called by Logback.
    public SigynAppender() {}

    /// @param setting such as `batch-age=500ms`; the names are those of the environment without `LOKI_`
    public void addSetting(String setting) {
        int equals = setting.indexOf('=');
        if (equals < 0) addError("'" + setting + "' is not name=value");
        else set(setting.substring(0, equals).strip(), setting.substring(equals + 1));
    }

    public void setUrl(String url) {
        set("url", url);
    }

    public void setService(String service) {
        set("service", service);
    }

    public void setEnv(String env) {
        set("env", env);
    }

    public void setLabels(String labels) {
        set("labels", labels);
    }

    public void setTenant(String tenant) {
        set("tenant", tenant);
    }

    @Override
    public void start() {
        if (isStarted()) return;
        try {
            client = new SigynClient(settings.build(), this::addWarn);
            super.start();
        } catch (RuntimeException e) {
            addError("not started: " + e.getMessage());
        }
    }

    @Override
    public void stop() {
        if (!isStarted()) return;
        super.stop();
        var running = client;
        if (running != null) running.close();
    }

    /// Null before [#start()].
    public @Nullable ClientStats stats() {
        var running = client;
        return running == null ? null : running.stats();
    }

    @Override
    protected void append(ILoggingEvent event) {
        var running = client;
        if (running == null) return;
        var line = running.event(level(event.getLevel().toInt()), event.getFormattedMessage())
                .logger(event.getLoggerName())
                .thread(event.getThreadName());
        var thrown = event.getThrowableProxy();
        if (thrown instanceof ThrowableProxy proxy) line.thrown(proxy.getThrowable());
        else if (thrown != null) line.trace(ThrowableProxyUtil.asString(thrown));
        line.context(event.getMDCPropertyMap());
        var pairs = event.getKeyValuePairs();
        for (int i = 0; pairs != null && i < pairs.size(); i++) {
            var pair = pairs.get(i);
            line.metadata(pair.key, pair.value);
        }
        var markers = event.getMarkerList();
        if (markers != null && !markers.isEmpty()) line.metadata("marker", names(markers));
        running.log(line);
    }

    private static String names(List<Marker> markers) {
        if (markers.size() == 1) return markers.get(0).getName();
        return markers.stream().map(Marker::getName).collect(Collectors.joining(","));
    }

    private void set(String name, String value) {
        try {
            Environment.set(settings, name, value);
        } catch (RuntimeException e) {
            addError(name + ": " + e.getMessage());
        }
    }

    private static Level level(int level) {
        if (level >= ch.qos.logback.classic.Level.ERROR_INT) return Level.ERROR;
        if (level >= ch.qos.logback.classic.Level.WARN_INT) return Level.WARNING;
        return level >= ch.qos.logback.classic.Level.INFO_INT ? Level.INFO : Level.DEBUG;
    }
}
