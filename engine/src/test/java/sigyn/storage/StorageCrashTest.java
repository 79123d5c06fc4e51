package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Direction;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.ScanRequest;

/// `kill -9` at random moments of writing, sealing and log truncation: every acknowledged entry is there exactly once,
/// and of the others only whole batches. The long form: `-Dcrash.rounds=1000`.
class StorageCrashTest {
    @TempDir
    Path directory;

    @Test
    void acknowledgedEntriesSurviveKillMinusNine() throws Exception {
        int rounds = Integer.getInteger("crash.rounds", 4);
        long seed = Long.getLong("crash.seed", System.nanoTime());
        var random = new Random(seed);
        long sent = 0;
        for (int round = 0; round < rounds; round++) {
            long acknowledged = writeAndKill(sent, 1 + random.nextInt(400));
            sent = check("seed " + seed + " round " + round, acknowledged);
        }
    }

    /// Lets a process write until it has printed some acknowledgements, kills it and returns the last one.
    private long writeAndKill(long first, int acknowledgements) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashWriter.class.getName(),
                        directory.toString(),
                        Long.toString(first))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long last = first;
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < acknowledgements; i++) {
                last = Long.parseLong(out.readLine());
            }
            process.toHandle().destroyForcibly();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                last = Math.max(last, Long.parseLong(line));
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return last;
    }

    /// Checks the store against the acknowledgements; returns the number to go on with.
    private long check(String what, long acknowledged) throws Exception {
        try (var storage = Storage.open(directory, Clock.systemUTC())) {
            var request =
                    new ScanRequest(Tenant.FAKE, List.of(), TimeRange.ALL, Direction.FORWARD, List.of(), true, true);
            var found = Entry.read(storage.scan(request));
            var distinct = new HashSet<>(found);
            assertThat(found).as(what + ": no entry twice").hasSameSizeAs(distinct);
            for (long n = 0; n < acknowledged; n++) {
                assertThat(distinct.remove(CrashWriter.entry(n)))
                        .as(what + ": entry " + n)
                        .isTrue();
            }
            long end = acknowledged + distinct.size();
            for (long n = acknowledged; n < end; n++) {
                assertThat(distinct.remove(CrashWriter.entry(n)))
                        .as(what + ": entry " + n + ", written but not acknowledged")
                        .isTrue();
            }
            assertThat(end % CrashWriter.BATCH).as(what + ": whole batches").isZero();
            assertThat(storage.damages().all()).isEmpty();
            return end;
        }
    }
}
