package sigyn.client;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Everything about one client. Made by [#builder()], usually from the environment by [Environment#config()].
///
/// @param url where to push; a path other than `/` replaces `/loki/api/v1/push`
/// @param service value of the label `service`
/// @param hostname value of the label `hostname`
/// @param env value of the label `env`; no such label when empty
/// @param labels further constant labels
/// @param minimum lines below this level are not taken at all
/// @param tenant value of `X-Scope-OrgID`
/// @param username with `password`: basic authentication
/// @param token bearer token; wins over basic authentication
/// @param headers further request headers
/// @param tls files that replace the platform's certificates
/// @param proxy `host:port` of an HTTP proxy
/// @param queueEvents most lines in memory
/// @param queueBytes most memory of waiting lines, outside the heap
/// @param overflow what happens to a line when the queue is full
/// @param blockAtMost longest wait of a caller with [Overflow#BLOCK]
/// @param batchEvents most lines in one request
/// @param batchBytes most bytes in one request before compression
/// @param batchAge longest time a line waits for its batch to fill
/// @param connectTimeout for one connection
/// @param requestTimeout for one whole attempt: name resolution, connection, request and answer
/// @param retryFirst first pause between attempts, before jitter
/// @param retryMost longest pause between attempts
/// @param closeWithin deadline of [SigynClient#close()]
/// @param spool keeps batches on disk while the server is away
/// @param structuredMetadata send metadata as Loki's structured metadata, falling back by itself to fields of the line
///     when the server disallows it; false: always fields of the line
/// @param extraLabels put extra fields and metadata into labels too
/// @param contextInclude names of context values (MDC) that are sent; all when empty
/// @param contextExclude names of context values that are not sent
/// @param console whether [LokiLogger] prints each message
/// @param jmx whether the counters are shown as an MBean, [SigynClientMXBean]
public record ClientConfig(
        URI url,
        String service,
        String hostname,
        Optional<String> env,
        Map<String, String> labels,
        Level minimum,
        Optional<String> tenant,
        Optional<String> username,
        Optional<Secret> password,
        Optional<Secret> token,
        Map<String, String> headers,
        TlsFiles tls,
        Optional<String> proxy,
        int queueEvents,
        long queueBytes,
        Overflow overflow,
        Duration blockAtMost,
        int batchEvents,
        int batchBytes,
        Duration batchAge,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration retryFirst,
        Duration retryMost,
        Duration closeWithin,
        Optional<SpoolConfig> spool,
        boolean structuredMetadata,
        boolean extraLabels,
        Set<String> contextInclude,
        Set<String> contextExclude,
        boolean console,
        boolean jmx) {

    static final String PUSH_PATH = "/loki/api/v1/push";
    private static final Pattern USER = Pattern.compile("([a-zA-Z]+://)([^/?#]*)@(.*)");
    private static final int MOST_EVENTS = 1 << 22;
    private static final long MOST_BYTES = 1L << 38;

    /// PEM files; each may be absent.
    ///
    /// @param ca certificates to trust instead of the platform's
    /// @param certificate chain that identifies this client
    /// @param key PKCS#8 key of `certificate`
    public record TlsFiles(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
        static final TlsFiles NONE = new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());

        public TlsFiles {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException("a client certificate and its key go together");
            }
        }

        List<Path> all() {
            return List.of(ca, certificate, key).stream()
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    /// @param directory shared by any number of processes, each of which makes its own folder in it
    /// @param bytes most disk space of one process; the oldest batches go first
    public record SpoolConfig(Path directory, long bytes) {
        public static final long DEFAULT_BYTES = 256L << 20;

        public SpoolConfig {
            if (bytes < 1 << 16) throw new IllegalArgumentException("a spool needs at least 64 KiB, not " + bytes);
        }
    }

    public ClientConfig {
        url = pushUrl(url);
        labels = Map.copyOf(labels);
        headers = Map.copyOf(headers);
        contextInclude = Set.copyOf(contextInclude);
        contextExclude = Set.copyOf(contextExclude);
        if (service.isBlank()) throw new IllegalArgumentException("the service needs a name");
        atLeast("queueEvents", queueEvents, 1);
        atLeast("batchEvents", batchEvents, 1);
        atLeast("batchBytes", batchBytes, 1024);
        atLeast("queueBytes", queueBytes, 1024);
        if (queueEvents > MOST_EVENTS) throw new IllegalArgumentException("queueEvents is over " + MOST_EVENTS);
        if (queueBytes > MOST_BYTES) throw new IllegalArgumentException("queueBytes is over " + MOST_BYTES);
        for (var time : List.of(batchAge, connectTimeout, requestTimeout, retryFirst, retryMost)) {
            if (time.isNegative() || time.isZero()) throw new IllegalArgumentException("a time must be positive");
        }
        if (blockAtMost.isNegative() || closeWithin.isNegative()) {
            throw new IllegalArgumentException("a time must not be negative");
        }
        if (username.isPresent() != password.isPresent()) {
            throw new IllegalArgumentException("a user name and its password go together");
        }
    }

    /// Without headers, which may be secrets.
    @Override
    public String toString() {
        return "ClientConfig[url=" + url + ", service=" + service + ", hostname=" + hostname + ", labels=" + labels
                + "]";
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Whether a context value of this name is sent.
    public boolean sendsContext(String name) {
        return !contextExclude.contains(name) && (contextInclude.isEmpty() || contextInclude.contains(name));
    }

    private static URI pushUrl(URI url) {
        String scheme = url.getScheme();
        if (url.getRawUserInfo() != null) throw new IllegalArgumentException("user and password are settings");
        if (url.getHost() == null || scheme == null || !scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("not an http or https URL: " + url);
        }
        String path = url.getPath();
        return path == null || path.isEmpty() || path.equals("/") ? url.resolve(PUSH_PATH) : url;
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
    }

    /// Collects settings; every one has a default.
    public static final class Builder {
        private URI url = URI.create("http://loki:3100");
        private String service = "unknown_service";
        private String hostname = Hostname.own();
        private Optional<String> env = Optional.empty();
        private Map<String, String> labels = Map.of();
        private Level minimum = Level.DEBUG;
        private Optional<String> tenant = Optional.empty();
        private Optional<String> username = Optional.empty();
        private Optional<Secret> password = Optional.empty();
        private Optional<Secret> token = Optional.empty();
        private Map<String, String> headers = Map.of();
        private Optional<Path> ca = Optional.empty();
        private Optional<Path> certificate = Optional.empty();
        private Optional<Path> key = Optional.empty();
        private Optional<String> proxy = Optional.empty();
        private int queueEvents = 100_000;
        private long queueBytes = 32L << 20;
        private Overflow overflow = Overflow.DROP_NEWEST;
        private Duration blockAtMost = Duration.ofMillis(100);
        private int batchEvents = 1000;
        private int batchBytes = 1 << 20;
        private Duration batchAge = Duration.ofSeconds(1);
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration requestTimeout = Duration.ofSeconds(10);
        private Duration retryFirst = Duration.ofMillis(500);
        private Duration retryMost = Duration.ofSeconds(30);
        private Duration closeWithin = Duration.ofSeconds(3);
        private Optional<Path> spoolDirectory = Optional.empty();
        private long spoolBytes = SpoolConfig.DEFAULT_BYTES;
        private boolean structuredMetadata = true;
        private boolean extraLabels;
        private Set<String> contextInclude = Set.of();
        private Set<String> contextExclude = Set.of();
        private boolean console = true;
        private boolean jmx;

        private Builder() {}

        /// May name a user and a password before the host.
        public Builder url(String value) {
            var user = USER.matcher(value);
            if (user.matches()) {
                var pair = user.group(2).split(":", 2);
                username(decoded(pair[0]));
                password(Secret.of(pair.length < 2 ? "" : decoded(pair[1])));
            }
            url = pushUrl(URI.create(user.matches() ? user.group(1) + user.group(3) : value));
            return this;
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        public Builder service(String value) {
            service = value;
            return this;
        }

        public Builder hostname(String value) {
            hostname = value;
            return this;
        }

        public Builder env(String value) {
            env = Optional.of(value);
            return this;
        }

        public Builder labels(Map<String, String> value) {
            labels = value;
            return this;
        }

        public Builder minimum(Level value) {
            minimum = value;
            return this;
        }

        public Builder tenant(String value) {
            tenant = Optional.of(value);
            return this;
        }

        public Builder username(String value) {
            username = Optional.of(value);
            return this;
        }

        public Builder password(Secret value) {
            password = Optional.of(value);
            return this;
        }

        public Builder token(Secret value) {
            token = Optional.of(value);
            return this;
        }

        public Builder headers(Map<String, String> value) {
            headers = value;
            return this;
        }

        public Builder ca(Path file) {
            ca = Optional.of(file);
            return this;
        }

        public Builder certificate(Path file) {
            certificate = Optional.of(file);
            return this;
        }

        public Builder key(Path file) {
            key = Optional.of(file);
            return this;
        }

        public Builder proxy(String hostAndPort) {
            proxy = Optional.of(hostAndPort);
            return this;
        }

        public Builder queueEvents(int value) {
            queueEvents = value;
            return this;
        }

        public Builder queueBytes(long value) {
            queueBytes = value;
            return this;
        }

        public Builder overflow(Overflow value) {
            overflow = value;
            return this;
        }

        public Builder blockAtMost(Duration value) {
            blockAtMost = value;
            return this;
        }

        public Builder batchEvents(int value) {
            batchEvents = value;
            return this;
        }

        public Builder batchBytes(int value) {
            batchBytes = value;
            return this;
        }

        public Builder batchAge(Duration value) {
            batchAge = value;
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        public Builder requestTimeout(Duration value) {
            requestTimeout = value;
            return this;
        }

        public Builder retryFirst(Duration value) {
            retryFirst = value;
            return this;
        }

        public Builder retryMost(Duration value) {
            retryMost = value;
            return this;
        }

        public Builder closeWithin(Duration value) {
            closeWithin = value;
            return this;
        }

        public Builder spoolDirectory(Path value) {
            spoolDirectory = Optional.of(value);
            return this;
        }

        public Builder spoolBytes(long value) {
            spoolBytes = value;
            return this;
        }

        public Builder structuredMetadata(boolean value) {
            structuredMetadata = value;
            return this;
        }

        public Builder extraLabels(boolean value) {
            extraLabels = value;
            return this;
        }

        public Builder contextInclude(Set<String> value) {
            contextInclude = value;
            return this;
        }

        public Builder contextExclude(Set<String> value) {
            contextExclude = value;
            return this;
        }

        public Builder console(boolean value) {
            console = value;
            return this;
        }

        public Builder jmx(boolean value) {
            jmx = value;
            return this;
        }

        /// @throws IllegalArgumentException naming the setting that cannot be
        public ClientConfig build() {
            return new ClientConfig(
                    url,
                    service,
                    hostname,
                    env,
                    labels,
                    minimum,
                    tenant,
                    username,
                    password,
                    token,
                    headers,
                    new TlsFiles(ca, certificate, key),
                    proxy,
                    queueEvents,
                    queueBytes,
                    overflow,
                    blockAtMost,
                    batchEvents,
                    batchBytes,
                    batchAge,
                    connectTimeout,
                    requestTimeout,
                    retryFirst,
                    retryMost,
                    closeWithin,
                    spoolDirectory.map(directory -> new SpoolConfig(directory, spoolBytes)),
                    structuredMetadata,
                    extraLabels,
                    contextInclude,
                    contextExclude,
                    console,
                    jmx);
        }
    }
}
