package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import sigyn.model.Direction;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.SigynException;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;
import sigyn.storage.port.ScanRequest;

/// What a store was told and what it answered: which entries must be there, which must not, which may.
final class Ledger {
    private static final long TIME = 1_000_000_000L;
    /// From this number on, some entries next to each other are of one program and long.
    private static final long FIRST = 1000;

    private static final String LONG = "0123456789 abcdefghij. ".repeat(60);

    /// Acknowledged and not deleted.
    private final LinkedHashSet<Entry> present = new LinkedHashSet<>();
    /// Batches that were refused: each is there as a whole or not at all, as far as it is not deleted.
    private final List<List<Entry>> unsure = new ArrayList<>();
    /// Entries that a deletion without an answer may have taken.
    private final Set<Entry> perhapsDeleted = new HashSet<>();

    private final Set<Entry> deleted = new HashSet<>();
    private long next = FIRST;
    private boolean refused;

    boolean refused() {
        return refused;
    }

    boolean isEmpty() {
        return present.isEmpty();
    }

    /// Entries with consecutive numbers, of three programs.
    static List<Entry> entries(long first, int count) {
        var entries = new ArrayList<Entry>();
        for (long n = first; n < first + count; n++) {
            boolean isLong = n >= FIRST && n / 50 % 3 == 0;
            var labels = Labels.of("app", "app" + (isLong ? 0 : n % 3));
            Map<String, String> metadata = n % 4 == 0 ? Map.of("trace_id", Long.toHexString(n * 31)) : Map.of();
            long late = n % 7 == 0 ? 100 : 0;
            entries.add(new Entry(
                    labels, TIME + n - late, "number=" + n + " class=" + n % 5 + "." + (isLong ? LONG : ""), metadata));
        }
        return entries;
    }

    /// One random thing that a program or an operator may do.
    void step(RandomGenerator random, Storage storage, sigyn.testkit.FakeClock clock) {
        try {
            switch (random.nextInt(16)) {
                case 0, 1 -> storage.flush();
                case 2 -> storage.compact();
                case 3 -> storage.sweep();
                case 4 -> clock.advance(Duration.ofMinutes(random.nextInt(40)));
                case 5, 6 -> delete(random, storage);
                case 7 -> again(random, storage);
                default -> append(random, storage);
            }
        } catch (SigynException | IOException e) {
            refused = true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void append(RandomGenerator random, Storage storage) throws InterruptedException {
        int count = 1 + random.nextInt(20);
        var entries = entries(next, count);
        next += count;
        append(storage, entries);
    }

    /// The same batch twice, as clients do that got no answer.
    private void again(RandomGenerator random, Storage storage) throws InterruptedException {
        if (!unsure.isEmpty()) {
            append(storage, unsure.get(random.nextInt(unsure.size())));
        }
    }

    private void append(Storage storage, List<Entry> entries) throws InterruptedException {
        try {
            storage.append(Tenant.FAKE, Entry.batch(entries));
            refused = false;
            present.addAll(entries);
            unsure.remove(entries);
            entries.forEach(perhapsDeleted::remove);
            entries.forEach(deleted::remove);
        } catch (SigynException e) {
            refused = true;
            if (!unsure.contains(entries)) {
                unsure.add(entries);
            }
        }
    }

    private void delete(RandomGenerator random, Storage storage) {
        var matchers = List.of(new LabelMatcher("app", LabelMatcher.Op.EQUAL, "app" + random.nextInt(3)));
        String needle = "class=" + random.nextInt(5) + ".";
        List<LinePredicate> lines =
                random.nextInt(4) == 0 ? List.of() : List.of(new LinePredicate.Contains(needle, false));
        long from = TIME + random.nextLong(FIRST, next + 1);
        var range = new TimeRange(from, from + random.nextInt(60));
        var gone = new ArrayList<Entry>();
        for (var entry : entries(FIRST, (int) (next - FIRST))) {
            if (range.contains(entry.time())
                    && entry.labels().matches(matchers)
                    && (lines.isEmpty() || entry.line().contains(needle))) {
                gone.add(entry);
            }
        }
        try {
            storage.delete(Tenant.FAKE, matchers, range, lines, Duration.ofMinutes(random.nextInt(2) * 30L));
            gone.forEach(present::remove);
            for (var entry : gone) {
                if (unsure.stream().noneMatch(batch -> batch.contains(entry))) {
                    deleted.add(entry);
                }
            }
        } catch (SigynException e) {
            refused = true;
        }
        perhapsDeleted.addAll(gone);
    }

    static List<Entry> read(Storage storage) throws InterruptedException {
        return Entry.read(storage.scan(
                new ScanRequest(Tenant.FAKE, List.of(), TimeRange.ALL, Direction.FORWARD, List.of(), true, true)));
    }

    /// Holds the store against all that is known.
    void check(Storage storage, String when) throws InterruptedException {
        var list = read(storage);
        var found = new HashSet<>(list);
        assertThat(list).as(when + ": no entry twice").hasSameSizeAs(found);
        for (var entry : present) {
            if (!perhapsDeleted.contains(entry)) {
                assertThat(found).as(when + ": acknowledged").contains(entry);
            }
        }
        for (var entry : deleted) {
            assertThat(found).as(when + ": deleted").doesNotContain(entry);
        }
        var legal = new HashSet<>(entries(FIRST, (int) (next - FIRST)));
        assertThat(legal).as(when + ": nothing that was never sent").containsAll(found);
        for (var batch : unsure) {
            var sure = batch.stream().filter(e -> !perhapsDeleted.contains(e)).toList();
            long there = sure.stream().filter(found::contains).count();
            assertThat(there).as(when + ": whole batches or none").isIn(0L, (long) sure.size());
        }
    }
}
