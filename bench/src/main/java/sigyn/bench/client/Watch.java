package sigyn.bench.client;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Times of one action on one thread; of the long ones those apart in which garbage was collected, and for the others
/// how long the thread was ready and had no processor meanwhile, as Linux counts it. Watching makes no garbage, but for
/// the watch itself.
final class Watch {
    private static final int LONG = 200_000;
    private static final int BAR = 1_000_000;
    private static final String SCHEDULER = "/proc/thread-self/schedstat";
    private static final List<GarbageCollectorMXBean> COLLECTORS = ManagementFactory.getGarbageCollectorMXBeans();

    private final @Nullable RandomAccessFile scheduler = open();
    private final byte[] read = new byte[128];

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

    static long collections() {
        long count = 0;
        for (int i = 0; i < COLLECTORS.size(); i++) count += COLLECTORS.get(i).getCollectionCount();
        return count;
    }

    /// The thread that makes a watch is the one it watches; null where the system does not count.
    private static @Nullable RandomAccessFile open() {
        try {
            return new RandomAccessFile(SCHEDULER, "r");
        } catch (IOException e) {
            return null;
        }
    }

    /// The second number, nanoseconds; 0 where the system does not count them.
    private long waited() {
        if (scheduler == null) return 0;
        try {
            scheduler.seek(0);
            int length = scheduler.read(read);
            int at = 0;
            while (read[at] != ' ') at++;
            long nanos = 0;
            for (at++; at < length && read[at] >= '0'; at++) nanos = nanos * 10 + read[at] - '0';
            return nanos;
        } catch (IOException e) {
            return 0;
        }
    }
}
