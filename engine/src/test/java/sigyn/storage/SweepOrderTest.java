package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.retention.RetentionRule;
import sigyn.testkit.FakeClock;

/// Sweeps that are asked for while another one is under way.
class SweepOrderTest {
    @TempDir
    Path directory;

    /// The upkeep thread is held inside the old rule; a sweep by the new one does not come back before that is over.
    @Test
    void nothingGoesByTheOldRuleOnceASweepByTheNewOneIsBack() throws Exception {
        var clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
        var events = Collections.synchronizedList(new ArrayList<String>());
        var entered = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var storage = Storage.open(directory, clock)) {
            storage.append(
                    Tenant.FAKE, Entry.batch(List.of(new Entry(Labels.of("app", "shop"), 1000, "line", Map.of()))));
            RetentionRule old = (_, _) -> {
                if (events.isEmpty() && entered.getCount() > 0) {
                    entered.countDown();
                    awaitQuietly(go);
                    events.add("old rule");
                }
                return Duration.ofDays(1);
            };
            storage.retain(old, Long.MAX_VALUE);
            clock.advance(Duration.ofMinutes(2));
            entered.await();
            storage.retain(RetentionRule.FOREVER, Long.MAX_VALUE);
            var sweeper = Thread.ofPlatform().start(() -> {
                try {
                    storage.sweep();
                    events.add("swept");
                } catch (IOException e) {
                    events.add(e.toString());
                }
            });
            while (sweeper.getState() != Thread.State.WAITING && sweeper.getState() != Thread.State.TERMINATED) {
                Thread.onSpinWait();
            }
            go.countDown();
            sweeper.join();
            assertThat(events).containsExactly("old rule", "swept");
            assertThat(Ledger.read(storage)).as("the old rule took it before").isEmpty();
        } finally {
            go.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
