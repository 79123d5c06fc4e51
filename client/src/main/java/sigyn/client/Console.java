package sigyn.client;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Prints messages on standard output from a thread of its own, because a full pipe would block the caller. Lines
/// beyond
/// [#MOST] waiting ones are not printed; they are still sent.
final class Console {
    private static final int MOST = 10_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final String service;
    private final LinkedTransferQueue<LogEvent> queue = new LinkedTransferQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean closed;

    Console(String service) {
        this.service = service;
        if (ClientThread.mayStart()) start();
    }

    void print(LogEvent event) {
        if (closed || waiting.incrementAndGet() > MOST) {
            if (!closed) waiting.decrementAndGet();
            return;
        }
        queue.add(event);
        if (!started.get()) start();
    }

    private void start() {
        if (started.compareAndSet(false, true)) new ClientThread("sigyn-console", this::run).start();
    }

    /// Waits until everything is printed, or the time is over.
    void close(Duration atMost) {
        closed = true;
        if (!started.get()) return;
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (waiting.get() > 0 && System.nanoTime() < end) TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var lines = new ArrayList<LogEvent>();
        try {
            while (!closed || waiting.get() > 0) {
                var first = queue.poll(1, TimeUnit.SECONDS);
                if (first == null) continue;
                lines.add(first);
                queue.drainTo(lines, 1000);
                var text = new StringBuilder(lines.size() * 100);
                for (var line : lines) append(text, line);
                System.out.print(text);
                System.out.flush();
                waiting.addAndGet(-lines.size());
                lines.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void append(StringBuilder out, LogEvent event) {
        var time = Instant.ofEpochSecond(0, event.timeNanos);
        TIME.formatTo(time, out);
        out.append(' ')
                .append(event.level)
                .append(' ')
                .append(service)
                .append(": ")
                .append(event.message);
        for (int i = 0; i < event.fieldsEnd; i += 2) {
            var value = event.fields[i + 1];
            out.append(' ').append(event.fields[i]).append('=');
            out.append(value instanceof JsonText json ? json.text() : String.valueOf(value));
        }
        out.append(System.lineSeparator());
        if (event.thrown != null) out.append(event.thrown);
    }
}
