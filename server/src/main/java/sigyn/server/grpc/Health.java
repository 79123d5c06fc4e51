package sigyn.server.grpc;

import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import sigyn.server.ingest.ProtoReader;
import sigyn.server.ingest.ProtoWriter;

/// The standard health check. Serving until the server is closed.
final class Health {
    private static final String NAME = "grpc.health.v1.Health";
    private static final int SERVING = 1;
    private static final int NOT_SERVING = 2;
    private static final int SERVICE_UNKNOWN = 3;

    private final CountDownLatch stopping = new CountDownLatch(1);

    /// @param services the names that have a health; the empty name is the server's
    ServerServiceDefinition service(Set<String> services) {
        var service = ServerServiceDefinition.builder(NAME);
        Calls.unary(service, NAME + "/Check", false, (_, message) -> {
            String name = name(message);
            if (!name.isEmpty() && !services.contains(name)) {
                throw Status.NOT_FOUND.withDescription("unknown service").asRuntimeException();
            }
            return answer(stopping.getCount() > 0 ? SERVING : NOT_SERVING);
        });
        Calls.streaming(service, NAME + "/Watch", false, (_, message, out) -> {
            String name = name(message);
            if (!name.isEmpty() && !services.contains(name)) {
                out.onNext(answer(SERVICE_UNKNOWN));
            } else {
                out.onNext(answer(SERVING));
            }
            var cancelled = Thread.currentThread();
            out.setOnCancelHandler(cancelled::interrupt);
            stopping.await();
            out.onNext(answer(NOT_SERVING));
        });
        return service.build();
    }

    void stop() {
        stopping.countDown();
    }

    private static String name(byte[] message) {
        var in = new ProtoReader(message, 0, message.length);
        String name = "";
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            if (field == 1) {
                name = in.text();
            } else {
                in.skip();
            }
        }
        return name;
    }

    private static byte[] answer(int status) {
        return new ProtoWriter().number(1, status).toBytes();
    }
}
