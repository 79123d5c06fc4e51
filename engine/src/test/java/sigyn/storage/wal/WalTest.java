package sigyn.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.testkit.Property;
import sigyn.testkit.disk.Call;
import sigyn.testkit.disk.Fault;
import sigyn.testkit.disk.FaultyDisk;

/// Files of the log become segments again, and neither is what is needed lost nor is what was in them before read.
class WalTest {
    private static final long SEGMENT_BYTES = 2_000;

    @TempDir
    Path folder;

    private static Wal<String> open(Path directory) throws IOException {
        return open(directory, SEGMENT_BYTES, 0);
    }

    private static Wal<String> open(Path directory, long segmentBytes, long lastSeq) throws IOException {
        return Wal.open(directory, segmentBytes, lastSeq, group -> group.forEach(WalEntry::complete));
    }

    private static WalEntry<String> entry(byte[] text) {
        var batch = new ByteSink(text.length);
        batch.write(text, 0, text.length);
        return WalEntry.of(batch, 0, new ByteSink(16), "task");
    }

    private static WalEntry<String> entry(String text) {
        return entry(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long append(Wal<String> wal, String text) throws InterruptedException {
        var entry = entry(text);
        wal.submit(entry);
        assertThat(entry.await()).isNull();
        return entry.seq();
    }

    private static String text(WalRecord record) {
        return new String(record.body(), StandardCharsets.UTF_8);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    /// What was acknowledged and what is needed of it.
    private static final class Told {
        final TreeMap<Long, String> acknowledged = new TreeMap<>();
        final Set<String> refused = new HashSet<>();
        long lowWater;
        int next;

        void append(Wal<String> wal, RandomGenerator random) throws InterruptedException {
            var entries = new ArrayList<WalEntry<String>>();
            var texts = new ArrayList<String>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                String text = next++ + "-".repeat(random.nextInt(900));
                texts.add(text);
                entries.add(entry(text));
            }
            entries.forEach(wal::submit);
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).await() == null) {
                    acknowledged.put(entries.get(i).seq(), texts.get(i));
                } else {
                    refused.add(texts.get(i));
                }
            }
        }

