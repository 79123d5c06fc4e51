package sigyn.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the log server is told from outside. Loki's keys that mean nothing here (rings, caches, gossip, schedulers) are
/// accepted and not kept.
///
/// @param data where everything is stored
/// @param maxVolumePercent share of the volume's room that logs may take before the oldest go, 0 for all
/// @param auth who may use it
/// @param overridesFiles files with limits per tenant, read again every `overridesPeriod`
/// @param notes what the reader of the file should know: unknown, removed and renamed keys, with file and line
/// @param yaml the effective text, shown by `/config`
public record LokiConfig(
        boolean authEnabled,
        Target target,
        Server server,
        Path data,
        Push push,
        Limits limits,
        boolean multiTenantQueries,
        Duration tailMaxDuration,
        boolean patterns,
        Compactor compactor,
        int maxVolumePercent,
        LogAuth auth,
        List<Path> overridesFiles,
        Duration overridesPeriod,
        List<String> notes,
        String yaml) {
    /// Which faces run in this process.
    public enum Target {
        ALL,
        LOGS,
        DASHBOARDS
    }

    /// Addresses; an empty host is all interfaces, port 0 any free one.
    public record Server(
            String httpHost,
            int httpPort,
            String grpcHost,
            int grpcPort,
            String pathPrefix,
            String logLevel,
            boolean jsonLogs,
            int grpcMaxMessage,
            Optional<Tls> tls,
            Optional<Tls> grpcTls) {}

    /// PEM files; `clientCa` is what clients' certificates must descend from, and with `clientMust` each needs one.
    public record Tls(Path certificate, Path key, Optional<Path> clientCa, boolean clientMust) {}

    /// Bounds of one push, in bytes.
    public record Push(long maxReceived, long maxDecompressed) {
        public static final Push DEFAULT = new Push(100L << 20, 64L << 20);
    }

    /// What becomes of old and of deleted entries. Without `retentionEnabled` there are no delete requests, as in Loki.
    ///
    /// @param cancelPeriod how long a delete request can be withdrawn; then the bytes go
    /// @param maxInterval the largest `max_interval` that a delete request may name; zero: any
    public record Compactor(boolean retentionEnabled, Duration cancelPeriod, Duration maxInterval) {}

    /// What runs without a file.
    public static LokiConfig withoutFile(Path data) {
        return new LokiConfig(
                false,
                Target.ALL,
                new Server("", 3100, "", 9096, "", "info", false, 64 << 20, Optional.empty(), Optional.empty()),
                data,
                Push.DEFAULT,
                Limits.OPEN,
                true,
                Duration.ofHours(1),
                true,
                new Compactor(true, Duration.ofHours(24), Duration.ofHours(24)),
                85,
                LogAuth.OPEN,
                List.of(),
                Duration.ofSeconds(10),
                List.of(),
                "");
    }

    public LokiConfig withData(Path folder) {
        return with(server, folder, target);
    }

    public LokiConfig withTarget(Target other) {
        return with(server, data, other);
    }

    public LokiConfig withListen(String host, int httpPort, int grpcPort) {
        var s = server;
        return with(
                new Server(
                        host,
                        httpPort,
                        host,
                        grpcPort,
                        s.pathPrefix,
                        s.logLevel,
                        s.jsonLogs,
                        s.grpcMaxMessage,
                        s.tls,
                        s.grpcTls),
                data,
                target);
    }

    private LokiConfig with(Server newServer, Path newData, Target newTarget) {
        return new LokiConfig(
                authEnabled,
                newTarget,
                newServer,
                newData,
                push,
                limits,
                multiTenantQueries,
                tailMaxDuration,
                patterns,
                compactor,
                maxVolumePercent,
                auth,
                overridesFiles,
                overridesPeriod,
                notes,
                yaml);
    }
}
