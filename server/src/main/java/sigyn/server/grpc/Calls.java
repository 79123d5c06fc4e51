package sigyn.server.grpc;

import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.server.ingest.BlockedException;
import sigyn.server.ingest.TooLargeException;
import sigyn.server.ingest.UnprocessableException;

/// Methods whose messages are bytes, and what failures are in gRPC's words.
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    static final Context.Key<String> CALLER = Context.key("tenant");

    private Calls() {}

    /// One answer to one message.
    @FunctionalInterface
    interface Unary {
        byte[] call(Tenant tenant, byte[] message) throws Exception;
    }

    /// Many answers to one message, until it returns.
    @FunctionalInterface
    interface Streaming {
        void call(Tenant tenant, byte[] message, ServerCallStreamObserver<byte[]> out) throws Exception;
    }

    static void unary(ServerServiceDefinition.Builder service, String method, boolean authEnabled, Unary call) {
        add(
                service,
                method,
                MethodType.UNARY,
                ServerCalls.asyncUnaryCall((byte[] message, StreamObserver<byte[]> out) ->
                        run(out, () -> out.onNext(call.call(tenant(authEnabled), message)))));
    }

    static void streaming(ServerServiceDefinition.Builder service, String method, boolean authEnabled, Streaming call) {
        add(
                service,
                method,
                MethodType.SERVER_STREAMING,
                ServerCalls.asyncServerStreamingCall((byte[] message, StreamObserver<byte[]> out) -> run(
                        out, () -> call.call(tenant(authEnabled), message, (ServerCallStreamObserver<byte[]>) out))));
    }

    static void bidirectional(
            ServerServiceDefinition.Builder service,
            String method,
            ServerCalls.BidiStreamingMethod<byte[], byte[]> call) {
        add(service, method, MethodType.BIDI_STREAMING, ServerCalls.asyncBidiStreamingCall(call));
    }

    private static void add(
            ServerServiceDefinition.Builder service,
            String method,
            MethodType type,
            io.grpc.ServerCallHandler<byte[], byte[]> handler) {
        service.addMethod(
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(type)
                        .setFullMethodName(method)
                        .setRequestMarshaller(new Bytes())
                        .setResponseMarshaller(new Bytes())
                        .build(),
                handler);
    }

    private static Tenant tenant(boolean authEnabled) {
        String id = CALLER.get();
        if (!authEnabled) {
            return Tenant.FAKE;
        }
        if (id == null || id.isEmpty()) {
            throw Status.UNAUTHENTICATED.withDescription("no org id").asRuntimeException();
        }
        if (id.indexOf('|') >= 0) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("multiple org IDs present")
                    .asRuntimeException();
        }
        return new Tenant(id);
    }

    @FunctionalInterface
    private interface Answer {
        void give() throws Exception;
    }

    private static void run(StreamObserver<byte[]> out, Answer answer) {
        try {
            answer.give();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            out.onError(Status.CANCELLED.asRuntimeException());
            return;
        } catch (Exception e) {
            out.onError(status(e).asRuntimeException());
            return;
        }
        out.onCompleted();
    }

    private static Status status(Exception failure) {
        return switch (failure) {
            case io.grpc.StatusRuntimeException known -> known.getStatus();
            case UnprocessableException e -> Status.INVALID_ARGUMENT.withDescription(e.getMessage());
            case TooLargeException e -> Status.INVALID_ARGUMENT.withDescription(e.getMessage());
            case BlockedException e -> Status.INVALID_ARGUMENT.withDescription(e.getMessage());
            case SigynException e ->
                switch (e.kind()) {
                    case BAD_REQUEST, LIMIT_EXCEEDED -> Status.INVALID_ARGUMENT.withDescription(e.getMessage());
                    case NOT_FOUND -> Status.NOT_FOUND.withDescription(e.getMessage());
                    case OVERLOADED -> Status.UNAVAILABLE.withDescription(e.getMessage());
                    case TIMEOUT -> Status.DEADLINE_EXCEEDED.withDescription(e.getMessage());
                    case CANCELLED -> Status.CANCELLED.withDescription(e.getMessage());
                    case OPERATOR, BUG -> internal(e);
                };
            default -> internal(failure);
        };
    }

    private static Status internal(Exception e) {
        LOG.error("failure of a gRPC call", e);
        return Status.UNAVAILABLE.withDescription("internal error");
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
}
