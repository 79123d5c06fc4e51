package sigyn.storage.block;

import java.util.ArrayList;
import java.util.List;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;

/// What the footer says of one row group: rows of one cluster, in time order across its streams.
///
/// ```
/// offset i64, length i64    its bytes in the file
/// cluster i64, firstSeq i64, lastSeq i64   which part of the log it was made from
/// rows, lineBytes, metadataBytes   varint
/// minTime i64, maxTime i64  nanoseconds, both inclusive
/// sections varint, then each as Section says
/// streams varint, then each as zigzag difference to the one before: the file's number of each stream, in the order of
///                 the group's own stream numbers
/// ```
record RowGroupMeta(
        long offset,
        long length,
        long cluster,
        long firstSeq,
        long lastSeq,
        int rows,
        long lineBytes,
        long metadataBytes,
        long minTime,
        long maxTime,
        List<Section> sections,
        int[] streams) {
    RowGroupMeta {
        sections = List.copyOf(sections);
    }

    RowGroupMeta at(long newOffset, int[] newStreams) {
        return new RowGroupMeta(
                newOffset,
                length,
                cluster,
                firstSeq,
                lastSeq,
                rows,
                lineBytes,
                metadataBytes,
                minTime,
                maxTime,
                sections,
                newStreams);
    }

    void write(ByteSink sink) {
        sink.i64(offset);
        sink.i64(length);
        sink.i64(cluster);
        sink.i64(firstSeq);
        sink.i64(lastSeq);
        sink.varint(rows);
        sink.varint(lineBytes);
        sink.varint(metadataBytes);
        sink.i64(minTime);
        sink.i64(maxTime);
        sink.varint(sections.size());
        for (var section : sections) {
            section.write(sink);
        }
        sink.varint(streams.length);
        int last = 0;
        for (int stream : streams) {
            sink.zigzag(stream - last);
            last = stream;
        }
    }

    static RowGroupMeta read(ByteSource source, int streamCount) {
        long offset = source.i64();
        long length = source.i64();
        long cluster = source.i64();
        long firstSeq = source.i64();
        long lastSeq = source.i64();
        int rows = source.count(Integer.MAX_VALUE);
        long lineBytes = source.varint();
        long metadataBytes = source.varint();
        long minTime = source.i64();
        long maxTime = source.i64();
        int n = source.count(source.remaining());
        var sections = new ArrayList<Section>(n);
        for (int i = 0; i < n; i++) {
            sections.add(Section.read(source));
        }
        int[] streams = new int[source.count(streamCount)];
        int last = 0;
        for (int i = 0; i < streams.length; i++) {
            last += (int) source.zigzag();
            if (last < 0 || last >= streamCount) {
                throw new sigyn.codec.DamagedException("stream " + last + " of " + streamCount);
            }
            streams[i] = last;
        }
        return new RowGroupMeta(
                offset,
                length,
                cluster,
                firstSeq,
                lastSeq,
                rows,
                lineBytes,
                metadataBytes,
                minTime,
                maxTime,
                sections,
                streams);
    }
}
