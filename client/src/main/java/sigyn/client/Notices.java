package sigyn.client;

import java.util.StringJoiner;

/// Tells about dropped lines: on standard error at most every ten seconds, and as a line of its own once the server
/// answers again. Called by senders only.
final class Notices {
    private static final long PAUSE = 10_000_000_000L;

    private final Counters counters;
    private final EventQueue queue;
    private final EventTime time;
    private final Diagnostics diagnostics;
    private long saidAt = System.nanoTime() - PAUSE;
    private long said;
    private long loggedAt = System.nanoTime() - PAUSE;
    private long logged;

    Notices(Counters counters, EventQueue queue, EventTime time, Diagnostics diagnostics) {
        this.counters = counters;
        this.queue = queue;
        this.time = time;
        this.diagnostics = diagnostics;
    }

    synchronized void check() {
        long dropped = counters.droppedSoFar();
        if (dropped == said || System.nanoTime() - saidAt < PAUSE) return;
        diagnostics.always((dropped - said) + " log lines dropped, so far " + reasons());
        said = dropped;
        saidAt = System.nanoTime();
    }

    /// The server has taken a batch.
    synchronized void connected() {
        check();
        long dropped = counters.droppedSoFar();
        if (dropped == logged || System.nanoTime() - loggedAt < PAUSE) return;
        var event = new LogEvent(Level.WARNING, (dropped - logged) + " log lines dropped before this one");
        event.logger("sigyn.client").field("dropped_so_far", reasons());
        event.seal(time.next());
        if (!queue.offerIfRoom(event)) return;
        logged = dropped;
        loggedAt = System.nanoTime();
    }

    private String reasons() {
        var text = new StringJoiner(", ");
        counters.snapshot().droppedBy().forEach((reason, lines) -> text.add(reason.label() + " " + lines));
        return text.toString();
    }
}
