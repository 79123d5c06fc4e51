package sigyn.server.grpc;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import sigyn.logql.QueryEngine;
import sigyn.server.auth.LogUsers;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.Overrides;
import sigyn.server.http.Handler;
import sigyn.server.ingest.Ingest;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;

/// Listens for gRPC, over h2c or TLS. The tenant is in the metadata `x-scope-orgid`.
///
/// | service | what |
/// |---|---|
/// | `logproto.Pusher` | [Pushes] |
/// | `opentelemetry.proto.collector.logs.v1.LogsService` | [Pushes] |
/// | `logproto.Querier` | [Querier] |
/// | `httpgrpc.HTTP` | [HttpOverGrpc] |
/// | `grpc.health.v1.Health` | [Health] |
/// | `grpc.reflection.v1.ServerReflection`, `v1alpha` | [Reflection] |
public final class GrpcServer implements AutoCloseable {
    /// What calls are answered from.
    public record Backends(
            Ingest ingest, Storage storage, QueryEngine engine, Overrides limits, Handler http, Metrics metrics) {}

    static final Metadata.Key<String> TENANT = Metadata.Key.of("x-scope-orgid", Metadata.ASCII_STRING_MARSHALLER);
    private static final int WINDOW = 4 << 20;
    private static final int DRAIN_SECONDS = 8;

    private final Server server;
    private final Health health;
    private final Connections connections;

    private GrpcServer(Server server, Health health, Connections connections) {
        this.server = server;
        this.health = health;
        this.connections = connections;
    }

    /// Listens until closed.
    ///
    /// @param config its `server` says where and how; without authentication every call is the tenant `fake`
    public static GrpcServer start(LokiConfig config, Backends backends) {
        var place = config.server();
        boolean auth = config.authEnabled();
        String host = place.grpcHost().isEmpty() ? "0.0.0.0" : place.grpcHost();
        var services = List.of(
                Pushes.loki(auth, backends.ingest()),
                Pushes.openTelemetry(auth, backends.ingest()),
                Querier.service(auth, backends.storage(), backends.engine(), backends.limits()),
                HttpOverGrpc.service(auth, backends.http()));
        var names = new TreeSet<String>();
        services.forEach(service -> names.add(service.getServiceDescriptor().getName()));
        var health = new Health();
        var connections = new Connections();
        var builder = NettyServerBuilder.forAddress(new InetSocketAddress(host, place.grpcPort()))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .maxInboundMessageSize(place.grpcMaxMessage())
                .flowControlWindow(WINDOW)
                .intercept(new TenantInterceptor())
                .intercept(new AuthInterceptor(new LogUsers(config.auth())))
                .intercept(new MetricsInterceptor(backends.metrics()))
                .addTransportFilter(connections)
                .addServices(services)
                .addServices(standard(health, names));
        place.grpcTls()
                .ifPresent(tls -> builder.useTransportSecurity(
                        tls.certificate().toFile(), tls.key().toFile()));
        try {
            return new GrpcServer(builder.build().start(), health, connections);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot listen on " + host + ":" + place.grpcPort() + ": " + e.getMessage(), e);
        }
    }

    private static List<ServerServiceDefinition> standard(Health health, Set<String> names) {
        var all = new TreeSet<>(names);
        all.addAll(List.of("grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"));
        var reflection = new Reflection(all);
        return List.of(health.service(names), reflection.service("v1"), reflection.service("v1alpha"));
    }

    public int port() {
        return server.getPort();
    }

    /// Connections that are open now.
    public int connections() {
        return connections.open.get();
    }

    private static final class Connections extends ServerTransportFilter {
        private final AtomicInteger open = new AtomicInteger();

        @Override
        public Attributes transportReady(Attributes attributes) {
            open.incrementAndGet();
            return attributes;
        }

        @Override
        public void transportTerminated(@Nullable Attributes attributes) {
            if (attributes != null) {
                open.decrementAndGet();
            }
        }
    }

    /// Takes no more calls and lets those that run come to their end.
    @Override
    public void close() {
        health.stop();
        server.shutdown();
        try {
            if (!server.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static final class TenantInterceptor implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            String id = headers.get(TENANT);
            return Contexts.interceptCall(
                    Context.current().withValue(Calls.CALLER, id == null ? "" : id), call, headers, next);
        }
    }

    /// Times every call under its full method name.
    private record MetricsInterceptor(Metrics metrics) implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            long start = System.nanoTime();
            String route = "/" + call.getMethodDescriptor().getFullMethodName();
            var inflight = metrics.inflightRequests.labelValues("gRPC", route);
            inflight.inc();
            var listener = next.startCall(
                    new SimpleForwardingServerCall<A, B>(call) {
                        @Override
                        public void close(Status status, Metadata trailers) {
                            metrics.requestSeconds
                                    .labelValues("gRPC", route, outcome(status), "false")
                                    .observe((System.nanoTime() - start) / 1e9);
                            super.close(status, trailers);
                        }
                    },
                    headers);
            return new SimpleForwardingServerCallListener<>(listener) {
                @Override
                public void onComplete() {
                    inflight.dec();
                    super.onComplete();
                }

                @Override
                public void onCancel() {
                    inflight.dec();
                    super.onCancel();
                }
            };
        }

        private static String outcome(Status status) {
            return switch (status.getCode()) {
                case OK -> "success";
                case CANCELLED -> "cancel";
                default -> "error";
            };
        }
    }
}
