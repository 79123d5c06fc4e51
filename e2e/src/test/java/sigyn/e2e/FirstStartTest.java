package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a new user does first: start it, read what it prints, try the checks of the README.
class FirstStartTest {
    @TempDir
    Path temp;

    @Test
    void isReadyWithinThreeSecondsAndPrintsWhereItIs() throws Exception {
        try (var sigyn = SigynProcess.up(temp.resolve("data"), Map.of())) {
            assertThat(sigyn.startTime()).isLessThan(Duration.ofSeconds(3));
            assertThat(sigyn.get(sigyn.logs("/ready")).body()).isEqualTo("ready\n");
            assertThat(sigyn.get(sigyn.dashboards("/login")).statusCode()).isEqualTo(200);
            assertThat(sigyn.awaitOutput("Ctrl-C stops it."))
                    .contains(String.valueOf(sigyn.logs("").getPort()))
                    .contains(String.valueOf(sigyn.dashboards("").getPort()))
                    .contains("admin");
        }
    }

    @Test
    void theCurlChecksOfTheReadmeWork() throws Exception {
        try (var sigyn = SigynProcess.up(temp.resolve("data"), Map.of())) {
            sigyn.push("{\"streams\":[{\"stream\":{\"service\":\"a\"},\"values\":[[\"" + System.currentTimeMillis()
                    + "000000\",\"hello\"]]}]}");
            String readme = Files.readString(SigynProcess.ROOT.resolve("README.md"));
            var curl = Pattern.compile("(?m)^curl http://localhost:(\\d+)(\\S+)\\s+# (.*)$")
                    .matcher(readme);
            int checks = 0;
            while (curl.find()) {
                var uri = curl.group(1).equals("3100") ? sigyn.logs(curl.group(2)) : sigyn.dashboards(curl.group(2));
                var process = new ProcessBuilder("curl", "-sS", "-w", "%{http_code}", uri.toString()).start();
                String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).isZero();
                assertThat(answer).as(uri.toString()).endsWith("200");
                if (curl.group(2).equals("/ready")) {
                    assertThat(answer).startsWith("ready");
                } else if (curl.group(2).endsWith("/labels")) {
                    assertThat(answer).contains("\"service\"");
                } else {
                    assertThat(answer).contains("\"database\"").contains("\"ok\"");
                }
                checks++;
            }
            assertThat(checks).isEqualTo(3);
        }
    }
}
