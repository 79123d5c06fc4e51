package sigyn.storage.rowgroup;

import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSource;

/// Few distinct values, and which of them each row has.
final class DictColumn extends Column {
    private final Texts texts;
    private final NumberSequence.Stored indexes;
    private volatile int @Nullable [] index;

    DictColumn(ByteSource in, ColumnSource source, int count) {
        super(count);
        int entries = in.count(count);
        texts = new Texts(in, source, entries);
        indexes = new NumberSequence.Stored(in, source, count, SectionKind.INDEXES);
    }

    Texts texts() {
        return texts;
    }

    /// The text of each row.
    int[] index() {
        int[] known = index;
        if (known == null) {
            known = indexes.readIndexes(texts.count());
            index = known;
        }
        return known;
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
        return Texts.write(texts.bytes(), texts.offsets(), index()[k], out, at);
    }

    @Override
    void write(int first, byte[] out, int[] at, int n, long[] numbers) {
        byte[] bytes = texts.bytes();
        int[] offsets = texts.offsets();
        if (index == null && indexes.isDirect()) {
            indexes.read(first, n, numbers);
            for (int i = 0; i < n; i++) {
                at[i] = Texts.write(bytes, offsets, NumberSequence.index(numbers[i], texts.count()), out, at[i]);
            }
            return;
        }
        int[] of = index();
        for (int i = 0; i < n; i++) {
            at[i] = Texts.write(bytes, offsets, of[first + i], out, at[i]);
        }
    }

    @Override
    int length(int k) {
        int i = index()[k];
        return texts.offsets()[i + 1] - texts.offsets()[i];
    }

    @Override
    long[] bytes() {
        return texts.bytesIn();
    }

    @Override
    long held() {
        return texts.held() + (index == null ? 0 : 4L * count);
    }

    @Override
    void match(ValueTest test, RowBits into) {
        int[] offsets = texts.offsets();
        byte[] bytes = texts.bytes();
        boolean[] passes = new boolean[texts.count()];
        boolean any = false;
        for (int i = 0; i < passes.length; i++) {
            passes[i] = test.passes(bytes, offsets[i], offsets[i + 1] - offsets[i]);
            any |= passes[i];
        }
        if (!any) {
            return;
        }
        int[] of = index();
        for (int k = 0; k < count; k++) {
            if (passes[of[k]]) {
                into.set(k);
            }
        }
    }
}
