package sigyn.storage.rowgroup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.model.Labels;
import sigyn.storage.port.TemplateRows;

/// Rows of one template of a row group. See [TemplateRows].
final class LineTemplate implements TemplateRows {
    private final RowGroup group;
    private final StoredTemplate stored;
    private final int[] chosen;
    private final List<Labels> streams;
    private final int[] streamOf;
    private final long[] times;
    private final int[] rowAt;
    private final int constantLength;

    LineTemplate(RowGroup group, StoredTemplate stored, int[] chosen, List<Labels> streams) {
        this.group = group;
        this.stored = stored;
        this.chosen = chosen;
        this.streams = streams;
        streamOf = group.streamsByTemplate();
        times = group.times();
        rowAt = group.rowAt();
        constantLength = stored.piece[stored.piece.length - 1];
    }

    @Override
    public int variables() {
        return stored.columns.length;
    }

    @Override
    public boolean isShape() {
        if (stored.model != LineSetEncoder.RUNS) {
            return false;
        }
        for (int kind : stored.kind) {
            if (Tokens.type(kind) == Tokens.WORD) {
                return false;
            }
        }
        return true;
    }

    @Override
    public byte[] piece(int i) {
        return Arrays.copyOfRange(stored.text, stored.piece[i], stored.piece[i + 1]);
    }

    @Override
    public long[] bytes(int v) {
        return stored.columns[v].bytes();
    }

    @Override
    public int minLength(int v) {
        return stored.columns[v].minLength();
    }

    @Override
    public int maxLength(int v) {
        return stored.columns[v].maxLength();
    }

    @Override
    public long @Nullable [] numbers(int v) {
        return switch (stored.columns[v]) {
            case NumberColumn column when column.isPlainDecimal() -> column.values();
            case RefColumn column
            when column.pool() instanceof NumberColumn pool && pool.isPlainDecimal() -> {
                long[] values = pool.values();
                int[] ids = column.ids();
                long[] out = new long[ids.length];
                for (int k = 0; k < out.length; k++) {
                    out[k] = values[ids[k]];
                }
                yield out;
            }
            case Column _ -> null;
        };
    }

    @Override
    public @Nullable Dictionary dictionary(int v) {
        return dictionary(stored.columns[v]);
    }

    private static @Nullable Dictionary dictionary(Column column) {
        return switch (column) {
            case ConstColumn one -> new Dictionary(List.of(one.value()), new int[one.count]);
            case DictColumn many -> new Dictionary(many.texts().copies(), many.index());
            case NumberColumn _, HexColumn _, RefColumn _, TextColumn _, TimeColumn _ -> null;
        };
    }

    @Override
    public int write(int v, int k, byte[] out, int at) {
        return stored.columns[v].write(k, out, at);
    }

    @Override
    public int lineLength(int k) {
        int length = constantLength;
        for (var column : stored.columns) {
            length += column.length(k);
        }
        return length;
    }

    @Override
    public int[] chosen() {
        return chosen;
    }

    @Override
    public long time(int k) {
        return times[rowAt[stored.position + k]];
    }

    @Override
    public List<Labels> streams() {
        return streams;
    }

    @Override
    public int stream(int k) {
        return streamOf.length == 1 ? streamOf[0] : streamOf[stored.position + k];
    }

    @Override
    public @Nullable List<String> metadataKeys() {
        var metadata = group.metadata();
        if (metadata.isEmpty()) {
            return List.of();
        }
        if (metadata.column(metadata.keys().size()) != null) {
            return null;
        }
        var keys = new ArrayList<String>();
        for (byte[] key : metadata.keys()) {
            keys.add(new String(key, java.nio.charset.StandardCharsets.UTF_8));
        }
        return keys;
    }

    @Override
    public @Nullable Dictionary metadata(String key) {
        var keys = metadataKeys();
        int number = keys == null ? -1 : keys.indexOf(key);
        var column = number < 0 ? null : group.metadata().column(number);
        var all = column == null ? null : dictionary(column);
        if (all == null) {
            return null;
        }
        int[] index = new int[stored.rows];
        for (int k = 0; k < index.length; k++) {
            int at = group.metadata().index(number, stored.position + k);
            index[k] = at < 0 ? -1 : all.index()[at];
        }
        return new Dictionary(all.values(), index);
    }
}
