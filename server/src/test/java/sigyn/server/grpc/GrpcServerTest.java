package sigyn.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.logql.QueryEngine;
import sigyn.server.config.ConfigFile;
import sigyn.server.config.Flags;
import sigyn.server.config.Overrides;
import sigyn.server.http.Response;
import sigyn.server.ingest.Ingest;
import sigyn.server.ingest.ProtoReader;
import sigyn.server.ingest.ProtoWriter;
import sigyn.server.telemetry.Metrics;
import sigyn.storage.Storage;

/// Calls over a real port.
class GrpcServerTest {
    @TempDir
    Path folder;

    private Storage storage;
    private QueryEngine engine;
    private Metrics metrics;
    private GrpcServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        start("auth_enabled: false\nlimits_config: {max_label_names_per_series: 3}\n");
    }

    private void start(String yaml) {
        var config = ConfigFile.parse(
                        yaml + "server: {grpc_listen_address: 127.0.0.1, grpc_listen_port: 0}\n",
                        "l.yaml",
                        Flags.parse(List.of()),
                        Map.of())
                .withData(folder);
        var clock = Clock.systemUTC();
        var limits = Overrides.open(config);
        metrics = new Metrics("test");
        storage = Storage.open(folder, clock);
        engine = new QueryEngine(storage);
        var ingest = new Ingest(config.push(), limits, storage::append, metrics, clock);
        server = GrpcServer.start(
                config,
                new GrpcServer.Backends(
                        ingest,
                        storage,
                        engine,
                        limits,
                        request -> Response.text(
                                200,
                                request.method() + " " + request.path() + " " + request.rawQuery() + " "
                                        + request.header("X-Scope-OrgID")),
                        metrics));
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
        engine.close();
        storage.close();
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
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
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(marshaller)
                .setResponseMarshaller(marshaller)
                .build();
    }

    private byte[] call(String name, byte[] message) {
        return call(channel, name, message);
    }

    private static byte[] call(Channel channel, String name, byte[] message) {
        return ClientCalls.blockingUnaryCall(
                channel, method(name, MethodDescriptor.MethodType.UNARY), CallOptions.DEFAULT, message);
    }

    private Iterator<byte[]> stream(String name, byte[] message) {
        return ClientCalls.blockingServerStreamingCall(
                channel, method(name, MethodDescriptor.MethodType.SERVER_STREAMING), CallOptions.DEFAULT, message);
    }

    /// The texts at a path of field numbers.
    private static List<String> texts(byte[] message, int... path) {
        var out = new ArrayList<String>();
        messages(message, path).forEach(bytes -> out.add(new String(bytes, StandardCharsets.UTF_8)));
        return out;
    }

    private static List<byte[]> messages(byte[] message, int... path) {
        var out = new ArrayList<byte[]>();
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            if (field != path[0]) {
                in.skip();
            } else if (path.length == 1) {
                out.add(in.copy());
            } else {
                out.addAll(messages(in.copy(), Arrays.copyOfRange(path, 1, path.length)));
            }
        }
        return out;
    }

    private static long number(byte[] message, int number) {
        var in = new ProtoReader(message, 0, message.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            if (field == number) {
                return in.number();
            }
            in.skip();
        }
        return 0;
    }

    private byte[] reflect(byte[] request) {
        var answers = new java.util.concurrent.LinkedBlockingQueue<byte[]>();
        var requests = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(
                        method(
                                "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                                MethodDescriptor.MethodType.BIDI_STREAMING),
                        CallOptions.DEFAULT),
                new io.grpc.stub.StreamObserver<byte[]>() {
                    @Override
                    public void onNext(byte[] value) {
                        answers.add(value);
                    }

                    @Override
                    public void onError(Throwable t) {}

                    @Override
                    public void onCompleted() {}
                });
        requests.onNext(request);
        requests.onCompleted();
        try {
            byte[] answer = answers.poll(60, java.util.concurrent.TimeUnit.SECONDS);
            return java.util.Objects.requireNonNull(answer);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] push(String labels, long seconds, String... lines) {
        var stream = new ProtoWriter().text(1, labels);
        for (int i = 0; i < lines.length; i++) {
            stream.message(
                    2, new ProtoWriter().time(1, seconds * 1_000_000_000L + i).text(2, lines[i]));
        }
        return new ProtoWriter().message(1, stream).toBytes();
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }

    @Test
    void linesPushedAreFoundByEveryCallOfTheQuerier() {
        long now = now();
        assertThat(call("logproto.Pusher/Push", push("{app=\"a\"}", now, "one", "level=error two")))
                .isEmpty();
        assertThat(call("logproto.Pusher/Push", push("{app=\"b\"}", now, "three")))
                .isEmpty();
        long start = (now - 60) * 1_000_000_000L;
        long end = (now + 60) * 1_000_000_000L;

        var query = new ProtoWriter()
                .text(1, "{app=\"a\"} |= \"o\"")
                .number(2, 10)
                .time(3, start)
                .time(4, end)
                .toBytes();
        byte[] answer = stream("logproto.Querier/Query", query).next();
        assertThat(texts(answer, 1, 1)).containsExactly("{app=\"a\", service_name=\"a\"}");
        assertThat(texts(answer, 1, 2, 2)).containsExactly("one", "level=error two");
        assertThat(texts(answer, 1, 2, 3, 2)).containsExactly("unknown", "error");
        assertThat(number(messages(answer, 1, 2, 1).getLast(), 1)).isEqualTo(now);
        assertThat(number(messages(answer, 1, 2, 1).getLast(), 2)).isEqualTo(1);

        var values = new ProtoWriter()
                .text(1, "app")
                .number(2, 1)
                .time(3, start)
                .time(4, end)
                .toBytes();
        assertThat(texts(call("logproto.Querier/Label", values), 1)).containsExactly("a", "b");
        var names = new ProtoWriter().time(3, start).time(4, end).toBytes();
        assertThat(texts(call("logproto.Querier/Label", names), 1)).containsExactly("app", "service_name");
        var series = new ProtoWriter()
                .time(1, start)
                .time(2, end)
                .text(3, "{app=~\"b|c\"}")
                .toBytes();
        assertThat(texts(call("logproto.Querier/Series", series), 1, 1, 2)).containsExactly("b", "b");
        var stats = new ProtoWriter()
                .number(1, start / 1_000_000)
                .number(2, end / 1_000_000)
                .text(3, "{app=\"a\"}")
                .toBytes();
        byte[] counts = call("logproto.Querier/GetStats", stats);
        assertThat(number(counts, 1)).isEqualTo(1);
        assertThat(number(counts, 4)).isEqualTo(2);
    }

    private static byte[] samplesOf(String query, long seconds) {
        return new ProtoWriter()
                .text(1, query)
                .time(2, (seconds - 60) * 1_000_000_000L)
                .time(3, (seconds + 60) * 1_000_000_000L)
                .toBytes();
    }

    private static double value(byte[] sample) {
        var in = new ProtoReader(sample, 0, sample.length);
        for (int field = in.nextField(); field != 0; field = in.nextField()) {
            if (field == 2) {
                return Double.longBitsToDouble(in.fixed64());
            }
            in.skip();
        }
        return 0;
    }

    @Test
    void samplesAreWhatLinesCountFor() {
        long now = now();
        var lines = new String[6_000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "n=" + i % 10 + " took=2s";
        }
        call("logproto.Pusher/Push", push("{app=\"many\"}", now, lines));
        long counted = 0;
        int messages = 0;
        var hashes = new java.util.HashSet<Long>();
        for (var all = stream("logproto.Querier/QuerySample", samplesOf("sum(rate({app=\"many\"}[1m]))", now));
                all.hasNext();
                messages++) {
            for (byte[] sample : messages(all.next(), 1, 2)) {
                assertThat(value(sample)).isEqualTo(1);
                assertThat(number(sample, 1)).isEqualTo(now * 1_000_000_000L + counted);
                hashes.add(number(sample, 3));
                counted++;
            }
        }
        assertThat(counted).isEqualTo(lines.length);
        assertThat(messages).isGreaterThan(1);
        assertThat(hashes).hasSize(10);

        byte[] bytes = stream(
                        "logproto.Querier/QuerySample",
                        samplesOf("bytes_over_time({app=\"many\"} |= \"n=7\" [1m])", now))
                .next();
        assertThat(messages(bytes, 1, 2)).hasSize(600).allMatch(sample -> value(sample) == 11);
        byte[] numbers = stream(
                        "logproto.Querier/QuerySample",
                        samplesOf("avg_over_time({app=\"many\"} | logfmt | n > 7 | unwrap duration(took) [1m])", now))
                .next();
        assertThat(texts(numbers, 1, 1))
                .hasSize(2)
                .allMatch(labels -> labels.contains("n=\"") && !labels.contains("took"));
        assertThat(messages(numbers, 1, 2)).hasSize(1_200).allMatch(sample -> value(sample) == 2);
        assertThatThrownBy(() -> stream("logproto.Querier/QuerySample", samplesOf("{app=\"many\"}", now))
                        .next())
                .hasMessageContaining("INVALID_ARGUMENT");
    }

    @Test
    void whatThereIsToLookAt() throws Exception {
        long now = now();
        call("logproto.Pusher/Push", push("{app=\"a\", pod=\"p1\"}", now, "{\"user\":{\"id\":7}}", "n=1.5"));
        call("logproto.Pusher/Push", push("{app=\"a\", pod=\"p2\"}", now, "n=2 took=3ms"));
        call("logproto.Pusher/Push", push("{app=\"b\"}", now, "x".repeat(500)));
        long start = now * 1_000_000_000L;
        long end = start + 60_000_000_000L;
        var ask = new ProtoWriter().number(1, start / 1_000_000).number(2, end / 1_000_000);
        byte[] volumes = call(
                "logproto.Querier/GetVolume",
                ask.text(3, "{app=~\".+\"}").number(4, 5).toBytes());
        assertThat(texts(volumes, 1, 1)).containsExactly("{app=\"b\"}", "{app=\"a\"}");
        assertThat(number(messages(volumes, 1).getFirst(), 3)).isBetween(500L, 560L);
        assertThat(number(volumes, 2)).isEqualTo(5);
        byte[] byName = call(
                "logproto.Querier/GetVolume",
                ask.text(6, "pod").text(7, "labels").toBytes());
        assertThat(texts(byName, 1, 1)).containsExactly("pod");
        assertThatThrownBy(() -> call(
                        "logproto.Querier/GetVolume", ask.text(7, "nothing").toBytes()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("invalid aggregation option");

        var times = new ProtoWriter()
                .time(1, start)
                .time(2, end)
                .text(3, "{app=\"a\"}")
                .toBytes();
        byte[] fields = call("logproto.Querier/GetDetectedFields", times);
        assertThat(texts(fields, 1, 1)).contains("detected_level", "user_id", "n", "took");
        for (byte[] field : messages(fields, 1)) {
            if (texts(field, 1).contains("user_id")) {
                assertThat(texts(field, 2)).containsExactly("int");
                assertThat(number(field, 3)).isEqualTo(1);
                assertThat(texts(field, 4)).containsExactly("json");
                assertThat(texts(field, 6)).containsExactly("user", "id");
            }
        }
        byte[] values = call(
                "logproto.Querier/GetDetectedFields",
                new ProtoWriter()
                        .time(1, start)
                        .time(2, end)
                        .text(3, "{app=\"a\"}")
                        .number(7, 1)
                        .text(8, "n")
                        .toBytes());
        assertThat(texts(values, 3)).containsExactly("1.5", "2");

        byte[] labels = call("logproto.Querier/GetDetectedLabels", times);
        assertThat(texts(labels, 1, 1)).containsExactly("app", "pod", "service_name");
        assertThat(texts(labels, 1, 2, 1)).containsExactly("a", "p1", "p2", "a");
        assertThat(texts(
                        call(
                                "logproto.Querier/GetDetectedLabels",
                                new ProtoWriter().time(1, start).time(2, end).toBytes()),
                        1,
                        2,
                        1))
                .contains("b");
    }

    @Test
    void aTailGetsWhatComesIn() throws Exception {
        var tail = stream(
                "logproto.Querier/Tail",
                new ProtoWriter().text(1, "{app=\"t\"} |= \"x\"").toBytes());
        var pusher = Thread.ofVirtual().start(() -> {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                call("logproto.Pusher/Push", push("{app=\"t\"}", now(), "x" + i, "y" + i));
            }
        });
        try {
            for (int i = 0; i < 3; i++) {
                byte[] frame = tail.next();
                assertThat(texts(frame, 1, 1)).containsExactly("{app=\"t\", service_name=\"t\"}");
                assertThat(texts(frame, 1, 2, 2)).singleElement().asString().startsWith("x");
            }
        } finally {
            pusher.interrupt();
            channel.shutdownNow();
            pusher.join();
        }
    }

    @Test
    void badMessagesAreInvalidArguments() {
        assertThatThrownBy(() -> call("logproto.Pusher/Push", new byte[] {1, 2, 3}))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("INVALID_ARGUMENT: proto: ");
        assertThatThrownBy(() -> call("logproto.Pusher/Push", new byte[0]))
                .hasMessage("INVALID_ARGUMENT: error at least one valid stream is required for ingestion");
        assertThatThrownBy(() -> call("logproto.Pusher/Push", push("{a=\"1\", b=\"2\", c=\"3\", d=\"4\"}", now(), "x")))
                .hasMessage("INVALID_ARGUMENT: entry for stream '{a=\"1\", b=\"2\", c=\"3\", d=\"4\","
                        + " service_name=\"unknown_service\"}' has 4 label names; limit 3");
        assertThatThrownBy(() -> stream(
                                "logproto.Querier/Query",
                                new ProtoWriter().text(1, "{").toBytes())
                        .next())
                .hasMessageStartingWith("INVALID_ARGUMENT: parse error");
        assertThatThrownBy(() -> stream(
                                "logproto.Querier/Query",
                                new ProtoWriter().text(1, "rate({a=\"b\"}[1m])").toBytes())
                        .next())
                .hasMessage("INVALID_ARGUMENT: only log selector is supported");
    }

    @Test
    void theTenantIsInTheMetadata() {
        stop();
        start("auth_enabled: true\n");
        assertThatThrownBy(() -> call("logproto.Pusher/Push", push("{a=\"b\"}", now(), "x")))
                .hasMessage("UNAUTHENTICATED: no org id");
        assertThatThrownBy(() -> call(as("x|y"), "logproto.Pusher/Push", push("{a=\"b\"}", now(), "x")))
                .hasMessage("INVALID_ARGUMENT: multiple org IDs present");
        call(as("x"), "logproto.Pusher/Push", push("{a=\"of x\"}", now(), "x"));
        call(as("y"), "logproto.Pusher/Push", push("{a=\"of y\"}", now(), "y"));
        byte[] values = new ProtoWriter().text(1, "a").number(2, 1).toBytes();
        assertThat(texts(call(as("x"), "logproto.Querier/Label", values), 1)).containsExactly("of x");
    }

    @Test
    void usersOfTheLogServer() {
        stop();
        start("""
                auth_enabled: true
                sigyn: {auth: {users: {agent: {password: secret, access: write, tenants: [a]}, reader: {token: read me, access: read}}}}
                """);
        String agent = "Basic "
                + java.util.Base64.getEncoder().encodeToString("agent:secret".getBytes(StandardCharsets.UTF_8));
        byte[] push = push("{app=\"x\"}", now(), "hello");
        assertThat(code("grpc.health.v1.Health/Check", new byte[0])).isEqualTo("OK");
        assertThat(code("logproto.Pusher/Push", push, "x-scope-orgid", "a")).isEqualTo("UNAUTHENTICATED");
        assertThat(code("logproto.Pusher/Push", push, "authorization", "Bearer secret"))
                .isEqualTo("UNAUTHENTICATED");
        assertThat(code("logproto.Pusher/Push", push, "authorization", agent))
                .as("its only tenant")
                .isEqualTo("OK");
        assertThat(code("logproto.Pusher/Push", push, "authorization", agent, "x-scope-orgid", "b"))
                .isEqualTo("PERMISSION_DENIED");
        assertThat(code("logproto.Querier/Label", new byte[0], "authorization", agent))
                .isEqualTo("PERMISSION_DENIED");
        String reader = "Bearer read me";
        assertThat(code("logproto.Querier/Label", new byte[0], "authorization", reader, "x-scope-orgid", "a"))
                .isEqualTo("OK");
        assertThat(code("httpgrpc.HTTP/Handle", new byte[0], "authorization", reader, "x-scope-orgid", "a"))
                .isEqualTo("PERMISSION_DENIED");
    }

    private String code(String method, byte[] message, String... metadata) {
        var headers = new Metadata();
        for (int i = 0; i < metadata.length; i += 2) {
            headers.put(Metadata.Key.of(metadata[i], Metadata.ASCII_STRING_MARSHALLER), metadata[i + 1]);
        }
        try {
            call(
                    ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                    method,
                    message);
            return "OK";
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().name();
        }
    }

    private Channel as(String tenant) {
        var headers = new Metadata();
        headers.put(Metadata.Key.of("x-scope-orgid", Metadata.ASCII_STRING_MARSHALLER), tenant);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Test
    void anyRequestOfTheHttpApiIsAMessage() {
        var request = new ProtoWriter()
                .text(1, "POST")
                .text(2, "/loki/api/v1/query?query=x")
                .toBytes();
        byte[] answer = call("httpgrpc.HTTP/Handle", request);
        assertThat(number(answer, 1)).isEqualTo(200);
        assertThat(texts(answer, 3)).containsExactly("POST /loki/api/v1/query query=x fake");
    }

    @Test
    void healthIsServingUntilTheEnd() {
        assertThat(call("grpc.health.v1.Health/Check", new byte[0])).containsExactly(8, 1);
        assertThat(call(
                        "grpc.health.v1.Health/Check",
                        new ProtoWriter().text(1, "logproto.Pusher").toBytes()))
                .containsExactly(8, 1);
        assertThatThrownBy(() -> call(
                        "grpc.health.v1.Health/Check",
                        new ProtoWriter().text(1, "nobody").toBytes()))
                .hasMessage("NOT_FOUND: unknown service");
        var watch = stream("grpc.health.v1.Health/Watch", new byte[0]);
        assertThat(watch.next()).containsExactly(8, 1);
        server.close();
        assertThat(watch.next()).containsExactly(8, 2);
        assertThat(watch.hasNext()).isFalse();
    }

    @Test
    void reflectionListsAndDescribesEveryService() {
        byte[] list = reflect(new ProtoWriter().text(7, "*").toBytes());
        assertThat(texts(list, 6, 1, 1))
                .contains(
                        "logproto.Pusher",
                        "logproto.Querier",
                        "httpgrpc.HTTP",
                        "grpc.health.v1.Health",
                        "opentelemetry.proto.collector.logs.v1.LogsService");
        for (String symbol : List.of("logproto.Querier", "logproto.Querier.Tail", "logproto.StreamAdapter")) {
            byte[] file = messages(reflect(new ProtoWriter().text(4, symbol).toBytes()), 4, 1)
                    .getFirst();
            assertThat(texts(file, 2)).containsExactly("logproto");
            assertThat(texts(file, 6, 1)).containsExactly("Pusher", "Querier");
            assertThat(texts(file, 6, 2, 2)).contains(".logproto.PushRequest", ".logproto.LabelRequest");
            assertThat(texts(file, 4, 1)).contains("PushRequest", "StreamAdapter", "QueryResponse");
        }
        byte[] unknown = reflect(new ProtoWriter().text(4, "no.Such").toBytes());
        assertThat(texts(unknown, 7, 2)).containsExactly("not found");
    }

    @Test
    void callsAreTimedUnderTheirNames() {
        call("logproto.Pusher/Push", push("{app=\"m\"}", now(), "x"));
        assertThatThrownBy(() -> call("logproto.Pusher/Push", new byte[0])).isNotNull();
        assertThatThrownBy(() -> call("logproto.Pusher/Nope", new byte[0])).hasMessageStartingWith("UNIMPLEMENTED");
        assertThat(new String(metrics.text(), StandardCharsets.UTF_8))
                .contains("loki_request_duration_seconds_count{method=\"gRPC\",route=\"/logproto.Pusher/Push\","
                        + "status_code=\"success\",ws=\"false\"} 1")
                .contains("status_code=\"error\",ws=\"false\"} 1");
    }
}
