package sigyn.storage.rowgroup;

import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSource;

/// Timestamps in lines, as the distance to the time of their rows.
final class TimeColumn extends Column {
    private static final byte[] DIGITS = "0123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final int format;
    private final long[] occurring;
    private final NumberSequence.Stored stored;
    private final Rows rows;
    private volatile long @Nullable [] distance;

    TimeColumn(ByteSource in, ColumnSource source, int count, int format, Rows rows) {
        super(count);
        if (!TimestampText.isFormat(format)) {
            throw new CorruptRowGroupException("timestamps of format " + format);
        }
        this.format = format;
        occurring = occurring(format);
        stored = new NumberSequence.Stored(in, source, count, SectionKind.LOW);
        this.rows = rows;
    }

    @Override
    int lengthBound() {
        return maxLength();
    }

    @Override
    int lengthFloor() {
        return maxLength();
    }

    @Override
    String others() {
        return "-/:,._ ";
    }

    @Override
    int maxLength() {
        return TimestampText.length(format);
    }

    @Override
    int minLength() {
        return TimestampText.length(format);
    }

    @Override
    int mask() {
        return switch (TimestampText.layout(format)) {
            case TimestampText.EPOCH -> CharClass.DIGIT;
            case TimestampText.SHORT_YEAR, TimestampText.ISO -> CharClass.DIGIT | CharClass.LETTER | CharClass.OTHER;
            default -> CharClass.ANY;
        };
    }

    private static boolean namesMonths(int format) {
        return switch (TimestampText.layout(format)) {
            case TimestampText.EPOCH, TimestampText.SHORT_YEAR, TimestampText.ISO -> false;
            default -> true;
        };
    }

    @Override
    int write(int k, byte[] out, int at) {
        return expect(TimestampWriter.write(ticks(k, distances()[k]), format, out, at), at);
    }

    private int expect(int end, int at) {
        if (end - at != TimestampText.length(format)) {
            throw new CorruptRowGroupException("timestamp of " + (end - at) + " bytes");
        }
        return end;
    }

    private long ticks(int k, long distance) {
        return TimestampText.entryTicks(rows.time(rows.row(k)), format) + distance;
    }

    private long[] distances() {
        long[] known = distance;
        if (known == null) {
            known = stored.read();
            distance = known;
        }
        return known;
    }

    @Override
    void write(int first, byte[] out, int[] at, int n, long[] numbers) {
        if (distance == null && stored.isDirect()) {
            stored.read(first, n, numbers);
        } else {
            System.arraycopy(distances(), first, numbers, 0, n);
        }
        var writer = new TimestampWriter(format);
        for (int i = 0; i < n; i++) {
            at[i] = expect(writer.write(ticks(first + i, numbers[i]), out, at[i]), at[i]);
        }
    }

    @Override
    int length(int k) {
        return maxLength();
    }

    /// Digits, the letters of months where they are written, and what every text of the format has besides.
    @Override
    long[] bytes() {
        return occurring.clone();
    }

    @Override
    boolean mayHave(byte b) {
        return (occurring[(b & 0xff) >>> 6] >>> b & 1) != 0;
    }

    private static long[] occurring(int format) {
        long[] set = Texts.bytesIn(DIGITS, 0, DIGITS.length);
        for (int i = 0; i < 12 && namesMonths(format); i++) {
            long[] month = Texts.bytesIn(TimestampText.month(i), 0, 3);
            for (int w = 0; w < set.length; w++) {
                set[w] |= month[w];
            }
        }
        byte[] sample = new byte[TimestampText.MAX_LENGTH + 16];
        long ticks = TimestampText.entryTicks(1_700_000_000_000_000_000L, format);
        int end = TimestampWriter.write(ticks, format, sample, 0);
        long[] separators = Texts.bytesIn(sample, 0, end);
        for (int i = 0; i < set.length; i++) {
            set[i] |= separators[i];
        }
        return set;
    }

    @Override
    long held() {
        return distance == null ? 0 : 8L * count;
    }

    @Override
    void match(ValueTest test, RowBits into) {
        long[] distances = distances();
        var writer = new TimestampWriter(format);
        byte[] text = new byte[TimestampText.MAX_LENGTH + 16];
        for (int k = 0; k < count; k++) {
            int end = expect(writer.write(ticks(k, distances[k]), text, 0), 0);
            if (test.passes(text, 0, end)) {
                into.set(k);
            }
        }
    }
}
