package sigyn.storage.rowgroup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sigyn.codec.ByteSink;
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

    /// The values of one key.
    private static final class Column {
        int n;
        int[] rows = new int[16];
        int[] start = new int[16];
        int[] length = new int[16];

        void add(int row, int from, int size) {
            if (n == rows.length) {
                rows = Arrays.copyOf(rows, n * 2);
                start = Arrays.copyOf(start, n * 2);
                length = Arrays.copyOf(length, n * 2);
            }
            rows[n] = row;
            start[n] = from;
            length[n++] = size;
        }
    }

    private final Map<String, Integer> keyIndex = new HashMap<>();
    private final List<byte[]> keys = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private final Map<List<Integer>, Integer> shapeIndex = new HashMap<>();
    private final List<List<Integer>> shapes = new ArrayList<>();
    private Column whole = new Column();

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
        long[] shapeOf = new long[n];
        for (int i = 0; i < n; i++) {
            shapeOf[i] = shapeOf(in, order[i]);
        }
        addValues(in, order, shapeOf);
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
        for (var column : columns) {
            directory.varint(column.n);
            if (column.n > 0) {
                encodeColumn(in.bytes(), column, encoder, directory);
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
        columns.clear();
        shapeIndex.clear();
        shapes.clear();
        whole = new Column();
        lastShape = -1;
        levels.clear();
    }

    private void addValues(RowGroupInput in, int[] order, long[] shapeOf) {
        columns.add(whole);
        long[] byShape = new long[shapeOf.length];
        for (int i = 0; i < byShape.length; i++) {
            byShape[i] = shapeOf[i] << 32 | i;
        }
        if (shapes.size() > 1) {
            Arrays.sort(byShape);
        }
        for (long entry : byShape) {
            int row = order[(int) entry];
            var shape = shapes.get((int) (entry >>> 32));
            int from = in.metadataStart()[row];
            int end = from + in.metadataLength()[row];
            if (shape.equals(WHOLE)) {
                whole.add(row, from, end - from);
                continue;
            }
            int count = parse(in.bytes(), from, end);
            for (int i = 0; i < count; i++) {
                columns.get(shape.get(i)).add(row, pairs[4 * i + 2], pairs[4 * i + 3]);
            }
        }
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
            if (size != lastNames[4 * i + 1] || !Arrays.equals(b, at, at + size, b, was, was + size)) {
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
                columns.add(new Column());
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

    private static void encodeColumn(byte[] b, Column column, ColumnEncoder encoder, ByteSink directory) {
        int[] kind = new int[column.n];
        for (int i = 0; i < column.n; i++) {
            kind[i] = Tokens.WORD | CharClass.mask(b, column.start[i], column.length[i]) << Tokens.MASK_SHIFT;
        }
        encoder.encode(column.n, column.rows, column.start, column.length, kind, new long[column.n], false, directory);
    }

    private void countLevels(byte[] b, Column column) {
        int before = -1;
        String level = "";
        for (int i = 0; i < column.n; i++) {
            int from = column.start[i];
            int size = column.length[i];
            if (before < 0
                    || size != column.length[before]
                    || !Arrays.equals(b, from, from + size, b, column.start[before], column.start[before] + size)) {
                level = new String(b, from, size, java.nio.charset.StandardCharsets.UTF_8);
            }
            before = i;
            if (levels.size() < 64 || levels.containsKey(level)) {
                levels.merge(level, 1, Integer::sum);
            }
        }
    }
}
