package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.testkit.FakeClock;

/// What people see of the files, and the proof that something deleted is gone.
class InspectionTest {
    private static final String SECRET = "hunter2secretvalue";

    @TempDir
    Path directory;

    private final StringWriter text = new StringWriter();
    private final FakeClock clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));

    private interface Printing {
        int print(Inspection inspection) throws IOException;
    }

    private int print(Printing printing) throws IOException {
        text.getBuffer().setLength(0);
        try (var out = new PrintWriter(text)) {
            return printing.print(new Inspection(out));
        }
    }

    private DiskSearch.Result grep(String token) throws IOException {
        return DiskSearch.grep(token, directory, new PrintWriter(text));
    }

    private static List<Entry> entries(int from, int count) {
        var entries = new ArrayList<Entry>();
        for (int n = from; n < from + count; n++) {
            String line =
                    n % 50 == 3 ? "password is " + SECRET + " at " + n : "GET /page/" + n + " took " + n % 90 + "ms";
            entries.add(new Entry(Labels.of("app", "shop"), 1_000_000L + n, line, Map.of("trace_id", "t" + n)));
        }
        return entries;
    }

    private Path file(String folder, String ending) throws IOException {
        try (var files = Files.walk(directory.resolve(folder))) {
            return files.filter(f -> f.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no file " + ending + " in " + folder));
        }
    }

    private Path manifest() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith("manifest-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @BeforeEach
    void write() throws InterruptedException {
        try (var storage = Storage.open(directory, clock)) {
            storage.append(Tenant.FAKE, Entry.batch(entries(0, 500)));
            storage.flush();
            storage.append(Tenant.FAKE, Entry.batch(entries(500, 100)));
        }
    }

    @Test
    void everyFileIsPrinted() throws Exception {
        assertThat(print(i -> i.block(file("blocks", ".blk")))).isZero();
        assertThat(text.toString())
                .contains("500 rows")
                .contains("{app=\"shop\"}")
                .contains("GET /page/<_> took <_>ms")
                .contains("TRIGRAMS")
                .contains("all checksums hold");
        assertThat(print(i -> i.wal(file("wal", ".log")))).isZero();
        assertThat(text.toString()).contains("100 rows of 1 streams").contains("crc holds");
        assertThat(print(i -> i.manifest(manifest()))).isZero();
        assertThat(text.toString()).contains("tenant fake: 1 blocks");
        assertThat(print(i -> i.streams(directory.resolve("blocks/fake")))).isZero();
        assertThat(text.toString()).contains("{app=\"shop\"}: 500 rows").contains("1 streams");
    }

    /// Any file, cut anywhere or with any bit flipped, is printed; a change of a byte that counts is called damage.
    @Test
    void damagedFilesArePrintedAndSaidToBeDamaged() throws Exception {
        var random = new Random(5);
        for (Path file : List.of(file("blocks", ".blk"), file("wal", ".log"), manifest())) {
            byte[] whole = Files.readAllBytes(file);
            int named = 0;
            for (int i = 0; i < 60; i++) {
                byte[] bytes = i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
                if (i % 3 != 0) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                Files.write(file, bytes);
                int damages = print(inspection -> file.toString().endsWith(".blk")
                        ? inspection.block(file)
                        : file.toString().endsWith(".log") ? inspection.wal(file) : inspection.manifest(file));
                named += damages > 0 || text.toString().contains("torn write") ? 1 : 0;
                assertThat(text.toString()).isNotEmpty();
                if (file.toString().endsWith(".blk")) {
                    print(inspection -> inspection.streams(file));
                }
                grep("nowhere to be found");
            }
            assertThat(named).isGreaterThan(file.toString().endsWith(".blk") ? 50 : 10);
            Files.write(file, whole);
        }
    }

    /// A forced deletion leaves no byte of a line in any file, the write-ahead log among them.
    @Test
    void whatIsDeletedIsInNoFileAnyMore() throws Exception {
        assertThat(grep(SECRET).hits()).isPositive();
        assertThat(text.toString()).contains("row ").contains("record ");
        try (var storage = Storage.open(directory, clock)) {
            storage.delete(
                    Tenant.FAKE,
                    List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "shop")),
                    TimeRange.ALL,
                    List.of(new LinePredicate.Contains(SECRET, false)),
                    Duration.ZERO);
            storage.erase();
            assertThat(storage.deletions(Tenant.FAKE)).isEmpty();
            assertThat(Ledger.read(storage)).hasSize(588);
            assertThat(grep(SECRET).hits()).isZero();
        }
        var result = grep(SECRET);
        assertThat(result.hits()).isZero();
        assertThat(result.unread()).isZero();
        assertThat(grep("/page/17 ").hits()).isPositive();
    }
}
