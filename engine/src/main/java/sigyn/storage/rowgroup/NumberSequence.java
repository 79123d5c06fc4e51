package sigyn.storage.rowgroup;

import java.util.Arrays;
import sigyn.codec.BitPack;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.Varint;

/// A column of 64-bit numbers as byte planes: all lowest bytes, then all second bytes, as many as the widest value
/// needs after a base was taken off. Equal high bytes and skewed low ones are left to zstd.
///
/// ```
/// in the directory
///   u8       bits 0-3 planes, 0 to 8; bit 4 set: values are differences to the value before, in zigzag form
///   zigzag   base, added to every value
///   zigzag   only with differences: the value before the first
/// in column bytes
///   count bytes for each plane; the lowest plane goes to the section kind the column chose, the others to HIGH
/// ```
final class NumberSequence {
    private static final int DIFFERENCES = 16;

    private NumberSequence() {}

    /// Writes `values[0, n)`; changes them where they may be written as differences.
    static void write(long[] values, int n, boolean mayDiffer, SectionKind low, ByteSink directory, ColumnBytes bytes) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        long rangeBits = 0;
        for (int i = 0; i < n; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
        }
        int flags = 0;
        long before = 0;
        if (mayDiffer && n > 2 && max - min != 0) {
            long differenceBits = 0;
            for (int i = 1; i < n; i++) {
                differenceBits += BitPack.width(Varint.zigzag(values[i] - values[i - 1]));
                rangeBits += BitPack.width(values[i] - min);
            }
            if (differenceBits + n < rangeBits) {
                flags = DIFFERENCES;
                before = values[0];
                min = Long.MAX_VALUE;
                max = Long.MIN_VALUE;
                long previous = values[0];
                for (int i = 0; i < n; i++) {
                    long value = values[i];
                    long difference = Varint.zigzag(value - previous);
                    previous = value;
                    values[i] = difference;
                    min = Math.min(min, difference);
                    max = Math.max(max, difference);
                }
            }
        }
        if (n == 0) {
            min = 0;
            max = 0;
        }
        int planes = (BitPack.width(max - min) + 7) / 8;
        directory.u8(planes | flags);
        directory.zigzag(min);
        if (flags != 0) {
            directory.zigzag(before);
        }
        for (int plane = 0; plane < planes; plane++) {
            var sink = bytes.piece(plane == 0 ? low : low.high(), n);
            int at = sink.extend(n);
            byte[] out = sink.array();
            int shift = plane * 8;
            for (int i = 0; i < n; i++) {
                out[at + i] = (byte) (values[i] - min >>> shift);
            }
        }
    }

    /// A value that is to be a number from 0 to `bound - 1`.
    static int index(long value, int bound) {
        if (value < 0 || value >= bound) {
            throw new CorruptRowGroupException("index " + value + " of " + bound);
        }
        return (int) value;
    }

    /// A sequence that is located but not read yet.
    static final class Stored {
        private final ColumnSource source;
        private final int count;
        private final int planes;
        private final boolean differences;
        private final long base;
        private final long before;
        private final long[] pieces;

        Stored(ByteSource directory, ColumnSource source, int count, SectionKind low) {
            this.source = source;
            this.count = count;
            int flags = directory.u8();
            planes = flags & 15;
            differences = (flags & DIFFERENCES) != 0;
            if (planes > 8 || (flags & ~31) != 0) {
                throw new CorruptRowGroupException("number column with flags " + flags);
            }
            base = directory.zigzag();
            before = differences ? directory.zigzag() : 0;
            pieces = new long[planes];
            for (int plane = 0; plane < planes; plane++) {
                pieces[plane] = source.next(plane == 0 ? low : low.high(), count);
            }
        }

        int count() {
            return count;
        }

        /// True when every value is the base.
        boolean isConstant() {
            return planes == 0 && !differences;
        }

        /// No value is above this, where values are not differences and at least 0.
        long bound() {
            return differences || planes > 7 ? Long.MAX_VALUE : base + (1L << planes * 8) - 1;
        }

        /// True when [#base] is below all values and [#bound] above.
        boolean isBounded() {
            return !differences && planes < 8;
        }

        long base() {
            return base;
        }

        long[] read() {
            long[] out = new long[count];
            for (int plane = 0; plane < planes; plane++) {
                byte[] bytes = source.section(pieces[plane]);
                int at = ColumnSource.offset(pieces[plane]);
                int shift = plane * 8;
                if (plane == 0) {
                    for (int i = 0; i < out.length; i++) {
                        out[i] = bytes[at + i] & 0xff;
                    }
                } else {
                    for (int i = 0; i < out.length; i++) {
                        out[i] |= (bytes[at + i] & 0xffL) << shift;
                    }
                }
            }
            if (differences) {
                long value = before;
                for (int i = 0; i < out.length; i++) {
                    value += Varint.unzigzag(out[i] + base);
                    out[i] = value;
                }
            } else if (base != 0) {
                for (int i = 0; i < out.length; i++) {
                    out[i] += base;
                }
            }
            return out;
        }

        /// True when [#read(int, int, long[])] works: each value stands for itself.
        boolean isDirect() {
            return !differences;
        }

        /// Reads `n` values from the `first`-th on.
        void read(int first, int n, long[] out) {
            Arrays.fill(out, 0, n, base);
            for (int plane = 0; plane < planes; plane++) {
                byte[] bytes = source.section(pieces[plane]);
                int at = ColumnSource.offset(pieces[plane]) + first;
                int shift = plane * 8;
                for (int i = 0; i < n; i++) {
                    out[i] += (bytes[at + i] & 0xffL) << shift;
                }
            }
        }

        /// The values as numbers from 0 to `bound - 1`.
        int[] readIndexes(int bound) {
            return differences || planes >= Integer.BYTES ? narrowed(bound) : planes(bound);
        }

        private int[] narrowed(int bound) {
            long[] values = read();
            int[] out = new int[count];
            for (int i = 0; i < count; i++) {
                out[i] = index(values[i], bound);
            }
            return out;
        }

        private int[] planes(int bound) {
            int[] out = new int[count];
            for (int plane = 0; plane < planes; plane++) {
                byte[] bytes = source.section(pieces[plane]);
                int at = ColumnSource.offset(pieces[plane]);
                int shift = plane * 8;
                for (int i = 0; i < out.length; i++) {
                    out[i] |= (bytes[at + i] & 0xff) << shift;
                }
            }
            for (int i = 0; i < out.length; i++) {
                out[i] = index(out[i] + base, bound);
            }
            return out;
        }
    }
}
