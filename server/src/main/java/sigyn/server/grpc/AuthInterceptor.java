package sigyn.server.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import sigyn.server.auth.LogUsers;
import sigyn.server.config.LogAuth.Access;

/// Lets the users of the log server in, and anyone to the health of the server.
final class AuthInterceptor implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<String> WRITING =
            Set.of("logproto.Pusher", "opentelemetry.proto.collector.logs.v1.LogsService");

    private final LogUsers users;

    AuthInterceptor(LogUsers users) {
        this.users = users;
    }

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        String service = String.valueOf(call.getMethodDescriptor().getServiceName());
        if (users.isOpen() || service.equals("grpc.health.v1.Health")) {
            return next.startCall(call, headers);
        }
        var user = users.find(headers.get(AUTHORIZATION));
        if (user.isEmpty()) {
            return refuse(call, Status.UNAUTHENTICATED.withDescription("unauthorized"));
        }
        String tenants = LogUsers.tenants(user.get(), headers.get(GrpcServer.TENANT));
        String refusal = LogUsers.refusal(user.get(), needed(service), tenants);
        if (refusal != null) {
            return refuse(call, Status.PERMISSION_DENIED.withDescription(refusal));
        }
        if (!tenants.isEmpty()) {
            headers.discardAll(GrpcServer.TENANT);
            headers.put(GrpcServer.TENANT, tenants);
        }
        return next.startCall(call, headers);
    }

    private static Access needed(String service) {
        return WRITING.contains(service) ? Access.WRITE : service.equals("httpgrpc.HTTP") ? Access.ALL : Access.READ;
    }

    private static <A, B> ServerCall.Listener<A> refuse(ServerCall<A, B> call, Status status) {
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
