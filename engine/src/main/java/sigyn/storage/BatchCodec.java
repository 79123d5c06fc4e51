package sigyn.storage;

import java.util.ArrayList;
import java.util.TreeMap;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.DamagedException;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.port.PushBatch;

/// A batch as the payload of a record of the write-ahead log.
///
/// ```
/// tenant            text
/// streams           varint; per stream: pairs varint, then name and value texts
/// rows              varint
/// then by columns:  stream varint, time zigzag difference to the row before, line length varint, metadata length
/// varint
/// bytes             line and metadata of every row, in order
/// name              text; absent when the sender gave none
/// ```
final class BatchCodec {
    private BatchCodec() {}

    /// What a payload says; `rows` counts those that were left out too.
    record Decoded(Tenant tenant, PushBatch batch, int rows) {}

    static void encode(Tenant tenant, PushBatch batch, ByteSink sink) {
        int rows = batch.rows();
        sink.reserve(batch.byteCount() + rows * 8 + batch.streams().size() * 64 + 64);
        sink.text(tenant.id());
        sink.varint(batch.streams().size());
        for (var labels : batch.streams()) {
            sink.varint(labels.size());
            for (int i = 0; i < labels.size(); i++) {
                sink.text(labels.name(i));
                sink.text(labels.value(i));
            }
        }
        sink.varint(rows);
        for (int row = 0; row < rows; row++) {
            sink.varint(batch.stream(row));
        }
        long last = 0;
        for (int row = 0; row < rows; row++) {
            sink.zigzag(batch.timestamp(row) - last);
            last = batch.timestamp(row);
        }
        for (int row = 0; row < rows; row++) {
            sink.varint(batch.lineLength(row));
        }
        for (int row = 0; row < rows; row++) {
            sink.varint(batch.metadataLength(row));
        }
        sink.write(batch.bytes(), batch.start(), batch.byteCount());
        if (!batch.name().isEmpty()) {
            sink.text(batch.name());
        }
    }

    /// The batch keeps the payload.
    static Decoded decode(byte[] payload) {
        return decode(payload, (_, _) -> true);
    }

    /// Whether rows of a stream are wanted.
    @FunctionalInterface
    interface Wanted {
        boolean test(Tenant tenant, Labels stream);
    }

    /// The batch keeps the payload. It has no rows, but its name, when none of its streams is wanted.
    static Decoded decode(byte[] payload, Wanted wanted) {
        var source = new ByteSource(payload);
        var tenant = new Tenant(source.text());
        int streams = source.count(payload.length);
        var labels = new ArrayList<Labels>(streams);
        boolean any = streams == 0;
        for (int i = 0; i < streams; i++) {
            labels.add(labels(source));
            any = any || wanted.test(tenant, labels.get(i));
        }
        int rows = source.count(payload.length);
        int[] stream = new int[rows];
        for (int row = 0; row < rows; row++) {
            stream[row] = source.count(streams - 1L);
        }
        long[] time = new long[rows];
        long last = 0;
        for (int row = 0; row < rows; row++) {
            last += source.zigzag();
            time[row] = last;
        }
        int[] lineLength = new int[rows];
        long size = 0;
        for (int row = 0; row < rows; row++) {
            lineLength[row] = source.count(payload.length);
            size += lineLength[row];
        }
        int[] metadataLength = new int[rows];
        for (int row = 0; row < rows; row++) {
            metadataLength[row] = source.count(payload.length);
            size += metadataLength[row];
        }
        int start = source.skip(size);
        var batch =
                any ? PushBatch.of(labels, stream, time, lineLength, metadataLength, payload, start) : new PushBatch(0);
        if (source.remaining() != 0) {
            batch.named(source.text());
        }
        if (source.remaining() != 0) {
            throw new DamagedException(source.remaining() + " bytes behind a batch");
        }
        return new Decoded(tenant, batch, rows);
    }

    private static Labels labels(ByteSource source) {
        var map = new TreeMap<String, String>();
        for (int pairs = source.count(source.remaining()); pairs > 0; pairs--) {
            String name = source.text();
            map.put(name, source.text());
        }
        return Labels.of(map);
    }
}
