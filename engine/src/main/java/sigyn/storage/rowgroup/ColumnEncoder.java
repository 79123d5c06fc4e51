package sigyn.storage.rowgroup;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.codec.BitPack;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;

/// Chooses an encoding for each column of variables by estimated bytes, and writes it. Columns whose values may be
/// shared with others are put off until all are known: the pools are filled first.
final class ColumnEncoder {
    /// A column that waits for the pools.
    private static final class Deferred {
        final int[] rows;
        final long[] place;
        final int kind;
        final long[] value;
        final IdPool pool;
        final int[] entry;
        final double elsewhere;
        final long key;
        final int vain;

        Deferred(ColumnEncoder column, IdPool pool, int[] entry, double elsewhere) {
            int n = column.n;
            rows = Arrays.copyOf(column.rows, n);
            place = Arrays.copyOf(column.place, n);
            kind = column.kind;
            value = Tokens.isJoined(kind) ? Arrays.copyOf(column.value, n) : NO_VALUES;
            this.pool = pool;
            this.entry = entry;
            this.elsewhere = elsewhere;
            key = column.key;
            vain = column.vain;
        }
    }

    /// Pools kept for the next row group: lines may give rise to one for every length of hexadecimal numbers.
    private static final int MOST_SPARE = 16;

    private final ColumnBytes bytes;
    private final FilterKeys filters;
    private final Distinct distinct = new Distinct();
    private final List<IdPool> pools = new ArrayList<>();
    private final ArrayDeque<IdPool> spare = new ArrayDeque<>();
    private final List<Deferred> deferred = new ArrayList<>();
    private final VainTrials trials = new VainTrials();
    private final int[] histogram = new int[256];

    // the column at hand
    private static final byte[] NOTHING = {};
    private static final long[] NO_VALUES = {};

    private byte[] b = NOTHING;
    private int n;
    private int[] rows = new int[0];
    private long[] place = NO_VALUES;
    private int kind;
    private long[] value = NO_VALUES;
    private long[] numbers = new long[1024];
    private int minLength;
    private int maxLength;
    private int mask;
    private long key;
    private int vain;
    private boolean mayPool;
    private boolean isLineToken;

    ColumnEncoder(ColumnBytes bytes, FilterKeys filters) {
        this.bytes = bytes;
        this.filters = filters;
    }

    void begin(byte[] lineBytes) {
        b = lineBytes;
        forgetPools();
        deferred.clear();
    }

    private void forgetPools() {
        for (var pool : pools) {
            if (pool.isKept() && spare.size() < MOST_SPARE) {
                spare.add(pool);
            }
        }
        pools.clear();
    }

    /// Encodes `count` tokens of one kind: where they are (see [Tokens]), values of joined ones, and their rows. The
    /// arrays may be changed. Columns of one `columnKey` are much alike in all row groups.
    void encode(
            long columnKey,
            int count,
            int[] rowNumbers,
            long[] places,
            int tokenKind,
            long[] values,
            ByteSink directory) {
        n = count;
        rows = rowNumbers;
        place = places;
        kind = tokenKind;
        value = values;
        key = columnKey;
        vain = trials.of(key);
        mayPool = (vain & VainTrials.POOL) == 0;
        isLineToken = isLineToken(tokenKind);
        choose(directory);
    }

    private void choose(ByteSink directory) {
        if (isConstant()) {
            directory.u8(ColumnKind.CONST);
            directory.varint(length(0));
            directory.write(b, start(0), length(0));
            if (isLineToken) {
                filters.token(b, start(0), length(0), kind);
            }
            return;
        }
        switch (Tokens.type(kind)) {
            case Tokens.TIMESTAMP -> {
                filters.timestamps(Tokens.format(kind));
                directory.u8(ColumnKind.TIME);
                copyNumbers();
                NumberSequence.write(numbers, n, true, SectionKind.LOW, directory, bytes);
            }
            case Tokens.IPV4 -> {
                copyNumbers();
                number(ColumnKind.FORM_IPV4, 6, IdPool.Shape.IPV4, directory);
            }
            case Tokens.CLOCK -> {
                copyNumbers();
                number(ColumnKind.FORM_CLOCK, 8, null, directory);
            }
            case Tokens.UUID -> {
                survey();
                mask = Tokens.format(kind) == 0 ? CharClass.HEX_LOWER : CharClass.HEX_UPPER;
                filters.uuids();
                hex(ColumnKind.HEX_UUID, 32, directory);
            }
            default -> variable(directory);
        }
    }

