package sigyn.client;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/// The loop of one sender thread: take a batch, bring it to an end, again. A batch ends as stored, refused for good,
/// put on disk, or lost when the client gives up; until then it is repeated. Nothing thrown ends the loop.
final class Sender implements Runnable {
    private static final int MOST_INTERNAL_ERRORS = 3;
    private static final String BAD_CREDENTIALS = "the server does not accept the credentials";
    private static final String FAILED = "the client failed";
    /// Between looks at the file of a secret that was refused.
    private static final long LOOK_AT_SECRET = 1_000_000_000;
    private static final long PAUSE_AFTER_FAILURE = 100_000_000;
    /// Requests spent on finding the refused lines of one batch.
    private static final int MOST_LOOKS = 64;

    private final ClientConfig config;
    private final Collector collector;
    private final EventQueue queue;
    private final Counters counters;
    private final Delivery delivery;
    private final Transport transport;
    private final Diagnostics diagnostics;
    private final Notices notices;
    private final LazySpool spool;
    private final Runnable ended;
    private final BatchEncoder encoder;
    private final Collector.Hand hand;
    private int unauthorized;
    private int looks;
    private boolean looking = true;

    Sender(
            ClientConfig config,
            Collector collector,
            EventQueue queue,
            Counters counters,
            Delivery delivery,
            Transport transport,
            Diagnostics diagnostics,
            Notices notices,
            LazySpool spool,
            Collector.Hand hand,
            Runnable ended) {
        this.config = config;
        this.collector = collector;
        this.queue = queue;
        this.counters = counters;
        this.delivery = delivery;
        this.transport = transport;
        this.diagnostics = diagnostics;
        this.notices = notices;
        this.spool = spool;
        this.hand = hand;
        this.ended = ended;
        encoder = new BatchEncoder(config);
    }

    @Override
    public void run() {
        try {
            while (!delivery.isAbandoned() && survive()) {}
        } finally {
            ended.run();
        }
    }

