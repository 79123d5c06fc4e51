package sigyn.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import sigyn.codec.ByteSink;
import sigyn.codec.Compression;
import sigyn.model.Labels;
import sigyn.storage.block.Rows;
import sigyn.storage.port.PushBatch;

/// A part gives back what was put into it, while it grows over many chunks and when it is sealed.
class HeadPartTest {
    private static final int CHUNK = 1 << 16;

    private record Row(int stream, long time, byte[] text, int lineLength) {
        int metadataLength() {
            return text.length - lineLength;
        }
    }

    private final SplittableRandom random = new SplittableRandom(7);
    private final SpareMemory spare = new SpareMemory(1 << 30);
    private final List<Row> rows = new ArrayList<>();
    private HeadPart part = new HeadPart(1, 1, 0, spare);

    private byte[] text() {
        int size = switch (random.nextInt(200)) {
            case 0 -> 0;
            case 1 -> CHUNK;
            case 2 -> CHUNK + random.nextInt(3 * CHUNK);
            case 3 -> 2 * CHUNK;
            default -> random.nextInt(300);
        };
        byte[] text = new byte[size];
        boolean repetitive = random.nextBoolean();
        for (int i = 0; i < size; i++) {
            text[i] = (byte) (repetitive ? "level=info msg=".charAt(i % 15) : random.nextInt(256));
        }
        return text;
    }

    private boolean add(Row row) {
        byte[] padded = new byte[row.text().length + 5];
        System.arraycopy(row.text(), 0, padded, 3, row.text().length);
        return add(row, padded, 3, null);
    }

    private boolean add(Row row, byte[] bytes, int from, @Nullable PackedLines packed) {
        var batch = PushBatch.of(
                List.of(Labels.EMPTY),
                new int[1],
                new long[] {row.time()},
                new int[] {row.lineLength()},
                new int[] {row.metadataLength()},
                bytes,
                from);
        boolean added = part.add(batch, 0, row.stream(), Long.MIN_VALUE, packed);
        assertThat(part.mayHold(row.stream(), row.time(), row.time())).isTrue();
        assertThat(part.contains(batch, 0, row.stream())).isTrue();
        return added;
    }

