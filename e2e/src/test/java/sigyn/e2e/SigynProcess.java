package sigyn.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A Sigyn of its own process, started from the distribution as a user starts it, on ports of 127.0.0.1 that were free.
final class SigynProcess implements AutoCloseable {
    static final Path ROOT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    private static final Duration START_DEADLINE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Process process;
    private final Path log;
    private final int logsPort;
    private final int grpcPort;
    private final int dashboardsPort;
    private final Duration startTime;

    private SigynProcess(Process process, Path log, long startedAt) throws InterruptedException {
        this.process = process;
        this.log = log;
        String printed = awaitOutput("Ctrl-C stops it.");
        this.logsPort = port(printed, "logs        http://");
        this.grpcPort = port(printed, "gRPC        ");
        this.dashboardsPort = port(printed, "dashboards  http://");
        awaitReady();
        this.startTime = Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /// `sigyn up` on ports that it picks itself, with its data in `data` and its output in a file beside it; returns
    /// when it has said where it is and `/ready` answers 200.
    static SigynProcess up(Path data, Map<String, String> environment, String... moreArguments)
            throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of(
                "up",
                "--host",
                "127.0.0.1",
                "--data",
                data.toString(),
                "--http-port",
                "0",
                "--grpc-port",
                "0",
                "--dashboards-port",
                "0"));
        arguments.addAll(List.of(moreArguments));
        Path log = data.resolveSibling(data.getFileName() + ".log");
        long startedAt = System.nanoTime();
        Process process = start(environment, log, arguments);
        try {
            return new SigynProcess(process, log, startedAt);
        } catch (AssertionError | InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static int port(String printed, String before) {
        var line = Pattern.compile(Pattern.quote(before) + "\\S+:(\\d+)").matcher(printed);
        if (!line.find()) {
            throw new AssertionError("no port after \"" + before + "\" in:\n" + printed);
        }
        return Integer.parseInt(line.group(1));
    }

    /// What a command reads from its standard input.
    @FunctionalInterface
    interface Input {
        void writeTo(OutputStream out) throws IOException;
    }

    /// Runs a command of the command line client to its end and returns what it printed.
    static String run(String... arguments) throws IOException, InterruptedException {
        return run(_ -> {}, arguments);
    }

    /// The same for a command that reads; it is waited for when all was written.
    static String run(Input input, String... arguments) throws IOException, InterruptedException {
        Path log = Files.createTempFile("sigyn", ".out");
        try {
            Process process = start(Map.of(), log, List.of(arguments));
            try (var out = process.getOutputStream()) {
                input.writeTo(out);
            } catch (IOException e) {
                process.waitFor();
                throw new AssertionError("sigyn " + String.join(" ", arguments) + ":\n" + Files.readString(log), e);
            }
            if (!process.waitFor(180, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running: sigyn " + String.join(" ", arguments));
            }
            String output = Files.readString(log);
            if (process.exitValue() != 0) {
                throw new AssertionError(
                        "sigyn " + String.join(" ", arguments) + ": exit " + process.exitValue() + "\n" + output);
            }
            return output;
        } finally {
            Files.delete(log);
        }
    }

    private static Process start(Map<String, String> environment, Path log, List<String> arguments) throws IOException {
        Path launcher = ROOT.resolve("dist/sigyn/bin/sigyn");
        if (!Files.isExecutable(launcher)) {
            throw new AssertionError(launcher + " is missing: ./sigyn build makes it");
        }
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
        builder.environment().put("SIGYN_JAVA_OPTIONS", "-Xmx512m");
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        var ready = HttpRequest.newBuilder(logs("/ready"))
                .timeout(Duration.ofSeconds(1))
                .build();
        while (true) {
            try {
                if (client.send(ready, HttpResponse.BodyHandlers.ofString()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new AssertionError("ended with " + process.exitValue() + ":\n" + output(), e);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not ready after " + START_DEADLINE + ":\n" + output());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /// From the start of the process to the first 200 of `/ready`.
    Duration startTime() {
        return startTime;
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The output, once it contains a text.
    String awaitOutput(String text) throws InterruptedException {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (!output().contains(text)) {
            if (!process.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + ":\n" + output());
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no \"" + text + "\" in:\n" + output());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return output();
    }

    /// Where Loki's API over gRPC is, as `host:port`.
    String grpc() {
        return "127.0.0.1:" + grpcPort;
    }

    URI logs(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + logsPort + pathAndQuery);
    }

    URI dashboards(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + dashboardsPort + pathAndQuery);
    }

    HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Pushes a JSON body and returns the status.
    int push(String json) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(logs("/loki/api/v1/push"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /// The `data.result` of a query endpoint.
    JsonNode query(String endpoint, Map<String, String> parameters) throws IOException, InterruptedException {
        String form = parameters.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(logs("/loki/api/v1/" + endpoint + "?" + form));
        return result(endpoint + " " + parameters, request.build());
    }

    /// The `data.result` of an answer; anything but 200 is a failure. Asks again while the answer says that lines of
    /// before a restart may be missing.
    private JsonNode result(String what, HttpRequest request) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (true) {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(what + ": " + response.statusCode() + " " + response.body());
            }
            JsonNode answer = JSON.readTree(response.body());
            if (!answer.path("warnings").toString().contains("is still being read after a restart")) {
                return answer.path("data").path("result");
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the log is still being read:\n" + output());
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /// One line as it is read back.
    record Line(String text, Map<String, String> labels, Map<String, String> metadata) {}

    /// The lines of the last hour that a query finds, oldest first.
    List<Line> lines(String query) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(logs("/loki/api/v1/query_range?limit=5000&direction=forward&query="
                        + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                .header("X-Loki-Response-Encoding-Flags", "categorize-labels")
                .build();
        var found = new TreeMap<String, Line>();
        for (JsonNode stream : result(query, request)) {
            for (JsonNode value : stream.path("values")) {
                String order = value.get(0).asString() + " " + String.format("%06d", found.size());
                found.put(
                        order,
                        new Line(
                                value.get(1).asString(),
                                texts(stream.path("stream")),
                                texts(value.path(2).path("structuredMetadata"))));
            }
        }
        return List.copyOf(found.values());
    }

    /// The lines a query finds, once there are so many.
    List<Line> awaitLines(String query, int count) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_DEADLINE.toNanos();
        while (true) {
            var found = lines(query);
            if (found.size() >= count || System.nanoTime() > deadline) {
                return found;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static Map<String, String> texts(JsonNode object) {
        var out = new TreeMap<String, String>();
        object.properties().forEach(e -> out.put(e.getKey(), e.getValue().asString()));
        return out;
    }

    /// The one number of an instant query.
    long count(String query) throws IOException, InterruptedException {
        var result = query("query", Map.of("query", query));
        return result.isEmpty()
                ? 0
                : Long.parseLong(result.get(0).path("value").get(1).asString());
    }

    /// SIGKILL: nothing is flushed, nothing is closed.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        client.close();
    }

    /// SIGTERM; returns the exit code.
    int terminate() throws InterruptedException {
        process.destroy();
        return awaitEnd();
    }

    /// The exit code, once it has ended.
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("did not stop within 30 s:\n" + output());
        }
        return process.exitValue();
    }

    long pid() {
        return process.pid();
    }

    /// SIGTERM, and a clean end is expected.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("did not stop within 20 s:\n" + output());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
