package sigyn.server.api;

import java.util.List;
import sigyn.logql.exec.Entry;
import sigyn.model.Labels;
import sigyn.server.ingest.ProtoWriter;

/// Loki's protobuf message of a stream with its entries, and that of a list of labels.
public final class StreamAdapter {
    private static final int METADATA = 3;
    private static final int PARSED = 4;

    private StreamAdapter() {}

    public static ProtoWriter of(Labels labels, List<Entry> entries) {
        var stream = new ProtoWriter().text(1, labels.toString());
        for (var entry : entries) {
            var adapter = new ProtoWriter().time(1, entry.time()).bytes(2, entry.line());
            pairs(adapter, METADATA, entry.metadata());
            pairs(adapter, PARSED, entry.parsed());
            stream.message(2, adapter);
        }
        return stream;
    }

    /// Adds each label as a pair of texts.
    public static void pairs(ProtoWriter to, int field, Labels labels) {
        for (int i = 0; i < labels.size(); i++) {
            to.message(field, new ProtoWriter().text(1, labels.name(i)).text(2, labels.value(i)));
        }
    }
}
