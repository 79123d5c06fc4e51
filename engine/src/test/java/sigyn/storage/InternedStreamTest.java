package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.index.Stream;
import sigyn.storage.port.PushBatch;
import sigyn.testkit.FakeClock;

/// Streams that a batch names by what the store interned them as.
class InternedStreamTest {
    private static final Labels SHOP = Labels.of("app", "shop");
    private static final Labels BANK = Labels.of("app", "bank");

    @TempDir
    Path directory;

    private static Stream append(Storage storage, Tenant tenant, PushBatch batch, int stream, long time)
            throws InterruptedException {
        batch.add(stream, time, new byte[] {'x'}, 0, 1, new byte[0]);
        storage.append(tenant, batch);
        return Objects.requireNonNull(batch.interned(stream));
    }

    private static Stream append(Storage storage, Tenant tenant, Labels labels, long time) throws InterruptedException {
        var batch = new PushBatch();
        return append(storage, tenant, batch, batch.stream(labels), time);
    }

    private static Stream append(Storage storage, Tenant tenant, Stream known, long time) throws InterruptedException {
        var batch = new PushBatch();
        return append(storage, tenant, batch, batch.stream(known), time);
    }

    private static Entry entry(Labels labels, long time) {
        return new Entry(labels, time, "x", Map.of());
    }

    @Test
    void theStoreTakesItsOwnAndOfAnotherTenantOnlyTheLabels() throws Exception {
        var clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
        var all = new Entry[] {entry(BANK, 1), entry(BANK, 3), entry(SHOP, 4)};
        try (var storage = Storage.open(directory, clock)) {
            var bank = append(storage, Tenant.FAKE, BANK, 1);
            var others = append(storage, new Tenant("other"), SHOP, 2);
            assertThat(others.id()).isEqualTo(bank.id());
            assertThat(append(storage, Tenant.FAKE, bank, 3)).isSameAs(bank);
            assertThat(append(storage, Tenant.FAKE, others, 4)).isNotIn(bank, others);
            assertThat(Ledger.read(storage)).containsExactlyInAnyOrder(all);
        }
        try (var storage = Storage.open(directory, clock)) {
            assertThat(Ledger.read(storage)).containsExactlyInAnyOrder(all);
        }
    }

    @Test
    void aStreamIsInABatchOnceHoweverItIsNamedAndNotAfterClear() throws Exception {
        try (var storage = Storage.open(directory, new FakeClock(Instant.ofEpochSecond(1_700_000_000)))) {
            var batch = new PushBatch();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 5000; i++) {
                    assertThat(batch.stream(Labels.of("n", String.valueOf(i * 7 % 1000))))
                            .isEqualTo(i % 1000);
                }
                var known = append(storage, Tenant.FAKE, batch, 500, round);
                assertThat(known.labels()).isEqualTo(Labels.of("n", "500"));
                assertThat(batch.stream(known)).isEqualTo(500);
                assertThat(batch.streams()).hasSize(1000);
                batch.clear();
                assertThat(batch.stream(known)).isZero();
                assertThat(batch.stream(known.labels())).isZero();
                batch.clear();
            }
        }
    }
}
