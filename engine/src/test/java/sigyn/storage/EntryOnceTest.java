package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.testkit.FakeClock;

/// An entry that is sent again while its first copy is on the way into a block.
class EntryOnceTest {
    private static final Entry ENTRY = new Entry(Labels.of("app", "shop"), 1000, "paid ".repeat(100), Map.of());
    private static final List<LabelMatcher> SHOP = List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "shop"));
    /// Every entry fills a part.
    private static final Capacity SMALL_PARTS = new Capacity(256, 64L << 20, 16L << 20, 1L << 30, 30 * 60_000L);

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
