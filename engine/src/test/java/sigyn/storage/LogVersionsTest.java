package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sigyn.model.Tenant;
import sigyn.testkit.FakeClock;

/// Segments of the log that were written by each version are read forever: a batch of three entries and one of two
/// hundred that has a name.
class LogVersionsTest {
    private static final String SEGMENT = "wal-0000000000000001.log";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"v2", "v3", "v4", "v5"})
    void aSegmentOfEveryVersionIsRead(String version) throws Exception {
        Path wal = Files.createDirectories(folder.resolve("wal"));
        Files.copy(Path.of("src/test/resources/wal", version, SEGMENT), wal.resolve(SEGMENT));
        try (var storage = Storage.open(folder, new FakeClock(Instant.ofEpochSecond(1_700_000_000)))) {
            storage.flush();
            assertThat(Ledger.read(storage)).containsExactlyInAnyOrderElementsOf(Ledger.entries(0, 203));
            assertThat(storage.holds(Tenant.FAKE, "batch-2")).isTrue();
            assertThat(storage.damages().all()).isEmpty();
        }
    }
}
