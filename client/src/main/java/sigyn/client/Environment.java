package sigyn.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/// Settings from environment variables. [#VARIABLES] is the whole list.
///
/// A value that cannot be read is reported and the default stays, because a logger must not keep its program from
/// starting.
public final class Environment {
    private record Variable(String name, String meaning, Setting setting) {}

    @FunctionalInterface
    private interface Setting {
        void apply(ClientConfig.Builder builder, String value);
    }

    private static final List<Variable> VARIABLES = List.of(
            new Variable("LOKI_URL", "server, default http://loki:3100", ClientConfig.Builder::url),
            new Variable("LOKI_SERVICE", "label service", ClientConfig.Builder::service),
            new Variable("LOKI_HOSTNAME", "label hostname", ClientConfig.Builder::hostname),
            new Variable("LOKI_ENV", "label env", ClientConfig.Builder::env),
            new Variable("LOKI_LABELS", "further labels: a=b,c=d", (b, v) -> b.labels(pairs(v))),
            new Variable("LOKI_LEVEL", "least level: DEBUG INFO WARNING ERROR", (b, v) -> b.minimum(level(v))),
            new Variable("LOKI_TENANT", "X-Scope-OrgID", ClientConfig.Builder::tenant),
            new Variable("LOKI_USERNAME", "basic authentication", ClientConfig.Builder::username),
            new Variable("LOKI_PASSWORD", "basic authentication", (b, v) -> b.password(Secret.of(v))),
            new Variable("LOKI_PASSWORD_FILE", "file with the password", (b, v) -> b.password(inFile(v))),
            new Variable("LOKI_TOKEN", "bearer token", (b, v) -> b.token(Secret.of(v))),
            new Variable("LOKI_TOKEN_FILE", "file with the token", (b, v) -> b.token(inFile(v))),
            new Variable("LOKI_HEADERS", "request headers: a=b,c=d", (b, v) -> b.headers(pairs(v))),
            new Variable("LOKI_CA_FILE", "PEM certificates to trust", (b, v) -> b.ca(Path.of(v))),
            new Variable("LOKI_CERT_FILE", "PEM client certificate", (b, v) -> b.certificate(Path.of(v))),
            new Variable("LOKI_KEY_FILE", "PEM PKCS#8 client key", (b, v) -> b.key(Path.of(v))),
            new Variable("LOKI_PROXY", "HTTP proxy host:port", ClientConfig.Builder::proxy),
            new Variable("LOKI_QUEUE_EVENTS", "most lines in memory", (b, v) -> b.queueEvents((int) size(v))),
            new Variable("LOKI_QUEUE_BYTES", "most bytes in memory", (b, v) -> b.queueBytes(size(v))),
            new Variable("LOKI_OVERFLOW", "drop-newest drop-oldest block", (b, v) -> b.overflow(overflow(v))),
            new Variable("LOKI_BLOCK", "longest wait with block", (b, v) -> b.blockAtMost(time(v))),
            new Variable("LOKI_BATCH_EVENTS", "most lines in a request", (b, v) -> b.batchEvents((int) size(v))),
            new Variable("LOKI_BATCH_BYTES", "most bytes in a request", (b, v) -> b.batchBytes((int) size(v))),
            new Variable("LOKI_BATCH_AGE", "longest wait for a batch", (b, v) -> b.batchAge(time(v))),
            new Variable("LOKI_CONNECT_TIMEOUT", "for a connection", (b, v) -> b.connectTimeout(time(v))),
            new Variable("LOKI_REQUEST_TIMEOUT", "for a whole attempt", (b, v) -> b.requestTimeout(time(v))),
            new Variable("LOKI_RETRY_FIRST", "first pause before a retry", (b, v) -> b.retryFirst(time(v))),
            new Variable("LOKI_RETRY_MOST", "longest pause before a retry", (b, v) -> b.retryMost(time(v))),
            new Variable("LOKI_CLOSE_WITHIN", "deadline at exit", (b, v) -> b.closeWithin(time(v))),
            new Variable("LOKI_SPOOL_DIR", "disk spool", (b, v) -> b.spoolDirectory(Path.of(v))),
            new Variable("LOKI_SPOOL_BYTES", "most bytes of the spool", (b, v) -> b.spoolBytes(size(v))),
            new Variable("LOKI_STRUCTURED_METADATA", "true or false", (b, v) -> b.structuredMetadata(truth(v))),
            new Variable("LOKI_EXTRA_LABELS", "extra fields as labels", (b, v) -> b.extraLabels(truth(v))),
            new Variable("LOKI_CONTEXT_INCLUDE", "context names to send", (b, v) -> b.contextInclude(names(v))),
            new Variable("LOKI_CONTEXT_EXCLUDE", "context names to leave", (b, v) -> b.contextExclude(names(v))),
            new Variable("LOKI_CONSOLE", "print each message", (b, v) -> b.console(truth(v))),
            new Variable("LOKI_JMX", "counters as an MBean", (b, v) -> b.jmx(truth(v))));

    private static final Set<String> SECRETS = Set.of("LOKI_PASSWORD", "LOKI_TOKEN", "LOKI_HEADERS");

