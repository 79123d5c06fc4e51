package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sigyn.model.Direction;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.ScanRequest;
import sigyn.storage.port.ScanUnit;
import sigyn.storage.retention.RetentionRule;
import sigyn.testkit.FakeClock;
import sigyn.testkit.Property;

/// Random appends, flushes and restarts against a list that keeps every entry once.
class StorageModelTest {
    @TempDir
    Path directory;

    private int runs;

    private static final Map<String, Integer> BYTES_SAID = new HashMap<>();

    @Test
    void aStoreIsASetOfEntriesInOrderOfArrival() {
        BYTES_SAID.clear();
        Property.forAll(60, (random, size) -> run(random, size, directory.resolve("run" + runs++)));
        if (System.getProperty("property.cases") == null) {
            assertThat(BYTES_SAID.values())
                    .as("units that said bytes: %s", BYTES_SAID)
                    .hasSize(2)
                    .allMatch(n -> n > 10);
        }
    }

    private static void run(RandomGenerator random, int size, Path directory) throws Exception {
        var clock = new FakeClock(Instant.ofEpochSecond(1_700_000_000));
        long partBytes = 1L << random.nextInt(8, 18);
        var capacity = new Capacity(partBytes, 64L << 20, 16L << 20, 1L << 30, 1L << 13, 30 * 60_000L);
        var model = new LinkedHashSet<Entry>();
        var history = new ArrayList<Entry>();
        var storage = Storage.open(directory, clock, capacity);
        try {
            for (int step = 0; step < 5 + size / 4; step++) {
                switch (random.nextInt(14)) {
                    case 0 -> storage.flush();
                    case 2 -> storage.compact();
                    case 3 -> delete(random, storage, model);
                    case 4 -> clock.advance(Duration.ofMinutes(random.nextInt(40)));
                    case 5 -> {
                        storage.retain(
                                (_, labels) -> labels.has("old") ? null : Duration.ofNanos(nowNanos(clock)), 1L << 40);
                        storage.sweep();
                        storage.retain(RetentionRule.FOREVER, Long.MAX_VALUE);
                        // Behind this no sweep of the upkeep thread goes by the other rule any more.
                        storage.sweep();
                        removeExpired(storage, model);
                    }
                    case 1 -> {
                        storage.close();
                        storage = Storage.open(directory, clock, capacity);
                    }
                    default -> {
                        var entries = entries(random, size, history);
                        history.addAll(entries);
                        storage.append(Tenant.FAKE, Entry.batch(entries));
                        model.addAll(entries);
                    }
                }
                check(random, storage, model);
            }
        } finally {
            storage.close();
        }
    }

    private static long nowNanos(FakeClock clock) {
        return clock.instant().getEpochSecond() * 1_000_000_000L - 1_000_000_100L;
    }

    /// Retention drops whole row groups and what is left of mostly dead ones: what it may drop is known, what it must
    /// drop is not.
    private static void removeExpired(Storage storage, LinkedHashSet<Entry> model) throws InterruptedException {
        var left = new HashSet<>(Entry.read(storage.scan(
                new ScanRequest(Tenant.FAKE, List.of(), TimeRange.ALL, Direction.FORWARD, List.of(), true, true))));
        for (var entry : List.copyOf(model)) {
            if (!left.contains(entry)) {
                assertThat(entry.time()).isLessThan(1_000_000_100L);
                model.remove(entry);
            }
        }
    }