    /// One step; whatever is thrown while dealing with a failure does not end the thread either.
    private boolean survive() {
        try {
            return step();
        } catch (RuntimeException | Error e) {
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE);
            return true;
        }
    }

    /// False when there is nothing left to do.
    private boolean step() {
        try {
            var work = collector.next(encoder, hand, spool.get(), notices::check);
            if (work == null) return !delivery.isClosing() && !delivery.isAbandoned();
            var entry = work.spooled();
            if (entry != null) replay(work.batch(), entry);
            else deliverAnew(work.batch());
        } catch (InterruptedException e) {
            // Only giving up interrupts a sender, and the loop asks about that.
        } catch (RuntimeException | Error e) {
            collector.drop(encoder);
            rest(0, FAILED, FAILED + ": " + e);
        } finally {
            hand.oldestNanos = Collector.Hand.EMPTY;
            delivery.progressed();
        }
        return true;
    }

    private void deliverAnew(Batch batch) {
        looks = MOST_LOOKS;
        deliver(batch);
    }

    /// Brings a batch from memory to its end; never throws.
    private void deliver(Batch batch) {
        int internalErrors = 0;
        for (int attempt = 0; ; attempt++) {
            if (attempt > 0) counters.retried();
            if (delivery.isAbandoned()) {
                drop(batch, DropReason.SHUTDOWN);
                return;
            }
            if (delivery.awayNanos() > 0 && toDisk(batch)) return;
            try {
                var verdict = attempt(batch, attempt);
                if (verdict instanceof Verdict.Stored stored) {
                    stored(batch, stored.refused());
                    return;
                } else if (verdict instanceof Verdict.Later later) {
                    long pause = pause(attempt, later.after());
                    delivery.awayFor(pause);
                    if (toDisk(batch)) return;
                    delivery.pause(pause, notices::check);
                } else if (verdict instanceof Verdict.Unauthorized refusal) {
                    if (otherSecret(refusal)) continue;
                    drop(batch, DropReason.UNAUTHORIZED);
                    restUnauthorized();
                    return;
                } else if (verdict instanceof Verdict.Refused) {
                    refused(batch);
                    return;
                } else {
                    parts(batch, verdict instanceof Verdict.Split).forEach(this::deliver);
                    return;
                }
            } catch (InterruptedException e) {
                // Only giving up interrupts a sender; the loop's head sees to it.
            } catch (RuntimeException | Error e) {
                if (++internalErrors == MOST_INTERNAL_ERRORS) {
                    drop(batch, DropReason.INTERNAL);
                    return;
                }
                rest(attempt, FAILED, FAILED + ": " + e);
            }
        }
    }

    /// One attempt at a batch from disk: it is gone when the server has had its say, else it goes back.
    private void replay(Batch batch, Spool.Entry entry) {
        var disk = spool.get();
        if (disk == null) throw new AssertionError("an entry without a spool");
        boolean settled = false;
        try {
            var verdict = attempt(batch, 0);
            if (verdict instanceof Verdict.Later later) {
                counters.retried();
                delivery.awayFor(pause(spool.failures(), later.after()));
                return;
            }
            if (verdict instanceof Verdict.Unauthorized refusal && secretInFile()) {
                if (!otherSecret(refusal)) delivery.awayFor(delivery.backoff(0));
                return;
            }
            settled = true;
            int refused = verdict instanceof Verdict.Stored stored ? stored.refused() : batch.lines;
            var reason = verdict instanceof Verdict.Unauthorized
                    ? DropReason.UNAUTHORIZED
                    : verdict instanceof Verdict.Split ? DropReason.TOO_LARGE : DropReason.REJECTED;
            disk.remove(entry);
            spool.worked();
            settled(batch, refused, reason);
            if (verdict instanceof Verdict.Unauthorized) restUnauthorized();
        } catch (InterruptedException e) {
            // Only giving up interrupts a sender; the batch stays on disk.
        } finally {
            if (!settled) disk.putBack(entry);
        }
    }

    private Verdict attempt(Batch batch, int attempt) throws InterruptedException {
        try {
            return exchange(batch);
        } catch (IOException e) {
            // A kept connection may have been closed while it was idle: that says nothing about the server.
            if (attempt == 0 && !isAway(e)) {
                try {
                    return exchange(batch);
                } catch (IOException again) {
                    e = again;
                }
            }
            return unreachable(e);
        }
    }

    private Verdict exchange(Batch batch) throws IOException, InterruptedException {
        var reply = transport.send(batch, delivery.attemptTimeout());
        var verdict = Verdict.of(reply, batch.lines);
        if (reply.status() >= 300 || reply.status() == 260) {
            String why = "status " + reply.status() + " from " + config.url() + ": " + firstLine(reply.text());
            delivery.failed(why);
            diagnostics.say("status " + reply.status(), why);
        }
        if (!(verdict instanceof Verdict.Later) && !(verdict instanceof Verdict.Unauthorized)) delivery.succeeded();
        return verdict;
    }

    private Verdict unreachable(IOException e) {
        String why = "cannot reach " + config.url() + ": " + words(e);
        delivery.failed(why);
        diagnostics.say("unreachable", why);
        return new Verdict.Later(Optional.empty());
    }

    private static boolean isAway(IOException e) {
        return e instanceof ConnectException || e.getCause() instanceof TimeoutException;
    }

    private static String words(IOException e) {
        var cause = e.getCause();
        String text = e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
        return cause != null && cause.getMessage() != null && !text.contains(cause.getMessage())
                ? text + ": " + cause.getMessage()
                : text;
    }

    private boolean secretInFile() {
        return config.token().or(config::password).filter(Secret::isFile).isPresent();
    }

    /// Whether the secret is another than the one that was refused. One in a file may be about to be rotated, so its
    /// lines wait for that while the client is open.
    private boolean otherSecret(Verdict.Unauthorized refused) throws InterruptedException {
        if (!secretInFile()) return false;
        while (!isOther(refused.authorization())) {
            if (delivery.isClosing() || delivery.isAbandoned()) return false;
            delivery.failed(BAD_CREDENTIALS);
            diagnostics.say(BAD_CREDENTIALS, BAD_CREDENTIALS);
            delivery.pause(Math.min(delivery.backoff(unauthorized++), LOOK_AT_SECRET), notices::check);
        }
        return true;
    }

    private boolean isOther(String authorization) {
        try {
            return !transport.authorization().equals(authorization);
        } catch (IOException e) {
            // Gone while it is being replaced.
            return false;
        }
    }

    private long pause(int attempt, Optional<Duration> asked) {
        long backoff = delivery.backoff(attempt);
        return asked.map(after -> Math.max(after.toNanos(), Math.min(backoff, 1_000_000)))
                .orElse(backoff);
    }

    private void restUnauthorized() {
        rest(unauthorized++, BAD_CREDENTIALS, BAD_CREDENTIALS);
    }

    private void rest(int attempt, String kind, String why) {
        if (delivery.isAbandoned()) return;
        delivery.failed(why);
        diagnostics.say(kind, why);
        try {
            delivery.pause(delivery.backoff(attempt), notices::check);
        } catch (InterruptedException e) {
            // Only giving up interrupts a sender, and the loop asks about that.
        }
    }

    /// The same lines in smaller requests, or in new ones without structured metadata.
    private List<Batch> parts(Batch batch, boolean smaller) {
        if (!smaller) collector.withoutStructuredMetadata();
        int events = batch.hasEvents() ? batch.lines : 0;
        int size = smaller ? events / 2 : events;
        if (size == 0) {
            drop(batch, DropReason.TOO_LARGE);
            return List.of();
        }
        var parts = new ArrayList<Batch>();
        var all = ByteBuffer.wrap(batch.events);
        for (int at = 0, i = 0; i < events; i++) {
            var event = Line.read(all, at);
            at += event.bytes;
            if (encoder.lines() >= size || !encoder.add(event, collector.structuredMetadata())) {
                parts.add(encoder.finish(batch.id + "." + parts.size()));
                encoder.add(event, collector.structuredMetadata());
            }
        }
        parts.add(encoder.finish(batch.id + "." + parts.size()));
        return parts;
    }

    private boolean toDisk(Batch batch) {
        var disk = spool.get();
        if (disk == null) return false;
        try {
            disk.store(batch);
            release(batch);
            return true;
        } catch (IOException e) {
            diagnostics.say("spool", "the spool does not take a batch: " + e);
            return false;
        }
    }

    private void stored(Batch batch, int refused) {
        unauthorized = 0;
        looking |= refused < batch.lines;
        settled(batch, refused, DropReason.REJECTED);
    }

    /// Gives up what a server refused for good and only that: halves go on until the refused lines are alone. When
    /// nothing in a batch was good, looking again is worth it after the next success only.
    private void refused(Batch batch) {
        if (!batch.hasEvents() || batch.lines < 2 || looks <= 0 || looks == MOST_LOOKS && !looking) {
            drop(batch, DropReason.REJECTED);
            return;
        }
        boolean whole = looks == MOST_LOOKS;
        if (whole) looking = false;
        for (var part : parts(batch, true)) {
            looks--;
            deliver(part);
        }
    }

    private void drop(Batch batch, DropReason reason) {
        settled(batch, batch.lines, reason);
    }

    /// Counts what became of lines before others may take their room, so that no more seem to wait than may.
    private void settled(Batch batch, int refused, DropReason reason) {
        if (refused > 0) counters.dropped(reason, refused);
        if (refused < batch.lines) counters.sent(batch.lines - refused);
        release(batch);
        if (refused < batch.lines) notices.connected();
    }

    private void release(Batch batch) {
        if (batch.heldBytes > 0) queue.settle(batch.lines, batch.heldBytes);
        delivery.progressed();
    }

    private static String firstLine(String text) {
        String line = text.strip();
        int end = line.indexOf('\n');
        return LogEvent.cut(end < 0 ? line : line.substring(0, end), 300);
    }
}
