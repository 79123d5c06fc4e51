package sigyn.storage.rowgroup;

import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSource;

/// Values of a pool that columns share, by their ids in it.
final class RefColumn extends Column {
    private final Column pool;
    private final NumberSequence.Stored stored;
    private final Rows rows;
    private volatile int @Nullable [] ids;

    RefColumn(ByteSource in, ColumnSource source, int count, Rows rows, @Nullable Column[] pools) {
        super(count);
        var referred = pools[in.count(pools.length - 1)];
        if (referred == null) {
            throw new CorruptRowGroupException("references to an empty pool");
        }
        pool = referred;
        stored = new NumberSequence.Stored(in, source, count, SectionKind.LOW);
        this.rows = rows;
    }

    Column pool() {
        return pool;
    }

    int[] ids() {
        int[] known = ids;
        if (known == null) {
            long[] distance = stored.read();
            int[] read = new int[count];
            int total = rows.total();
            for (int k = 0; k < count; k++) {
                read[k] = id(distance[k], k, total);
            }
            ids = read;
            return read;
        }
        return known;
    }

    private int id(long distance, int k, int total) {
        return NumberSequence.index(distance + ColumnEncoder.predict(rows.row(k), pool.count, total), pool.count);
    }

    @Override
    int lengthBound() {
        return pool.lengthBound();
    }

    @Override
    int lengthFloor() {
        return pool.lengthFloor();
    }

    @Override
    @Nullable
    String others() {
        return pool.others();
    }

    @Override
    boolean mayHave(byte b) {
        return pool.mayHave(b);
    }

    @Override
    int maxLength() {
        return pool.maxLength();
    }

    @Override
    int minLength() {
        return pool.minLength();
    }

    @Override
    int mask() {
        return pool.mask();
    }

    @Override
    int write(int k, byte[] out, int at) {
        return pool.write(ids()[k], out, at);
    }

    @Override
    void write(int first, byte[] out, int[] at, int n, long[] numbers) {
        if (ids == null && stored.isDirect()) {
            int total = rows.total();
            stored.read(first, n, numbers);
            for (int i = 0; i < n; i++) {
                at[i] = pool.write(id(numbers[i], first + i, total), out, at[i]);
            }
            return;
        }
        int[] of = ids();
        for (int i = 0; i < n; i++) {
            at[i] = pool.write(of[first + i], out, at[i]);
        }
    }

    @Override
    int length(int k) {
        return pool.length(ids()[k]);
    }

    @Override
    long[] bytes() {
        return pool.bytes();
    }

    /// Without the pool, which others hold too.
    @Override
    long held() {
        return ids == null ? 0 : 4L * count;
    }

    @Override
    void match(ValueTest test, RowBits into) {
        RowBits passes = test.inPool(pool);
        if (passes.isEmpty()) {
            return;
        }
        int[] of = ids();
        for (int k = 0; k < count; k++) {
            if (passes.get(of[k])) {
                into.set(k);
            }
        }
    }
}
