package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` in the middle of pushing: after a restart every acknowledged line is there, exactly once, and no line
/// twice. `-Dkill.rounds=1000` is the long form; `-Dkill.seed=N` repeats the moments.
class KillTest {
    private static final int THREADS = 4;
    private static final int LINES_PER_PUSH = 10;
    private static final int MAX_LINES = 4_800;
    private static final long START = System.currentTimeMillis() - 600_000;

    @TempDir
    Path temp;

    @Test
    void acknowledgedLinesSurviveExactlyOnce() throws Exception {
        int rounds = Integer.getInteger("kill.rounds", 50);
        long seed = Long.getLong("kill.seed", System.nanoTime());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var acknowledged = new ArrayList<Set<String>>();
        SigynProcess sigyn = SigynProcess.up(temp.resolve("data"), Map.of());
        try {
            for (int round = 0; round < rounds; round++) {
                acknowledged.add(pushUntilKilled(sigyn, round, random.nextLong(250_000_000)));
                sigyn = SigynProcess.up(temp.resolve("data"), Map.of());
                check(sigyn, round, acknowledged.get(round), "round " + round + ", seed " + seed);
            }
            for (int round = 0; round < rounds; round++) {
                check(sigyn, round, acknowledged.get(round), "at the end, round " + round + ", seed " + seed);
            }
        } finally {
            sigyn.close();
        }
    }

    @Test
    void nothingThatWasUnpackedIsLeft() throws Exception {
        Path unpacked = Files.createDirectory(temp.resolve("unpacked"));
        var options = "-Xmx512m -Djava.io.tmpdir=" + unpacked;
        var sigyn = SigynProcess.up(temp.resolve("unpacking"), Map.of("SIGYN_JAVA_OPTIONS", options));
        try {
            var body = "{\"streams\":[{\"stream\":{\"job\":\"unpacked\"},\"values\":[[\"" + System.currentTimeMillis()
                    + "000000\",\"line\"]]}]}";
            assertThat(sigyn.push(body)).isEqualTo(204);
            assertThat(sigyn.get(sigyn.dashboards("/api/health")).statusCode()).isEqualTo(200);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!isEmpty(unpacked) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } finally {
            sigyn.kill();
        }
        assertThat(unpacked).isEmptyDirectory();
    }

    @Test
    void aStartThatFailsLeavesNothingUnpacked() throws Exception {
        Path unpacked = Files.createDirectory(temp.resolve("unpacked-in-vain"));
        Path noFolder = Files.createFile(temp.resolve("no-folder"));
        var options = Map.of("SIGYN_JAVA_OPTIONS", "-Xmx512m -Djava.io.tmpdir=" + unpacked);
        assertThatThrownBy(() -> SigynProcess.up(noFolder, options)).hasMessageContaining("ended with 1");
        assertThat(unpacked).isEmptyDirectory();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static Set<String> pushUntilKilled(SigynProcess sigyn, int round, long killAfterNanos) throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        var firstAcknowledged = new CountDownLatch(1);
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int n = 0; n < MAX_LINES / THREADS; n += LINES_PER_PUSH) {
                    var lines = new ArrayList<String>();
                    var values = new StringBuilder();
                    for (int i = n; i < n + LINES_PER_PUSH; i++) {
                        String line = "round " + round + " thread " + thread + " line " + i;
                        lines.add(line);
                        long time = (START + round) * 1_000_000 + thread * 10_000L + i;
                        values.append(i == n ? "" : ",")
                                .append("[\"")
                                .append(time)
                                .append("\",\"")
                                .append(line)
                                .append("\"]");
                    }
                    String body = "{\"streams\":[{\"stream\":{\"job\":\"kill\",\"round\":\"" + round
                            + "\",\"thread\":\"" + thread + "\"},\"values\":[" + values + "]}]}";
                    try {
                        if (sigyn.push(body) == 204) {
                            acknowledged.addAll(lines);
                            firstAcknowledged.countDown();
                        }
                    } catch (IOException e) {
                        return; // the server is dead: what was not acknowledged is not promised
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }));
        }
        assertThat(firstAcknowledged.await(30, TimeUnit.SECONDS))
                .as("a first acknowledged push")
                .isTrue();
        TimeUnit.NANOSECONDS.sleep(killAfterNanos);
        sigyn.kill();
        for (var thread : threads) {
            thread.join();
        }
        return acknowledged;
    }

    private static void check(SigynProcess sigyn, int round, Set<String> acknowledged, String when) throws Exception {
        var result = sigyn.query(
                "query_range",
                Map.of(
                        "query", "{job=\"kill\", round=\"" + round + "\"}",
                        "start", (START - 1) + "000000",
                        "end", (System.currentTimeMillis() + 1_000) + "000000",
                        "limit", "5000"));
        var found = new HashMap<String, Integer>();
        for (var stream : result) {
            for (var value : stream.path("values")) {
                found.merge(value.get(1).asString(), 1, Integer::sum);
            }
        }
        List<String> missing =
                acknowledged.stream().filter(line -> !found.containsKey(line)).toList();
        assertThat(missing).as("acknowledged and lost, %s", when).isEmpty();
        assertThat(found.values()).as("copies of a line, %s", when).containsOnly(1);
    }
}
