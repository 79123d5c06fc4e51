package sigyn.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done again and again while the server runs, on one thread.
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /// A thing to do; a failure is logged and it is tried again at the next time.
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("housekeeping").daemon(true).factory());

    Housekeeping every(Duration period, String name, Task task) {
        var _ = thread.scheduleWithFixedDelay(
                () -> run(name, task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    private static void run(String name, Task task) {
        try {
            task.run();
        } catch (Exception e) {
            LOG.error("{} failed and will be tried again: {}", name, e.toString());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
