package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.head.HeadPart;
import sigyn.storage.head.SpareMemory;

class TenantStoreTest {
    private final TenantStore tenant = new TenantStore(Tenant.FAKE, new SpareMemory(0));

    private TenantStore.Applied apply(long seq, int partBytes, Entry... entries) {
        var batch = Entry.batch(List.of(entries));
        return tenant.apply(batch, tenant.intern(batch), ReadyPieces.none(), seq, _ -> 0, 0, partBytes);
    }

    private static Entry entry(long time) {
        return new Entry(Labels.of("app", "shop"), time, "line " + time, Map.of());
    }

    /// Looking for a row makes a table, also of a part that is being sealed. Room that was never counted would be given
    /// back with the part, and the head would be allowed to grow by it.
    @Test
    void memoryForLookingIsCounted() {
        var rows = new Entry[5000];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = entry(1000 + i);
        }
        var first = apply(1, 1, rows);
        var again = apply(2, 1 << 20, rows[17], entry(999));
        var later = apply(3, 1 << 20, rows[18], rows[19], entry(9999));

        assertThat(first.full()).isEqualTo(tenant.parts().subList(0, 1));
        assertThat(List.of(first.added(), again.added(), later.added())).isEqualTo(List.of(5000, 1, 1));
        assertThat(again.memory()).isGreaterThan(8 * 5000);
        assertThat(first.memory() + again.memory() + later.memory())
                .isEqualTo(tenant.parts().stream().mapToLong(HeadPart::memory).sum());
    }

    @Test
    void whatABatchHasTwiceIsStoredOnce() {
        var other = new Entry(Labels.of("app", "shop"), 5, "another line", Map.of());
        var applied = apply(1, 1 << 20, entry(5), entry(5), other, entry(6), entry(5), entry(4), other, entry(6));

        assertThat(applied.added()).isEqualTo(4);
    }
}
