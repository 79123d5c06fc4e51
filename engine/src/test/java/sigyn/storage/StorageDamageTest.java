package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sigyn.codec.Bytes;
import sigyn.model.Direction;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.block.Block;
import sigyn.storage.port.ScanRequest;

/// Files cut short, flipped, swapped, emptied or lost: found, named and kept apart, while the rest serves.
class StorageDamageTest {
    /// Fewer blocks than are merged into one.
    private static final int BATCHES = 6;
    private static final int ROWS = 50;

    @TempDir
    Path directory;

    private static List<Entry> batch(int number) {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < ROWS; i++) {
            int n = number * ROWS + i;
            entries.add(new Entry(Labels.of("app", "a" + n % 2), 1000L + n, "line " + n + " of some text", Map.of()));
        }
        return entries;
    }

    private Storage open() {
        return Storage.open(directory, Clock.systemUTC());
    }

    private static List<Entry> read(Storage storage) throws InterruptedException {
        return Entry.read(storage.scan(
                new ScanRequest(Tenant.FAKE, List.of(), TimeRange.ALL, Direction.FORWARD, List.of(), true, true)));
    }

    private void write(boolean sealEach) throws InterruptedException {
        try (var storage = open()) {
            for (int i = 0; i < BATCHES; i++) {
                storage.append(Tenant.FAKE, Entry.batch(batch(i)));
                if (sealEach) {
                    storage.flush();
                }
            }
        }
    }

    private List<Path> files(String folder, String ending) throws IOException {
        try (var files = Files.walk(directory.resolve(folder))) {
            return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
        }
    }

    @Test
    void aTornTailOfTheLogIsCutAndTheRestServes() throws Exception {
        write(false);
        Path log = files("wal", ".log").getFirst();
        byte[] whole = Files.readAllBytes(log);
        for (int cut = 1; cut < 200; cut += 7) {
            Files.write(log, java.util.Arrays.copyOf(whole, whole.length - cut));
            try (var storage = open()) {
                assertThat(read(storage)).hasSize((BATCHES - 1) * ROWS);
                assertThat(storage.counters().tornBytes()).isPositive();
                assertThat(storage.damages().all()).isEmpty();
            }
            for (Path file : files("wal", ".log")) {
                Files.delete(file);
            }
            Files.write(log, whole);
        }
    }

    @Test
    void aFlippedBitInTheLogCostsOneRecordAndIsNamed() throws Exception {
        write(false);
        Path log = files("wal", ".log").getFirst();
        byte[] whole = Files.readAllBytes(log);
        var random = new Random(7);
        for (int i = 0; i < 40; i++) {
            byte[] flipped = whole.clone();
            int at = 32 + random.nextInt(whole.length / 2);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(log, flipped);
            try (var storage = open()) {
                var found = read(storage);
                assertThat(found).hasSize((BATCHES - 1) * ROWS);
                assertThat(storage.damages().all()).hasSize(1);
                assertThat(storage.damages().all().getFirst().message())
                        .contains(log.getFileName().toString());
            }
            for (Path file : files("wal", ".log")) {
                Files.delete(file);
            }
        }
        assertThat(files("quarantine", ".log")).isNotEmpty();
    }

    @Test
    void aFlippedBitAnywhereInABlockIsFoundAndCostsOnlyThatBlock() throws Exception {
        write(true);
        var blocks = files("blocks", ".blk");
        assertThat(blocks).hasSize(BATCHES);
        Path victim = blocks.get(3);
        byte[] whole = Files.readAllBytes(victim);
        var expected = new HashSet<Entry>();
        for (int i = 0; i < BATCHES; i++) {
            expected.addAll(batch(i));
        }
        var random = new Random(11);
        for (int i = 0; i < 60; i++) {
            byte[] flipped = whole.clone();
            int at = random.nextInt(whole.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            restore(victim, flipped);
            try (var storage = open()) {
                var found = read(storage);
                assertThat(expected).containsAll(found);
                assertThat(found).hasSizeGreaterThanOrEqualTo((BATCHES - 1) * ROWS);
                if (found.size() < BATCHES * ROWS) {
                    assertThat(storage.damages().all()).isNotEmpty();
                    assertThat(storage.damages()
                                    .in(Tenant.FAKE, TimeRange.ALL)
                                    .getFirst()
                                    .message())
                            .contains(victim.getFileName().toString());
                }
            }
        }
    }

    private void restore(Path victim, byte[] content) throws IOException {
        try (var manifests = Files.list(directory)) {
            for (Path file : manifests
                    .filter(f -> f.getFileName().toString().startsWith("manifest"))
                    .toList()) {
                Files.delete(file);
            }
        }
        Files.write(victim, content);
    }

    @Test
    void blocksThatAreCutEmptiedOrSwappedAreMovedAside() throws Exception {
        write(true);
        var blocks = files("blocks", ".blk");
        byte[] other = Files.readAllBytes(blocks.get(1));
        Files.write(blocks.get(0), new byte[0]);
        Files.write(blocks.get(2), other);
        try (var channel = java.nio.channels.FileChannel.open(blocks.get(4), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        try (var storage = open()) {
            assertThat(read(storage)).hasSize((BATCHES - 3) * ROWS);
            assertThat(storage.damages().all()).hasSize(3);
        }
        assertThat(files("quarantine", ".blk")).hasSize(3);
        try (var storage = open()) {
            assertThat(read(storage)).hasSize((BATCHES - 3) * ROWS);
        }
    }

    @Test
    void aLostOrDamagedManifestIsRebuiltFromTheBlocks() throws Exception {
        write(true);
        try (var storage = open()) {
            storage.append(Tenant.FAKE, Entry.batch(batch(BATCHES)));
        }
        for (int variant = 0; variant < 3; variant++) {
            Path manifest = manifest();
            switch (variant) {
                case 0 -> Files.delete(manifest);
                case 1 -> Files.write(manifest, new byte[0]);
                default -> {
                    byte[] bytes = Files.readAllBytes(manifest);
                    bytes[40] ^= 1;
                    Files.write(manifest, bytes);
                }
            }
            try (var storage = open()) {
                var found = read(storage);
                assertThat(found).hasSize((BATCHES + 1) * ROWS);
                assertThat(new HashSet<>(found)).hasSize((BATCHES + 1) * ROWS);
            }
        }
    }

    /// A row group that cannot be read does not keep a deletion from ending: it is set aside, for it may have what is
    /// to go; one of other streams stays where it is, damaged.
    @ParameterizedTest
    @ValueSource(strings = {"a0", "a1"})
    void aDamagedRowGroupDoesNotKeepADeletionUnfinished(String damaged) throws Exception {
        try (var storage = open()) {
            storage.append(Tenant.FAKE, Entry.batch(batch(0)));
            storage.flush();
        }
        Path file = files("blocks", ".blk").getFirst();
        byte[] bytes = Files.readAllBytes(file);
        var block = Block.open(file, Tenant.FAKE.id(), labels -> labels.equals(Labels.of("app", damaged)) ? 1 : 0);
        assertThat(block.groups()).hasSize(2);
        var group = block.groups().stream()
                .filter(g -> g.stream(0) == 1)
                .findFirst()
                .orElseThrow();
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        byte[] copy = new byte[group.length()];
        group.copyAsIs(copy);
        int at = text.indexOf(new String(copy, StandardCharsets.ISO_8859_1));
        bytes[at + 100] ^= 1;
        Files.write(file, bytes);
        try (var storage = open()) {
            storage.delete(
                    Tenant.FAKE,
                    List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "a1")),
                    TimeRange.ALL,
                    List.of(new LinePredicate.Contains("line 1", false)),
                    Duration.ZERO);
            storage.erase();
            assertThat(storage.deletions(Tenant.FAKE)).isEmpty();
            var kept = batch(0).stream()
                    .filter(e -> !e.labels().equals(Labels.of("app", damaged)))
                    .filter(e -> damaged.equals("a1") || !e.line().startsWith("line 1"))
                    .toList();
            assertThat(read(storage)).containsExactlyElementsOf(kept);
            assertThat(storage.missing(Tenant.FAKE, TimeRange.ALL))
                    .anyMatch(m -> m.contains(file.getFileName().toString()));
        }
        Path aside = directory.resolve("quarantine/fake").resolve(file.getFileName());
        assertThat(Files.exists(aside)).isEqualTo(damaged.equals("a1"));
        assertThat(files("blocks", ".blk")).hasSize(1).doesNotContain(file);
        try (var storage = open()) {
            assertThat(storage.deletions(Tenant.FAKE)).isEmpty();
        }
    }

    private Path manifest() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith("manifest"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /// What was deleted does not come back when the manifest is damaged in front of the deletion.
    @Test
    void aDamagedManifestStillKnowsItsDeletions() throws Exception {
        write(true);
        try (var storage = open()) {
            storage.delete(
                    Tenant.FAKE,
                    List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "a1")),
                    TimeRange.ALL,
                    List.of(),
                    Duration.ofHours(1));
            assertThat(read(storage)).hasSize(BATCHES * ROWS / 2);
        }
        byte[] bytes = Files.readAllBytes(manifest());
        bytes[40] ^= 1;
        Files.write(manifest(), bytes);
        try (var storage = open()) {
            assertThat(read(storage)).hasSize(BATCHES * ROWS / 2);
            assertThat(storage.deletions(Tenant.FAKE)).hasSize(1);
        }
        assertThat(files("quarantine", "")).isNotEmpty();
    }

    /// Files of a version that this program does not know: named, kept, and the rest serves.
    @Test
    void filesOfANewerVersionAreNamedAndKept() throws Exception {
        write(true);
        try (var storage = open()) {
            storage.append(Tenant.FAKE, Entry.batch(batch(BATCHES)));
        }
        Path block = files("blocks", ".blk").get(2);
        Path log = files("wal", ".log").getLast();
        newer(block, 60);
        newer(log, 28);
        newer(manifest(), 28);
        try (var storage = open()) {
            assertThat(read(storage)).hasSize((BATCHES - 1) * ROWS);
            assertThat(storage.damages().all())
                    .extracting(d -> d.message())
                    .anyMatch(m -> m.contains(block.getFileName().toString()) && m.contains("version 9"))
                    .anyMatch(m -> m.contains(log.getFileName().toString()) && m.contains("version 9"));
            assertThat(storage.missing(Tenant.FAKE, TimeRange.ALL)).hasSizeGreaterThanOrEqualTo(2);
        }
        assertThat(files("quarantine", "")).hasSize(4);
    }

    /// Sets the version at byte 8 of a header and makes its checksum right again.
    private static void newer(Path file, int crcAt) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Bytes.putU16(bytes, 8, 9);
        Bytes.putI32(bytes, crcAt, Bytes.crc32c(bytes, 0, crcAt));
        Files.write(file, bytes);
    }

    @Test
    void oneProcessAtATime() {
        try (var storage = open()) {
            assertThat(storage.tenants()).isEmpty();
            assertThatThrownBy(this::open).isInstanceOf(SigynException.class).hasMessageContaining("open");
        }
    }

    @Test
    void aBatchOfMegabyteAndBinaryLinesComesBackByteForByte() throws Exception {
        var random = new Random(3);
        var line = new StringBuilder();
        for (int i = 0; i < 1 << 20; i++) {
            line.append((char) random.nextInt(256));
        }
        var entries = List.of(
                new Entry(Labels.of("app", "a"), Long.MIN_VALUE / 4, line.toString(), Map.of()),
                new Entry(Labels.of("app", "a"), Long.MAX_VALUE / 4, "", Map.of("k", "v".repeat(100_000))),
                new Entry(Labels.EMPTY, 0, "\0\u0001\n", Map.of()));
        try (var storage = open()) {
            storage.append(Tenant.FAKE, Entry.batch(entries));
            assertThat(read(storage)).containsExactlyInAnyOrderElementsOf(entries);
            storage.flush();
            assertThat(read(storage)).containsExactlyInAnyOrderElementsOf(entries);
        }
        try (var storage = open()) {
            assertThat(read(storage)).containsExactlyInAnyOrderElementsOf(entries);
        }
    }
}
