package sigyn.storage.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Labels;
import sigyn.model.Tenant;

/// A new block is opened against the streams that were given, before a manifest names it.
class BlockWriterTest {
    private static final long NUMBER = 7;
    private static final List<Labels> GIVEN =
            List.of(Labels.of("app", "shop", "host", "h1"), Labels.of("app", "shop", "host", "h2"));

    @TempDir
    Path directory;

    @Test
    void theStreamsThatWereGivenHaveTheirNumbers() throws IOException {
        try (var writer = written(directory, GIVEN)) {
            var group = writer.open().groups().getFirst();

            assertThat(group.streamCount()).isEqualTo(2);
            assertThat(List.of(group.stream(0), group.stream(1))).containsExactlyInAnyOrder(100, 101);
        }
    }

    @Test
    void otherStreamsAreRefused() throws IOException {
        assertRefused("other labels than expected", GIVEN.getFirst(), Labels.of("app", "shop", "host", "h3"));
        assertRefused("other labels than expected", GIVEN.getFirst(), Labels.of("app", "shop", "most", "h2"));
        assertRefused(
                "other labels than expected", GIVEN.getFirst(), Labels.of("app", "shop", "host", "h2", "zone", "z"));
        assertRefused("other labels than expected", GIVEN.getFirst(), Labels.of("app", "shop"));
        assertRefused("other labels than expected", GIVEN.getLast(), GIVEN.getFirst());
        assertRefused("1 streams, expected 2", GIVEN.getFirst());
        assertRefused("3 streams, expected 2", GIVEN.getFirst(), GIVEN.getLast(), Labels.of("app", "bank"));
    }

    /// Puts a whole file of other streams where the new block is.
    private void assertRefused(String problem, Labels... stored) throws IOException {
        var elsewhere = Files.createTempDirectory(directory, "stored");
        written(elsewhere, List.of(stored)).close();
        try (var writer = written(directory, GIVEN)) {
            Files.copy(
                    elsewhere.resolve(Block.fileName(NUMBER)),
                    directory.resolve(Block.fileName(NUMBER)),
                    StandardCopyOption.REPLACE_EXISTING);

            assertThatThrownBy(writer::open)
                    .isInstanceOf(CorruptBlockException.class)
                    .hasMessageContaining(problem);
        }
    }

    private static BlockWriter written(Path directory, List<Labels> streams) throws IOException {
        var writer = new BlockWriter(directory, NUMBER, Tenant.FAKE, id -> streams.get(id - 100));
        var rows = new Rows(0, 0);
        byte[] line = "a line".getBytes(UTF_8);
        for (int i = 0; i < streams.size(); i++) {
            rows.add(100 + i, 1000L + i, line, 0, line.length, 0, 0);
        }
        writer.add(new Encoders(1), rows, 1, 1, 1);
        writer.commit(2000, 0, List.of());
        return writer;
    }
}
