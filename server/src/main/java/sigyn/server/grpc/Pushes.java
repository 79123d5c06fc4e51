package sigyn.server.grpc;

import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import sigyn.server.ingest.Ingest;
import sigyn.server.ingest.PushStatus;

/// What takes logs: Loki's `Pusher` and OpenTelemetry's `LogsService`, both the way that pushes over HTTP go. An empty
/// message is the answer.
final class Pushes {
    private static final byte[] EMPTY = {};

    private Pushes() {}

    static ServerServiceDefinition loki(boolean authEnabled, Ingest ingest) {
        var service = ServerServiceDefinition.builder("logproto.Pusher");
        Calls.unary(
                service,
                "logproto.Pusher/Push",
                authEnabled,
                (tenant, message) -> answer(ingest.message(tenant, message)));
        return service.build();
    }

    static ServerServiceDefinition openTelemetry(boolean authEnabled, Ingest ingest) {
        String name = "opentelemetry.proto.collector.logs.v1.LogsService";
        var service = ServerServiceDefinition.builder(name);
        Calls.unary(
                service,
                name + "/Export",
                authEnabled,
                (tenant, message) -> answer(ingest.otlp(tenant, message, false)));
        return service.build();
    }

    private static byte[] answer(PushStatus status) {
        var problem = switch (status.status()) {
            case 204 -> Status.OK;
            case 429 -> Status.RESOURCE_EXHAUSTED;
            default -> Status.INVALID_ARGUMENT;
        };
        if (!problem.isOk()) {
            throw problem.withDescription(status.message().strip()).asRuntimeException();
        }
        return EMPTY;
    }
}