        void check(TreeMap<Long, String> found, long from) {
            assertThat(found.tailMap(from).entrySet())
                    .containsAll(acknowledged.tailMap(from).entrySet());
            found.forEach((seq, text) -> assertThat(text.equals(acknowledged.get(seq)) || refused.contains(text))
                    .as(text)
                    .isTrue());
        }
    }

    private static void live(Wal<String> wal, Told told, RandomGenerator random)
            throws IOException, InterruptedException {
        for (int step = 0; step < 40; step++) {
            switch (random.nextInt(10)) {
                case 0 -> wal.roll();
                case 1 -> {
                    wal.provide();
                    wal.shorten(told.lowWater, random.nextInt(2_000));
                }
                case 2, 3 -> {
                    told.lowWater = Math.max(told.lowWater, wal.synced() + 1 - random.nextInt(20));
                    wal.truncate(told.lowWater);
                }
                case 4 -> {
                    long from = Math.min(told.lowWater + random.nextInt(20), wal.synced() + 1);
                    var read = new TreeMap<Long, String>();
                    var end = wal.read(from, Long.MAX_VALUE, record -> read.put(record.seq(), text(record)));
                    if (end.isPresent()) {
                        told.check(read, from);
                    } else {
                        assertThat(told.acknowledged.subMap(told.lowWater, from + 1))
                                .as("the log reaches back to " + from)
                                .isEmpty();
                    }
                }
                default -> told.append(wal, random);
            }
        }
    }

    /// Through power cuts at any call, groups and files torn. What is not needed any more may come twice.
    @Test
    void whatIsNeededSurvivesPowerCuts() {
        Property.forAll(300, (random, size) -> {
            var disk = new FaultyDisk();
            Files.createDirectory(disk.root().resolve("wal"));
            Wal.syncDirectory(disk.root());
            var told = new Told();
            for (int life = 0; life < 4; life++) {
                long last = disk.calls() + random.nextInt(20 + size * 8);
                disk.faults(call -> call.number() < last || !call.kind().changes() ? Fault.NONE : Fault.POWER_CUT);
                try (var wal = open(disk.root().resolve("wal"), SEGMENT_BYTES, told.lowWater - 1)) {
                    var found = new TreeMap<Long, String>();
                    var replay = wal.replay(
                            disk.root().resolve("quarantine"),
                            record -> {
                                String twice = found.put(record.seq(), text(record));
                                assertThat(twice == null || record.seq() < told.lowWater && twice.equals(text(record)))
                                        .as("%d: %s", record.seq(), twice)
                                        .isTrue();
                            },
                            () -> false);
                    assertThat(replay.damage()).isEmpty();
                    told.check(found, told.lowWater);
                    told.acknowledged.putAll(found);
                    live(wal, told, random);
                } catch (IOException e) {
                    assertThat(disk.isOff()).as(e.toString()).isTrue();
                }
                disk.powerCut();
                disk = disk.afterPowerCut(random);
            }
        });
    }

    @Test
    void aFileIsWrittenOverAndASegmentIsMadeAheadOfTime() throws Exception {
        try (var wal = open(folder)) {
            append(wal, "x".repeat(900));
            append(wal, "x".repeat(900));
            wal.provide();
            Path ahead = files(folder).getFirst();
            assertThat(ahead).matches(WalTest::isSpare);
            Object made = inode(ahead);
            append(wal, "x".repeat(900));
            Object first = inode(files(folder).getLast());

            append(wal, "second");
            assertThat(inode(files(folder).getLast())).isEqualTo(made);

            wal.truncate(wal.synced());
            append(wal, "x".repeat(900));
            append(wal, "x".repeat(900));
            append(wal, "x".repeat(900));
            append(wal, "third");
            assertThat(inode(files(folder).getLast())).isEqualTo(first);
            assertThat(wal.diskBytes()).isBetween(SEGMENT_BYTES, 2 * SEGMENT_BYTES);

            wal.truncate(wal.synced());
            assertThat(files(folder)).anyMatch(WalTest::isSpare);
            wal.releaseSpares();
            assertThat(files(folder)).noneMatch(WalTest::isSpare);
            assertThat(wal.diskBytes()).isLessThan(SEGMENT_BYTES);
        }
        assertThat(files(folder)).allMatch(f -> f.getFileName().toString().startsWith("wal-"));
    }

    @Test
    void whatWasWrittenBeforeFilesAreGivenUpIsNoReasonToMakeOne() throws Exception {
        try (var wal = open(folder)) {
            append(wal, "x".repeat(900));
            append(wal, "x".repeat(900));
            wal.releaseSpares();
            wal.provide();
            assertThat(files(folder)).noneMatch(WalTest::isSpare);
            append(wal, "more");
            wal.provide();
            assertThat(files(folder)).anyMatch(WalTest::isSpare);
        }
    }

    private static boolean isSpare(Path file) {
        return file.getFileName().toString().startsWith("spare-");
    }

    /// Fills two segments with lines of which each is a whole record for whoever goes by a segment's number, and lets
    /// the next segment be written over one of them.
    private void writeOver(Wal<String> wal) throws IOException, InterruptedException {
        for (int i = 0; i < 5; i++) {
            var forged = entry(forgery(3));
            wal.submit(forged);
            assertThat(forged.await()).isNull();
            append(wal, "old" + "o".repeat(800));
        }
        wal.truncate(wal.synced() + 1);
        append(wal, "new 1");
        append(wal, "new 2");
        wal.truncate(wal.synced() - 1);
        assertThat(files(folder))
                .anyMatch(f -> f.toString().endsWith("3.log") && f.toFile().length() > 1_500);
    }

    private static byte[] forgery(int number) {
        byte[] inside = "forged".getBytes(StandardCharsets.UTF_8);
        var batch = new ByteSink(16);
        batch.write(inside, 0, inside.length);
        var forged = WalEntry.of(batch, 0, new ByteSink(16), "task");
        byte[] record = new byte[forged.size()];
        WalSegment.recordHeader(record, forged.kind, true, forged.length, forged.crc, 1_000, number);
        System.arraycopy(forged.payload, 0, record, WalSegment.RECORD_HEADER_SIZE, forged.length);
        return record;
    }

    private List<String> replay(int damages, boolean torn) throws IOException {
        var found = new ArrayList<String>();
        try (var wal = open(folder)) {
            var replay = wal.replay(folder.resolve("quarantine"), record -> found.add(text(record)), () -> false);
            assertThat(replay.tornBytes() > 0).isEqualTo(torn);
            assertThat(replay.damage()).hasSize(damages);
        }
        return found;
    }

    /// The files as they are while the log is written, as a killed process leaves them.
    private byte[] killed() throws IOException, InterruptedException {
        var copies = new TreeMap<Path, byte[]>();
        try (var wal = open(folder)) {
            writeOver(wal);
            for (Path file : files(folder)) {
                copies.put(file, Files.readAllBytes(file));
            }
        }
        for (Path file : files(folder)) {
            Files.delete(file);
        }
        for (var copy : copies.entrySet()) {
            Files.write(copy.getKey(), copy.getValue());
        }
        return Objects.requireNonNull(copies.lastEntry()).getValue();
    }

    @Test
    void whatAFileHeldBeforeIsNeitherReadNorCalledTorn() throws Exception {
        killed();
        assertThat(replay(0, false)).containsExactly("new 1", "new 2");
        assertThat(files(folder)).hasSize(1).allMatch(f -> f.toFile().length() < 300);
    }

    @Test
    void aTornRecordOverAnEarlierUseIsCalledTorn() throws Exception {
        byte[] bytes = killed();
        Path file = files(folder).getLast();
        int second = WalSegment.HEADER_SIZE + entry("new 1").size();
        for (int at :
                List.of(second, second + 16, second + 24, second + 28, second + WalSegment.RECORD_HEADER_SIZE + 13)) {
            byte[] torn = bytes.clone();
            torn[at] ^= 4;
            Files.write(file, torn);
            assertThat(replay(0, true)).as("byte " + at).containsExactly("new 1");
        }
    }

    @Test
    void aDamagedRecordOverAnEarlierUseCostsOne() throws Exception {
        byte[] bytes = killed();
        bytes[WalSegment.HEADER_SIZE + WalSegment.RECORD_HEADER_SIZE + 13] ^= 4;
        Files.write(files(folder).getLast(), bytes);
        assertThat(replay(1, false)).containsExactly("new 2");
    }

    @Test
    void aDamagedHeaderCostsNothing() throws Exception {
        byte[] bytes = killed();
        for (int at : List.of(0, 8, 16, 24, 28)) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 1;
            Files.write(files(folder).getLast(), damaged);
            assertThat(replay(1, false)).as("byte " + at).containsExactly("new 1", "new 2");
            Files.delete(
                    folder.resolve("quarantine").resolve(files(folder).getLast().getFileName()));
            Files.delete(folder.resolve("quarantine"));
        }
    }

    /// Deletions roll the log, so that what is to go is in no file any more.
    @Test
    void afterARollNothingIsKeptToBeWrittenOver() throws Exception {
        try (var wal = open(folder)) {
            writeOver(wal);
            wal.roll();
            append(wal, "last");
            wal.truncate(wal.synced());
            for (Path file : files(folder)) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain("ooo", "new");
            }
            assertThat(files(folder)).hasSize(1);
        }
    }

    @Test
    void aShortenedLogKeepsItsLastRecords() throws Exception {
        try (var wal = open(folder, 1 << 20, 0)) {
            for (int i = 0; i < 100; i++) {
                append(wal, i + "o".repeat(800));
            }
            wal.shorten(wal.synced() + 1, 10_000);
            wal.truncate(wal.synced() + 1);
            assertThat(files(folder)).hasSize(1).allMatch(file -> file.toFile().length() < 10_100);
            long first = append(wal, "more");
            assertThat(first).isEqualTo(101);
            assertThat(wal.read(80, Long.MAX_VALUE, _ -> {})).isEmpty();
            var read = new ArrayList<String>();
            assertThat(wal.read(95, Long.MAX_VALUE, record -> read.add(text(record))))
                    .hasValue(102);
            assertThat(read).hasSize(7).first().asString().startsWith("94o");
        }
        assertThat(replay(0, false)).hasSizeBetween(11, 13).last().isEqualTo("more");
    }

    /// A file made ahead of time has the size of a whole segment.
    @Test
    void aShortenedLogGoesOnInAFileOfItsOwn() throws Exception {
        try (var wal = open(folder, 50_000, 0)) {
            for (int i = 0; i < 50; i++) {
                append(wal, i + "o".repeat(800));
            }
            wal.provide();
            assertThat(files(folder)).hasSize(2);
            wal.shorten(wal.synced() + 1, 10_000);
            wal.truncate(wal.synced() + 1);
            wal.releaseSpares();
            assertThat(files(folder)).hasSize(1).allMatch(file -> file.toFile().length() < 10_100);
        }
    }

    /// A segment that was begun over a spare file is as long as that from the first record on.
    @Test
    void aLogWithLittleInALongFileGoesOnInAShortOne() throws Exception {
        try (var wal = open(folder, 50_000, 0)) {
            for (int i = 0; i < 62; i++) {
                if (i == 50) {
                    wal.provide();
                }
                append(wal, i + "o".repeat(800));
            }
            wal.truncate(wal.synced());
            wal.shorten(wal.synced() + 1, 10_000);
            wal.truncate(wal.synced() + 1);
            wal.releaseSpares();
            assertThat(files(folder)).hasSize(1).allMatch(file -> file.toFile().length() < 10_100);
        }
        assertThat(replay(0, false)).isNotEmpty().last().asString().startsWith("61o");
    }

    @Test
    void aLogThatIsNeededIsNotShortened() throws Exception {
        try (var wal = open(folder)) {
            append(wal, "one");
            append(wal, "two");
            wal.shorten(wal.synced(), 0);
            wal.truncate(wal.synced());
        }
        assertThat(replay(0, false)).containsExactly("one", "two");
    }

    @Test
    void aLogThatCannotBeReadIsNotShortened() throws Exception {
        try (var wal = open(folder, 1 << 20, 0)) {
            for (int i = 0; i < 10; i++) {
                append(wal, i + "o".repeat(800));
            }
            var file = files(folder).getFirst();
            byte[] bytes = Files.readAllBytes(file);
            bytes[2_000] ^= 1;
            Files.write(file, bytes);
            wal.shorten(wal.synced() + 1, 1_000);
            wal.truncate(wal.synced() + 1);
            assertThat(files(folder)).containsExactly(file);
            assertThat(append(wal, "more")).isEqualTo(11);
        }
        assertThat(replay(1, false)).hasSize(10).last().isEqualTo("more");
    }

    /// A file system may throw what nobody declared; the log's thread goes on, or no push would be answered any more.
    @Test
    @Timeout(60)
    void aLogThatCannotBeShortenedGoesOn() throws Exception {
        var disk = new FaultyDisk();
        Path directory = disk.root().resolve("wal");
        try (var wal = open(directory, 1 << 20, 0)) {
            for (int i = 0; i < 10; i++) {
                append(wal, i + "o".repeat(800));
            }
            var thrown = new AtomicInteger();
            disk.faults(call -> {
                if (call.kind() == Call.Kind.CREATE) {
                    thrown.incrementAndGet();
                    throw new IllegalStateException("no file today");
                }
                return Fault.NONE;
            });
            wal.shorten(wal.synced() + 1, 1_000);
            assertThat(thrown).hasValue(1);
            assertThat(append(wal, "more")).isEqualTo(11);
            disk.faults(_ -> Fault.NONE);
            wal.shorten(wal.synced() + 1, 1_000);
            wal.truncate(wal.synced() + 1);
            assertThat(files(directory)).hasSize(1);
            assertThat(append(wal, "again")).isEqualTo(12);
        }
    }

    /// Somebody who reads on is told that the place is gone, not what the file holds by now.
    @Test
    void aPlaceWhoseFileIsWrittenOverIsGone() throws Exception {
        var random = new Random(3);
        try (var wal = open(folder, 20_000, 0)) {
            append(wal, "first");
            fill(wal, random);
            var read = new ArrayList<String>();
            var end = wal.read(1, Long.MAX_VALUE, record -> {
                read.add(text(record));
                if (read.size() == 1) {
                    writeOverNow(wal, random);
                }
            });
            assertThat(end).isEmpty();
            assertThat(read).containsExactly("first");
        }
    }

    private static void writeOverNow(Wal<String> wal, Random random) {
        try {
            append(wal, "second");
            wal.truncate(wal.synced());
            fill(wal, random);
            append(wal, "third");
            fill(wal, random);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// More than a segment of what cannot be compressed.
    private static void fill(Wal<String> wal, Random random) throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            append(
                    wal,
                    random.ints(5_000, 'a', 'z')
                            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                            .toString());
        }
    }

    /// Bytes 24 to 28 of a header of version 4 are what records bear; nobody can know them before.
    @Test
    void marksDiffer() throws Exception {
        var marks = new HashSet<Integer>();
        try (var wal = open(folder)) {
            for (int i = 0; i < 10; i++) {
                append(wal, "x");
                byte[] bytes = Files.readAllBytes(files(folder).getLast());
                marks.add(Bytes.i32(bytes, 24));
                assertThat(Arrays.copyOfRange(bytes, 56, 60)).isEqualTo(Arrays.copyOfRange(bytes, 24, 28));
                wal.roll();
            }
        }
        assertThat(marks).hasSize(10);
    }
}
