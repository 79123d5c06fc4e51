package sigyn.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sigyn.server.config.LokiConfig;
import sigyn.server.config.Overrides;
import sigyn.server.ingest.Ingest;
import sigyn.server.telemetry.Metrics;

class GrpcServerTest {
    private final List<String> stored = new ArrayList<>();
    private GrpcServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        start(false);
    }

    private void start(boolean auth) {
        var config = LokiConfig.withoutFile(Path.of("data"));
        var metrics = new Metrics("test");
        var ingest = new Ingest(
                config.push(),
                Overrides.open(config),
                (tenant, batch) -> stored.add(tenant + " " + batch.streams() + " " + batch.rows()),
                metrics,
                Clock.systemUTC());
        server = GrpcServer.start("127.0.0.1", 0, 1 << 20, auth, ingest, metrics);
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    private byte[] call(String method, byte[] message) {
        var marshaller = new MethodDescriptor.Marshaller<byte[]>() {
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
        };
        var descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method)
                .setRequestMarshaller(marshaller)
                .setResponseMarshaller(marshaller)
                .build();
        return ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, message);
    }

    /// One stream `{a="b"}` with one entry whose line is `hi`.
    private static byte[] push() {
        return "\n\u0011\n\u0007{a=\"b\"}\u0012\u0006\n\u0000\u0012\u0002hi".getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aPushTakesTheSameWayAsOverHttp() {
        assertThat(call("logproto.Pusher/Push", push())).isEmpty();
        assertThat(stored).containsExactly("fake [{a=\"b\", service_name=\"unknown_service\"}] 1");
    }

    @Test
    void badMessagesAreInvalidArguments() {
        assertThatThrownBy(() -> call("logproto.Pusher/Push", new byte[] {1, 2, 3}))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("INVALID_ARGUMENT: proto: ");
        assertThatThrownBy(() -> call("logproto.Pusher/Push", new byte[0]))
                .hasMessage("INVALID_ARGUMENT: error at least one valid stream is required for ingestion");
    }

    @Test
    void withoutATenantAuthenticationFails() {
        stop();
        start(true);
        assertThatThrownBy(() -> call("logproto.Pusher/Push", push())).hasMessage("UNAUTHENTICATED: no org id");
    }

    @Test
    void healthIsServing() {
        assertThat(call("grpc.health.v1.Health/Check", new byte[0])).containsExactly(8, 1);
    }

    @Test
    void unknownMethodsAreUnimplemented() {
        assertThatThrownBy(() -> call("logproto.Pusher/Nope", new byte[0])).hasMessageStartingWith("UNIMPLEMENTED");
    }
}