    /// Deletes some entries; sometimes thinks better of it.
    private static void delete(RandomGenerator random, Storage storage, LinkedHashSet<Entry> model) {
        long a = 1_000_000_000L + random.nextInt(200);
        var range = new TimeRange(a, a + random.nextInt(100));
        var matchers = List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "app" + random.nextInt(3)));
        List<LinePredicate> lines =
                random.nextBoolean() ? List.of() : List.of(new LinePredicate.Contains(Lines.needle(random), false));
        var deletion = storage.delete(Tenant.FAKE, matchers, range, lines, Duration.ofMinutes(random.nextInt(3) * 30L));
        if (random.nextInt(3) == 0 && storage.cancelDeletion(Tenant.FAKE, deletion.id())) {
            return;
        }
        model.removeIf(e -> range.contains(e.time()) && e.labels().matches(matchers) && Lines.passes(lines, e.line()));
    }

    /// New entries among some that were sent before, which may have been deleted since.
    private static List<Entry> entries(RandomGenerator random, int size, List<Entry> old) {
        var entries = new ArrayList<Entry>();
        for (int i = random.nextInt(1, 2 + size * 4); i > 0; i--) {
            if (!old.isEmpty() && random.nextInt(5) == 0) {
                entries.add(old.get(random.nextInt(old.size())));
                continue;
            }
            var labels = Labels.of("app", "app" + random.nextInt(3), "pod", "pod" + random.nextInt(3));
            long time = random.nextInt(20) == 0 ? random.nextLong() / 2 : 1_000_000_000L + random.nextInt(200);
            String line = Lines.random(random, size);
            Map<String, String> metadata = random.nextInt(3) == 0
                    ? Map.of("trace_id", "t" + random.nextInt(3), "k" + random.nextInt(2), "v")
                    : Map.of();
            entries.add(new Entry(labels, time, line, metadata));
        }
        return entries;
    }

    private static void check(RandomGenerator random, Storage storage, LinkedHashSet<Entry> model) throws Exception {
        long a = 1_000_000_000L + random.nextInt(220);
        long b = 1_000_000_000L + random.nextInt(220);
        var range = random.nextInt(3) == 0 ? TimeRange.ALL : new TimeRange(Math.min(a, b), Math.max(a, b));
        List<LabelMatcher> matchers = switch (random.nextInt(5)) {
            case 0 -> List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "app1"));
            case 1 -> List.of(new LabelMatcher("pod", LabelMatcher.Op.REGEX, "pod[01]"));
            case 2 ->
                List.of(
                        new LabelMatcher("app", LabelMatcher.Op.NOT_EQUAL, "app0"),
                        new LabelMatcher("pod", LabelMatcher.Op.NOT_REGEX, "pod2|x"));
            case 3 -> List.of(new LabelMatcher("nope", LabelMatcher.Op.EQUAL, ""));
            default -> List.of();
        };
        List<LinePredicate> lines = switch (random.nextInt(4)) {
            case 0 -> List.of(new LinePredicate.Contains(Lines.needle(random), false));
            case 1 -> List.of(new LinePredicate.Not(new LinePredicate.Contains(Lines.needle(random), true)));
            case 2 ->
                List.of(new LinePredicate.AnyOf(List.of(
                        new LinePredicate.Contains(Lines.needle(random), false),
                        new LinePredicate.Contains(Lines.needle(random), true))));
            default -> List.of();
        };
        var direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
        var inRange = model.stream()
                .filter(e -> range.contains(e.time()) && e.labels().matches(matchers))
                .toList();
        var expected =
                inRange.stream().filter(e -> Lines.passes(lines, e.line())).toList();
        var units = storage.scan(new ScanRequest(Tenant.FAKE, matchers, range, direction, lines, true, true));
        checkUnits(units, direction);
        assertThat(difference(Entry.read(units), expected)).isEmpty();
        checkOrder(units, expected, direction);

        checkCounts(random, storage, matchers, range, inRange);
        checkBytes(random, storage, matchers, range);
        if (!storage.deletions(Tenant.FAKE).isEmpty()) {
            return;
        }
        var series = new TreeSet<Labels>();
        inRange.forEach(e -> series.add(e.labels()));
        assertThat(storage.series(Tenant.FAKE, range, matchers)).containsExactlyElementsOf(series);
        var apps = new TreeSet<String>();
        series.forEach(labels -> apps.add(labels.valueOrEmpty("app")));
        assertThat(storage.labelValues(Tenant.FAKE, "app", range, matchers)).isEqualTo(apps);
        assertThat(storage.labelNames(Tenant.FAKE, range, matchers)).hasSize(series.isEmpty() ? 0 : 2);
        var stats = storage.stats(Tenant.FAKE, range, matchers);
        assertThat(stats.stream().mapToLong(s -> s.entries()).sum()).isEqualTo(inRange.size());
        assertThat(stats).extracting(s -> s.labels()).containsExactlyElementsOf(series);
    }

    /// Counting without lines agrees with counting the entries, where a unit counts at all.
    private static void checkCounts(
            RandomGenerator random, Storage storage, List<LabelMatcher> matchers, TimeRange range, List<Entry> inRange)
            throws InterruptedException {
        long[] bounds = random.longs(random.nextInt(1, 6), 1_000_000_000L - 20, 1_000_000_220L)
                .sorted()
                .toArray();
        int modulus = random.nextInt(1, 3);
        boolean deleting = !storage.deletions(Tenant.FAKE).isEmpty();
        ToIntFunction<Labels> groupOf = labels -> labels.valueOrEmpty("pod").hashCode() % modulus;
        var units =
                storage.scan(new ScanRequest(Tenant.FAKE, matchers, range, Direction.FORWARD, List.of(), false, false));
        var counted = new HashMap<List<Integer>, Long>();
        boolean all = true;
        for (var unit : units) {
            all &= unit.count(
                    _ -> false,
                    groupOf,
                    bounds,
                    false,
                    (g, bucket, n, _) -> counted.merge(List.of(g, bucket), n, Long::sum));
        }
        assertThat(all || deleting).isTrue();
        if (all) {
            var expected = new HashMap<List<Integer>, Long>();
            for (var entry : inRange) {
                for (int i = 0; i + 1 < bounds.length; i++) {
                    if (entry.time() >= bounds[i] && entry.time() < bounds[i + 1]) {
                        expected.merge(List.of(groupOf.applyAsInt(entry.labels()), i), 1L, Long::sum);
                    }
                }
            }
            assertThat(counted).isEqualTo(expected);
        }
    }

    /// Bytes of lines that nobody reads are those of the lines, unit by unit, where a unit says them at all.
    private static void checkBytes(
            RandomGenerator random, Storage storage, List<LabelMatcher> matchers, TimeRange range)
            throws InterruptedException {
        long middle = random.nextLong(1_000_000_000L - 20, 1_000_000_220L);
        long[] bounds = {Long.MIN_VALUE, middle, Long.MAX_VALUE};
        int modulus = random.nextInt(1, 3);
        ToIntFunction<Labels> groupOf = labels -> labels.valueOrEmpty("pod").hashCode() % modulus;
        var units =
                storage.scan(new ScanRequest(Tenant.FAKE, matchers, range, Direction.FORWARD, List.of(), true, false));
        for (var unit : units) {
            var said = new TreeMap<String, Long>();
            boolean says = unit.count(_ -> false, groupOf, bounds, true, (g, bucket, n, bytes) -> {
                said.merge(g + " " + bucket + " rows", n, Long::sum);
                said.merge(g + " " + bucket + " bytes", bytes, Long::sum);
            });
            var read = new TreeMap<String, Long>();
            unit.read(batch -> {
                for (int row = 0; row < batch.rows(); row++) {
                    var labels = batch.streams().get(batch.stream()[row]);
                    String key = groupOf.applyAsInt(labels) + (batch.timestamp()[row] < middle ? " 0" : " 1");
                    if (!key.startsWith("-")) {
                        read.merge(key + " rows", 1L, Long::sum);
                        read.merge(key + " bytes", (long) batch.lineLength()[row], Long::sum);
                    }
                }
                return true;
            });
            if (says) {
                assertThat(said).isEqualTo(read);
                BYTES_SAID.merge(unit.getClass().getSimpleName(), read.isEmpty() ? 0 : 1, Integer::sum);
            }
        }
    }

    /// What is there and should not be, and what should be there and is not, in words.
    private static List<String> difference(List<Entry> actual, List<Entry> expected) {
        var counts = new HashMap<Entry, Integer>();
        actual.forEach(e -> counts.merge(e, 1, Integer::sum));
        expected.forEach(e -> counts.merge(e, -1, Integer::sum));
        var words = new ArrayList<String>();
        counts.forEach((entry, n) -> {
            if (n != 0) {
                words.add((n > 0 ? n + " too many of " : -n + " missing of ") + entry);
            }
        });
        return words;
    }

    private static void checkUnits(List<ScanUnit> units, Direction direction) throws InterruptedException {
        for (var unit : units) {
            var entries = Entry.read(List.of(unit));
            long last = direction == Direction.FORWARD ? Long.MIN_VALUE : Long.MAX_VALUE;
            for (var entry : entries) {
                assertThat(entry.time()).isBetween(unit.minTime(), unit.maxTime());
                if (direction == Direction.FORWARD) {
                    assertThat(entry.time()).isGreaterThanOrEqualTo(last);
                } else {
                    assertThat(entry.time()).isLessThanOrEqualTo(last);
                }
                last = entry.time();
            }
            assertThat((long) entries.size()).isLessThanOrEqualTo(unit.rows());
        }
    }

    /// Equal times of one stream come in order of arrival, across units by their arrival numbers.
    private static void checkOrder(List<ScanUnit> units, List<Entry> expected, Direction direction)
            throws InterruptedException {
        var ordered = new ArrayList<>(units);
        ordered.sort(Comparator.comparingLong(ScanUnit::arrival));
        var read = new ArrayList<Entry>();
        for (var unit : ordered) {
            var entries = Entry.read(List.of(unit));
            read.addAll(direction == Direction.FORWARD ? entries : entries.reversed());
        }
        var byTime = Comparator.comparingLong(Entry::time);
        read.sort(byTime);
        var sorted = new ArrayList<>(expected);
        sorted.sort(byTime);
        var streams = new TreeSet<Labels>();
        expected.forEach(e -> streams.add(e.labels()));
        for (var labels : streams) {
            assertThat(read.stream().filter(e -> e.labels().equals(labels)).toList())
                    .isEqualTo(sorted.stream()
                            .filter(e -> e.labels().equals(labels))
                            .toList());
        }
    }
}
