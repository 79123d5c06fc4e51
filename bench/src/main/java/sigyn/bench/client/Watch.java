package sigyn.bench.client;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Times of one action on one thread; of the long ones those apart in which garbage was collected, and for the others
/// how long the thread was ready and had no processor meanwhile, as Linux counts it. A thread that sleeps because
/// another one has a lock and no processor is not ready: that counts as the action's own. Watching makes no garbage,
/// but for the watch itself.
final class Watch {
    private static final int LONG = 200_000;
    private static final int BAR = 1_000_000;
    /// Of the long ones so many are shown one by one.
    private static final int SHOWN = 3;
    private static final String SCHEDULER = "/proc/thread-self/schedstat";
    private static final List<GarbageCollectorMXBean> COLLECTORS = ManagementFactory.getGarbageCollectorMXBeans();

    private final @Nullable RandomAccessFile scheduler = open();
    private final byte[] read = new byte[128];

    /// How many times took so many nanoseconds, the last entry for all from [#LONG] on.
    private final int[] counts = new int[LONG + 1];
    private int all;
    private long first;
    private long longest;
    private long own;
    private int overBar;
    private int ownOverBar;
    private long inCollections;
    private final int[] shownAt = new int[SHOWN];
    private final long[] shown = new long[SHOWN];
    private final long[] shownWaited = new long[SHOWN];
    private long waited;
    private long collections;

    void begin() {
        waited = waited();
        collections = collections();
    }

    void add(long took) {
        counts[(int) Math.min(took, LONG)]++;
        if (all++ == 0) first = took;
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
        show(took, waited - before);
        if (collections > collected) {
            inCollections = Math.max(inCollections, took);
            return;
        }
        long here = took - (waited - before);
        own = Math.max(own, here);
        if (here > BAR) ownOverBar++;
    }

    /// Keeps those that took longest apart from waiting, longest first.
    private void show(long took, long waitedMeanwhile) {
        long apart = took - waitedMeanwhile;
        int at = SHOWN - 1;
        if (apart <= shown[at] - shownWaited[at]) return;
        for (; at > 0 && shown[at - 1] - shownWaited[at - 1] < apart; at--) {
            shown[at] = shown[at - 1];
            shownAt[at] = shownAt[at - 1];
            shownWaited[at] = shownWaited[at - 1];
        }
        shown[at] = took;
        shownAt[at] = all - 1;
        shownWaited[at] = waitedMeanwhile;
    }

    /// The columns of [#print(String)], all in microseconds but for the counts.
    static void printHead(String name) {
        System.out.printf(
                "%-34s %10s %8s %8s %9s %10s %6s %11s %10s %6s%n",
                name, "first", "p50", "p99", "p99.9", "longest", ">1 ms", "collecting", "apart", ">1 ms");
    }

    /// `longest` is as the caller felt it; `collecting` the longest in which garbage was collected; `apart` the longest
    /// without those, less the time without a processor. Then, one by one, those that took longest less that time.
    void print(String name) {
        System.out.printf(
                "%-34s %,10.2f %,8.2f %,8.2f %,9.2f %,10.2f %6d %,11.2f %,10.2f %6d%n",
                name,
                first / 1e3,
                quantile(0.5) / 1e3,
                quantile(0.99) / 1e3,
                quantile(0.999) / 1e3,
                longest / 1e3,
                overBar,
                inCollections / 1e3,
                own / 1e3,
                ownOverBar);
        for (int i = 0; i < SHOWN && shown[i] > 0; i++)
            System.out.printf(
                    "    number %,d of %,d: %,.2f, without a processor for %,.2f of it%n",
                    shownAt[i], all, shown[i] / 1e3, shownWaited[i] / 1e3);
    }

    private int quantile(double part) {
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
