package sigyn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.testkit.Property;

/// A process that is asked to end while it is still starting.
class StopTest {
    private static final int ROUNDS = Integer.getInteger("stop.rounds", 4);
    private static final int MOST_MILLIS = 2500;
    /// What a JVM itself answers before anything of ours runs.
    private static final int TERMINATED = 143;
    /// What it says when the signal meets it while it makes itself ready; it ends with 1 then.
    private static final String NOT_YET_A_JVM = "Error occurred during initialization of VM";

    @TempDir
    Path directory;

    @Test
    void aStartThatIsInterruptedEndsAtOnceWithoutAWord() throws Exception {
        Property.forAll(ROUNDS, (random, size) -> {
            Path folder = Files.createTempDirectory(directory, "round");
            Path errors = folder.resolve("errors");
            Path output = folder.resolve("output");
            var process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-Xmx256m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "up",
                            "--data",
                            folder.resolve("data").toString(),
                            "--host",
                            "127.0.0.1",
                            "--http-port",
                            "0",
                            "--grpc-port",
                            "0",
                            "--dashboards-port",
                            "0"))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            try {
                boolean endedByItself = process.waitFor(random.nextInt(MOST_MILLIS), TimeUnit.MILLISECONDS);
                assertThat(endedByItself).as(Files.readString(errors)).isFalse();
                process.toHandle().destroy();
                assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
                if (Files.readString(output).startsWith(NOT_YET_A_JVM)) {
                    return;
                }
                assertThat(process.exitValue()).as(Files.readString(errors)).isIn(0, TERMINATED);
                assertThat(Files.readString(errors)
                                .lines()
                                .filter(line -> !line.contains(" INFO ") && !line.contains(" level=info ")))
                        .isEmpty();
            } finally {
                process.destroyForcibly();
            }
        });
    }
}
