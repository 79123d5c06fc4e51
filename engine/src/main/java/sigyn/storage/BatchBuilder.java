package sigyn.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import sigyn.codec.ByteSource;
import sigyn.storage.port.RowBatch.MetadataColumn;

/// Splits the metadata of the rows of a batch into one column per key.
final class BatchBuilder {
    private final List<byte[]> keys = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<int[]> starts = new ArrayList<>();
    private final List<int[]> lengths = new ArrayList<>();

    /// Columns over the metadata of `rows` rows. The columns point into `bytes`.
    List<MetadataColumn> columns(byte[] bytes, int[] start, int[] length, int rows) {
        keys.clear();
        names.clear();
        starts.clear();
        lengths.clear();
        var source = new ByteSource(bytes);
        for (int row = 0; row < rows; row++) {
            if (length[row] > 0) {
                source.move(start[row], length[row]);
                split(source, row, rows);
            }
        }
        var columns = new ArrayList<MetadataColumn>(keys.size());
        for (int k = 0; k < keys.size(); k++) {
            columns.add(new MetadataColumn(names.get(k), bytes, starts.get(k), lengths.get(k)));
        }
        return columns;
    }

    private void split(ByteSource source, int row, int rows) {
        int hint = 0;
        for (int pairs = source.count(source.remaining()); pairs > 0; pairs--) {
            int keyLength = source.count(source.remaining());
            int key = source.skip(keyLength);
            int valueLength = source.count(source.remaining());
            int value = source.skip(valueLength);
            int k = column(source.array(), key, keyLength, hint, rows);
            starts.get(k)[row] = value;
            lengths.get(k)[row] = valueLength;
            hint = k + 1;
        }
    }

    /// The column of a key; rows mostly have the same keys in the same order, so the one after the last is tried first.
    private int column(byte[] bytes, int from, int length, int hint, int rows) {
        for (int i = 0; i < keys.size(); i++) {
            int k = (hint + i) % keys.size();
            byte[] known = keys.get(k);
            if (known.length == length && Arrays.equals(known, 0, length, bytes, from, from + length)) {
                return k;
            }
        }
        keys.add(Arrays.copyOfRange(bytes, from, from + length));
        names.add(new String(bytes, from, length, StandardCharsets.UTF_8));
        starts.add(new int[rows]);
        int[] absent = new int[rows];
        Arrays.fill(absent, -1);
        lengths.add(absent);
        return keys.size() - 1;
    }
}
