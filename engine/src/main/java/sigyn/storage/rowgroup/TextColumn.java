package sigyn.storage.rowgroup;

import sigyn.codec.ByteSource;

/// Values as they are, back to back.
final class TextColumn extends Column {
    private final Texts texts;

    TextColumn(ByteSource in, ColumnSource source, int count) {
        super(count);
        texts = new Texts(in, source, count);
    }

    @Override
    int lengthBound() {
        return texts.lengthBound();
    }

    @Override
    int lengthFloor() {
        return texts.lengthFloor();
    }

    @Override
    int maxLength() {
        return texts.longest();
    }

    @Override
    int minLength() {
        return texts.shortest();
    }

    @Override
    int mask() {
        return CharClass.ANY;
    }

    @Override
    int write(int k, byte[] out, int at) {
        return Texts.write(texts.bytes(), texts.offsets(), k, out, at);
    }

    @Override
    void write(int first, byte[] out, int[] at, int n, long[] numbers) {
        byte[] bytes = texts.bytes();
        int[] offsets = texts.offsets();
        for (int i = 0; i < n; i++) {
            at[i] = Texts.write(bytes, offsets, first + i, out, at[i]);
        }
    }

    @Override
    int length(int k) {
        return texts.offsets()[k + 1] - texts.offsets()[k];
    }

    @Override
    long[] bytes() {
        return texts.bytesIn();
    }

    @Override
    long held() {
        return texts.held();
    }

    @Override
    void match(ValueTest test, RowBits into) {
        test.matchAll(texts.bytes(), texts.offsets(), count, into);
    }
}
