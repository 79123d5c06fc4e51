package sigyn.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A log server on a real socket that keeps what it is sent and misbehaves as told: it can refuse, stall, answer any
/// status, cut the connection before or after it has stored a batch.
public final class StubLoki implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    /// How one request is treated.
    public sealed interface Treatment {
        /// Store, then answer.
        record Accept() implements Treatment {}

        /// Do not store; answer with this status, body and headers.
        record Answer(int status, String body, Map<String, String> headers) implements Treatment {}

        /// Store, then answer as if it had failed.
        record StoreThenAnswer(int status) implements Treatment {}

        /// Store, then cut the connection without a word.
        record StoreThenCut() implements Treatment {}

        /// Cut the connection without storing.
        record Cut() implements Treatment {}

        /// Hold the answer until the latch opens, then store and answer 204.
        record HoldThenAccept(CountDownLatch until) implements Treatment {}

        /// Send one byte of an answer and then nothing until the latch opens.
        record Trickle(CountDownLatch until) implements Treatment {}

        static Treatment accept() {
            return new Accept();
        }

        static Treatment status(int status) {
            return new Answer(status, "no", Map.of());
        }
    }

    /// Decides how a request is treated; `number` counts from 0 over all connections.
    @FunctionalInterface
    public interface Script {
        Treatment of(int number, Request request) throws InterruptedException;
    }

    public record Request(String path, Map<String, String> headers, byte[] wire, byte[] body) {
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        public List<Line> lines() {
            return parse(body);
        }
    }

    /// One stored entry. `json` is the line parsed, empty when it is not an object.
    public record Line(Map<String, String> labels, long nanos, String text, Map<String, String> metadata) {
        public JsonNode json() {
            return JSON.readTree(text);
        }

        public String message() {
            return json().path("message").asString();
        }
    }

    private final ServerSocket listener;
    private final boolean sigyn;
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final Set<Line> seen = ConcurrentHashMap.newKeySet();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    public final List<Line> stored = new CopyOnWriteArrayListOfLines();
    public final List<Request> requests = new CopyOnWriteArrayList<>();

    private volatile Script script;
    private volatile boolean forgetting;

    /// A plain list guarded by itself: copy-on-write would be quadratic for many lines.
    @SuppressWarnings("serial")
    private static final class CopyOnWriteArrayListOfLines extends ArrayList<Line> {
        @Override
        public synchronized boolean addAll(java.util.Collection<? extends Line> lines) {
            return super.addAll(lines);
        }

        @Override
        public synchronized boolean add(Line line) {
            return super.add(line);
        }

        @Override
        public synchronized int size() {
            return super.size();
        }

        synchronized List<Line> copy() {
            return List.copyOf(this);
        }
    }

    private StubLoki(ServerSocketFactory sockets, int port, boolean sigyn, Script script) throws IOException {
        this.sigyn = sigyn;
        this.script = script;
        listener = sockets.createServerSocket(port, 200, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("stub-accept").start(this::accept);
    }

    /// Knows batch ids, as Sigyn does: a repeated batch is answered and not stored again.
    public static StubLoki sigyn(Script script) throws IOException {
        return new StubLoki(ServerSocketFactory.getDefault(), 0, true, script);
    }

    /// Drops exact duplicates, as Loki does.
    public static StubLoki plain(Script script) throws IOException {
        return new StubLoki(ServerSocketFactory.getDefault(), 0, false, script);
    }

    public static StubLoki accepting() throws IOException {
        return sigyn((number, request) -> Treatment.accept());
    }

    public static StubLoki on(int port, Script script) throws IOException {
        return new StubLoki(ServerSocketFactory.getDefault(), port, true, script);
    }

    public static StubLoki with(ServerSocketFactory sockets, Script script) throws IOException {
        return new StubLoki(sockets, 0, true, script);
    }

    /// Keeps nothing from now on: for tests of so many lines that only their script looks at them.
    public StubLoki forgetting() {
        forgetting = true;
        return this;
    }

    public void script(Script next) {
        script = next;
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public int connections() {
        return connections.get();
    }

    public List<Line> lines() {
        return ((CopyOnWriteArrayListOfLines) stored).copy();
    }

    public List<String> messages() {
        return lines().stream().map(Line::message).toList();
    }

    /// Stored lines of the program under test, without the client's own notices.
    public List<Line> ownLines() {
        return lines().stream()
                .filter(line -> !line.json().path("logger").asString("").equals("sigyn.client"))
                .toList();
    }

    /// Waits until the stored lines or requests are as wanted.
    public void await(Predicate<StubLoki> wanted) throws InterruptedException {
        long end = System.nanoTime() + 60_000_000_000L;
        synchronized (change) {
            while (!wanted.test(this)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError(
                            "after 60 s: " + requests.size() + " requests, " + stored.size() + " lines");
                }
                change.wait(left);
            }
        }
    }

    /// Cuts every connection there is; new ones are welcome.
    public void cutAll() throws IOException {
        for (var socket : open) socket.close();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cutAll();
    }

    private void accept() {
        while (true) {
            try {
                var socket = listener.accept();
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                var in = new BufferedInputStream(socket.getInputStream(), 1 << 16)) {
            for (Request request; (request = read(in)) != null; ) {
                if (!treat(request, socket)) return;
            }
        } catch (SocketException | SSLException e) {
            // The client or the end of the test has cut the connection.
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            open.remove(socket);
        }
    }

    /// False when the connection is to be cut.
    private boolean treat(Request request, Socket socket) throws IOException, InterruptedException {
        int number = numbers.getAndIncrement();
        if (!forgetting) requests.add(request);
        signal();
        var treatment = script.of(number, request);
        switch (treatment) {
            case Treatment.Accept() -> {
                store(request);
                answer(socket, 204, "", Map.of());
            }
            case Treatment.Answer(int status, String body, var headers) -> answer(socket, status, body, headers);
            case Treatment.StoreThenAnswer(int status) -> {
                store(request);
                answer(socket, status, "failed after storing", Map.of());
            }
            case Treatment.StoreThenCut() -> {
                store(request);
                return false;
            }
            case Treatment.Cut() -> {
                socket.setSoLinger(true, 0);
                return false;
            }
            case Treatment.HoldThenAccept(var until) -> {
                until.await();
                store(request);
                answer(socket, 204, "", Map.of());
            }
            case Treatment.Trickle(var until) -> {
                socket.getOutputStream().write('H');
                socket.getOutputStream().flush();
                until.await();
                return false;
            }
        }
        return true;
    }

    public void store(Request request) {
        if (forgetting) return;
        var id = request.header("X-Sigyn-Batch-Id");
        if (!sigyn || ids.add(id)) store(request.lines());
    }

    public void store(List<Line> lines) {
        stored.addAll(sigyn ? lines : lines.stream().filter(seen::add).toList());
        signal();
    }

    private void signal() {
        synchronized (change) {
            change.notifyAll();
        }
    }

    private static void answer(Socket socket, int status, String body, Map<String, String> headers) throws IOException {
        var text = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        if (status != 204) text.append("Content-Length: ").append(body.length()).append("\r\n");
        text.append("\r\n").append(status == 204 ? "" : body);
        socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        var first = line(in);
        if (first.isEmpty()) return null;
        var headers = new LinkedHashMap<String, String>();
        for (Optional<String> next; (next = line(in)).isPresent() && !next.get().isEmpty(); ) {
            int colon = next.get().indexOf(':');
            headers.put(
                    next.get().substring(0, colon).toLowerCase(Locale.ROOT),
                    next.get().substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] wire = in.readNBytes(length);
        if (wire.length < length) return null;
        byte[] body = wire;
        if (headers.getOrDefault("content-encoding", "").equals("gzip")) {
            body = new GZIPInputStream(new ByteArrayInputStream(wire)).readAllBytes();
        }
        return new Request(first.get().split(" ")[1], headers, wire, body);
    }

    private static Optional<String> line(InputStream in) throws IOException {
        var text = new StringBuilder();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0) return Optional.empty();
            if (b != '\r') text.append((char) b);
        }
        return Optional.of(text.toString());
    }

    static List<Line> parse(byte[] body) {
        var lines = new ArrayList<Line>();
        for (var stream : JSON.readTree(body).path("streams")) {
            var labels = strings(stream.path("stream"));
            for (var value : stream.path("values")) {
                lines.add(new Line(
                        labels,
                        Long.parseLong(value.get(0).stringValue()),
                        value.get(1).stringValue(),
                        value.size() > 2 ? strings(value.get(2)) : Map.of()));
            }
        }
        return lines;
    }

    private static Map<String, String> strings(JsonNode object) {
        var map = new LinkedHashMap<String, String>();
        for (var property : object.properties())
            map.put(property.getKey(), property.getValue().stringValue());
        return map;
    }
}
