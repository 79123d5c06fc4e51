package sigyn.bench.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Times of one action on one thread, and for the long ones how long the thread was ready and had no processor
/// meanwhile,
/// as Linux counts it.
final class Watch {
    private static final int LONG = 200_000;
    private static final Path SCHEDULER = Path.of("/proc/thread-self/schedstat");

    /// How many times took so many nanoseconds, the last entry for all from [#LONG] on.
    private final int[] counts = new int[LONG + 1];
    private long longest;
    private long own;
    private long waited;

    void begin() {
        waited = waited();
    }

    void add(long took) {
        counts[(int) Math.min(took, LONG)]++;
        longest = Math.max(longest, took);
        if (took < LONG) {
            own = Math.max(own, took);
            return;
        }
        long before = waited;
        waited = waited();
        own = Math.max(own, took - (waited - before));
    }

    void print(String name) {
        System.out.printf(
                "%s: p50 %,d ns, p99 %,d ns, p99.9 %,d ns, max %,d ns, max without waiting for a processor %,d ns%n",
                name, quantile(0.5), quantile(0.99), quantile(0.999), longest, own);
    }

    private int quantile(double part) {
        long all = 0;
        for (int count : counts) all += count;
        long below = (long) (part * all);
        int nanos = 0;
        for (long seen = counts[0]; seen <= below && nanos < LONG; seen += counts[nanos]) nanos++;
        return nanos;
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
