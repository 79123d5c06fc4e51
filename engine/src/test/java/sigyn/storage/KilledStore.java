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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import sigyn.model.Direction;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.ScanRequest;

/// A store and what its writers, killed one after the other, were told.
final class KilledStore {
    private final Path store;
    private final long seed;
    private final Set<Long> deleted = new HashSet<>();
    /// Deletions that were under way, answered or not.
    private final Set<Long> perhapsDeleted = new HashSet<>();

    KilledStore(Path store, long seed) {
        this.store = store;
        this.seed = seed;
    }

    void run(int rounds) throws Exception {
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
                        store.toString(),
                        Long.toString(first))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long last = first;
        int wanted = acknowledgements;
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("deleting ")) {
                    perhapsDeleted.add(Long.parseLong(line.substring("deleting ".length())));
                } else if (line.startsWith("deleted ")) {
                    deleted.add(Long.parseLong(line.substring("deleted ".length())));
                } else {
                    last = Math.max(last, Long.parseLong(line));
                    wanted--;
                }
                if (wanted == 0) {
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return last;
    }

    private static long number(Entry entry) {
        String line = entry.line();
        int at = line.indexOf("number=") + "number=".length();
        return Long.parseLong(line.substring(at, line.indexOf(' ', at)));
    }

    private static long hundred(long number) {
        return number / CrashWriter.HUNDRED * CrashWriter.HUNDRED;
    }

    /// Checks the store against the acknowledgements; returns the number to go on with.
    private long check(String what, long acknowledged) throws Exception {
        try (var storage = Storage.open(store, Clock.systemUTC())) {
            var request =
                    new ScanRequest(Tenant.FAKE, List.of(), TimeRange.ALL, Direction.FORWARD, List.of(), true, true);
            var found = Entry.read(storage.scan(request));
            var distinct = new HashSet<>(found);
            assertThat(found).as(what + ": no entry twice").hasSameSizeAs(distinct);
            long end = acknowledged;
            for (var entry : found) {
                long number = number(entry);
                end = Math.max(end, number + 1);
                assertThat(entry).as(what).isEqualTo(CrashWriter.entry(number));
                assertThat(CrashWriter.goes(number) && deleted.contains(hundred(number)))
                        .as(what + ": entry " + number + " was deleted")
                        .isFalse();
            }
            end = (end + CrashWriter.BATCH - 1) / CrashWriter.BATCH * CrashWriter.BATCH;
            for (long n = 0; n < end; n++) {
                if (!CrashWriter.goes(n) || !perhapsDeleted.contains(hundred(n))) {
                    assertThat(distinct.contains(CrashWriter.entry(n)))
                            .as(what + ": entry " + n + " of " + acknowledged + " acknowledged, whole batches")
                            .isTrue();
                }
            }
            assertThat(storage.damages().all()).isEmpty();
            return end;
        }
    }
}
