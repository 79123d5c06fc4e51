package sigyn.client;

import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How often a test repeats itself: once or a few times in the normal run, `-Dclient.rounds=100` for the long form.
final class Rounds {
    /// Enough to use the time in which a process only waits.
    private static final int AT_ONCE = 4;

    /// One round that shares nothing with the others.
    @FunctionalInterface
    interface Round {
        void run() throws Exception;
    }

    private Rounds() {}

    static int of(int quick) {
        return Integer.getInteger("client.rounds", quick);
    }

    /// One round, or those of the long form, a few at a time; fails with the first that fails.
    static void sideBySide(Round round) throws Exception {
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < of(1); i++) {
                running.add(threads.submit(() -> {
                    round.run();
                    return null;
                }));
            }
            try {
                for (var one : running) one.get();
            } finally {
                threads.shutdownNow();
            }
        }
    }
}
