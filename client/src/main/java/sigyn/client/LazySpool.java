package sigyn.client;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Opens the spool on the first sender thread that asks, so that no caller waits for a disk, and again later when the
/// directory cannot be used yet.
final class LazySpool implements AutoCloseable {
    private static final long PAUSE = 10_000_000_000L;

    private final ClientConfig config;
    private final String instance;
    private final Counters counters;
    private final Diagnostics diagnostics;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile @Nullable Spool spool;
    private long retryAt = System.nanoTime();
    private boolean closed;

    LazySpool(ClientConfig config, String instance, Counters counters, Diagnostics diagnostics) {
        this.config = config;
        this.instance = instance;
        this.counters = counters;
        this.diagnostics = diagnostics;
    }

    /// Null when no spool is configured or its directory cannot be used.
    @Nullable
    Spool get() {
        var open = spool;
        return open != null || config.spool().isEmpty() ? open : open();
    }

    long lines() {
        var open = spool;
        return open == null ? 0 : open.lines();
    }

    /// Failed replays in a row, counting this one.
    int failures() {
        return failures.getAndIncrement();
    }

    void worked() {
        failures.set(0);
    }

    @Override
    public synchronized void close() {
        closed = true;
        var open = spool;
        spool = null;
        if (open != null) open.close();
    }

    private synchronized @Nullable Spool open() {
        if (spool != null || closed || System.nanoTime() - retryAt < 0) return spool;
        try {
            spool = new Spool(config.spool().orElseThrow(), instance, counters, diagnostics);
        } catch (IOException | RuntimeException e) {
            retryAt = System.nanoTime() + PAUSE;
            diagnostics.say("spool", "the spool cannot be used: " + e);
        }
        return spool;
    }
}