    /// Names of the service that other tools define, asked in this order when `LOKI_SERVICE` is not set.
    private static final List<String> SERVICE_NAMES =
            List.of("SERVICE_NAME", "OTEL_SERVICE_NAME", "SPRING_APPLICATION_NAME");

    private Environment() {}

    /// Defaults overridden by the process's environment; complaints go to standard error.
    public static ClientConfig.Builder config() {
        return config(System.getenv(), Diagnostics::print);
    }

    /// [#config()] for a whole program's logging, where everything below `INFO` is left out unless `LOKI_LEVEL` says
    /// otherwise.
    public static ClientConfig.Builder configForProgram() {
        var variables = new HashMap<>(System.getenv());
        variables.putIfAbsent("LOKI_LEVEL", "INFO");
        return config(variables, Diagnostics::print);
    }

    /// Defaults overridden by `variables`; each value that cannot be read is reported in one line.
    public static ClientConfig.Builder config(Map<String, String> variables, Consumer<String> complaints) {
        var builder = ClientConfig.builder();
        for (var name : SERVICE_NAMES) {
            var value = variables.getOrDefault(name, "");
            if (value.isBlank()) continue;
            builder.service(value.strip());
            break;
        }
        for (var variable : VARIABLES) {
            var value = variables.getOrDefault(variable.name(), "");
            if (!value.isBlank()) apply(builder, variable, value.strip(), complaints);
        }
        return builder;
    }

    /// Sets one setting by the name it has in the environment without `LOKI_`, in any case, with `_`, `-` or `.`
    /// between words: how the adapters read their files.
    ///
    /// @throws IllegalArgumentException when there is no such setting or the value cannot be read
    public static void set(ClientConfig.Builder builder, String setting, String value) {
        String name =
                "LOKI_" + setting.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
        for (var variable : VARIABLES) {
            if (!variable.name().equals(name)) continue;
            variable.setting().apply(builder, value.strip());
            return;
        }
        throw new IllegalArgumentException("no setting '" + setting + "'; there are " + settings());
    }

    /// All settings as adapters spell them, for messages.
    public static List<String> settings() {
        var names = new ArrayList<String>();
        for (var variable : VARIABLES) {
            names.add(variable.name()
                    .substring("LOKI_".length())
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '-'));
        }
        return names;
    }

    /// One line for each variable: its name and what it means.
    public static List<String> reference() {
        return VARIABLES.stream().map(v -> v.name() + ": " + v.meaning()).toList();
    }

    private static void apply(
            ClientConfig.Builder builder, Variable variable, String value, Consumer<String> complaints) {
        try {
            variable.setting().apply(builder, value);
        } catch (RuntimeException e) {
            String shown = SECRETS.contains(variable.name()) ? "***" : value.replaceAll("//[^/?#]*@", "//***@");
            complaints.accept(variable.name() + "=" + shown + " is ignored: " + e.getMessage());
        }
    }

    private static Secret inFile(String path) {
        return Secret.inFile(Path.of(path));
    }

    private static Level level(String value) {
        String name = value.toUpperCase(Locale.ROOT);
        return Level.valueOf(name.equals("WARN") ? "WARNING" : name.equals("TRACE") ? "DEBUG" : name);
    }

    private static Overflow overflow(String value) {
        return Overflow.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static boolean truth(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static Set<String> names(String value) {
        var names = new TreeSet<String>();
        Arrays.stream(value.split(","))
                .map(String::strip)
                .filter(n -> !n.isEmpty())
                .forEach(names::add);
        return names;
    }

    private static Map<String, String> pairs(String value) {
        var pairs = new LinkedHashMap<String, String>();
        for (var pair : value.split(",")) {
            int equals = pair.indexOf('=');
            if (equals < 1) throw new IllegalArgumentException("not a list of name=value");
            pairs.put(
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip());
        }
        return pairs;
    }

    /// A number of bytes or of things: `1000`, `64KiB`, `32MiB`, `1GiB`; `KB`, `MB` and `GB` mean the same.
    private static long size(String value) {
        return withUnit(value, unit -> switch (unit) {
            case "" -> 1L;
            case "k", "kb", "kib" -> 1L << 10;
            case "m", "mb", "mib" -> 1L << 20;
            case "g", "gb", "gib" -> 1L << 30;
            default -> throw new IllegalArgumentException("unknown unit '" + unit + "'");
        });
    }

    /// A time: `500ms`, `10s`, `2m`; a bare number is milliseconds.
    private static Duration time(String value) {
        return Duration.ofMillis(withUnit(value, unit -> switch (unit) {
            case "", "ms" -> 1L;
            case "s" -> 1000L;
            case "m" -> 60_000L;
            default -> throw new IllegalArgumentException("unknown unit '" + unit + "'");
        }));
    }

    private static long withUnit(String value, Function<String, Long> factor) {
        int end = 0;
        while (end < value.length() && Character.isDigit(value.charAt(end))) end++;
        if (end == 0) throw new IllegalArgumentException("not a number");
        String unit = value.substring(end).strip().toLowerCase(Locale.ROOT);
        return Math.multiplyExact(Long.parseLong(value.substring(0, end)), factor.apply(unit));
    }
}
