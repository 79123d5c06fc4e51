package sigyn.storage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.DamagedException;
import sigyn.model.Labels;
import sigyn.model.Tenant;
import sigyn.storage.block.LabelSets;
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
///   pieces            [LinePieces]: line and metadata of every row, in order, which stand apart
/// ```
/// Before version 5 of the log line and metadata of every row stood where the pieces are described now. Before version
/// 3 it was one piece: tenant, streams, rows, the body, and the name if there was one.
final class BatchCodec {
    private BatchCodec() {}

    /// What a record says; `rows` counts those that were left out too. `lines` are those of the batch, as the record
    /// holds them; null before version 5.
    record Decoded(
            Tenant tenant,
            PushBatch batch,
            int rows,
            @Nullable LinePieces lines) {}

    /// Returns the size of the head.
    static int encode(Tenant tenant, PushBatch batch, LinePieces lines, ByteSink sink) {
        int rows = batch.rows();
        sink.reserve(rows * 8 + batch.streams().size() * 64 + 64);
        sink.text(tenant.id());
        sink.text(batch.name());
        sink.varint(rows);
        sink.varint(batch.streams().size());
        LabelSets.write(batch.streams(), sink);
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
        lines.write(sink);
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
            case BATCH_PARTS, BATCH_LINES -> parts(record, wanted);
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
        LinePieces lines = null;
        if (isWanted(tenant, streams, wanted)) {
            var body = new ByteSource(record.body());
            var columns = columns(body, streams, count(rows, body));
            if (record.kind() == WalRecord.Kind.BATCH_LINES) {
                lines = LinePieces.read(body, record.bytes(), record.offset(), record.linesLength());
                batch = columns.batch(streams, lines.unpack(), 0);
                lines.expect(batch);
            } else {
                batch = columns.batch(streams, body);
            }
            body.expectEnd();
        }
        batch.named(name);
        return new Decoded(tenant, batch, rows, lines);
    }

    private static Decoded whole(WalRecord record, Wanted wanted) {
        var source = new ByteSource(record.body());
        var tenant = new Tenant(source.text());
        var streams = streams(source);
        int rows = source.count(source.remaining());
        var batch = columns(source, streams, rows).batch(streams, source);
        if (!isWanted(tenant, streams, wanted)) {
            batch = new PushBatch(0);
        }
        if (source.remaining() != 0) {
            batch.named(source.text());
        }
        source.expectEnd();
        return new Decoded(tenant, batch, rows, null);
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
            streams.add(LabelSets.read(source));
        }
        return streams;
    }

    private static boolean isWanted(Tenant tenant, List<Labels> streams, Wanted wanted) {
        return streams.isEmpty() || streams.stream().anyMatch(labels -> wanted.test(tenant, labels));
    }

    private record Columns(int[] stream, long[] time, int[] lineLength, int[] metadataLength, long size) {
        /// Of lines and metadata that come next; the batch keeps what the source reads.
        PushBatch batch(List<Labels> streams, ByteSource source) {
            return batch(streams, source.array(), source.skip(size));
        }

        PushBatch batch(List<Labels> streams, byte[] bytes, int start) {
            if (size > bytes.length - start) {
                throw new DamagedException("rows of " + size + " bytes in " + (bytes.length - start));
            }
            return PushBatch.of(streams, stream, time, lineLength, metadataLength, bytes, start);
        }
    }

    private static Columns columns(ByteSource source, List<Labels> streams, int rows) {
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
            lineLength[row] = source.count(Integer.MAX_VALUE);
            size += lineLength[row];
        }
        int[] metadataLength = new int[rows];
        for (int row = 0; row < rows; row++) {
            metadataLength[row] = source.count(Integer.MAX_VALUE);
            size += metadataLength[row];
        }
        return new Columns(stream, time, lineLength, metadataLength, size);
    }
}
