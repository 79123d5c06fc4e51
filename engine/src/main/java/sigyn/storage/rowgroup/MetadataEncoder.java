package sigyn.storage.rowgroup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.codec.Hash64;
import sigyn.codec.Varint;

/// Encodes structured metadata: one column for each key, and for each row the list of its keys, its shape.
///
/// ```
/// varint   0 no row has metadata and nothing follows; 1 otherwise
/// varint   keys k
/// k times  varint length, bytes of the name
/// varint   shapes s
/// s times  varint 0 for whole metadata as one value, or 1 + keys, then varint index of each key
/// numbers  the shape of each row, rows by template (INDEXES)
/// k + 1 times  varint values, the column if there are any; the last is of whole metadata
/// ```
/// A key's values come in the order of their rows' shapes, rows of one shape by template.
///
/// Whole metadata is for bytes that are not canonical, and for what exceeds [#MAX_KEYS] or [#MAX_SHAPES].
final class MetadataEncoder {
    static final int MAX_KEYS = 1024;
    static final int MAX_SHAPES = 1024;

    private static final long[] NO_VALUES = {};
    /// What the column of whole metadata has for a name.
    private static final byte[] NO_NAME = {};

    /// Rows with the same metadata are mostly near each other; slots of the table that finds them again.
    private static final int KNOWN = 1 << 12;
    private static final int MOST_LEVELS = 64;
    /// Rows whose metadata is fetched together.
    private static final int FETCHED = 32;

    /// The values of one key. Equal metadata is seen once: rows that have it share the place of its first copy.
    private static final class Column {
        int n;
        int[] rows = new int[16];
        /// See [Tokens].
        long[] place = new long[16];

        void add(byte[] b, int row, int from, int size) {
            if (n == rows.length) {
                rows = Arrays.copyOf(rows, n * 2);
                place = Arrays.copyOf(place, n * 2);
            }
            rows[n] = row;
            place[n] = n > 0 && Tokens.start(place[n - 1]) == from && Tokens.length(place[n - 1]) == size
                    ? place[n - 1]
                    : Tokens.place(from, size, CharClass.mask(b, from, size));
            n++;
        }
    }

    private final Map<String, Integer> keyIndex = new HashMap<>();
    private final List<byte[]> keys = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private final ArrayDeque<Column> spare = new ArrayDeque<>();
    private final Map<List<Integer>, Integer> shapeIndex = new HashMap<>();
    private final List<List<Integer>> shapes = new ArrayList<>();

    // where the first copy of known metadata is, how long it is, its shape
    private final int[] knownFrom = new int[KNOWN];
    private final int[] knownLength = new int[KNOWN];
    private final int[] knownShape = new int[KNOWN];
    /// Start of the first copy of each row's metadata.
    private int[] copyOf = new int[0];
    /// Shape of each row.
    private int[] shapeOfRow = new int[0];
    /// The shape of each row, rows by template.
    private long[] shapeOf = new long[0];

    /// Keeps the compiler from leaving out what [#fetch] is for.
    @SuppressWarnings("UnusedVariable")
    private int fetched;

    // pairs of the row at hand: name start, name length, value start, value length
    private int[] pairs = new int[64];
    private int[] lastNames = new int[0];
    private int lastShape = -1;

    /// Counts of the values of `detected_level`, once [#encode] has run.
    final Map<String, Integer> levels = new java.util.TreeMap<>();

    void encode(RowGroupInput in, int[] order, ColumnEncoder encoder, ColumnBytes bytes, ByteSink directory) {
        begin();
        int n = in.rows();
        long total = 0;
        for (int i = 0; i < n; i++) {
            total += in.metadataLength()[i];
        }
        if (total == 0) {
            directory.varint(0);
            return;
        }
        findShapes(in);
        for (int i = 0; i < n; i++) {
            shapeOf[i] = shapeOfRow[order[i]];
        }
        directory.varint(1);
        directory.varint(keys.size());
        for (byte[] key : keys) {
            directory.varint(key.length);
            directory.write(key, 0, key.length);
        }
        directory.varint(shapes.size());
        for (var shape : shapes) {
            directory.varint(shape.equals(WHOLE) ? 0 : shape.size() + 1);
            if (!shape.equals(WHOLE)) {
                for (int key : shape) {
                    directory.varint(key);
                }
            }
        }
        NumberSequence.write(shapeOf, n, false, SectionKind.INDEXES, directory, bytes);
        addValues(in, order);
        for (int i = 0; i < columns.size(); i++) {
            var column = columns.get(i);
            directory.varint(column.n);
            if (column.n > 0) {
                byte[] name = i < keys.size() ? keys.get(i) : NO_NAME;
                long key = Hash64.of(0, name, 0, name.length);
                encoder.encode(key, column.n, column.rows, column.place, Tokens.WORD, NO_VALUES, directory);
            }
        }
        Integer level = keyIndex.get("detected_level");
        if (level != null) {
            countLevels(in.bytes(), columns.get(level));
        }
    }

