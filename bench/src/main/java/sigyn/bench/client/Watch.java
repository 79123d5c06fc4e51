package sigyn.bench.client;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Times of one action on one thread; of the long ones those apart in which garbage was collected, and for the others
/// how
/// long the thread was ready and had no processor meanwhile, as Linux counts it.
final class Watch {
    private static final int LONG = 200_000;
    private static final int BAR = 1_000_000;
    private static final Path SCHEDULER = Path.of("/proc/thread-self/schedstat");

    /// How many times took so many nanoseconds, the last entry for all from [#LONG] on.
    private final int[] counts = new int[LONG + 1];
    private long first;
    private long longest;
    private long own;
    private int overBar;
    private int ownOverBar;
    private long inCollections;
    private long waited;
    private long collections;

    void begin() {
        waited = waited();
        collections = collections();
    }

    void add(long took) {
        counts[(int) Math.min(took, LONG)]++;
        if (first == 0) first = took;
        longest = Math.max(longest, took);
        if (took > BAR) overBar++;
        if (took < LONG) {
            own = Math.max(own, took);
            return;
        }
        long before = waited;
        waited = waited();
        long collected = collections;
        collections = collections();
        if (collections > collected) {
            inCollections = Math.max(inCollections, took);
            return;
        }
        long here = took - (waited - before);
        own = Math.max(own, here);
        if (here > BAR) ownOverBar++;
    }

    void print(String name) {
        System.out.printf(
                "%s: first %,d ns, p50 %,d, p99 %,d, p99.9 %,d, max %,d (over 1 ms: %d); in a garbage collection max %,d;"
                        + " otherwise, without waiting for a processor, max %,d (over 1 ms: %d)%n",
                name,
                first,
                quantile(0.5),
                quantile(0.99),
                quantile(0.999),
                longest,
                overBar,
                inCollections,
                own,
                ownOverBar);
    }

    private int quantile(double part) {
        long all = 0;
        for (int count : counts) all += count;
        long below = (long) (part * all);
        int nanos = 0;
        for (long seen = counts[0]; seen <= below && nanos < LONG; seen += counts[nanos]) nanos++;
        return nanos;
    }

    private static long collections() {
        long count = 0;
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) count += collector.getCollectionCount();
        return count;
    }

    /// Nanoseconds; 0 where the system does not count them.
    private static long waited() {
        try {
            return Long.parseLong(Files.readString(SCHEDULER).split(" ")[1]);
        } catch (IOException e) {
            return 0;
        }
    }
}
