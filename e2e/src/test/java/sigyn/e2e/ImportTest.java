package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// History brought in with `sigyn push --own-times`: lines that tell their times of years ago, once in their order and
/// once shuffled line by line, so that each push has lines of all hours. Every line is taken and found, and both stores
/// give the same answers. `-Dimport.hours=720 -Dimport.rate=3000` is a month of 3 KB/s, the long form; nothing but the
/// stores is kept on disk.
class ImportTest {
    private static final Instant START = Instant.parse("2021-03-01T00:00:00Z");
    private static final String[] LEVELS = {"info", "warn", "error"};
    private static final int LEAST_LINE_BYTES = 100;

    @TempDir
    Path temp;

    private final int hours = Integer.getInteger("import.hours", 6);
    private final int bytesPerSecond = Integer.getInteger("import.rate", 50);
    private final long lines = hours * 3_600L * bytesPerSecond / LEAST_LINE_BYTES;
    private final long nanosBetween = hours * 3_600_000_000_000L / lines;

    @Test
    void shuffledHistoryIsFoundAsIfItHadComeInOrder() throws Exception {
        List<String> sorted = imported("sorted", at -> at);
        long stride =
                BigInteger.valueOf((long) (lines * 0.618)).nextProbablePrime().longValueExact();
        assertThat(lines % stride).isNotZero();
        assertThat(imported("shuffled", at -> at * stride % lines)).isEqualTo(sorted);
    }

    private String line(long n) {
        return "ts=" + START.plusNanos((n + 1) * nanosBetween) + " level=" + LEVELS[(int) (n * 31 % 3)] + " n=" + n
                + " took=" + n * 7_919 % 900 + "ms request=" + Long.toHexString(n * 40_503L << 20 | 0xabcde)
                + " msg=\"served to a customer of the shop\"\n";
    }

    private long write(LongUnaryOperator order, OutputStream to) throws IOException {
        long bytes = 0;
        try (var out = new BufferedOutputStream(to, 1 << 16)) {
            for (long at = 0; at < lines; at++) {
                byte[] line = line(order.applyAsLong(at)).getBytes(StandardCharsets.UTF_8);
                out.write(line);
                bytes += line.length;
            }
        }
        return bytes;
    }

    private List<String> imported(String name, LongUnaryOperator order) throws Exception {
        var answers = new ArrayList<String>();
        try (var sigyn = SigynProcess.up(temp.resolve(name), Map.of())) {
            var bytes = new long[1];
            long began = System.nanoTime();
            String said = SigynProcess.run(
                    out -> bytes[0] = write(order, out),
                    "push",
                    "--addr",
                    sigyn.logs("").toString(),
                    "-l",
                    "job=history",
                    "--own-times");
            System.out.println(
                    name + ": " + lines + " lines, " + bytes[0] / 1_000_000 + " MB in " + secondsSince(began) + " s");
            assertThat(said).contains("pushed " + lines + " lines");
            assertThat(bytes[0]).isGreaterThanOrEqualTo(hours * 3_600L * bytesPerSecond);

            String end = START.plus(Duration.ofHours(hours)).toString();
            String range = "[" + hours + "h]";
            began = System.nanoTime();
            assertThat(number(sigyn, "sum(count_over_time({job=\"history\"}" + range + "))", end))
                    .isEqualTo(BigInteger.valueOf(lines));
            assertThat(number(sigyn, "sum(sum_over_time({job=\"history\"} | logfmt | unwrap n " + range + "))", end))
                    .isEqualTo(BigInteger.valueOf(lines)
                            .multiply(BigInteger.valueOf(lines - 1))
                            .shiftRight(1));
            for (String query : List.of(
                    "sum by (level) (count_over_time({job=\"history\"} | logfmt [1h]))",
                    "sum(count_over_time({job=\"history\"} |= \"took=1\" [1h]))",
                    "quantile_over_time(0.9, {job=\"history\"} | logfmt | n < 300000 | unwrap duration(took) [1h]) by (level)")) {
                answers.add(sigyn.query(
                                "query_range",
                                Map.of("query", query, "start", START.toString(), "end", end, "step", "3600"))
                        .toString());
            }
            for (String direction : List.of("forward", "backward")) {
                answers.add(sigyn.query(
                                "query_range",
                                Map.of(
                                        "query",
                                        "{job=\"history\"} |~ \"n=[0-9]*777 \"",
                                        "start",
                                        START.toString(),
                                        "end",
                                        end,
                                        "limit",
                                        "5000",
                                        "direction",
                                        direction))
                        .toString());
            }
            System.out.println(name + ": 7 queries in " + secondsSince(began) + " s, " + megabytes(temp.resolve(name))
                    + " MB on disk");
        }
        assertThat(answers).noneMatch("[]"::equals);
        return answers;
    }

    private static BigInteger number(SigynProcess sigyn, String query, String at) throws Exception {
        JsonNode answer = sigyn.query("query", Map.of("query", query, "time", at));
        return new BigDecimal(answer.get(0).path("value").get(1).asString()).toBigIntegerExact();
    }

    private static long secondsSince(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toSeconds();
    }

    private static long megabytes(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(Path::toFile)
                            .filter(File::isFile)
                            .mapToLong(File::length)
                            .sum()
                    / 1_000_000;
        }
    }
}