    private static final List<Integer> WHOLE = List.of(-1);

    private void begin() {
        keyIndex.clear();
        keys.clear();
        spare.addAll(columns);
        columns.clear();
        shapeIndex.clear();
        shapes.clear();
        columns.add(column());
        lastShape = -1;
        levels.clear();
        Arrays.fill(knownLength, -1);
    }

    private Column column() {
        var column = spare.poll();
        if (column == null) {
            return new Column();
        }
        column.n = 0;
        return column;
    }

    /// Finds out which shape each row has, and which rows have equal metadata: in the order of rows, as they are in
    /// memory almost in that order.
    private void findShapes(RowGroupInput in) {
        int n = in.rows();
        byte[] b = in.bytes();
        if (copyOf.length < n) {
            copyOf = new int[n];
            shapeOfRow = new int[n];
            shapeOf = new long[n];
        }
        int slot = 0;
        for (int row = 0; row < n; row++) {
            if (row % FETCHED == 0) {
                fetch(in, row, Math.min(n, row + FETCHED));
            }
            int from = in.metadataStart()[row];
            int length = in.metadataLength()[row];
            if (!isKnown(slot, b, from, length)) {
                slot = (int) Hash64.of(0, b, from, length) & KNOWN - 1;
                if (!isKnown(slot, b, from, length)) {
                    knownFrom[slot] = from;
                    knownLength[slot] = length;
                    knownShape[slot] = shapeOf(in, row);
                }
            }
            copyOf[row] = knownFrom[slot];
            shapeOfRow[row] = knownShape[slot];
        }
    }

    private void fetch(RowGroupInput in, int from, int to) {
        int sum = 0;
        for (int row = from; row < to; row++) {
            int start = in.metadataStart()[row];
            sum += CacheLines.touch(in.bytes(), start, start + in.metadataLength()[row]);
        }
        fetched = sum;
    }

    private boolean isKnown(int slot, byte[] b, int from, int length) {
        int first = knownFrom[slot];
        return knownLength[slot] == length && Bytes.equal(b, from, b, first, length);
    }

    /// Puts the rows in order of their shapes, in the array that had the shapes.
    private void addValues(RowGroupInput in, int[] order) {
        int n = in.rows();
        long[] byShape = shapeOf;
        for (int i = 0; i < n; i++) {
            byShape[i] = shapeOf[i] << 32 | i;
        }
        if (shapes.size() > 1) {
            Arrays.sort(byShape, 0, n);
        }
        int shapeBefore = -1;
        Column[] into = {};
        boolean whole = false;
        int before = -1;
        int count = 0;
        for (int k = 0; k < n; k++) {
            long entry = byShape[k];
            int row = order[(int) entry];
            int from = copyOf[row];
            if ((int) (entry >>> 32) != shapeBefore) {
                shapeBefore = (int) (entry >>> 32);
                whole = shapes.get(shapeBefore).equals(WHOLE);
                into = columnsOf(shapes.get(shapeBefore));
                before = -1;
            }
            int end = from + in.metadataLength()[row];
            if (whole) {
                into[0].add(in.bytes(), row, from, end - from);
                continue;
            }
            if (from != before) {
                count = parse(in.bytes(), from, end);
                before = from;
            }
            for (int i = 0; i < count; i++) {
                into[i].add(in.bytes(), row, pairs[4 * i + 2], pairs[4 * i + 3]);
            }
        }
    }

    private Column[] columnsOf(List<Integer> shape) {
        if (shape.equals(WHOLE)) {
            return new Column[] {columns.getLast()};
        }
        var of = new Column[shape.size()];
        for (int i = 0; i < of.length; i++) {
            of[i] = columns.get(shape.get(i));
        }
        return of;
    }

