package sigyn.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` at random moments of writing, sealing, deleting, compaction, retention and log truncation: every
/// acknowledged entry is there exactly once, of the others only whole batches, and nothing that was deleted. The long
/// form: `-Dcrash.rounds=2000`; it goes through many stores, because every round reads all of its store, as many at a
/// time as there are processors, and says when it is done with one.
class StorageCrashTest {
    private static final int ROUNDS_OF_A_STORE = 25;

    @TempDir
    Path directory;

    @Test
    void acknowledgedEntriesSurviveKillMinusNine() throws Exception {
        int rounds = Integer.getInteger("crash.rounds", 4);
        long seed = Long.getLong("crash.seed", System.nanoTime());
        try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var stores = new ArrayList<Future<?>>();
            for (int first = 0; first < rounds; first += ROUNDS_OF_A_STORE) {
                long own = seed + first;
                int count = Math.min(ROUNDS_OF_A_STORE, rounds - first);
                stores.add(threads.submit(() -> {
                    new KilledStore(directory.resolve("store-" + own), own).run(count);
                    System.out.println("seed " + own + ": " + count + " rounds of " + rounds + " are done");
                    return own;
                }));
            }
            try {
                for (var store : stores) {
                    store.get();
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }
}
