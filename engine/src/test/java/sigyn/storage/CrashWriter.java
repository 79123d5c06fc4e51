package sigyn.storage;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sigyn.model.Labels;
import sigyn.model.Tenant;

/// The process that [StorageCrashTest] kills: writes numbered entries without end and prints each batch it was
/// acknowledged. Arguments: directory, first number.
final class CrashWriter {
    static final int BATCH = 20;

    private CrashWriter() {}

    /// The entry of a number. Two programs, some late, some with metadata.
    static Entry entry(long number) {
        long time = 1_700_000_000_000_000_000L + number * 1000 - (number % 7 == 0 ? 5_000_000 : 0);
        var labels = Labels.of("app", "app" + number % 3, "pod", "p" + number % 5);
        Map<String, String> metadata = number % 4 == 0 ? Map.of("trace_id", Long.toHexString(number * 31)) : Map.of();
        return new Entry(labels, time, "entry number=" + number + " took " + number % 90 + "ms", metadata);
    }

    static List<Entry> batch(long first) {
        var entries = new ArrayList<Entry>();
        for (long n = first; n < first + BATCH; n++) {
            entries.add(entry(n));
        }
        return entries;
    }

    public static void main(String[] args) throws Exception {
        var capacity = new Capacity(20_000, 64L << 20, 16L << 20, 200_000, 30 * 60_000L);
        try (var storage = Storage.open(Path.of(args[0]), Clock.systemUTC(), capacity)) {
            for (long first = Long.parseLong(args[1]); ; first += BATCH) {
                storage.append(Tenant.FAKE, Entry.batch(batch(first)));
                System.out.println(first + BATCH);
                System.out.flush();
            }
        }
    }
}
