package sigyn.codec;

import java.util.Arrays;

/// A set of 64-bit keys that answers "maybe" or "no", wrong with probability 1/256 for keys not in it, in about nine
/// bits a key: binary fuse filter with 8-bit fingerprints (Graf and Lemire, "Binary Fuse Filters: Fast and Smaller Than
/// Xor Filters", 2022).
///
/// ```
/// offset  size  field
///      0     8  seed
///      8     4  segment length, a power of two
///     12     4  segments that a key's first place may be in
///     16     n  fingerprints, n = (segments + 2) * segment length
/// ```
/// An empty set is zero bytes long. Construction with distinct keys fails by chance now and then and is repeated with
/// another seed, after some failures with another segment: with the paper's sizes, sets that just begin a longer
/// segment (some 11,500 keys) fill the middle of the table so far that hardly any seed does. [#MAX_TRIES] failures in a
/// row mean that keys are not distinct.
public final class BinaryFuse8 {
    /// Bytes before the fingerprints.
    public static final int HEADER = 16;

    static final int MAX_TRIES = 64;
    private static final int TRIES_OF_ONE_SIZE = 4;

    private BinaryFuse8() {}

    /// True when `filter`, made by [Builder#build], may hold the key. The layout is checked by [#isValid] once, not
    /// here.
    public static boolean mayContain(byte[] filter, long key) {
        if (filter.length == 0) {
            return false;
        }
        int segment = Bytes.i32(filter, 8);
        int segments = Bytes.i32(filter, 12);
        long h = hash(Bytes.i64(filter, 0), key);
        int first = first(h, segment, segments);
        int second = second(h, first, segment);
        int third = third(h, first, segment);
        return (filter[HEADER + first] ^ filter[HEADER + second] ^ filter[HEADER + third]) == fingerprint(h);
    }

    /// True when these bytes have the shape of a filter, so that no look-up can leave them.
    public static boolean isValid(byte[] filter) {
        if (filter.length == 0) {
            return true;
        }
        if (filter.length < HEADER) {
            return false;
        }
        int segment = Bytes.i32(filter, 8);
        int segments = Bytes.i32(filter, 12);
        return segment > 0
                && Integer.bitCount(segment) == 1
                && segments > 0
                && (segments + 2L) * segment == filter.length - HEADER;
    }

    /// Twice mixed, because keys may be small numbers.
    private static long hash(long seed, long key) {
        return Hash64.of(seed, Hash64.of(0, key));
    }

    private static int segmentLength(int count) {
        return 1 << Math.min(18, (int) Math.floor(Math.log(count) / Math.log(3.33) + 2.25));
    }

    private static int first(long h, int segment, int segments) {
        return (int) Math.unsignedMultiplyHigh(h, (long) segments * segment);
    }

    private static int second(long h, int first, int segment) {
        return first + segment ^ (int) (h >>> 18) & segment - 1;
    }

    private static int third(long h, int first, int segment) {
        return first + 2 * segment ^ (int) h & segment - 1;
    }

    private static byte fingerprint(long h) {
        return (byte) (h ^ h >>> 32);
    }

    /// Makes filters, one after the other with the same memory: peels cells that hold a single key until none is left.
    /// For one thread.
    public static final class Builder {
        private long[] xor = new long[0];
        private int[] count = new int[0];
        private int[] queue = new int[0];
        private long[] stack = new long[0];
        private int[] stackCell = new int[0];

        /// The filter of the first `n` of `keys`, which must be distinct.
        public byte[] build(long[] keys, int n) {
            if (n == 0) {
                return new byte[0];
            }
            int segment = segmentLength(n);
            double factor = n == 1 ? 1 : Math.max(1.125, 0.875 + 0.25 * Math.log(1_000_000) / Math.log(n));
            int capacity = Math.max(1, (int) Math.round(n * factor));
            int segments = Math.max(1, (capacity + segment - 1) / segment - 2);
            long seed = 0x726f_7767_726f_7570L;
            for (int attempt = 0; attempt < MAX_TRIES; segments++) {
                int cells = (segments + 2) * segment;
                byte[] out = new byte[HEADER + cells];
                makeRoom(cells, n);
                for (int i = 0; i < TRIES_OF_ONE_SIZE; i++, attempt++) {
                    seed = hash(seed, 1);
                    if (solve(keys, n, seed, segment, segments, out)) {
                        Bytes.putI64(out, 0, seed);
                        Bytes.putI32(out, 8, segment);
                        Bytes.putI32(out, 12, segments);
                        return out;
                    }
                }
            }
            throw new IllegalArgumentException(
                    "no filter of " + n + " keys after " + MAX_TRIES + " attempts: same key twice");
        }

        private void makeRoom(int cells, int keys) {
            if (xor.length < cells) {
                xor = new long[cells];
                count = new int[cells];
                queue = new int[cells];
            }
            if (stack.length < keys) {
                stack = new long[keys];
                stackCell = new int[keys];
            }
        }

        private boolean solve(long[] keys, int n, long seed, int segment, int segments, byte[] out) {
            int cells = (segments + 2) * segment;
            Arrays.fill(xor, 0, cells, 0);
            Arrays.fill(count, 0, cells, 0);
            for (int i = 0; i < n; i++) {
                long h = hash(seed, keys[i]);
                int first = first(h, segment, segments);
                toggle(first, h, 1);
                toggle(second(h, first, segment), h, 1);
                toggle(third(h, first, segment), h, 1);
            }
            int queued = 0;
            for (int cell = 0; cell < cells; cell++) {
                if (count[cell] == 1) {
                    queue[queued++] = cell;
                }
            }
            int peeled = 0;
            while (queued > 0) {
                int cell = queue[--queued];
                if (count[cell] != 1) {
                    continue;
                }
                long h = xor[cell];
                stack[peeled] = h;
                stackCell[peeled++] = cell;
                int first = first(h, segment, segments);
                queued = peel(first, h, queued);
                queued = peel(second(h, first, segment), h, queued);
                queued = peel(third(h, first, segment), h, queued);
            }
            if (peeled < n) {
                return false;
            }
            Arrays.fill(out, HEADER, out.length, (byte) 0);
            for (int i = n - 1; i >= 0; i--) {
                long h = stack[i];
                int first = first(h, segment, segments);
                int second = second(h, first, segment);
                int third = third(h, first, segment);
                int cell = HEADER + stackCell[i];
                out[cell] = 0;
                out[cell] = (byte) (fingerprint(h) ^ out[HEADER + first] ^ out[HEADER + second] ^ out[HEADER + third]);
            }
            return true;
        }

        private void toggle(int cell, long h, int by) {
            xor[cell] ^= h;
            count[cell] += by;
        }

        private int peel(int cell, long h, int queued) {
            toggle(cell, h, -1);
            if (count[cell] == 1) {
                queue[queued++] = cell;
            }
            return queued;
        }
    }
}
