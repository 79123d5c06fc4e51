package sigyn.server;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.logql.QueryEngine;
import sigyn.server.api.LokiApi;
import sigyn.server.api.StatusApi;
import sigyn.server.auth.LogAuthFilter;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.LokiConfig.Target;
import sigyn.server.config.Overrides;
import sigyn.server.dashboards.Dashboards;
import sigyn.server.dashboards.DashboardsConfig;
import sigyn.server.demo.DemoLogs;
import sigyn.server.demo.StarterFiles;
import sigyn.server.grpc.GrpcServer;
import sigyn.server.http.Handler;
import sigyn.server.http.HttpServer;
import sigyn.server.http.Response;
import sigyn.server.http.Tls;
import sigyn.server.ingest.Ingest;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;

/// A running Sigyn: everything of one process, composed top to bottom and closed in the reverse order.
final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private static final Duration DISK_CHECK = Duration.ofSeconds(10);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private volatile @Nullable HttpServer logsServer;
    private volatile @Nullable GrpcServer grpcServer;
    private @Nullable HttpServer dashboardsServer;
    private @Nullable Dashboards dashboards;

    private Node() {}

    /// Starts what `config.target()` names. The dashboards' port answers while the log store opens; the dashboards
    /// themselves open after it and go on when this has returned.
    ///
    /// @param demo also write demo logs and show a demo dashboard
    static Node start(LokiConfig config, DashboardsConfig dashboardsConfig, boolean demo, Clock clock) {
        var node = new Node();
        try {
            node.open(config, dashboardsConfig, demo, clock);
            return node;
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private void open(LokiConfig config, DashboardsConfig dashboardsConfig, boolean demo, Clock clock) {
        if (config.target() == Target.LOGS) {
            listen(config, openLogs(config, clock));
        } else {
            openBoth(config, withStarterFiles(dashboardsConfig, config.data(), demo), clock);
        }
        if (demo && logsServer != null) {
            own(DemoLogs.start(URI.create("http://127.0.0.1:" + logsServer.port()), clock));
        }
    }

    private void openBoth(LokiConfig config, DashboardsConfig settings, Clock clock) {
        var logs = new CompletableFuture<Handler>();
        var opening = Dashboards.open(settings, logs, clock);
        var listening = CompletableFuture.supplyAsync(
                () -> HttpServer.start(settings.host(), settings.port(), opening.handler()), Node::onThread);
        try {
            var opened = config.target() == Target.DASHBOARDS
                    ? (Handler) _ -> Response.text(404, "this process serves dashboards only\n")
                    : openLogs(config, clock);
            listen(config, opened);
            logs.complete(opened);
        } catch (RuntimeException e) {
            logs.completeExceptionally(e);
            listening.thenAccept(HttpServer::close).exceptionally(_ -> null);
            opening.close();
            throw e;
        }
        dashboards = own(opening);
        dashboardsServer = own(join(listening));
    }

    private Handler openLogs(LokiConfig config, Clock clock) {
        var limits = Overrides.open(config);
        var storage = own(Storage.start(config.data(), clock));
        var engine = own(new QueryEngine(storage));
        var metrics = new Metrics(StatusApi.LOKI_VERSION);
        metrics.connections(this::connections);
        var rule = limits.retention(config.compactor().retentionEnabled());
        var disk = new DiskGuard(
                storage,
                rule,
                config.maxVolumePercent(),
                () -> config.data().toFile().getUsableSpace(),
                metrics);
        metrics.gauge(
                "loki_runtime_config_last_reload_successful",
                "Whether the last runtime-config reload attempt was successful.",
                () -> limits.lastReloadWorked() ? 1 : 0);
        own(new Housekeeping()
                .every(config.overridesPeriod(), "reading the runtime configuration", limits::reload)
                .every(DISK_CHECK, "checking the room on the volume", disk::check));
        var ingest = new Ingest(config.push(), limits, storage::append, metrics, clock);
        var api = new LokiApi(config, limits, storage, engine, ingest, metrics, Node::endProcess, clock);
        grpcServer =
                own(GrpcServer.start(config, new GrpcServer.Backends(ingest, storage, engine, limits, api, metrics)));
        return api;
    }

    /// Soon, by the way that a signal takes: what is being answered is answered before.
    private static void endProcess() {
        Thread.ofPlatform().name("terminate").start(() -> System.exit(0));
    }

    private Map<String, Integer> connections() {
        var http = logsServer;
        var grpc = grpcServer;
        return Map.of("http", http == null ? 0 : http.connections(), "grpc", grpc == null ? 0 : grpc.connections());
    }

    private void listen(LokiConfig config, Handler logs) {
        if (config.target() != Target.DASHBOARDS) {
            String host = config.server().httpHost().isEmpty()
                    ? "0.0.0.0"
                    : config.server().httpHost();
            var tls = config.server()
                    .tls()
                    .map(t -> new Tls(t.certificate(), t.key(), t.clientCa().orElse(null), t.clientMust()))
                    .orElse(null);
            var auth = new LogAuthFilter(config.auth(), config.server().pathPrefix());
            logsServer = own(HttpServer.start(host, config.server().httpPort(), tls, auth.wrap(logs)));
        }
    }

    private static void onThread(Runnable task) {
        Thread.ofPlatform().name("dashboards-start").start(task);
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /// Where nothing is provisioned, files of our own make the log server the data source.
    private static DashboardsConfig withStarterFiles(DashboardsConfig config, Path data, boolean demo) {
        if (Files.isDirectory(config.provisioning())) {
            return config;
        }
        Path folder = data.resolve("provisioning");
        StarterFiles.write(folder, demo);
        return config.withProvisioning(folder);
    }

    private <T extends AutoCloseable> T own(T part) {
        parts.push(part);
        return part;
    }

    /// The port of the log server, when it runs here.
    OptionalInt logsPort() {
        return logsServer == null ? OptionalInt.empty() : OptionalInt.of(logsServer.port());
    }

    /// The port of Loki's API over gRPC, when the log server runs here.
    OptionalInt grpcPort() {
        return grpcServer == null ? OptionalInt.empty() : OptionalInt.of(grpcServer.port());
    }

    /// The port of the dashboards, when they run here.
    OptionalInt dashboardsPort() {
        return dashboardsServer == null ? OptionalInt.empty() : OptionalInt.of(dashboardsServer.port());
    }

    /// The admin's password, when this start has made it up. Waits until the dashboards are open; throws what kept them
    /// from opening.
    Optional<String> generatedPassword() {
        return dashboards == null ? Optional.empty() : dashboards.generatedPassword();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            var part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("closing {}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
