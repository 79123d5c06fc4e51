package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs the programs of the guide: each fenced block that names a file is written, `Main.java` is started with the JVM
/// options of `<!-- run: … -->`, and the messages of `<!-- expect: … -->` must arrive.
class GuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "guide");
    private static final Pattern FILE =
            Pattern.compile("^```\\w+ (\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern RUN = Pattern.compile("<!-- run: (.*) -->");
    private static final Pattern EXPECT = Pattern.compile("<!-- expect: (.*) -->");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"java.md", "java-util-logging.md", "java-frameworks.md"})
    void theProgramOfThePageLogs(String name) throws Exception {
        String page = Files.readString(GUIDE.resolve(name));
        for (var file = FILE.matcher(page); file.find(); ) {
            Files.writeString(directory.resolve(file.group(1)), file.group(2));
        }
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (var run = RUN.matcher(page); run.find(); )
            command.addAll(List.of(run.group(1).split(" ")));
        command.addAll(List.of("-cp", directory + ":" + Fork.classPath(), "Main.java"));
        try (var server = StubLoki.accepting()) {
            var builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile());
            builder.environment().put("LOKI_URL", server.url());
            builder.environment().put("LOKI_CLOSE_WITHIN", "60s");
            assertThat(builder.start().waitFor())
                    .as(() -> read(directory.resolve("output")))
                    .isZero();
            var expected =
                    EXPECT.matcher(page).results().map(found -> found.group(1)).toList();
            assertThat(expected).isNotEmpty();
            assertThat(server.messages()).containsAll(expected);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