    private int shapeOf(RowGroupInput in, int row) {
        byte[] b = in.bytes();
        int from = in.metadataStart()[row];
        int count = parse(b, from, from + in.metadataLength()[row]);
        if (count >= 0 && sameNames(b, count)) {
            return lastShape;
        }
        List<Integer> shape = count < 0 ? WHOLE : shape(b, count);
        Integer id = shapeIndex.get(shape);
        if (id == null && shapes.size() >= MAX_SHAPES) {
            shape = WHOLE;
            id = shapeIndex.get(shape);
        }
        if (id == null) {
            id = shapes.size();
            shapes.add(shape);
            shapeIndex.put(shape, id);
        }
        if (!shape.equals(WHOLE)) {
            remember(id, count);
        }
        return id;
    }

    private void remember(int id, int count) {
        lastShape = id;
        lastNames = Arrays.copyOf(pairs, count * 4);
    }

    private boolean sameNames(byte[] b, int count) {
        if (lastShape < 0 || count * 4 != lastNames.length) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            int at = pairs[4 * i];
            int was = lastNames[4 * i];
            int size = pairs[4 * i + 1];
            if (size != lastNames[4 * i + 1] || !Bytes.equal(b, at, b, was, size)) {
                return false;
            }
        }
        return true;
    }

    /// Key indexes of the pairs at hand; [#WHOLE] when there are too many keys.
    private List<Integer> shape(byte[] b, int count) {
        var shape = new ArrayList<Integer>(count);
        for (int i = 0; i < count; i++) {
            int from = pairs[4 * i];
            int end = from + pairs[4 * i + 1];
            // Latin-1 maps bytes to characters one to one
            String name = new String(b, from, end - from, java.nio.charset.StandardCharsets.ISO_8859_1);
            Integer key = keyIndex.get(name);
            if (key == null) {
                if (keys.size() >= MAX_KEYS) {
                    return WHOLE;
                }
                key = keys.size();
                keyIndex.put(name, key);
                keys.add(Arrays.copyOfRange(b, from, end));
                columns.add(columns.size() - 1, column());
            }
            shape.add(key);
        }
        return shape;
    }

    /// Splits canonical metadata into pairs and returns their number, or -1 if writing them again would give other
    /// bytes.
    private int parse(byte[] b, int from, int end) {
        if (from == end) {
            return 0;
        }
        at = from;
        long count = varint(b, end);
        if (count < 1 || count > end - from) {
            return -1;
        }
        if (count * 4 > pairs.length) {
            pairs = new int[(int) count * 4];
        }
        for (int i = 0; i < count * 4; i += 2) {
            long size = varint(b, end);
            if (size < 0 || size > end - at) {
                return -1;
            }
            pairs[i] = at;
            pairs[i + 1] = (int) size;
            at += (int) size;
        }
        return at == end ? (int) count : -1;
    }

    private int at;

    /// The number at [#at] in its shortest form, or -1.
    private long varint(byte[] b, int end) {
        long number = 0;
        int from = at;
        for (int shift = 0; shift < 35; shift += 7) {
            if (at >= end) {
                return -1;
            }
            byte next = b[at++];
            number |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return Varint.size(number) == at - from ? number : -1;
            }
        }
        return -1;
    }

    private void countLevels(byte[] b, Column column) {
        long[] places = new long[MOST_LEVELS];
        int[] count = new int[MOST_LEVELS];
        int known = 0;
        int level = 0;
        for (int i = 0; i < column.n; i++) {
            long place = column.place[i];
            if (level == known || !isSame(b, place, places[level])) {
                level = 0;
                while (level < known && !isSame(b, place, places[level])) {
                    level++;
                }
                if (level == known && known < MOST_LEVELS) {
                    places[known++] = place;
                }
            }
            if (level < known) {
                count[level]++;
            }
        }
        for (int i = 0; i < known; i++) {
            int length = Tokens.length(places[i]);
            levels.merge(
                    new String(b, Tokens.start(places[i]), length, StandardCharsets.UTF_8), count[i], Integer::sum);
        }
    }

    private static boolean isSame(byte[] b, long place, long other) {
        int n = Tokens.length(place);
        return place == other
                || n == Tokens.length(other) && Bytes.equal(b, Tokens.start(place), b, Tokens.start(other), n);
    }
}
