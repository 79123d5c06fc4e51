package sigyn.storage.rowgroup;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSource;

/// Texts back to back, with their lengths: the values of a dictionary, a pool or a text column.
final class Texts {
    private final ColumnSource source;
    private final NumberSequence.Stored lengths;
    private final int count;
    private final long piece;
    /// Written last, behind `bytes` and the lengths.
    private volatile int @Nullable [] offset;

    private byte @Nullable [] bytes;
    private volatile @Nullable List<byte[]> copies;
    private volatile long @Nullable [] occurring;
    private int longest;
    private int shortest;

    Texts(ByteSource in, ColumnSource source, int count) {
        this.source = source;
        this.count = count;
        lengths = new NumberSequence.Stored(in, source, count, SectionKind.LENGTHS);
        long total = in.varint();
        if (total < 0 || total > Integer.MAX_VALUE - 64) {
            throw new CorruptRowGroupException("texts of " + total + " bytes");
        }
        piece = source.next(SectionKind.TEXT, total);
        this.total = (int) total;
    }

    private final int total;

    /// The array that the offsets of [#offsets] point into, with slack.
    byte[] bytes() {
        load();
        return Objects.requireNonNull(bytes);
    }

    /// Where each text begins, and behind them where the last ends.
    int[] offsets() {
        load();
        return Objects.requireNonNull(offset);
    }

    int lengthBound() {
        return (int) Math.min(total, lengths.bound());
    }

    int lengthFloor() {
        return (int) Math.min(total, lengths.base());
    }

    int longest() {
        load();
        return longest;
    }

    int shortest() {
        load();
        return shortest;
    }

    int total() {
        return total;
    }

    int count() {
        return count;
    }

    /// The texts, each in an array of its own.
    List<byte[]> copies() {
        var known = copies;
        if (known == null) {
            int[] at = offsets();
            var values = new byte[count][];
            for (int i = 0; i < values.length; i++) {
                values[i] = Arrays.copyOfRange(bytes(), at[i], at[i + 1]);
            }
            known = List.of(values);
            copies = known;
        }
        return known;
    }

    /// Writes text `i` as [Column#write] does. `bytes` and `offsets` are those of the texts: a loop asks for them once.
    static int write(byte[] bytes, int[] offsets, int i, byte[] out, int at) {
        int from = offsets[i];
        int length = offsets[i + 1] - from;
        Column.copy(bytes, from, out, at, length);
        return at + length;
    }

    /// The bytes that occur, as a set of 256 bits.
    long[] bytesIn() {
        long[] known = occurring;
        if (known == null) {
            known = bytesIn(bytes(), offsets()[0], total);
            occurring = known;
        }
        return known;
    }

    static long[] bytesIn(byte[] b, int from, int length) {
        var set = new long[4];
        for (int i = from; i < from + length; i++) {
            set[(b[i] & 0xff) >>> 6] |= 1L << b[i];
        }
        return set;
    }

    long held() {
        return (offset == null ? 0 : 4L * count) + (copies == null ? 0 : 24L * count + total);
    }

    private void load() {
        if (offset != null) {
            return;
        }
        long[] sizes = lengths.read();
        int[] at = new int[count + 1];
        at[0] = ColumnSource.offset(piece);
        int min = Integer.MAX_VALUE;
        int max = 0;
        for (int i = 0; i < count; i++) {
            long size = sizes[i];
            if (size < 0 || size > total - (at[i] - at[0])) {
                throw new CorruptRowGroupException("text of " + size + " bytes in a column of " + total);
            }
            at[i + 1] = at[i] + (int) size;
            min = Math.min(min, (int) size);
            max = Math.max(max, (int) size);
        }
        if (at[count] - at[0] != total) {
            throw new CorruptRowGroupException("texts of " + (at[count] - at[0]) + " bytes, expected " + total);
        }
        longest = max;
        shortest = Math.min(min, max);
        bytes = source.section(piece);
        offset = at;
    }
}
