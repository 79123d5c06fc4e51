package sigyn.storage.rowgroup;

import java.util.Arrays;
import sigyn.codec.ByteSource;

/// The same value in every row.
final class ConstColumn extends Column {
    private final byte[] value;
    private final int length;

    ConstColumn(ByteSource in, int count) {
        super(count);
        length = in.count(Integer.MAX_VALUE);
        int at = in.skip(length);
        value = Arrays.copyOf(Arrays.copyOfRange(in.array(), at, at + length), length + 16);
    }

    byte[] value() {
        return Arrays.copyOf(value, length);
    }

    @Override
    int lengthBound() {
        return length;
    }

    @Override
    int lengthFloor() {
        return length;
    }

    @Override
    int maxLength() {
        return length;
    }

    @Override
    int minLength() {
        return length;
    }

    @Override
    int mask() {
        return CharClass.mask(value, 0, length);
    }

    @Override
    int write(int k, byte[] out, int at) {
        copy(value, 0, out, at, length);
        return at + length;
    }

    @Override
    void write(int first, byte[] out, int[] at, int n, long[] numbers) {
        copy(value, 0, length, out, at, n);
    }

    @Override
    int length(int k) {
        return length;
    }

    @Override
    long[] bytes() {
        return Texts.bytesIn(value, 0, length);
    }

    @Override
    long held() {
        return value.length;
    }

    @Override
    void match(ValueTest test, RowBits into) {
        if (test.passes(value, 0, length)) {
            into.setAll();
        }
    }
}
