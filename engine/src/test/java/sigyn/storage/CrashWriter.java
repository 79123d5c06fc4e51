package sigyn.storage;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sigyn.model.LabelMatcher;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.Tenant;
import sigyn.model.TimeRange;

/// The process that [StorageCrashTest] kills: writes numbered entries without end and prints each batch it was
/// acknowledged. Now and then it deletes a hundred entries, sometimes at once and sometimes with a delay, and says that
/// it is about to and that it is done; it sweeps and compacts too. Arguments: directory, first number.
final class CrashWriter {
    static final int BATCH = 20;
    static final int HUNDRED = 100;

    private CrashWriter() {}

    private static final String LONG = "0123456789 abcdefghij. ".repeat(45);

    /// The entry of a number. Five programs, some late, some with metadata; every fourth batch is of one program and
    /// has
    /// long lines.
    static Entry entry(long number) {
        long time = time(number) - (number % 7 == 0 && !goes(number) ? 5_000_000 : 0);
        long hundred = number / HUNDRED * HUNDRED;
        boolean isLong = number / BATCH % 4 == 0;
        var labels = Labels.of("app", "app" + (isLong ? 0 : number % 5), "third", goes(number) ? "1" : "0");
        Map<String, String> metadata = number % 4 == 0 ? Map.of("trace_id", Long.toHexString(number * 31)) : Map.of();
        String line =
                "entry number=" + number + " hundred=" + hundred + " took " + number % 90 + "ms" + (isLong ? LONG : "");
        return new Entry(labels, time, line, metadata);
    }

    static List<Entry> batch(long first) {
        var entries = new ArrayList<Entry>();
        for (long n = first; n < first + BATCH; n++) {
            entries.add(entry(n));
        }
        return entries;
    }

    /// Whether the entry of a number is among those that the deletion of its hundred takes.
    static boolean goes(long number) {
        return number % HUNDRED % 3 == 1;
    }

    private static void delete(Storage storage, long hundred, Duration delay) {
        System.out.println("deleting " + hundred);
        System.out.flush();
        storage.delete(
                Tenant.FAKE,
                List.of(new LabelMatcher("third", LabelMatcher.Op.EQUAL, "1")),
                new TimeRange(time(hundred), time(hundred + HUNDRED)),
                List.of(new LinePredicate.Contains("hundred=" + hundred + " ", false)),
                delay);
        System.out.println("deleted " + hundred);
        System.out.flush();
    }

    private static long time(long number) {
        return 1_700_000_000_000_000_000L + number * 1000;
    }

    public static void main(String[] args) throws Exception {
        var capacity = new Capacity(20_000, 64L << 20, 16L << 20, 200_000, 40_000, 30 * 60_000L);
        try (var storage = Storage.open(Path.of(args[0]), Clock.systemUTC(), capacity)) {
            for (long first = Long.parseLong(args[1]); ; first += BATCH) {
                storage.append(Tenant.FAKE, Entry.batch(batch(first)));
                System.out.println(first + BATCH);
                System.out.flush();
                long batches = first / BATCH;
                if (batches % 10 == 9) {
                    delete(storage, first / HUNDRED * HUNDRED, batches % 20 == 9 ? Duration.ZERO : Duration.ofHours(1));
                }
                if (batches % 30 == 29) {
                    storage.compact();
                    storage.sweep();
                }
            }
        }
    }
}
