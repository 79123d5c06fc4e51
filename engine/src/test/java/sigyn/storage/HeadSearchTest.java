package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Direction;
import sigyn.model.FieldValue;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.ScanRequest;
import sigyn.testkit.FakeClock;
import sigyn.testkit.Property;

/// Searches among rows that are not in blocks yet, many compressed chunks of them, of which most can be left out.
class HeadSearchTest {
    private static final Labels LABELS = Labels.of("app", "shop");
    private static final int PHRASES = 12;

    @TempDir
    Path directory;

    private int runs;

    @Test
    void everyRowThatPassesIsFoundAndNoOther() {
        Property.forAll(6, (random, size) -> run(random, directory.resolve("run" + runs++)));
    }

    private static void run(RandomGenerator random, Path directory) throws Exception {
        var clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
        var capacity = new Capacity(64L << 20, 128L << 20, 16L << 20, 1L << 30, 16L << 20, 30 * 60_000L);
        var all = new ArrayList<Entry>();
        try (var storage = Storage.open(directory, clock, capacity)) {
            String[] phrases = new String[PHRASES];
            for (int i = 0; i < PHRASES; i++) {
                phrases[i] = phrase(random);
            }
            for (int batch = 0; batch < 8; batch++) {
                // A part of the phrases at a time, so that chunks differ in what they hold.
                var batchEntries = new ArrayList<Entry>();
                for (int i = 0; i < 600; i++) {
                    String line = Lines.random(random, 40)
                            + (random.nextInt(20) == 0 ? phrases[(batch + random.nextInt(3)) % PHRASES] : "");
                    batchEntries.add(new Entry(LABELS, all.size() + i, line, metadata(random)));
                }
                storage.append(Tenant.FAKE, Entry.batch(batchEntries));
                all.addAll(batchEntries);
                for (int ask = 0; ask < 12; ask++) {
                    ask(random, storage, all, phrases);
                }
            }
        }
    }

    private static Map<String, String> metadata(RandomGenerator random) {
        return random.nextInt(400) == 0 ? Map.of("order", "x") : Map.of();
    }

    private static String phrase(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> "Order" + Long.toHexString(random.nextLong());
            case 1 -> "zq" + (char) random.nextInt('a', 'z') + "\u00e9\u00df";
            case 2 -> "\\u00" + random.nextInt(10, 99);
            default -> "WARN ~" + random.nextInt(100) + "^";
        };
    }

    private static LinePredicate predicate(RandomGenerator random, String[] phrases, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> new LinePredicate.Contains(needle(random, phrases), true);
            case 1 -> new LinePredicate.Matches("O[a-z]+[0-9a-f]{" + random.nextInt(6, 16) + "}");
            case 2 -> new LinePredicate.NotAscii();
            case 5 -> new LinePredicate.Not(predicate(random, phrases, depth - 1));
            case 6, 7 ->
                new LinePredicate.AnyOf(
                        List.of(predicate(random, phrases, depth - 1), predicate(random, phrases, depth - 1)));
            default -> new LinePredicate.Contains(needle(random, phrases), false);
        };
    }

    private static String needle(RandomGenerator random, String[] phrases) {
        String phrase = phrases[random.nextInt(PHRASES)].replaceAll("[^ -~]", "");
        int from = random.nextInt(phrase.length());
        return random.nextInt(4) == 0
                ? Lines.needle(random)
                : phrase.substring(from, random.nextInt(from, phrase.length()) + 1);
    }

    private static void ask(RandomGenerator random, Storage storage, List<Entry> all, String[] phrases)
            throws InterruptedException {
        var lines = new ArrayList<LinePredicate>();
        for (int i = random.nextInt(3); i > 0; i--) {
            lines.add(predicate(random, phrases, 2));
        }
        var fields = new ArrayList<FieldValue>();
        if (random.nextBoolean()) {
            fields.add(new FieldValue(
                    "order",
                    "order"::equals,
                    predicate(random, phrases, 0),
                    new LinePredicate.AnyOf(
                            List.of(new LinePredicate.Contains("\\u", false), new LinePredicate.NotAscii()))));
        }
        // also times that end before they begin
        var range = all.isEmpty() || random.nextBoolean()
                ? TimeRange.ALL
                : new TimeRange(
                        all.get(random.nextInt(all.size())).time(),
                        all.get(random.nextInt(all.size())).time());
        var found = Entry.read(storage.scan(new ScanRequest(
                Tenant.FAKE, List.of(), range, Direction.FORWARD, lines, fields, true, true, () -> {})));
        var expected = all.stream()
                .filter(entry -> range.contains(entry.time()))
                .filter(entry -> Lines.passes(lines, entry.line()))
                .filter(entry -> fields.stream()
                        .allMatch(field -> entry.metadata().containsKey("order")
                                || Lines.passes(List.of(field.shows()), entry.line())
                                || Lines.passes(List.of(field.hides()), entry.line())))
                .distinct()
                .toList();
        assertThat(found).as(lines + " " + fields).isEqualTo(expected);
        if (fields.isEmpty()) {
            count(storage, range, lines, expected);
        }
    }

    /// Rows are counted unless one of them has the key.
    private static void count(Storage storage, TimeRange range, List<LinePredicate> lines, List<Entry> expected)
            throws InterruptedException {
        var counted = new AtomicLong();
        var checks = new AtomicLong();
        long rows = 0;
        boolean counts = true;
        for (var unit : storage.scan(new ScanRequest(
                Tenant.FAKE,
                List.of(),
                range,
                Direction.FORWARD,
                lines,
                List.of(),
                false,
                false,
                checks::incrementAndGet))) {
            rows += unit.rows();
            long[] always = {Long.MIN_VALUE, Long.MAX_VALUE};
            counts &= unit.count("order"::equals, _ -> 0, always, false, (_, _, n, _) -> counted.addAndGet(n));
        }
        assertThat(counts)
                .isEqualTo(expected.stream().noneMatch(entry -> entry.metadata().containsKey("order")));
        if (counts) {
            assertThat(counted).hasValue(expected.size());
            assertThat(checks.get()).as("looks up whether it is still wanted").isGreaterThanOrEqualTo(rows / 128);
        }
    }
}
