package sigyn.storage.rowgroup;

import java.util.Arrays;
import sigyn.codec.BitPack;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;

/// Distances between rows. What emits logs at some rate makes distances that are about a multiple of its period: few
/// different high parts, and noise below. So each distance is cut at a bit that the encoder chooses: the low bits are
/// packed as they are, the high part is an index of one byte into a table, which zstd codes by frequency.
///
/// ```
/// u8       low bits, 0 to 62; 255: a NumberSequence follows instead (TIME)
/// varint   table size, at most 255; varint each high part, by falling frequency
/// varint   high parts that are not in the table; varint each, in row order
/// in column bytes: index of each row's high part, 255 for the next that is not in the table (TIME);
///                  the low bits (TIME)
/// ```
final class GapSequence {
    private static final int PLAIN = 255;
    private static final int ESCAPE = 255;
    private static final int SAMPLE = 8192;

    private GapSequence() {}

    static void write(long[] gaps, int n, Distinct distinct, ByteSink directory, ColumnBytes bytes) {
        int low = chooseLow(gaps, n, distinct);
        if (low < 0) {
            directory.u8(PLAIN);
            NumberSequence.write(gaps, n, false, SectionKind.TIME, directory, bytes);
            return;
        }
        long[] high = distinct.numbers(n);
        for (int i = 0; i < n; i++) {
            high[i] = gaps[i] >>> low;
        }
        distinct.ofNumbers(high, n, n);
        int[] order = distinct.mostFrequent(ESCAPE);
        int size = order.length;
        int[] index = new int[distinct.count];
        Arrays.fill(index, ESCAPE);
        directory.u8(low);
        directory.varint(size);
        int escapes = n;
        for (int i = 0; i < size; i++) {
            index[order[i]] = i;
            directory.varint(high[distinct.first[order[i]]]);
            escapes -= distinct.rows[order[i]];
        }
        directory.varint(escapes);
        var sink = bytes.piece(SectionKind.TIME, n);
        int at = sink.extend(n);
        byte[] out = sink.array();
        long mask = (1L << low) - 1;
        for (int i = 0; i < n; i++) {
            int of = index[distinct.id[i]];
            out[at + i] = (byte) of;
            if (of == ESCAPE) {
                directory.varint(high[i]);
            }
            high[i] = gaps[i] & mask;
        }
        BitPack.write(bytes.piece(SectionKind.TIME, BitPack.size(n, low)), high, 0, n, low);
    }

    /// Low bits for the smallest result by a sample, or -1 when byte planes are smaller.
    private static int chooseLow(long[] gaps, int n, Distinct distinct) {
        int step = Math.max(1, n / SAMPLE);
        int samples = n / step;
        if (samples < 64) {
            return -1;
        }
        long[] sample = new long[samples];
        long max = 0;
        for (int i = 0; i < samples; i++) {
            sample[i] = gaps[i * step];
            max = Math.max(max, sample[i]);
        }
        int width = BitPack.width(max);
        if (width <= 8 || max < 0) {
            return -1;
        }
        int most = Math.min(40, width);
        int low = 0;
        double bits = Double.MAX_VALUE;
        for (int each = 0; each <= most; each += 4) {
            double with = splitBits(sample, each, width, distinct);
            if (with < bits) {
                bits = with;
                low = each;
            }
        }
        for (int each : new int[] {low - 2, low + 2}) {
            double with = each < 0 || each > most ? bits : splitBits(sample, each, width, distinct);
            if (with < bits) {
                bits = with;
                low = each;
            }
        }
        return bits < planeBits(sample, width, distinct) * 0.98 ? low : -1;
    }

    private static double planeBits(long[] sample, int width, Distinct distinct) {
        double bits = 0;
        long[] plane = distinct.numbers(sample.length);
        for (int shift = 0; shift < width; shift += 8) {
            for (int i = 0; i < sample.length; i++) {
                plane[i] = sample[i] >>> shift & 255;
            }
            distinct.ofNumbers(plane, sample.length, 256);
            bits += distinct.entropyBits(sample.length);
        }
        return bits;
    }

    private static double splitBits(long[] sample, int low, int width, Distinct distinct) {
        int n = sample.length;
        long[] high = distinct.numbers(n);
        for (int i = 0; i < n; i++) {
            high[i] = sample[i] >>> low;
        }
        distinct.ofNumbers(high, n, n);
        int escapes = n;
        double bits = Entropy.timesLog(n);
        for (int id : distinct.mostFrequent(ESCAPE)) {
            bits -= Entropy.timesLog(distinct.rows[id]);
            escapes -= distinct.rows[id];
        }
        return low * (double) n + bits - Entropy.timesLog(escapes) + (double) escapes * (width - low + 8);
    }

    /// A sequence that is located but not read yet.
    static final class Stored {
        private final ColumnSource source;
        private final int count;
        private final int low;
        private final NumberSequence.@org.jspecify.annotations.Nullable Stored plain;
        private final long[] table;
        private final long[] escaped;
        private final long indexes;
        private final long lows;

        Stored(ByteSource directory, ColumnSource source, int count) {
            this.source = source;
            this.count = count;
            low = directory.u8();
            if (low == PLAIN) {
                plain = new NumberSequence.Stored(directory, source, count, SectionKind.TIME);
                table = new long[0];
                escaped = table;
                indexes = 0;
                lows = 0;
                return;
            }
            if (low > 62) {
                throw new CorruptRowGroupException("distances cut at bit " + low);
            }
            plain = null;
            table = numbers(directory, ESCAPE);
            escaped = numbers(directory, count);
            indexes = source.next(SectionKind.TIME, count);
            lows = source.next(SectionKind.TIME, BitPack.size(count, low));
        }

        private static long[] numbers(ByteSource directory, int max) {
            long[] numbers = new long[directory.count(max)];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = directory.varint();
            }
            return numbers;
        }

        long[] read() {
            if (plain != null) {
                return plain.read();
            }
            long[] out = new long[count];
            byte[] packed = source.section(lows);
            int at = ColumnSource.offset(lows);
            BitPack.read(packed, at, count, low, at + BitPack.size(count, low), out, 0);
            byte[] index = source.section(indexes);
            int from = ColumnSource.offset(indexes);
            int next = 0;
            for (int i = 0; i < count; i++) {
                int of = index[from + i] & 0xff;
                long high = of == ESCAPE ? escaped[next++] : table[of];
                out[i] |= high << low;
            }
            return out;
        }
    }
}
