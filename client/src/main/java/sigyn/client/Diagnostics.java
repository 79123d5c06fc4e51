package sigyn.client;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.function.Consumer;

/// How the client speaks of its own trouble: through its own handle on the process's standard error, because
/// `System.err` may have been redirected into a logger. At most one line per minute and kind of trouble.
final class Diagnostics {
    private static final long PAUSE_NANOS = 60_000_000_000L;
    private static final PrintStream STDERR =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

    private final Consumer<String> sink;
    private final HashMap<String, Long> saidAt = new HashMap<>();

    Diagnostics(Consumer<String> sink) {
        this.sink = sink;
    }

    static void print(String message) {
        STDERR.println("sigyn client: " + message);
    }

    /// Says it unless something of this kind was said within the last minute. `kind` is one of few constants.
    void say(String kind, String message) {
        if (isDue(kind)) always(message);
    }

    /// Looks and notes in one step: senders meet the same trouble at the same time.
    private synchronized boolean isDue(String kind) {
        long now = System.nanoTime();
        var last = saidAt.get(kind);
        if (last != null && now - last < PAUSE_NANOS) return false;
        saidAt.put(kind, now);
        return true;
    }

    void always(String message) {
        try {
            sink.accept(message);
        } catch (RuntimeException | Error e) {
            print(message);
        }
    }
}