    private void variable(ByteSink directory) {
        survey();
        boolean fixed = minLength == maxLength;
        boolean digits = mask == CharClass.DIGIT && minLength > 0 && maxLength <= ColumnKind.MAX_DIGITS;
        boolean leadingZero = digits && parseNumbers();
        if (digits && (fixed || !leadingZero)) {
            int form = leadingZero ? ColumnKind.FORM_PADDED + minLength : ColumnKind.FORM_DECIMAL;
            number(form, maxLength, leadingZero ? null : IdPool.Shape.NUMBER, directory);
        } else if (fixed
                && minLength >= 6
                && (mask & ~(CharClass.DIGIT | CharClass.HEX_LETTER)) == 0
                && (mask & CharClass.HEX_LETTER) != CharClass.HEX_LETTER) {
            hex(0, minLength, directory);
        } else {
            text(directory);
        }
    }

    /// Fills `numbers`; true when one has zeros in front.
    private boolean parseNumbers() {
        ensureNumbers();
        long zeros = 0;
        for (int i = 0; i < n; i++) {
            int digits = length(i);
            long number = Decimal.parse(b, start(i), digits);
            numbers[i] = number;
            zeros |= Decimal.zerosInFront(number, digits);
        }
        return zeros < 0;
    }

    private int start(int i) {
        return Tokens.start(place[i]);
    }

    private int length(int i) {
        return Tokens.length(place[i]);
    }

    private boolean isConstant() {
        long one = place[0];
        int from = start(0);
        int size = length(0);
        for (int i = n - 1; i > 0; i--) {
            if (place[i] != one && (length(i) != size || !Bytes.equal(b, from, b, start(i), size))) {
                return false;
            }
        }
        return true;
    }

    /// True for tokens of the first model, which go to the filters.
    private static boolean isLineToken(int kind) {
        return Tokens.type(kind) != Tokens.WORD;
    }

    private boolean mayBeDictionary() {
        return (vain & VainTrials.DICTIONARY) == 0;
    }

    private void ensureNumbers() {
        if (numbers.length < n) {
            numbers = new long[Math.max(n, numbers.length * 2)];
        }
    }

    private void copyNumbers() {
        ensureNumbers();
        System.arraycopy(value, 0, numbers, 0, n);
    }

    private void survey() {
        int min = Integer.MAX_VALUE;
        int max = 0;
        long all = 0;
        for (int i = 0; i < n; i++) {
            int size = length(i);
            min = Math.min(min, size);
            max = Math.max(max, size);
            all |= place[i];
        }
        minLength = min;
        maxLength = max;
        mask = Tokens.mask(all);
    }

