package sigyn.storage;

import java.io.IOException;
import java.time.Clock;

/// Counts and times the passes of one kind of work.
final class PassCount {
    @FunctionalInterface
    interface Pass {
        void run() throws IOException;
    }

    private final Clock clock;
    /// Guarded by this, as are the others.
    private long done;

    private long failed;
    private long nanos;
    private long lastMillis;

    PassCount(Clock clock) {
        this.clock = clock;
    }

    void run(Pass pass) throws IOException {
        long start = System.nanoTime();
        boolean worked = false;
        try {
            pass.run();
            worked = true;
        } finally {
            count(worked, System.nanoTime() - start);
        }
    }

    private synchronized void count(boolean worked, long took) {
        nanos += took;
        if (worked) {
            done++;
            lastMillis = clock.millis();
        } else {
            failed++;
        }
    }

    synchronized UpkeepCounters.Passes counts() {
        return new UpkeepCounters.Passes(done, failed, nanos, lastMillis);
    }
}
