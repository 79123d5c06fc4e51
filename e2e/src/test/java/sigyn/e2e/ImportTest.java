package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// History brought in with `sigyn push`: files of an hour each, years old, once in their order and once shuffled. Every
/// line is taken, and both stores give the same answers. `-Dimport.hours=720 -Dimport.lines=100000` is a month of
/// 3 KB/s, the long form.
class ImportTest {
    private static final Instant START = Instant.parse("2021-03-01T00:00:00Z");
    private static final String[] LEVELS = {"info", "warn", "error"};

    @TempDir
    Path temp;

    @Test
    void shuffledHistoryIsFoundAsIfItHadComeInOrder() throws Exception {
        int hours = Integer.getInteger("import.hours", 3);
        int lines = Integer.getInteger("import.lines", 3_000);
        var order = new ArrayList<Integer>();
        for (int hour = 0; hour < hours; hour++) {
            write(hour, lines);
            order.add(hour);
        }
        List<String> sorted = imported("sorted", order, hours, lines);
        Collections.shuffle(order, new Random(7));
        assertThat(imported("shuffled", order, hours, lines)).isEqualTo(sorted);
    }

    private Path file(int hour) {
        return temp.resolve("hour-" + hour + ".log");
    }

    private void write(int hour, int lines) throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(file(hour))) {
            for (int i = 0; i < lines; i++) {
                out.write("level=" + LEVELS[(i * 31 + hour) % 3] + " hour=" + hour + " n=" + i + " took="
                        + (i * 7919 + hour * 31) % 900 + "ms request " + Integer.toHexString(i * 40_503 + hour)
                        + " served to a customer of the shop\n");
            }
        }
    }

    private List<String> imported(String name, List<Integer> order, int hours, int lines) throws Exception {
        var answers = new ArrayList<String>();
        try (var sigyn = SigynProcess.up(temp.resolve(name), Map.of())) {
            for (int hour : order) {
                String said = SigynProcess.run(
                        "push",
                        "--addr",
                        sigyn.logs("").toString(),
                        "-l",
                        "job=history",
                        "--start",
                        START.plus(Duration.ofHours(hour)).toString(),
                        file(hour).toString());
                assertThat(said).contains("pushed " + lines + " lines");
            }
            String start = START.toString();
            String end = START.plus(Duration.ofHours(hours)).toString();
            String at = START.plus(Duration.ofHours(hours)).minusSeconds(1).toString();
            String range = "[" + (hours + 1) + "h]";
            JsonNode all = sigyn.query(
                    "query", Map.of("query", "sum(count_over_time({job=\"history\"}" + range + "))", "time", end));
            assertThat(all.get(0).path("value").get(1).asString()).isEqualTo(String.valueOf((long) hours * lines));
            for (String query : List.of(
                    "sum by (level) (count_over_time({job=\"history\"} | logfmt [1h]))",
                    "sum(count_over_time({job=\"history\"} |= \"took=1\" [1h]))",
                    "quantile_over_time(0.9, {job=\"history\"} | logfmt | n < 3000 | unwrap duration(took) [1h]) by (level)")) {
                answers.add(
                        sigyn.query("query_range", Map.of("query", query, "start", start, "end", at, "step", "3600"))
                                .toString());
            }
            for (String direction : List.of("forward", "backward")) {
                answers.add(sigyn.query(
                                "query_range",
                                Map.of(
                                        "query", "{job=\"history\"} |~ \"n=(17|2999) \"",
                                        "start", start,
                                        "end", end,
                                        "limit", "5000",
                                        "direction", direction))
                        .toString());
            }
        }
        return answers;
    }
}