    /// `numbers` hold the values; `textLength` is about how long each is as text.
    private void number(int form, int textLength, IdPool.@Nullable Shape shape, ByteSink directory) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int i = 0; i < n; i++) {
            min = Math.min(min, numbers[i]);
            max = Math.max(max, numbers[i]);
        }
        int rangeBits = BitPack.width(max - min);
        if (rangeBits > 8) {
            double direct = planeBytes(min, (rangeBits + 7) / 8);
            double dictionary = Double.MAX_VALUE;
            double entries = 0;
            if (mayBeDictionary() && distinct.ofNumbers(numbers, n, Math.min(n / 2, 1 << 14))) {
                entries = distinct.count * (textLength * 0.5 + 0.3);
                dictionary = distinct.entropyBits(n) / 8 + entries;
            }
            if (mayPool && shape != null && textLength >= 5 && Math.min(direct, dictionary - entries) > n) {
                deferTo(shape, Math.min(direct, dictionary), directory);
                return;
            }
            if (dictionary < direct * 0.98) {
                dictionary(directory);
                return;
            }
            trials.add(key, VainTrials.DICTIONARY);
        }
        if (isLineToken && form != ColumnKind.FORM_IPV4 && form != ColumnKind.FORM_CLOCK) {
            filters.numbers(numbers, n, form >= ColumnKind.FORM_PADDED ? form - ColumnKind.FORM_PADDED : 0);
        }
        directory.u8(ColumnKind.NUMBER);
        directory.u8(form);
        NumberSequence.write(numbers, n, true, SectionKind.LOW, directory, bytes);
    }

    /// Bytes that the planes of `numbers - min` take, entropy coded each for itself; from a sample.
    private double planeBytes(long min, int planes) {
        int step = Math.max(1, n / 1024);
        int samples = (n + step - 1) / step;
        double bits = planes * Entropy.timesLog(samples);
        for (int plane = 0; plane < planes; plane++) {
            Arrays.fill(histogram, 0);
            for (int i = 0; i < n; i += step) {
                histogram[(int) (numbers[i] - min >>> plane * 8) & 0xff]++;
            }
            for (int count : histogram) {
                bits -= Entropy.timesLog(count);
            }
        }
        // few samples make 256 values look less random than they are
        double correction = samples < 4096 ? 1.06 : 1;
        return Math.min(planes * (double) n, bits / samples * n / 8 * correction);
    }

    private void hex(int layout, int digits, ByteSink directory) {
        double direct = n * ((digits + 1) / 2.0);
        if (mayBeDictionary() && distinct.ofTexts(b, place, n, Math.min(n / 2, 1 << 12))) {
            double entries = distinct.count * (digits / 2.0 + 0.5);
            double dictionary = distinct.entropyBits(n) / 8 + entries;
            if (!mayPool || entries < dictionary / 4) {
                if (dictionary < direct) {
                    dictionary(directory);
                    return;
                }
            }
            direct = Math.min(direct, dictionary);
        }
        if (mayPool && digits >= 8) {
            deferTo(IdPool.Shape.HEX, direct, directory);
            return;
        }
        trials.add(key, VainTrials.DICTIONARY);
        if (isLineToken) {
            filters.opaque(b, place, kind, n);
        }
        directory.u8(ColumnKind.HEX);
        directory.u8(layout | ((mask & CharClass.HEX_UPPER) != 0 ? ColumnKind.HEX_CAPITALS : 0));
        directory.varint(digits);
        writeHex(layout, digits);
    }

    private void writeHex(int layout, int digits) {
        int each = (digits + 1) / 2;
        var sink = bytes.piece(SectionKind.RANDOM, n * each);
        int at = sink.extend(n * each);
        byte[] out = sink.array();
        for (int i = 0; i < n; i++) {
            int from = start(i);
            if (layout == 0) {
                int pairs = digits / 2;
                for (int j = 0; j < pairs; j++) {
                    out[at++] = (byte) (nibble(b[from + 2 * j]) << 4 | nibble(b[from + 2 * j + 1]));
                }
                if ((digits & 1) != 0) {
                    out[at++] = (byte) nibble(b[from + digits - 1]);
                }
            } else {
                for (int j = from; j < from + 36; j += 2) {
                    if (b[j] == '-') {
                        j++;
                    }
                    out[at++] = (byte) (nibble(b[j]) << 4 | nibble(b[j + 1]));
                }
            }
        }
    }

    private static int nibble(byte c) {
        return (c & 15) + (c >>> 6) * 9;
    }

    private void text(ByteSink directory) {
        long total = 0;
        for (int i = 0; i < n; i++) {
            total += length(i);
        }
        double direct = total * 0.55 + n * 0.3;
        if (mayBeDictionary() && distinct.ofTexts(b, place, n, Math.max(1, n * 3 / 4))) {
            double entries = 0;
            for (int i = 0; i < distinct.count; i++) {
                entries += length(distinct.first[i]) * 0.6 + 0.5;
            }
            double dictionary = distinct.entropyBits(n) / 8 + entries;
            boolean shared = mayPool && minLength >= 4 && entries > dictionary / 3 && entries > 64;
            if (!shared && dictionary < direct) {
                dictionary(directory);
                return;
            }
            direct = Math.min(direct, dictionary);
        }
        if (mayPool && minLength >= 4 && maxLength <= 256 && n > 8) {
            deferTo(IdPool.Shape.TEXT, direct, directory);
            return;
        }
        trials.add(key, VainTrials.DICTIONARY);
        if (isLineToken) {
            filters.opaque(b, place, kind, n);
        }
        directory.u8(ColumnKind.TEXT);
        writeTexts(n, i -> i, directory);
    }

    private void writeTexts(int count, java.util.function.IntUnaryOperator which, ByteSink directory) {
        long[] sizes = new long[count];
        int total = 0;
        for (int i = 0; i < count; i++) {
            sizes[i] = length(which.applyAsInt(i));
            total = Math.addExact(total, (int) sizes[i]);
        }
        NumberSequence.write(sizes, count, false, SectionKind.LENGTHS, directory, bytes);
        directory.varint(total);
        var sink = bytes.piece(SectionKind.TEXT, total);
        for (int i = 0; i < count; i++) {
            int from = which.applyAsInt(i);
            sink.write(b, start(from), length(from));
        }
    }

    /// Writes what [#distinct] found.
    private void dictionary(ByteSink directory) {
        int[] order = distinct.byFrequency();
        int[] rank = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            rank[order[i]] = i;
            if (isLineToken) {
                int at = distinct.first[order[i]];
                filters.token(b, start(at), length(at), kind);
            }
        }
        directory.u8(ColumnKind.DICT);
        directory.varint(order.length);
        writeTexts(order.length, i -> distinct.first[order[i]], directory);
        ensureNumbers();
        for (int i = 0; i < n; i++) {
            numbers[i] = rank[distinct.id[i]];
        }
        NumberSequence.write(numbers, n, false, SectionKind.INDEXES, directory, bytes);
    }

    private void deferTo(IdPool.Shape shape, double elsewhere, ByteSink directory) {
        int poolKind = isLineToken || shape != IdPool.Shape.TEXT ? 0 : Tokens.WORD;
        if (shape == IdPool.Shape.HEX) {
            // one length, one case and one layout to a pool
            poolKind |= (minLength << 2 | ((mask & CharClass.HEX_UPPER) != 0 ? 1 : 0)) << 8;
            poolKind |= Tokens.type(kind) == Tokens.UUID ? Tokens.UUID << 4 : 0;
        }
        if (shape == IdPool.Shape.NUMBER) {
            // short and long numbers do not mix well in byte planes
            poolKind |= maxLength << 8;
        }
        var pool = pool(shape, poolKind);
        int[] entry = new int[n];
        for (int i = 0; i < n; i++) {
            entry[i] = shape == IdPool.Shape.NUMBER || shape == IdPool.Shape.IPV4
                    ? pool.addNumber(numbers[i], rows[i])
                    : pool.addText(b, place[i], rows[i]);
        }
        deferred.add(new Deferred(this, pool, entry, elsewhere));
        directory.u8(ColumnKind.DEFERRED);
    }

    private IdPool pool(IdPool.Shape shape, int poolKind) {
        for (var pool : pools) {
            if (pool.shape == shape && pool.kind == poolKind) {
                return pool;
            }
        }
        var pool = spare.isEmpty() ? new IdPool() : spare.pop();
        pool.begin(shape, poolKind);
        pools.add(pool);
        return pool;
    }

    /// Writes the pools and the columns that waited for them, and lets go of the lines. `totalRows` is the number of
    /// rows of all templates.
    void finish(int totalRows, ByteSink directory) {
        boolean[] refers = new boolean[deferred.size()];
        for (int i = 0; i < refers.length; i++) {
            refers[i] = isWorthPooling(deferred.get(i));
        }
        int[][] finalId = new int[pools.size()][];
        directory.varint(pools.size());
        mayPool = false;
        for (int p = 0; p < finalId.length; p++) {
            finalId[p] = writePool(pools.get(p), directory);
        }
        for (int i = 0; i < refers.length; i++) {
            var column = deferred.get(i);
            load(column);
            if (!refers[i]) {
                trials.add(key, VainTrials.POOL);
                choose(directory);
                continue;
            }
            int p = pools.indexOf(column.pool);
            int ids = used(finalId[p]);
            directory.u8(ColumnKind.REF);
            directory.varint(p);
            ensureNumbers();
            for (int k = 0; k < n; k++) {
                numbers[k] = finalId[p][column.entry[k]] - predict(rows[k], ids, totalRows);
            }
            NumberSequence.write(numbers, n, false, SectionKind.LOW, directory, bytes);
        }
        deferred.clear();
        forgetPools();
        b = NOTHING;
    }

    /// About which id a row refers to, when values recur near where they first appeared.
    static long predict(int row, int ids, int totalRows) {
        return (long) row * ids / totalRows;
    }

    private static int used(int[] finalId) {
        return finalId[finalId.length - 1];
    }

    private void load(Deferred column) {
        n = column.rows.length;
        rows = column.rows;
        place = column.place;
        kind = column.kind;
        value = column.value;
        isLineToken = isLineToken(kind);
        key = column.key;
        vain = column.vain;
    }

    /// Compares a column's share of its pool with its best other encoding; takes it out of the pool if that is smaller.
    private boolean isWorthPooling(Deferred column) {
        var pool = column.pool;
        double share = 0;
        for (int entry : column.entry) {
            double size = switch (pool.shape) {
                case NUMBER -> BitPack.width(pool.value[entry]) / 8.0;
                case IPV4 -> 4;
                case HEX -> Tokens.length(pool.place[entry]) / 2.0;
                case TEXT -> Tokens.length(pool.place[entry]) * 0.6 + 0.3;
            };
            share += size / pool.uses[entry];
        }
        double reference = BitPack.width(Math.min(pool.count, 1 << 13)) / 8.0;
        if (share + column.entry.length * reference < column.elsewhere) {
            return true;
        }
        for (int entry : column.entry) {
            pool.uses[entry]--;
        }
        return false;
    }

    /// Writes a pool as a column of its own and returns the final id of each entry, with the number of ids at the end.
    private int[] writePool(IdPool pool, ByteSink directory) {
        int[] order = pool.inOrder();
        int[] finalId = new int[pool.count + 1];
        finalId[pool.count] = order.length;
        n = order.length;
        rows = order;
        place = new long[n];
        ensureNumbers();
        int tokenKind = pool.shape == IdPool.Shape.HEX && (pool.kind >>> 4 & 15) == Tokens.UUID
                ? Tokens.UUID
                : (pool.kind & Tokens.WORD) == Tokens.WORD ? Tokens.WORD : Tokens.VAR;
        kind = tokenKind;
        isLineToken = tokenKind != Tokens.WORD;
        for (int i = 0; i < n; i++) {
            int entry = order[i];
            finalId[entry] = i;
            numbers[i] = pool.value[entry];
            place[i] = pool.place[entry];
        }
        directory.varint(n);
        if (n == 0) {
            return finalId;
        }
        switch (pool.shape) {
            case NUMBER, IPV4 -> {
                boolean decimal = pool.shape == IdPool.Shape.NUMBER;
                if (decimal && isLineToken) {
                    filters.numbers(numbers, n, 0);
                }
                directory.u8(ColumnKind.NUMBER);
                directory.u8(decimal ? ColumnKind.FORM_DECIMAL : ColumnKind.FORM_IPV4);
                NumberSequence.write(numbers, n, false, SectionKind.LOW, directory, bytes);
            }
            case HEX -> {
                boolean uuid = tokenKind == Tokens.UUID;
                int digits = uuid ? 32 : length(0);
                int layout = uuid ? ColumnKind.HEX_UUID : 0;
                filters.opaque(b, place, kind, isLineToken ? n : 0);
                directory.u8(ColumnKind.HEX);
                directory.u8(layout | (pool.kind >>> 8 & 1));
                directory.varint(digits);
                writeHex(layout, digits);
            }
            case TEXT -> {
                filters.opaque(b, place, kind, isLineToken ? n : 0);
                directory.u8(ColumnKind.TEXT);
                writeTexts(n, i -> i, directory);
            }
        }
        return finalId;
    }
}