    private Row row(int number) {
        byte[] text = text();
        return new Row(random.nextInt(9), number * 10L - random.nextInt(200), text, text.length * 2 / 3);
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            if (!rows.isEmpty() && random.nextInt(5) == 0) {
                assertThat(add(rows.get(random.nextInt(rows.size())))).isFalse();
            } else if (random.nextInt(100) == 0) {
                fillPacked();
            } else {
                var row = row(rows.size());
                assertThat(add(row)).isTrue();
                rows.add(row);
            }
        }
    }

    /// Some rows in one compressed piece, a few of which are there already, or all.
    private void fillPacked() {
        var some = new ArrayList<Row>();
        var all = new ByteSink(16);
        boolean allKnown = random.nextInt(4) == 0;
        for (int n = 1 + random.nextInt(200); n > 0; n--) {
            boolean known = !rows.isEmpty() && (allKnown || random.nextInt(4) == 0);
            var row = known ? rows.get(random.nextInt(rows.size())) : row(rows.size() + some.size());
            if (all.size() + row.text().length <= CHUNK) {
                some.add(row);
                all.write(row.text());
            }
        }
        var stored = new ByteSink(16);
        stored.u8(7);
        if (random.nextBoolean()) {
            stored.write(all.array(), 0, all.size());
        } else {
            Compression.pack(all.array(), 0, all.size(), stored);
        }
        long memory = part.memory();
        int before = rows.size();
        var packed = new PackedLines(0, stored.toByteArray(), 1, stored.size() - 1, all.size());
        int at = 0;
        for (var row : some) {
            boolean isNew = add(row, all.array(), at, packed);
            assertThat(isNew).isEqualTo(!rows.contains(row));
            if (isNew) {
                rows.add(row);
            }
            at += row.text().length;
        }
        assertThat(rows.size() > before || part.memory() == memory)
                .as("known rows take no memory")
                .isTrue();
    }

    private void assertReads(HeadLines lines, int row) {
        var wanted = rows.get(row);
        assertThat(part.stream(row)).isEqualTo(wanted.stream());
        assertThat(part.time(row)).isEqualTo(wanted.time());
        assertThat(part.lineLength(row)).isEqualTo(wanted.lineLength());
        assertThat(part.metadataLength(row)).isEqualTo(wanted.metadataLength());
        lines.seek(row);
        assertThat(Arrays.copyOfRange(lines.bytes(), lines.start(), lines.start() + wanted.text().length))
                .isEqualTo(wanted.text());
    }

    @Test
    void rowsAreReadBackWhileThePartGrows() {
        for (int round = 0; round < 12; round++) {
            fill(1000);
            assertThat(part.rows()).isEqualTo(rows.size());
            var lines = part.lines();
            for (int i = 0; i < 200; i++) {
                assertReads(lines, random.nextInt(rows.size()));
            }
            assertReads(lines, rows.size() - 1);
        }
        var sealed = new Rows(0, 0);
        part.toRows(sealed, new TimeOrder());
        var byTime = new ArrayList<>(rows);
        byTime.sort(Comparator.comparingLong(Row::time));
        assertThat(sealed.count()).isEqualTo(rows.size());
        for (int i = 0; i < byTime.size(); i++) {
            var wanted = byTime.get(i);
            assertThat(sealed.stream(i)).isEqualTo(wanted.stream());
            assertThat(sealed.time(i)).isEqualTo(wanted.time());
            assertThat(sealed.lineLength(i)).isEqualTo(wanted.lineLength());
            int start = sealed.lineStart(i);
            assertThat(Arrays.copyOfRange(sealed.bytes(), start, start + wanted.text().length))
                    .isEqualTo(wanted.text());
        }
    }

    @Test
    void aPartThatNobodyReadsGivesItsMemoryToTheNext() {
        fill(12_000);
        part.retire();
        long given = spare.bytes();
        assertThat(part.show()).isFalse();
        part = new HeadPart(1, 2, 0, spare);
        rows.clear();
        fill(12_000);

        assertThat(given).isGreaterThan(1 << 20);
        assertThat(spare.bytes()).isLessThan(given / 2);
        var lines = part.lines();
        for (int i = 0; i < rows.size(); i++) {
            assertReads(lines, i);
        }
    }

    @Test
    void aPartThatSomebodyReadsKeepsItsMemory() {
        fill(12_000);
        assertThat(part.show()).isTrue();
        long before = spare.bytes();
        part.retire();

        assertThat(spare.bytes()).isEqualTo(before);
        assertThat(part.show()).isTrue();
        assertReads(part.lines(), 7);
    }

    @Test
    void noMoreIsKeptThanAllowed() {
        var little = new SpareMemory(SpareMemory.SLAB);
        part = new HeadPart(1, 1, 0, little);
        fill(12_000);
        part.retire();

        assertThat(little.bytes()).isPositive().isLessThanOrEqualTo(SpareMemory.SLAB);
    }

    /// They are most of what a part has, and every part can use them.
    @Test
    void slabsAreKeptFirst() {
        var little = new SpareMemory(6 * SpareMemory.SLAB);
        part = new HeadPart(1, 1, 0, little);
        for (int i = 0; i < 60_000; i++) {
            byte[] text = ("%016x".formatted(random.nextLong()) + "-".repeat(200)).getBytes(StandardCharsets.US_ASCII);
            add(new Row(0, i, text, text.length));
        }
        part.retire();
        long given = little.bytes();
        little.slab();

        assertThat(little.bytes()).isEqualTo(given - SpareMemory.SLAB);
    }

    /// Rows of a stream, each newer than the one before it, as one batch with something in front.
    private PushBatch batch(List<Row> run) {
        var bytes = new ByteSink(16);
        bytes.write(new byte[9]);
        run.forEach(row -> bytes.write(row.text()));
        return PushBatch.of(
                List.of(Labels.EMPTY),
                new int[run.size()],
                run.stream().mapToLong(Row::time).toArray(),
                run.stream().mapToInt(Row::lineLength).toArray(),
                run.stream().mapToInt(Row::metadataLength).toArray(),
                bytes.toByteArray(),
                9);
    }

    /// Some runs come before those that were sent first, some again, in parts of their own or with new rows.
    @Test
    void rowsThatCannotBeHereAreAddedWithoutBeingLookedFor() {
        int appended = 0;
        for (int round = 0; round < 40; round++) {
            part = new HeadPart(1, round, 0, spare);
            rows.clear();
            var late = new ArrayList<Integer>();
            long newestInBlocks = random.nextInt(4000);
            int again = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(300);
            var waiting = new ArrayList<List<Row>>();
            for (int n = 0, time = 0; n < 300; n++) {
                var run = new ArrayList<Row>();
                int stream = random.nextInt(9);
                for (int i = random.nextInt(20); i >= 0; i--) {
                    time += 1 + random.nextInt(3);
                    byte[] text = text();
                    run.add(new Row(stream, time, text, text.length / 2));
                }
                waiting.add(run);
                if (again > 0 && random.nextInt(again) == 0 && !rows.isEmpty()) {
                    waiting.add(List.of(rows.get(random.nextInt(rows.size()))));
                }
                while (waiting.size() > 3) {
                    appended += take(waiting.remove(random.nextInt(waiting.size())), newestInBlocks, late);
                }
            }
            assertThat(part.rows()).isEqualTo(rows.size());
            var lines = part.lines();
            for (int row = 0; row < rows.size(); row++) {
                assertReads(lines, row);
            }
            var asked = new ArrayList<Integer>();
            part.resolveLate((_, candidates) -> {
                Arrays.stream(candidates).forEach(asked::add);
                return new BitSet();
            });
            assertThat(asked).isEqualTo(late);
        }
        assertThat(appended).isGreaterThan(3000);
    }

    /// How many rows were appended.
    private int take(List<Row> run, long newestInBlocks, List<Integer> late) {
        var batch = batch(run);
        int stream = run.getFirst().stream();
        boolean isKnown = run.stream().anyMatch(rows::contains);
        boolean mayHold =
                part.mayHold(stream, run.getFirst().time(), run.getLast().time());
        assertThat(mayHold || !isKnown).isTrue();
        int before = rows.size();
        if (mayHold) {
            for (int i = 0; i < run.size(); i++) {
                boolean isNew = !rows.contains(run.get(i));
                assertThat(part.contains(batch, i, stream)).isNotEqualTo(isNew);
                assertThat(part.add(batch, i, stream, newestInBlocks, null)).isEqualTo(isNew);
                if (isNew) {
                    rows.add(run.get(i));
                }
            }
        } else {
            part.append(batch, 0, run.size(), stream, newestInBlocks, _ -> null);
            rows.addAll(run);
        }
        for (int row = before; row < rows.size(); row++) {
            if (rows.get(row).time() <= newestInBlocks) {
                late.add(row);
            }
        }
        return mayHold ? 0 : run.size();
    }

    /// Times overlap from one time of asking to the next, and many are equal.
    @Test
    void rowsAreInOrderOfTimeWheneverSomebodyAsks() {
        byte[] text = {};
        for (int round = 0; round < 200; round++) {
            for (int i = random.nextInt(80); i >= 0; i--) {
                var row = new Row(rows.size(), rows.size() / 20 - random.nextInt(6), text, 0);
                add(row);
                rows.add(row);
            }
            int count = part.rows() - random.nextInt(3);
            var expected = IntStream.range(0, part.rows())
                    .boxed()
                    .sorted(Comparator.comparingLong(row -> rows.get(row).time()))
                    .filter(row -> row < count)
                    .toList();
            assertThat(Arrays.stream(part.byTime(count)).filter(row -> row < count))
                    .as("round %d", round)
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void aReaderKeepsItsRowsWhileTheirChunkIsCompressed() {
        fill(50);
        int seen = part.rows();
        var lines = part.lines();
        fill(3000);
        for (int row = 0; row < seen; row++) {
            assertReads(lines, row);
        }
    }

    @Test
    void fullChunksTakeLessMemoryThanTheirLines() {
        byte[] text = "GET /api/orders/123 200 17ms user=4711 region=eu-west-1 "
                .repeat(3)
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 50_000; i++) {
            add(new Row(0, i, text, text.length));
        }
        assertThat(part.memory()).isLessThan(part.lineBytes() / 2);
    }
}
