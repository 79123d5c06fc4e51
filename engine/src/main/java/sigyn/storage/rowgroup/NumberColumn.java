package sigyn.storage.rowgroup;

import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSource;

/// Numbers with one way to write them: decimal, padded with zeros, as an IPv4 address, as a time of day.
final class NumberColumn extends Column {
    private final int form;
    private final NumberSequence.Stored stored;
    /// Written last, behind `min` and `max`.
    private volatile long @Nullable [] values;

    private long min;
    private long max;

    NumberColumn(ByteSource in, ColumnSource source, int count) {
        super(count);
        form = in.u8();
        if (form > ColumnKind.FORM_CLOCK && form <= ColumnKind.FORM_PADDED
                || form > ColumnKind.FORM_PADDED + ColumnKind.MAX_DIGITS) {
            throw new CorruptRowGroupException("number column of form " + form);
        }
        stored = new NumberSequence.Stored(in, source, count, SectionKind.LOW);
    }

    /// True when every value is the decimal text of a number that is not negative as a long.
    boolean isPlainDecimal() {
        return form == ColumnKind.FORM_DECIMAL && (count == 0 || values() != null && max >= 0);
    }

    long[] values() {
        long[] known = values;
        if (known == null) {
            long[] read = stored.read();
            long low = Long.MAX_VALUE;
            long high = Long.MIN_VALUE;
            for (long value : read) {
                low = Math.min(low, value ^ Long.MIN_VALUE);
                high = Math.max(high, value ^ Long.MIN_VALUE);
            }
            min = low ^ Long.MIN_VALUE;
            max = high ^ Long.MIN_VALUE;
            if (read.length > 0) {
                expect(max);
            }
            values = read;
            return read;
        }
        return known;
    }

    private static void expect(long value) {
        if (Long.compareUnsigned(value, Decimal.MAX) > 0) {
            throw new CorruptRowGroupException("number column with " + Long.toUnsignedString(value));
        }
    }

    @Override
    int writeBound() {
        return lengthBound();
    }

    @Override
    int lengthBound() {
        return form == ColumnKind.FORM_DECIMAL && stored.isBounded() ? Decimal.digits(stored.bound()) : longestForm();
    }

    @Override
    int lengthFloor() {
        return switch (form) {
            case ColumnKind.FORM_DECIMAL -> stored.isBounded() ? Decimal.digits(stored.base()) : 1;
            case ColumnKind.FORM_IPV4 -> 7;
            case ColumnKind.FORM_CLOCK -> 8;
            default -> form - ColumnKind.FORM_PADDED;
        };
    }

    private int longestForm() {
        return switch (form) {
            case ColumnKind.FORM_DECIMAL -> ColumnKind.MAX_DIGITS;
            case ColumnKind.FORM_IPV4 -> 15;
            case ColumnKind.FORM_CLOCK -> 8;
            default -> form - ColumnKind.FORM_PADDED;
        };
    }

    @Override
    String others() {
        return form == ColumnKind.FORM_IPV4 ? "." : ":";
    }

    @Override
    int maxLength() {
        if (count == 0) {
            return 0;
        }
        values();
        return switch (form) {
            case ColumnKind.FORM_DECIMAL -> Decimal.digits(max);
            case ColumnKind.FORM_IPV4 -> 15;
            case ColumnKind.FORM_CLOCK -> 8;
            default -> form - ColumnKind.FORM_PADDED;
        };
    }

    @Override
    int minLength() {
        if (count == 0) {
            return 0;
        }
        values();
        return switch (form) {
            case ColumnKind.FORM_DECIMAL -> Decimal.digits(min);
            case ColumnKind.FORM_IPV4 -> 7;
            case ColumnKind.FORM_CLOCK -> 8;
            default -> form - ColumnKind.FORM_PADDED;
        };
    }

    @Override
    int mask() {
        return form == ColumnKind.FORM_IPV4 || form == ColumnKind.FORM_CLOCK
                ? CharClass.DIGIT | CharClass.OTHER
                : CharClass.DIGIT;
    }

    @Override
    int write(int k, byte[] out, int at) {
        return write(values()[k], form, out, at);
    }

    private static int write(long value, int form, byte[] out, int at) {
        switch (form) {
            case ColumnKind.FORM_DECIMAL -> {
                return Decimal.write(value, out, at);
            }
            case ColumnKind.FORM_IPV4 -> {
                int next = Decimal.writeByte((int) (value >>> 24 & 255), '.', out, at);
                next = Decimal.writeByte((int) (value >>> 16 & 255), '.', out, next);
                next = Decimal.writeByte((int) (value >>> 8 & 255), '.', out, next);
                return Decimal.writeByte((int) (value & 255), '.', out, next) - 1;
            }
            case ColumnKind.FORM_CLOCK -> {
                Decimal.writeClock((int) (value % 1_000_000), out, at);
                return at + 8;
            }
            default -> {
                int width = form - ColumnKind.FORM_PADDED;
                Decimal.writePadded(value, width, out, at);
                return at + width;
            }
        }
    }

    @Override
    void write(int first, byte[] out, int[] at, int n, long[] numbers) {
        if (values == null && stored.isDirect()) {
            stored.read(first, n, numbers);
            for (int i = 0; i < n; i++) {
                expect(numbers[i]);
            }
        } else {
            System.arraycopy(values(), first, numbers, 0, n);
        }
        int form = this.form;
        for (int i = 0; i < n; i++) {
            at[i] = write(numbers[i], form, out, at[i]);
        }
    }

    @Override
    int length(int k) {
        long value = values()[k];
        return switch (form) {
            case ColumnKind.FORM_DECIMAL -> Decimal.digits(value);
            case ColumnKind.FORM_IPV4 ->
                3
                        + Decimal.digits(value >>> 24 & 255)
                        + Decimal.digits(value >>> 16 & 255)
                        + Decimal.digits(value >>> 8 & 255)
                        + Decimal.digits(value & 255);
            case ColumnKind.FORM_CLOCK -> 8;
            default -> form - ColumnKind.FORM_PADDED;
        };
    }

    @Override
    long held() {
        return values == null ? 0 : 8L * count;
    }

    @Override
    void match(ValueTest test, RowBits into) {
        long[] all = values();
        byte[] text = new byte[maxLength() + 16];
        for (int k = 0; k < all.length; k++) {
            int end = write(k, text, 0);
            if (test.passes(text, 0, end)) {
                into.set(k);
            }
        }
    }
}
