package sigyn.storage;

import java.util.ArrayList;
import java.util.Arrays;
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
    private static final byte[] NONE = new byte[0];

    private BatchCodec() {}

    record Decoded(Tenant tenant, PushBatch batch) {}

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
        sink.write(batch.bytes(), 0, batch.byteCount());
        if (!batch.name().isEmpty()) {
            sink.text(batch.name());
        }
    }

    static Decoded decode(byte[] payload) {
        var source = new ByteSource(payload);
        var tenant = new Tenant(source.text());
        int streams = source.count(payload.length);
        var labels = new ArrayList<Labels>(streams);
        for (int i = 0; i < streams; i++) {
            var map = new TreeMap<String, String>();
            for (int pairs = source.count(payload.length); pairs > 0; pairs--) {
                String name = source.text();
                map.put(name, source.text());
            }
            labels.add(Labels.of(map));
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
        for (int row = 0; row < rows; row++) {
            lineLength[row] = source.count(payload.length);
        }
        int[] metadataLength = new int[rows];
        for (int row = 0; row < rows; row++) {
            metadataLength[row] = source.count(payload.length);
        }
        var batch = new PushBatch();
        for (int row = 0; row < rows; row++) {
            int line = source.skip(lineLength[row]);
            int metadata = source.skip(metadataLength[row]);
            byte[] pairs = metadataLength[row] == 0
                    ? NONE
                    : Arrays.copyOfRange(payload, metadata, metadata + metadataLength[row]);
            batch.add(batch.stream(labels.get(stream[row])), time[row], payload, line, lineLength[row], pairs);
        }
        if (source.remaining() != 0) {
            batch.named(source.text());
        }
        if (source.remaining() != 0) {
            throw new DamagedException(source.remaining() + " bytes behind a batch");
        }
        return new Decoded(tenant, batch);
    }
}
