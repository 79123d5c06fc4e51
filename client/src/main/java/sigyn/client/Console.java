package sigyn.client;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Prints messages on standard output from a thread of its own, because a full pipe would block the caller. What is
/// beyond [#MOST] waiting lines, or [#MOST_BYTES], is not printed; it is still sent.
final class Console {
    private static final int MOST = 10_000;
    private static final int MOST_BYTES = 8 << 20;
    private static final long ONE = 1L << 32;
    private static final long IDLE = 1_000_000_000L;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final String service;
    private final PageMemory memory = new PageMemory(MOST_BYTES);
    private final Lane lines = new Lane(memory, MOST);
    /// Lines in the upper half, bytes in the lower.
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean closed;
    /// The printing thread while it sleeps.
    private volatile @Nullable Thread sleeper;

    Console(String service) {
        this.service = service;
        if (ClientThread.mayStart()) start();
    }

    void print(LogEvent event) {
        if (closed) return;
        long load = ONE + event.bytes.size();
        long now = waiting.addAndGet(load);
        if (Page.lines(now) > MOST || Page.bytes(now) > MOST_BYTES) {
            waiting.addAndGet(-load);
            return;
        }
        lines.add(event.bytes);
        if (!started.get()) start();
        wake();
    }

    private void wake() {
        var thread = sleeper;
        if (thread != null) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }

    private void start() {
        if (started.compareAndSet(false, true)) new ClientThread("sigyn-console", this::run).start();
    }

    /// Waits until everything is printed, or the time is over.
    void close(Duration atMost) {
        closed = true;
        wake();
        if (!started.get()) return;
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (waiting.get() > 0 && System.nanoTime() < end) TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var text = new StringBuilder();
        while (!closed || waiting.get() > 0) {
            var page = lines.poll();
            if (page != null) print(page, text);
            else sleep();
        }
        memory.close();
    }

    private void sleep() {
        sleeper = Thread.currentThread();
        if (lines.isEmpty() && !closed) LockSupport.parkNanos(this, IDLE);
        sleeper = null;
    }

    private void print(Page page, StringBuilder text) {
        if (page.open()) {
            long printed = 0;
            for (Line line; (line = page.next()) != null; printed += ONE + line.bytes) append(text, line);
            System.out.print(text);
            System.out.flush();
            text.setLength(0);
            waiting.addAndGet(-printed);
        } else {
            waiting.addAndGet(-page.unread());
        }
    }

    private void append(StringBuilder out, Line line) {
        TIME.formatTo(Instant.ofEpochSecond(0, line.timeNanos), out);
        out.append(' ')
                .append(line.level)
                .append(' ')
                .append(service)
                .append(": ")
                .append(line.message);
        for (int i = 0; i < line.fieldsEnd; i += 2) {
            var value = line.fields[i + 1];
            out.append(' ').append(line.fields[i]).append('=');
            out.append(value instanceof JsonText json ? json.text() : String.valueOf(value));
        }
        out.append(System.lineSeparator());
        if (line.thrown != null) out.append(line.thrown);
    }
}
