package sigyn.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sigyn.model.Labels;
import sigyn.storage.port.MetadataCodec;
import sigyn.storage.port.PushBatch;
import sigyn.storage.port.RowBatch;
import sigyn.storage.port.ScanUnit;

/// An entry as tests say it. Lines are bytes, written as ISO-8859-1 text.
record Entry(Labels labels, long time, String line, Map<String, String> metadata) {
    Entry {
        metadata = Map.copyOf(metadata);
    }

    static PushBatch batch(List<Entry> entries) {
        var batch = new PushBatch();
        for (var entry : entries) {
            byte[] line = entry.line().getBytes(StandardCharsets.ISO_8859_1);
            byte[] metadata = MetadataCodec.encode(entry.metadata());
            batch.add(batch.stream(entry.labels()), entry.time(), line, 0, line.length, metadata);
        }
        return batch;
    }

    /// All rows of some units, in the units' order.
    static List<Entry> read(List<ScanUnit> units) throws InterruptedException {
        var entries = new ArrayList<Entry>();
        for (var unit : units) {
            unit.read(batch -> {
                add(batch, entries);
                return true;
            });
        }
        return entries;
    }

    static void add(RowBatch batch, List<Entry> to) {
        for (int i = 0; i < batch.rows(); i++) {
            var metadata = new TreeMap<String, String>();
            for (var column : batch.metadata()) {
                if (column.length()[i] >= 0) {
                    metadata.put(
                            column.name(),
                            new String(column.bytes(), column.start()[i], column.length()[i], StandardCharsets.UTF_8));
                }
            }
            String line =
                    new String(batch.bytes(), batch.lineStart()[i], batch.lineLength()[i], StandardCharsets.ISO_8859_1);
            to.add(new Entry(batch.streams().get(batch.stream()[i]), batch.timestamp()[i], line, metadata));
        }
    }
}
