package sigyn.logql.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import sigyn.logql.stage.Row;
import sigyn.logql.stage.Texts;
import sigyn.model.Labels;
import sigyn.storage.port.RowBatch;

/// The structured metadata of a batch's rows as label sets, each set made once for many rows. For one thread.
final class MetadataReader {
    private static final int SLOTS = 1024;

    private final Texts texts;
    private final Labels[] cache = new Labels[SLOTS];
    private final Labels[] seen = new Labels[SLOTS];
    private final Labels[] visible = new Labels[SLOTS];
    private final Labels[] visibleStream = new Labels[SLOTS];
    private List<RowBatch.MetadataColumn> columns = List.of();
    private String[] pairs = new String[16];
    private long bytes;

    MetadataReader(Texts texts) {
        this.texts = texts;
    }

    void start(RowBatch batch, boolean wanted) {
        bytes = 0;
        if (!wanted || batch.metadata().isEmpty()) {
            columns = List.of();
            return;
        }
        columns = new ArrayList<>(batch.metadata());
        columns.sort(Comparator.comparing(RowBatch.MetadataColumn::name));
    }

    long bytes() {
        return bytes;
    }

    /// The metadata of a row as it is seen above the labels of its stream.
    Labels of(int row, Labels stream) {
        int n = 0;
        int hash = 1;
        for (int c = 0; c < columns.size(); c++) {
            var column = columns.get(c);
            int length = column.length()[row];
            if (length < 0) {
                continue;
            }
            if (n + 2 > pairs.length) {
                pairs = Arrays.copyOf(pairs, n * 2);
            }
            String value = texts.text(column.bytes(), column.start()[row], length);
            pairs[n++] = column.name();
            pairs[n++] = value;
            bytes += column.name().length() + length;
            hash = (hash * 31 + column.name().hashCode()) * 31 + value.hashCode();
        }
        if (n == 0) {
            return Labels.EMPTY;
        }
        int slot = (hash ^ hash >>> 12) & SLOTS - 1;
        Labels known = cache[slot];
        if (known == null || !equal(known, n)) {
            known = Labels.ofSorted(Arrays.copyOf(pairs, n));
            cache[slot] = known;
        }
        return visible(known, stream, slot);
    }

    private Labels visible(Labels metadata, Labels stream, int slot) {
        if (seen[slot] == metadata && visibleStream[slot] == stream) {
            return visible[slot];
        }
        var result = Row.visibleMetadata(stream, metadata);
        seen[slot] = metadata;
        visibleStream[slot] = stream;
        visible[slot] = result;
        return result;
    }

    private boolean equal(Labels labels, int n) {
        if (labels.size() * 2 != n) {
            return false;
        }
        for (int i = 0; i < n; i += 2) {
            if (!labels.name(i / 2).equals(pairs[i]) || !labels.value(i / 2).equals(pairs[i + 1])) {
                return false;
            }
        }
        return true;
    }
}
