package sigyn.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.DamagedException;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.port.PushBatch;
import sigyn.storage.wal.WalRecord;

/// A batch as a record of the write-ahead log: what it is about, then its rows.
///
/// ```
/// head
///   tenant            text
///   name              text; empty when the sender gave none
///   rows              varint
///   streams           varint; per stream: pairs varint, then name and value texts
/// body, by columns
///   stream varint, time zigzag difference to the row before, line length varint, metadata length varint
///   bytes             line and metadata of every row, in order
/// ```
/// Before version 3 of the log it was one piece: tenant, streams, rows, the body, and the name if there was one.
final class BatchCodec {
    private BatchCodec() {}

    /// What a record says; `rows` counts those that were left out too.
    record Decoded(Tenant tenant, PushBatch batch, int rows) {}

    /// Returns the size of the head.
    static int encode(Tenant tenant, PushBatch batch, ByteSink sink) {
        int rows = batch.rows();
        sink.reserve(batch.byteCount() + rows * 8 + batch.streams().size() * 64 + 64);
        sink.text(tenant.id());
        sink.text(batch.name());
        sink.varint(rows);
        sink.varint(batch.streams().size());
        for (var labels : batch.streams()) {
            sink.varint(labels.size());
            for (int i = 0; i < labels.size(); i++) {
                sink.text(labels.name(i));
                sink.text(labels.value(i));
            }
        }
        int head = sink.size();
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
        return head;
    }

    static Decoded decode(WalRecord record) {
        return decode(record, (_, _) -> true);
    }

    /// Whether rows of a stream are wanted.
    @FunctionalInterface
    interface Wanted {
        boolean test(Tenant tenant, Labels stream);
    }

    /// The batch has no rows, but its name, when none of its streams is wanted; its rows are not looked at then.
    static Decoded decode(WalRecord record, Wanted wanted) {
        return switch (record.kind()) {
            case BATCH, BATCH_LZ4 -> whole(record, wanted);
            case BATCH_PARTS -> parts(record, wanted);
        };
    }

    private static Decoded parts(WalRecord record, Wanted wanted) {
        var source = new ByteSource(record.head());
        var tenant = new Tenant(source.text());
        String name = source.text();
        int rows = source.count(Integer.MAX_VALUE);
        var streams = streams(source);
        source.expectEnd();
        var batch = new PushBatch(0);
        if (isWanted(tenant, streams, wanted)) {
            var body = new ByteSource(record.body());
            batch = rows(body, streams, count(rows, body));
            body.expectEnd();
        }
        batch.named(name);
        return new Decoded(tenant, batch, rows);
    }

    private static Decoded whole(WalRecord record, Wanted wanted) {
        var source = new ByteSource(record.body());
        var tenant = new Tenant(source.text());
        var streams = streams(source);
        int rows = source.count(source.remaining());
        var batch = rows(source, streams, rows);
        if (!isWanted(tenant, streams, wanted)) {
            batch = new PushBatch(0);
        }
        if (source.remaining() != 0) {
            batch.named(source.text());
        }
        source.expectEnd();
        return new Decoded(tenant, batch, rows);
    }

    private static int count(int rows, ByteSource body) {
        if (rows > body.remaining()) {
            throw new DamagedException(rows + " rows in " + body.remaining() + " bytes");
        }
        return rows;
    }

    private static List<Labels> streams(ByteSource source) {
        int count = source.count(source.remaining());
        var streams = new ArrayList<Labels>(count);
        for (int i = 0; i < count; i++) {
            streams.add(labels(source));
        }
        return streams;
    }

    private static boolean isWanted(Tenant tenant, List<Labels> streams, Wanted wanted) {
        return streams.isEmpty() || streams.stream().anyMatch(labels -> wanted.test(tenant, labels));
    }

    /// The batch keeps what the source reads.
    private static PushBatch rows(ByteSource source, List<Labels> streams, int rows) {
        int most = source.remaining();
        int[] stream = new int[rows];
        for (int row = 0; row < rows; row++) {
            stream[row] = source.count(streams.size() - 1L);
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
            lineLength[row] = source.count(most);
            size += lineLength[row];
        }
        int[] metadataLength = new int[rows];
        for (int row = 0; row < rows; row++) {
            metadataLength[row] = source.count(most);
            size += metadataLength[row];
        }
        return PushBatch.of(streams, stream, time, lineLength, metadataLength, source.array(), source.skip(size));
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
