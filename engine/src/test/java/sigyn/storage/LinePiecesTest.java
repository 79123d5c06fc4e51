package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.DamagedException;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.index.Stream;
import sigyn.storage.index.StreamIndex;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.ScanRequest;
import sigyn.testkit.FakeClock;
import sigyn.testkit.Property;

/// Batches of every size, of rows of one program next to each other or not, come back from the log's pieces and from
/// the head that took them over; what does not fit together is refused.
class LinePiecesTest {
    @TempDir
    Path directory;

    private int runs;

    private static List<Entry> entries(RandomGenerator random, int size, List<Entry> history) {
        var entries = new ArrayList<Entry>();
        int programs = 1 + random.nextInt(3);
        int width = 1 << random.nextInt(13);
        for (int program = 0; program < programs; program++) {
            for (int n = random.nextInt(size * 4); n > 0; n--) {
                if (!history.isEmpty() && random.nextInt(9) == 0) {
                    entries.add(history.get(random.nextInt(history.size())));
                    continue;
                }
                int which = random.nextInt(30) == 0 ? random.nextInt(3) : program;
                var labels = Labels.of("app", "app" + which, "host", "h" + random.nextInt(2));
                Map<String, String> metadata = random.nextBoolean() ? Map.of() : Map.of("id", "" + random.nextInt());
                entries.add(new Entry(labels, random.nextInt(1_000_000), line(random, size, width), metadata));
            }
        }
        return entries;
    }

    private static String line(RandomGenerator random, int size, int width) {
        var line = new StringBuilder(Lines.random(random, size));
        boolean alike = random.nextBoolean();
        while (line.length() < random.nextInt(width)) {
            line.append(alike ? "level=info msg=" : Long.toHexString(random.nextLong()));
        }
        if (random.nextInt(2000) == 0) {
            line.append("large ".repeat(20_000));
        }
        return line.toString();
    }

    @Test
    void aStoreGivesBackWhatCameInPieces() {
        Property.forAll(25, (random, size) -> run(random, size, directory.resolve("run" + runs++)));
    }

    private static void run(RandomGenerator random, int size, Path folder) throws Exception {
        var clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
        long partBytes = 1L << random.nextInt(12, 22);
        var capacity = new Capacity(partBytes, 64L << 20, 16L << 20, 1L << 30, 1L << 20, 30 * 60_000L);
        var model = new LinkedHashSet<Entry>();
        var history = new ArrayList<Entry>();
        var storage = Storage.open(folder, clock, capacity);
        try {
            for (int step = 0; step < 6; step++) {
                int appends = 1;
                switch (random.nextInt(8)) {
                    case 0 -> storage.flush();
                    case 1, 2 -> {
                        storage.close();
                        storage = Storage.open(folder, clock, capacity);
                        // They wait for what the log holds.
                        appends = 4;
                    }
                    default -> {}
                }
                for (; appends > 0; appends--) {
                    var entries = entries(random, size, history);
                    storage.append(Tenant.FAKE, Entry.batch(entries));
                    history.addAll(entries);
                    model.addAll(entries);
                }
                assertThat(read(storage)).containsExactlyInAnyOrderElementsOf(model);
            }
        } finally {
            storage.close();
        }
    }

    /// Batches that are acknowledged while the log is still being read reach the head later, from their own bytes.
    @Test
    void whatComesWhileTheLogIsReadIsWhole() throws Exception {
        var clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
        var model = new LinkedHashSet<Entry>();
        // Nothing is sealed, so that all of the log is read.
        var capacity = new Capacity(1L << 30, 1L << 30, 64L << 20, 1L << 30, 16L << 20, 30 * 60_000L);
        int batch = 0;
        try (var storage = Storage.open(directory, clock, capacity)) {
            for (; batch < 200; batch++) {
                append(storage, batch, model);
            }
        }
        boolean waited = false;
        for (int start = 0; !waited; start++) {
            assertThat(start).as("starts whose log was read at once").isLessThan(10);
            try (var storage = Storage.start(directory, clock, capacity)) {
                for (int end = batch + 5; batch < end; batch++) {
                    append(storage, batch, model);
                }
                waited = storage.recovered().running();
                while (storage.recovered().running()) Thread.yield();
                assertThat(read(storage)).containsExactlyInAnyOrderElementsOf(model);
            }
        }
    }

    private static void append(Storage storage, int batch, LinkedHashSet<Entry> model) throws InterruptedException {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < 500; i++) {
            String line = "batch=" + batch + " line=" + i + " of the program ".repeat(1 + i % 40);
            entries.add(new Entry(Labels.of("app", "shop"), 1000L * batch + i, line, Map.of()));
        }
        storage.append(Tenant.FAKE, Entry.batch(entries));
        model.addAll(entries);
    }

    private static List<Entry> read(Storage storage) throws InterruptedException {
        return Entry.read(storage.scan(
                new ScanRequest(Tenant.FAKE, List.of(), TimeRange.ALL, Direction.FORWARD, List.of(), true, true)));
    }

    private static byte[] content(PushBatch batch) {
        return Arrays.copyOfRange(batch.bytes(), batch.start(), batch.start() + batch.byteCount());
    }

    private static LinePieces read(byte[] written, byte[] stored) {
        var source = new ByteSource(written);
        var pieces = LinePieces.read(source, stored, 2, stored.length - 2);
        source.expectEnd();
        return pieces;
    }

    @Test
    void piecesAreBelievedOnlyWhereTheyFit() {
        Property.forAll(300, (random, size) -> {
            var batch = Entry.batch(entries(random, size, List.of()));
            var index = new StreamIndex();
            var streams = batch.streams().stream().map(index::intern).toArray(Stream[]::new);
            var packed = new ByteSink();
            packed.u16(7);
            var sink = new ByteSink();
            LinePieces.pack(batch, streams, packed).write(sink);
            byte[] stored = packed.toByteArray();
            byte[] written = sink.toByteArray();
            var pieces = read(written, stored);
            assertThat(pieces.unpack()).isEqualTo(content(batch));
            pieces.expect(batch);

            byte[] wrong = written.clone();
            wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(isRefused(wrong, stored, batch)).isTrue();
            byte[] cut = Arrays.copyOf(written, random.nextInt(written.length));
            assertThat(isRefused(cut, stored, batch)).isTrue();
            assertThat(isRefused(withAPieceOfNoRow(written), stored, batch)).isTrue();
        });
    }

    private static byte[] withAPieceOfNoRow(byte[] written) {
        var source = new ByteSource(written);
        var sink = new ByteSink();
        sink.varint(source.varint() + 1);
        sink.varint(0);
        sink.varint(0);
        sink.varint(0);
        sink.write(written, source.at(), source.remaining());
        return sink.toByteArray();
    }

    /// What is neither read nor refused ends the test.
    private static boolean isRefused(byte[] written, byte[] stored, PushBatch batch) {
        try {
            var pieces = read(written, stored);
            pieces.unpack();
            pieces.expect(batch);
            return false;
        } catch (DamagedException e) {
            return true;
        }
    }
}
