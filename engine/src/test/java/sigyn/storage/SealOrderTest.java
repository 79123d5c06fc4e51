package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.block.Encoders;
import sigyn.storage.head.HeadPart;
import sigyn.storage.head.SpareMemory;
import sigyn.testkit.FakeClock;

/// The manifest says up to where in the log a cluster is in blocks, so none of its parts may overtake another.
class SealOrderTest {
    @TempDir
    Path directory;

    private static List<HeadPart> full(TenantStore tenant, long seq) {
        var batch = Entry.batch(List.of(new Entry(Labels.of("app", "shop"), 1000 + seq, "line " + seq, Map.of())));
        return tenant.apply(batch, tenant.intern(batch), ReadyPieces.none(), seq, _ -> 0, 0, 1)
                .full();
    }

    @Test
    void aPartTakesThoseWithItThatWereClosedBefore() throws Exception {
        var blocks = Files.createDirectories(directory.resolve("blocks"));
        try (var manifest = Manifest.read(directory)) {
            var tenant = new TenantStore(Tenant.FAKE, new SpareMemory(0));
            var clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
            var sealer = new Sealer(blocks, manifest, clock, new Encoders(1), 1, _ -> {});
            var first = full(tenant, 1);
            var second = full(tenant, 2);
            var third = full(tenant, 3);
            for (var future : sealer.submit(tenant, second)) {
                assertThat(future.get()).isTrue();
            }
            assertThat(manifest.sealedSeq(Tenant.FAKE, second.getFirst().cluster()))
                    .isEqualTo(2);
            assertThat(tenant.view().parts()).isEqualTo(third);
            for (var future : sealer.submit(tenant, first)) {
                assertThat(future.get()).isTrue();
            }
            var view = tenant.view();
            sealer.close();
            assertThat(view.blocks()).hasSize(1);
            assertThat(view.blocks().getFirst().groups())
                    .extracting(g -> g.lastSeq())
                    .containsExactly(1L, 2L);
        }
    }
}
