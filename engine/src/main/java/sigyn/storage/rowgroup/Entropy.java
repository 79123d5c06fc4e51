package sigyn.storage.rowgroup;

/// How many bits values take when each is coded by how often it occurs.
final class Entropy {
    private static final double[] SMALL = new double[4096];

    static {
        for (int i = 2; i < SMALL.length; i++) {
            SMALL[i] = i * log(i);
        }
    }

    private Entropy() {}

    private static double log(double value) {
        return Math.log(value) / Math.log(2);
    }

    /// `count * log2(count)`. All of `n` values take `timesLog(n)` bits less the sum of it over how often each occurs.
    static double timesLog(int count) {
        return count < SMALL.length ? SMALL[count] : count * log(count);
    }
}
