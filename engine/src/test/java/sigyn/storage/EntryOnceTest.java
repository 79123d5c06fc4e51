package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.retention.RetentionRule;
import sigyn.testkit.FakeClock;

/// An entry that is sent again while its first copy is on the way into a block.
class EntryOnceTest {
    private static final Entry ENTRY = new Entry(Labels.of("app", "shop"), 1000, "paid ".repeat(100), Map.of());
    private static final List<LabelMatcher> SHOP = List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "shop"));
    /// Every entry fills a part.
    private static final Capacity SMALL_PARTS =
            new Capacity(256, 64L << 20, 16L << 20, 1L << 30, 16L << 20, 30 * 60_000L);

    @TempDir
    Path directory;

    private final FakeClock clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));

    private Storage open() {
        return Storage.open(directory, clock, SMALL_PARTS);
    }

    private static void awaitSeals(Storage storage) {
        while (storage.counters().sealingParts() > 0) {
            Thread.onSpinWait();
        }
    }

    /// Where a file is in the way of the tenant's directory, parts stay in the head.
    private Path holdSeals() throws IOException {
        return Files.createFile(directory.resolve("blocks").resolve(Tenant.FAKE.id()));
    }

    @Test
    void whatExpiredIsNotBackFromTheLogAfterARestart() throws Exception {
        try (var storage = open()) {
            Path hold = holdSeals();
            storage.append(Tenant.FAKE, Entry.batch(List.of(ENTRY)));
            storage.append(Tenant.FAKE, Entry.batch(List.of(ENTRY)));
            assertThat(storage.counters().duplicateLines()).isOne();
            Files.delete(hold);
            awaitSeals(storage);
            storage.retain((_, _) -> Duration.ofDays(1), Long.MAX_VALUE);
            storage.sweep();
            assertThat(Ledger.read(storage)).isEmpty();
        }
        try (var storage = open()) {
            assertThat(Ledger.read(storage)).isEmpty();
        }
    }

    private static void read(Storage storage) {
        try {
            assertThat(Ledger.read(storage)).containsExactly(ENTRY);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void append(Storage storage) {
        try {
            storage.append(Tenant.FAKE, Entry.batch(List.of(ENTRY)));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatTheDiskHadNoRoomForIsNotBackFromTheLogAfterARestart() throws Exception {
        try (var storage = Storage.open(directory, clock)) {
            append(storage);
            storage.flush();
            append(storage);
            read(storage);
            storage.retain(RetentionRule.FOREVER, 0);
            storage.sweep();
            assertThat(Ledger.read(storage)).isEmpty();
        }
        try (var storage = open()) {
            assertThat(Ledger.read(storage)).isEmpty();
        }
    }

    /// The entry comes again between the look into the head and the drop of its block: what is seen then is what is
    /// seen after a restart, and the next sweep takes it.
    @Test
    void whatIsSentAgainDuringASweepIsTheSameAfterARestart() throws Exception {
        List<Entry> seen;
        try (var storage = Storage.open(directory, clock)) {
            append(storage);
            storage.flush();
            // The store's own first sweep is over; the next is due in a minute.
            while (storage.lastUpkeep().toEpochMilli() == 0) {
                Thread.onSpinWait();
            }
            var once = new AtomicBoolean();
            storage.retain(
                    (_, _) -> {
                        if (once.compareAndSet(false, true)) {
                            append(storage);
                            read(storage);
                        }
                        return Duration.ofDays(1);
                    },
                    Long.MAX_VALUE);
            storage.sweep();
            assertThat(once).isTrue();
            seen = Ledger.read(storage);
        }
        try (var storage = open()) {
            assertThat(Ledger.read(storage)).isEqualTo(seen);
            storage.retain((_, _) -> Duration.ofDays(1), Long.MAX_VALUE);
            storage.sweep();
            assertThat(Ledger.read(storage)).isEmpty();
        }
        try (var storage = open()) {
            assertThat(Ledger.read(storage)).isEmpty();
        }
    }

    /// Wherever the two copies are when the deletion between them is withdrawn.
    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void aWithdrawnDeletionShowsItOnceWhenItCameAgain(boolean sealedBefore, boolean sealedAfter) throws Exception {
        var other = new Entry(Labels.of("app", "shop"), 1001, "closed ".repeat(10), Map.of());
        try (var storage = Storage.open(directory, clock)) {
            storage.append(Tenant.FAKE, Entry.batch(List.of(ENTRY, other)));
            if (sealedBefore) {
                storage.flush();
            }
            var deletion = storage.delete(Tenant.FAKE, SHOP, TimeRange.ALL, List.of(), Duration.ofHours(1));
            append(storage);
            if (sealedAfter) {
                storage.flush();
            }
            read(storage);
            assertThat(storage.cancelDeletion(Tenant.FAKE, deletion.id())).isTrue();
            assertThat(Ledger.read(storage)).containsExactly(ENTRY, other);
            assertThat(storage.cancelDeletion(Tenant.FAKE, deletion.id())).isFalse();
        }
        try (var storage = open()) {
            assertThat(Ledger.read(storage)).containsExactly(ENTRY, other);
            storage.compact();
            assertThat(Ledger.read(storage)).containsExactly(ENTRY, other);
        }
    }

    @Test
    void aWithdrawnDeletionShowsItOnceWhenTheCopyWasSealedMeanwhile() throws Exception {
        try (var storage = Storage.open(directory, clock)) {
            storage.append(Tenant.FAKE, Entry.batch(List.of(ENTRY)));
            storage.flush();
            storage.append(Tenant.FAKE, Entry.batch(List.of(ENTRY)));
            var deletion = storage.delete(Tenant.FAKE, SHOP, TimeRange.ALL, List.of(), Duration.ofHours(1));
            awaitSeals(storage);
            assertThat(Ledger.read(storage)).isEmpty();
            assertThat(storage.cancelDeletion(Tenant.FAKE, deletion.id())).isTrue();
            assertThat(Ledger.read(storage)).containsExactly(ENTRY);
        }
    }
}
