package sigyn.storage.rowgroup;

/// What did not pay for a column of a template when it was last encoded, and is not tried every time again:
/// logs have the same templates for hours. Bounded: a column may take the place of another one, which is then
/// tried anew.
final class VainTrials {
    /// Sharing values with other columns.
    static final int POOL = 1;

    static final int DICTIONARY = 2;

    private static final int COLUMNS = 1 << 13;
    /// Row groups after which everything is tried again: values change.
    private static final int TRUSTED = 8;

    private final long[] column = new long[COLUMNS];
    private final byte[] vain = new byte[COLUMNS];
    private final byte[] asked = new byte[COLUMNS];

    /// What is not worth a trial for a column now.
    int of(long key) {
        int at = at(key);
        if (column[at] != key) {
            return 0;
        }
        if (++asked[at] > TRUSTED) {
            column[at] = 0;
            return 0;
        }
        return vain[at];
    }

    void add(long key, int trial) {
        int at = at(key);
        if (column[at] != key) {
            column[at] = key;
            vain[at] = 0;
            asked[at] = 0;
        }
        vain[at] |= (byte) trial;
    }

    private static int at(long key) {
        return (int) (key >>> 32 ^ key) & COLUMNS - 1;
    }
}
