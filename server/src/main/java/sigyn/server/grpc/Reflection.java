package sigyn.server.grpc;

import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import sigyn.server.ingest.ProtoReader;
import sigyn.server.ingest.ProtoWriter;

/// Server reflection, both versions: tells tools such as grpcurl which services there are and what their messages look
/// like. Descriptors come from [Schema].
final class Reflection {
    private static final int NOT_FOUND = Status.Code.NOT_FOUND.value();
    private static final int UNIMPLEMENTED = Status.Code.UNIMPLEMENTED.value();

    private final Set<String> services;

    /// @param services the names of all services of the server
    Reflection(Set<String> services) {
        this.services = new TreeSet<>(services);
    }

    /// @param version `v1` or `v1alpha`
    ServerServiceDefinition service(String version) {
        String name = "grpc.reflection." + version + ".ServerReflection";
        var service = ServerServiceDefinition.builder(name);
        Calls.bidirectional(service, name + "/ServerReflectionInfo", out -> new StreamObserver<>() {
            @Override
            public void onNext(byte[] request) {
                out.onNext(answer(request));
            }

            @Override
            public void onError(Throwable t) {}

            @Override
            public void onCompleted() {
                out.onCompleted();
            }
        });
        return service.build();
    }

    private byte[] answer(byte[] request) {
        var response = new ProtoWriter().bytes(2, request);
        var in = new ProtoReader(request, 0, request.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
                case 1 -> in.skip();
                case 3 -> files(response, Schema.byFile(in.text()));
                case 4 -> files(response, Schema.bySymbol(in.text()));
                case 7 -> {
                    in.skip();
                    var list = new ProtoWriter();
                    services.forEach(name -> list.message(1, new ProtoWriter().text(1, name)));
                    response.message(6, list);
                }
                default -> {
                    in.skip();
                    error(response, UNIMPLEMENTED, "not answered here");
                }
            }
        }
        return response.toBytes();
    }

    private static void files(ProtoWriter response, Schema.Found found) {
        if (found.files().isEmpty()) {
            error(response, NOT_FOUND, "not found");
            return;
        }
        var list = new ProtoWriter();
        found.files().forEach(file -> list.bytes(1, file));
        response.message(4, list);
    }

    private static void error(ProtoWriter response, int code, String text) {
        response.message(7, new ProtoWriter().number(1, code).bytes(2, text.getBytes(StandardCharsets.UTF_8)));
    }
}
