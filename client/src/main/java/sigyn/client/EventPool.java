package sigyn.client;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The events of a client, used again and again. Each thread looks in one place, chosen by its number, and makes a new
/// event when another thread has the one from there: no lock, and nothing that is kept for each of many virtual
/// threads.
final class EventPool {
    private static final int PLACES = 32;
    /// Between places, so that threads on different processors do not share a cache line.
    private static final int STRIDE = 16;
    /// A larger event is left to the garbage collector.
    private static final int MOST_BYTES = 16 << 10;

    private final ClientConfig config;
    private final AtomicReferenceArray<@Nullable LogEvent> places = new AtomicReferenceArray<>(PLACES * STRIDE);

    EventPool(ClientConfig config) {
        this.config = config;
    }

    LogEvent take() {
        int place = place();
        var event = places.getPlain(place) == null ? null : places.getAndSet(place, null);
        return event != null ? event : new LogEvent(this);
    }

    void giveBack(LogEvent event) {
        if (event.bytes.array().length <= MOST_BYTES) places.setRelease(place(), event);
    }

    boolean sendsContext(String name) {
        return config.sendsContext(name);
    }

    private static int place() {
        return (int) (Thread.currentThread().getId() % PLACES) * STRIDE;
    }
}
