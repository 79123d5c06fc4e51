package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.client.ClientConfig;
import sigyn.client.LokiLogger;
import tools.jackson.databind.ObjectMapper;

/// Real programs log to a running Sigyn the way the guide says, and every line is found by query, once.
class LoggersTest {
    private static final Path GUIDE = SigynProcess.ROOT.resolve("docs/guide");
    private static final String CLIENT_PYTHON =
            SigynProcess.ROOT.resolve("client-python").toString();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATIENCE = "60s";

    @TempDir
    static Path temp;

    private static SigynProcess sigyn;

    @BeforeAll
    static void start() throws Exception {
        sigyn = SigynProcess.up(temp.resolve("data"), Map.of());
    }

    @AfterAll
    static void stop() {
        if (sigyn != null) {
            sigyn.close();
        }
    }

    /// The application starts while there is no network, so everything it says at its start waits in the queue.
    @Test
    void springBootConfiguredByTheEnvironmentAlone() throws Exception {
        String page = Files.readString(GUIDE.resolve("spring-boot.md"));
        String springBoot = springBootClassPath();
        Path classes = compile(snippet(page, "^```java (orders/OrdersApp.java)\\n(.*?)^```$"), springBoot);
        try (var wire = new Wire(sigyn.logs(""), Wire.State.CUT)) {
            var builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    classes + ":" + springBoot,
                    "orders.OrdersApp");
            var variable =
                    Pattern.compile("^([A-Z_]+)=(\\S+)", Pattern.MULTILINE).matcher(page);
            while (variable.find()) {
                builder.environment().put(variable.group(1), variable.group(2));
            }
            builder.environment().put("LOKI_URL", wire.url());
            builder.environment().put("LOKI_CLOSE_WITHIN", PATIENCE);
            Path output = temp.resolve("spring.out");
            var app = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                wire.awaitFailures(2);
                wire.become(Wire.State.WHOLE);
                assertThat(app.waitFor(2, TimeUnit.MINUTES)).as("ends").isTrue();
                assertThat(app.exitValue()).as(Files.readString(output)).isZero();
            } finally {
                app.destroyForcibly();
            }
        }
        assertThat(messages("{service=\"orders\", level=\"INFO\"} |= \"accepted\""))
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 100)
                        .mapToObj(i -> "order " + i + " accepted")
                        .toList());
        assertThat(messages("{service=\"orders\"} | request_id=\"r-17\"")).containsExactly("order 17 accepted");
        assertThat(messages("{service=\"orders\", level=\"WARNING\"} | stock=\"3\""))
                .containsExactly("stock is low");
        assertThat(messages("{service=\"orders\", level=\"ERROR\"} | json | exception=~\"(?s).*no such customer.*\""))
                .containsExactly("order refused");
        assertThat(messages("{service=\"orders\"} |= \"Starting OrdersApp\"")).hasSize(1);
    }

    @Test
    void gunicornForksWorkersFromAPreloadedApplication() throws Exception {
        String page = Files.readString(GUIDE.resolve("python-fastapi-gunicorn.md"));
        Path folder = Files.createDirectories(temp.resolve("wsgi"));
        Files.writeString(
                folder.resolve("wsgi.py"),
                snippet(page, "^```python file=(wsgi.py)\\n(.*?)^```$").text());
        Path output = folder.resolve("output");
        var builder = new ProcessBuilder("gunicorn", "--preload", "--workers", "3", "--bind", "127.0.0.1:0", "wsgi:app")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        python(builder.environment());
        var gunicorn = builder.start();
        var workers = new HashSet<String>();
        int requests = 0;
        try (var client = HttpClient.newHttpClient()) {
            String address = await(output, Pattern.compile("Listening at: (http://\\S+)"));
            // As many as it takes until each of the three has had its share.
            while (requests < 60 || workers.size() < 3) {
                var request = HttpRequest.newBuilder(URI.create(address + "/orders/" + requests++));
                workers.add(client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                        .body());
                assertThat(requests).as("requests until three workers answered").isLessThan(20_000);
            }
            gunicorn.destroy();
            assertThat(gunicorn.waitFor(2, TimeUnit.MINUTES)).as("ends").isTrue();
        } finally {
            gunicorn.destroyForcibly();
        }
        assertThat(sigyn.count("sum(count_over_time({service=\"shop-wsgi\"} |= \"/orders/\" [1h]))"))
                .isEqualTo(requests);
        assertThat(sigyn.count(
                        "count(sum by (path) (count_over_time({service=\"shop-wsgi\"} | json | path != \"\" [1h])))"))
                .isEqualTo(requests);
        assertThat(messages("{service=\"shop-wsgi\"} |= \"loaded\"")).containsExactly("loaded");
    }

    @Test
    void pythonForksItsWorkersItself() throws Exception {
        Path script = Files.writeString(temp.resolve("prefork.py"), """
                import os
                from loki_logger import LokiLogger
                logger = LokiLogger(service_name="prefork", console=False)
                logger.info("parent before")
                workers = []
                for worker in range(4):
                    pid = os.fork()
                    if not pid:
                        for i in range(250):
                            logger.info("worker %d line %d" % (worker, i), n=i)
                        os._exit(logger.flush(60))
                    workers.append(pid)
                logger.info("parent after")
                assert all(os.waitpid(pid, 0)[1] == 0 for pid in workers)
                """);
        python3(script.toString());
        var expected = new ArrayList<>(List.of("parent before", "parent after"));
        for (int worker = 0; worker < 4; worker++) {
            for (int i = 0; i < 250; i++) {
                expected.add("worker " + worker + " line " + i);
            }
        }
        assertThat(messages("{service=\"prefork\"}")).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aBatchWhoseAnswerIsLostIsStoredOnce() throws Exception {
        try (var wire = new Wire(sigyn.logs(""), Wire.State.ANSWERS_LOST)) {
            var config = ClientConfig.builder()
                    .url(wire.url())
                    .service("java-lost-answers")
                    .console(false)
                    .batchEvents(50)
                    .retryFirst(Duration.ofMillis(20))
                    .retryMost(Duration.ofMillis(100))
                    .build();
            try (var logger = new LokiLogger(config)) {
                for (int i = 0; i < 500; i++) {
                    logger.info("line " + i);
                }
                wire.awaitFailures(6);
                wire.become(Wire.State.WHOLE);
                assertThat(logger.flush(Duration.ofMinutes(2))).isZero();
                assertThat(logger.stats().sent()).isEqualTo(500);
            }
            wire.become(Wire.State.ANSWERS_LOST);
            var python = Thread.ofVirtual().start(() -> {
                try {
                    wire.awaitFailures(6);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                wire.become(Wire.State.WHOLE);
            });
            Path script = Files.writeString(temp.resolve("lost.py"), """
                    from loki_logger import LokiLogger
                    logger = LokiLogger(%s, "python-lost-answers", console=False, batch_events=50, retry_first=0.02,
                                        retry_most=0.1)
                    for i in range(500):
                        logger.info("line %%d" %% i)
                    assert logger.flush(120) == 0
                    assert logger.stats()["sent"] == 500 and logger.stats()["retried"] >= 3, logger.stats()
                    """.formatted('"' + wire.url() + '"'));
            python3(script.toString());
            python.join();
        }
        for (var service : List.of("java-lost-answers", "python-lost-answers")) {
            assertThat(messages("{service=\"" + service + "\"}"))
                    .as(service)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 500).mapToObj(i -> "line " + i).toList());
            assertThat(sigyn.count("sum(count_over_time({service=\"" + service + "\"}[1h]))"))
                    .isEqualTo(500);
        }
    }

    @Test
    void bothSelfTestsSendALineAndReadItBack() throws Exception {
        assertThat(python3(SigynProcess.ROOT
                        .resolve("client-python/loki_logger.py")
                        .toString()))
                .contains("read back");
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "sigyn.client.SelfTest");
        builder.environment().put("LOKI_URL", sigyn.logs("").toString());
        assertThat(finish(builder)).startsWith("Works");
    }

    private record Snippet(String name, String text) {}

    private static Snippet snippet(String page, String pattern) {
        var found = Pattern.compile(pattern, Pattern.MULTILINE | Pattern.DOTALL).matcher(page);
        assertThat(found.find()).as(pattern).isTrue();
        return new Snippet(found.group(1), found.group(2));
    }

    /// Spring Boot with its own Logback, and of ours the client alone.
    private static String springBootClassPath() throws IOException {
        var entries = new ArrayList<String>();
        for (String own : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path entry = Path.of(own);
            boolean client = Files.isDirectory(entry)
                    ? Files.exists(entry.resolve("sigyn/client/LokiLogger.class"))
                            || Files.exists(entry.resolve("sigyn-logback-spring.xml"))
                    : entry.getFileName().toString().startsWith("sigyn-client");
            if (client) {
                entries.add(own);
            }
        }
        Path jars = SigynProcess.ROOT.resolve("e2e/spring-boot/target/lib");
        assertThat(jars)
                .as("mvn -pl e2e/spring-boot process-resources makes it")
                .isDirectory();
        try (var list = Files.list(jars)) {
            list.map(Path::toString).forEach(entries::add);
        }
        return String.join(File.pathSeparator, entries);
    }

    private static Path compile(Snippet program, String classPath) throws IOException {
        Path source = temp.resolve("src").resolve(program.name());
        Files.createDirectories(source.getParent());
        Files.writeString(source, program.text());
        Path classes = Files.createDirectories(temp.resolve("classes"));
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), "-proc:none", "-cp", classPath, source.toString());
        assertThat(status).isZero();
        return classes;
    }

    private static void python(Map<String, String> environment) {
        environment.put("PYTHONPATH", CLIENT_PYTHON);
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.put("LOKI_URL", sigyn.logs("").toString());
        environment.put("LOKI_CLOSE_WITHIN", PATIENCE);
    }

    private static String python3(String script) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("python3", "-W", "error", script);
        python(builder.environment());
        return finish(builder);
    }

    /// What a program printed; anything but success is a failure.
    private static String finish(ProcessBuilder builder) throws IOException, InterruptedException {
        Path output = Files.createTempFile(temp, "program", ".out");
        var process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }

    private static String await(Path output, Pattern text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (true) {
            var found = text.matcher(Files.readString(output));
            if (found.find()) {
                return found.group(1);
            }
            assertThat(System.nanoTime()).as(() -> "no " + text).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /// The messages of the lines a query finds.
    private static List<String> messages(String query) throws IOException, InterruptedException {
        var result = sigyn.query("query_range", Map.of("query", query, "since", "1h", "limit", "5000"));
        var messages = new ArrayList<String>();
        for (var stream : result) {
            for (var value : stream.path("values")) {
                messages.add(
                        JSON.readTree(value.get(1).asString()).path("message").asString());
            }
        }
        return messages;
    }
}
