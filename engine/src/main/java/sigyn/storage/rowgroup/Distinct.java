package sigyn.storage.rowgroup;

import java.util.Arrays;
import sigyn.codec.Bytes;

/// Numbers the distinct values of a column in order of first appearance, and gives up when there are too many.
final class Distinct {
    int count;
    /// Id of the value of each row.
    int[] id = new int[1024];
    /// First row of each id.
    int[] first = new int[256];
    /// Rows of each id.
    int[] rows = new int[256];

    /// By id: the number, or the hash of the text.
    private long[] keys = new long[256];

    private int[] slots = new int[512];
    private long[] numbers = new long[0];
    private int mask = 511;

    /// Room for `n` numbers to tell apart, with whatever was there; the next that asks gets the same array.
    long[] numbers(int n) {
        if (numbers.length < n) {
            numbers = new long[n];
        }
        return numbers;
    }

    /// Numbers of a column. False when more than `limit` differ.
    boolean ofNumbers(long[] values, int n, int limit) {
        begin(n, limit);
        for (int i = 0; i < n; i++) {
            long value = values[i];
            int at = slot(value * 0x9E3779B97F4A7C15L);
            int found;
            while ((found = slots[at]) != 0 && keys[found - 1] != value) {
                at = at + 1 & mask;
            }
            if (found == 0 && !insert(at, value, i, limit)) {
                return false;
            }
            int known = slots[at] - 1;
            rows[known]++;
            id[i] = known;
        }
        return true;
    }

    /// Texts of a column.
    boolean ofTexts(byte[] b, long[] place, int n, int limit) {
        begin(n, limit);
        for (int i = 0; i < n; i++) {
            int from = Tokens.start(place[i]);
            if (i > 0 && place[i] == place[i - 1]) {
                id[i] = id[i - 1];
                rows[id[i]]++;
                continue;
            }
            int end = from + Tokens.length(place[i]);
            long key = Tokenizer.staticPiece(b, from, end, 0);
            int at = slot(key);
            int found;
            while ((found = slots[at]) != 0
                    && !(keys[found - 1] == key && equal(b, from, end, place[first[found - 1]]))) {
                at = at + 1 & mask;
            }
            if (found == 0 && !insert(at, key, i, limit)) {
                return false;
            }
            int known = slots[at] - 1;
            rows[known]++;
            id[i] = known;
        }
        return true;
    }

    private static boolean equal(byte[] b, int from, int end, long other) {
        int n = end - from;
        return n == Tokens.length(other) && Bytes.equal(b, from, b, Tokens.start(other), n);
    }

    private int slot(long hash) {
        return (int) (hash >>> 32 ^ hash >>> 17) & mask;
    }

    private boolean insert(int at, long key, int row, int limit) {
        if (count == limit) {
            return false;
        }
        if (count == first.length) {
            first = Arrays.copyOf(first, count * 2);
            rows = Arrays.copyOf(rows, count * 2);
            keys = Arrays.copyOf(keys, count * 2);
        }
        keys[count] = key;
        first[count] = row;
        rows[count] = 0;
        slots[at] = ++count;
        return true;
    }

    private void begin(int n, int limit) {
        int most = limit < n ? limit + 1 : n;
        int want = Integer.highestOneBit(Math.max(16, most)) * 4;
        if (slots.length < want) {
            slots = new int[want];
        } else {
            Arrays.fill(slots, 0, want, 0);
        }
        mask = want - 1;
        count = 0;
        if (id.length < n) {
            id = new int[Math.max(n, id.length * 2)];
        }
    }

    /// Bits that the ids of all `n` rows take when each is coded by its frequency.
    double entropyBits(int n) {
        double bits = Entropy.timesLog(n);
        for (int i = 0; i < count; i++) {
            bits -= Entropy.timesLog(rows[i]);
        }
        return bits;
    }

    /// Ids by falling frequency.
    int[] byFrequency() {
        return mostFrequent(count);
    }

    /// The first `limit` ids by falling frequency, or all when they are fewer.
    int[] mostFrequent(int limit) {
        int least = limit < count ? frequencyOf(limit) : 0;
        long[] order = new long[count];
        int n = 0;
        for (int i = 0; i < count; i++) {
            if (rows[i] >= least) {
                order[n++] = (long) (Integer.MAX_VALUE - rows[i]) << 32 | i;
            }
        }
        Arrays.sort(order, 0, n);
        int[] ids = new int[Math.min(n, limit)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) order[i];
        }
        return ids;
    }

    /// At least as many ids as `limit` occur as often as this or more often; small frequencies are exact.
    private int frequencyOf(int limit) {
        int[] ids = new int[64];
        for (int i = 0; i < count; i++) {
            ids[Math.min(rows[i], ids.length - 1)]++;
        }
        int frequency = ids.length;
        for (int more = 0; frequency > 0 && more < limit; ) {
            more += ids[--frequency];
        }
        return frequency;
    }
}
