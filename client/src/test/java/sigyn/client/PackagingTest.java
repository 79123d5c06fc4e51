package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The ways a program is put together: as modules, from an ahead-of-time cache, as a native image.
class PackagingTest {
    private static final Path CLASSES = classes(LokiLogger.class);

    @TempDir
    Path directory;

    @Test
    void aModularProgramNeedsTheClientAndTheJdkOnly() throws Exception {
        var reference = ModuleFinder.of(CLASSES).find("sigyn.client").orElseThrow();
        assertThat(reference.descriptor().requires().stream()
                        .filter(required -> !required.modifiers()
                                .contains(java.lang.module.ModuleDescriptor.Requires.Modifier.STATIC))
                        .map(java.lang.module.ModuleDescriptor.Requires::name))
                .containsExactlyInAnyOrder("java.base", "java.net.http");
        Files.createDirectories(directory.resolve("app"));
        Files.writeString(directory.resolve("module-info.java"), "module app { requires sigyn.client; }");
        Files.writeString(directory.resolve("app/Main.java"), """
                package app;
                public class Main {
                    public static void main(String[] args) {
                        new sigyn.client.LokiLogger("modular").info("from a module", "module", Main.class.getModule().getName());
                    }
                }
                """);
        var modules = directory.resolve("modules");
        assertThat(tool("javac")
                        .run(
                                System.out,
                                System.err,
                                "-p",
                                CLASSES.toString(),
                                "-d",
                                modules.toString(),
                                directory.resolve("module-info.java").toString(),
                                directory.resolve("app/Main.java").toString()))
                .isZero();
        try (var server = StubLoki.accepting()) {
            assertThat(java(server, "-p", CLASSES + ":" + modules, "-m", "app/app.Main"))
                    .isZero();
            assertThat(server.messages()).containsExactly("from a module");
            assertThat(server.lines().get(0).json().path("module").asString()).isEqualTo("app");
        }
    }

    /// A cache holds classes and objects of the run that made it; batch ids must not be among them.
    @Test
    void programsStartedFromOneAheadOfTimeCacheHaveBatchIdsOfTheirOwn() throws Exception {
        var jar = directory.resolve("app.jar");
        assertThat(tool("jar")
                        .run(
                                System.out,
                                System.err,
                                "--create",
                                "--file=" + jar,
                                "-C",
                                CLASSES.toString(),
                                "sigyn",
                                "-C",
                                classes(ForkedPrograms.class).toString(),
                                "sigyn/client/ForkedPrograms$Ends.class"))
                .isZero();
        String main = ForkedPrograms.Ends.class.getName();
        var cache = directory.resolve("app.aot");
        try (var server = StubLoki.accepting()) {
            assertThat(java(server, "-XX:AOTCacheOutput=" + cache, "-cp", jar.toString(), main, "return", "10"))
                    .isZero();
            assertThat(cache).exists();
            for (int run = 0; run < 2; run++) {
                assertThat(java(
                                server,
                                "-XX:AOTCache=" + cache,
                                "-XX:AOTMode=on",
                                "-cp",
                                jar.toString(),
                                main,
                                "return",
                                "10"))
                        .isZero();
            }
            assertThat(server.lines()).hasSize(30);
            assertThat(server.requests.stream()
                            .map(r -> r.header("X-Sigyn-Batch-Id").split("-")[0])
                            .distinct())
                    .hasSize(3);
        }
    }

    /// A native image has only what is listed, and frameworks make our classes by the names in their configurations.
    @Test
    void everyClassThatAFrameworkMakesByNameIsListedForNativeImages() throws Exception {
        JsonNode metadata;
        try (InputStream in = LokiLogger.class.getResourceAsStream(
                "/META-INF/native-image/dev.sigyn/sigyn-client/reachability-metadata.json")) {
            metadata = new JsonMapper().readTree(in);
        }
        var listed = new TreeSet<String>();
        for (var entry : metadata.path("reflection")) {
            var type = Class.forName(entry.path("type").asString());
            listed.add(type.getName());
            boolean made = type.getConstructors().length == 0
                    || entry.path("allPublicConstructors").asBoolean(false);
            assertThat(made).as(type.getName()).isTrue();
            boolean configured = java.util.Arrays.stream(type.getDeclaredMethods())
                    .anyMatch(method -> Modifier.isPublic(method.getModifiers())
                            && (method.getName().startsWith("set") || Modifier.isStatic(method.getModifiers())));
            if (configured)
                assertThat(entry.path("allPublicMethods").asBoolean(false))
                        .as(type.getName())
                        .isTrue();
        }
        assertThat(listed).isEqualTo(namedByFrameworks());
        for (var resource : metadata.path("resources")) {
            assertThat(LokiLogger.class.getResource("/" + resource.path("glob").asString()))
                    .isNotNull();
        }
    }

    /// The public classes of the adapters' packages that extend or implement something of the framework's.
    private static Set<String> namedByFrameworks() throws Exception {
        var found = new TreeSet<String>();
        var frameworks = new HashSet<>(List.of(
                "java.util.logging.Handler",
                "java.lang.System$LoggerFinder",
                "org.slf4j.spi.SLF4JServiceProvider",
                "org.apache.logging.log4j.core.Appender",
                "ch.qos.logback.core.Appender"));
        try (var files = Files.walk(CLASSES.resolve("sigyn"))) {
            for (var file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                var name = CLASSES.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
                if (name.endsWith("package-info")) continue;
                for (var framework : frameworks) {
                    var type = Class.forName(name, false, PackagingTest.class.getClassLoader());
                    if (Class.forName(framework).isAssignableFrom(type)) found.add(name);
                }
            }
        }
        return found;
    }

    private static int java(StubLoki server, String... arguments) throws Exception {
        var command = new java.util.ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment()
                .putAll(Map.of("LOKI_URL", server.url(), "LOKI_CLOSE_WITHIN", "60s", "LOKI_CONSOLE", "false"));
        return builder.start().waitFor();
    }

    private static ToolProvider tool(String name) {
        return ToolProvider.findFirst(name).orElseThrow();
    }

    static Path classes(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }
}
