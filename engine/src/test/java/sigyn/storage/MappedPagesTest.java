package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.block.Block;
import sigyn.storage.port.PushBatch;

/// What was copied out of a block does not stay in the process's memory a second time.
class MappedPagesTest {
    private static final int LINE_BYTES = 4096;
    private static final int LINES = 1000;

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void pagesAreGivenUpOnceTheyAreCopied() throws Exception {
        Path file = block();
        var block = Block.open(file, Tenant.FAKE.id(), _ -> 0);
        long size = Files.size(file);
        assertThat(size).isGreaterThan(LINES * LINE_BYTES / 2);
        for (var group : block.groups()) {
            assertThat(group.length()).isGreaterThan(LINES * LINE_BYTES / 2);
            group.copyAsIs(new byte[group.length()]);
            assertThat(resident(file)).isLessThan(size / 4);
            assertThat(group.toRows().count()).isEqualTo(LINES);
            assertThat(resident(file)).isLessThan(size / 4);
        }
    }

    /// A block of lines that cannot be compressed.
    private Path block() throws Exception {
        var random = new Random(7);
        var now = Instant.parse("2026-01-01T00:00:00Z");
        var batch = new PushBatch();
        int stream = batch.stream(Labels.of("app", "random"));
        for (int i = 0; i < LINES; i++) {
            var line = new byte[LINE_BYTES];
            random.nextBytes(line);
            batch.add(stream, now.toEpochMilli() * 1_000_000 + i, line, 0, line.length, new byte[0]);
        }
        Path directory = folder.resolve("store");
        try (var storage = Storage.open(directory, Clock.fixed(now, ZoneOffset.UTC))) {
            storage.append(Tenant.FAKE, batch);
            storage.flush();
        }
        try (var files = Files.walk(directory)) {
            Path file = files.filter(path -> path.toString().endsWith(".blk"))
                    .findFirst()
                    .orElseThrow();
            // the store's own mapping lives until it is collected
            return Files.copy(file, folder.resolve(file.getFileName()));
        }
    }

    /// Bytes of a file that are in this process's memory.
    private static long resident(Path file) throws IOException {
        var mapping = Pattern.compile(Pattern.quote(file.toRealPath().toString()) + "\n(?:[A-Z].*\n)*?Rss: +(\\d+) kB")
                .matcher(Files.readString(Path.of("/proc/self/smaps")));
        assertThat(mapping.find()).isTrue();
        return Long.parseLong(mapping.group(1)) << 10;
    }
}
