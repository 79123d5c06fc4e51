package sigyn.server.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.ingest.BlockedException;
import sigyn.server.ingest.Ingest;
import sigyn.server.ingest.PushStatus;
import sigyn.server.ingest.TooLargeException;
import sigyn.server.ingest.UnprocessableException;
import sigyn.server.telemetry.Metrics;

/// Listens for gRPC over h2c. The tenant is in the metadata `x-scope-orgid`.
///
/// | service | method | message |
/// |---|---|---|
/// | `logproto.Pusher` | `Push` | `PushRequest`, answered by an empty message |
/// | `opentelemetry.proto.collector.logs.v1.LogsService` | `Export` | `ExportLogsServiceRequest`, answered by an empty
/// message |
/// | `grpc.health.v1.Health` | `Check` | any service, answered by `SERVING` |
public final class GrpcServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);
    private static final Metadata.Key<String> TENANT =
            Metadata.Key.of("x-scope-orgid", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> CALLER = Context.key("tenant");
    private static final byte[] EMPTY = {};
    private static final byte[] SERVING = {0x08, 0x01};
    private static final int WINDOW = 4 << 20;

    private final Server server;

    private GrpcServer(Server server) {
        this.server = server;
    }

    /// What one kind of push does with its message.
    @FunctionalInterface
    private interface Push {
        PushStatus accept(Tenant tenant, byte[] message) throws InterruptedException;
    }

    /// Listens on `host:port` (port 0: any free one) until closed.
    ///
    /// @param authEnabled false: every call is the tenant `fake`
    public static GrpcServer start(
            String host, int port, int maxMessage, boolean authEnabled, Ingest ingest, Metrics metrics) {
        var builder = NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .maxInboundMessageSize(maxMessage)
                .flowControlWindow(WINDOW)
                .intercept(new TenantInterceptor())
                .addService(service("logproto.Pusher", "Push", push(authEnabled, ingest::message, metrics)))
                .addService(service(
                        "opentelemetry.proto.collector.logs.v1.LogsService",
                        "Export",
                        push(authEnabled, (tenant, message) -> ingest.otlp(tenant, message, false), metrics)))
                .addService(service("grpc.health.v1.Health", "Check", (_, observer) -> answer(observer, SERVING)));
        try {
            return new GrpcServer(builder.build().start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static ServerServiceDefinition service(
            String service, String method, ServerCalls.UnaryMethod<byte[], byte[]> call) {
        var descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method))
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        return ServerServiceDefinition.builder(service)
                .addMethod(descriptor, ServerCalls.asyncUnaryCall(call))
                .build();
    }

    private static ServerCalls.UnaryMethod<byte[], byte[]> push(boolean authEnabled, Push push, Metrics metrics) {
        return (message, observer) -> {
            long start = System.nanoTime();
            var status = run(authEnabled, push, message);
            metrics.requestSeconds
                    .labelValues("gRPC", "/logproto.Pusher/Push", status.isOk() ? "success" : "error", "false")
                    .observe((System.nanoTime() - start) / 1e9);
            if (status.isOk()) {
                answer(observer, EMPTY);
            } else {
                observer.onError(status.asRuntimeException());
            }
        };
    }

    private static Status run(boolean authEnabled, Push push, byte[] message) {
        try {
            String id = CALLER.get();
            if (authEnabled && (id == null || id.isEmpty())) {
                return Status.UNAUTHENTICATED.withDescription("no org id");
            }
            if (authEnabled && id.indexOf('|') >= 0) {
                return Status.INVALID_ARGUMENT.withDescription("multiple org IDs present");
            }
            var tenant = authEnabled ? new Tenant(id) : Tenant.FAKE;
            return status(push.accept(tenant, message));
        } catch (UnprocessableException | TooLargeException | BlockedException e) {
            return Status.INVALID_ARGUMENT.withDescription(e.getMessage());
        } catch (SigynException e) {
            return switch (e.kind()) {
                case BAD_REQUEST, LIMIT_EXCEEDED, NOT_FOUND -> Status.INVALID_ARGUMENT.withDescription(e.getMessage());
                case OVERLOADED, TIMEOUT, CANCELLED -> Status.UNAVAILABLE.withDescription(e.getMessage());
                case OPERATOR, BUG -> {
                    LOG.error("failure of a gRPC push", e);
                    yield Status.UNAVAILABLE.withDescription("internal error");
                }
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Status.CANCELLED;
        } catch (RuntimeException e) {
            LOG.error("failure of a gRPC push", e);
            return Status.UNAVAILABLE.withDescription("internal error");
        }
    }

    private static Status status(PushStatus status) {
        String message = status.message().strip();
        return switch (status.status()) {
            case 204 -> Status.OK;
            case 429 -> Status.RESOURCE_EXHAUSTED.withDescription(message);
            default -> Status.INVALID_ARGUMENT.withDescription(message);
        };
    }

    private static void answer(StreamObserver<byte[]> observer, byte[] message) {
        observer.onNext(message);
        observer.onCompleted();
    }

    /// Messages as their bytes.
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class TenantInterceptor implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            String id = headers.get(TENANT);
            return Contexts.interceptCall(
                    Context.current().withValue(CALLER, id == null ? "" : id), call, headers, next);
        }
    }
}
