package sigyn.storage.block;

import java.util.ArrayList;
import java.util.List;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;

/// What is in a block file, at its end.
///
/// ```
/// tenant      text
/// created     i64      nanoseconds
/// level       varint   0 as sealed, higher after compaction
/// replaces    varint n, then n numbers i64 of the files that this one stands for
/// streams     varint number of streams, then a Section entry: per stream varint pairs, then name and value texts,
///             sorted by name
/// row groups  varint n, then n as RowGroupMeta says
/// ```
record BlockFooter(
        String tenant,
        long created,
        int level,
        List<Long> replaces,
        int streamCount,
        Section streams,
        List<RowGroupMeta> rowGroups) {
    BlockFooter {
        replaces = List.copyOf(replaces);
        rowGroups = List.copyOf(rowGroups);
    }

    void write(ByteSink sink) {
        sink.text(tenant);
        sink.i64(created);
        sink.varint(level);
        sink.varint(replaces.size());
        for (long number : replaces) {
            sink.i64(number);
        }
        sink.varint(streamCount);
        streams.write(sink);
        sink.varint(rowGroups.size());
        for (var group : rowGroups) {
            group.write(sink);
        }
    }

    static BlockFooter read(ByteSource source) {
        String tenant = source.text();
        long created = source.i64();
        int level = source.count(255);
        int n = source.count(source.remaining() / 8);
        var replaces = new ArrayList<Long>(n);
        for (int i = 0; i < n; i++) {
            replaces.add(source.i64());
        }
        int streamCount = source.count(Integer.MAX_VALUE);
        var streams = Section.read(source);
        int groups = source.count(source.remaining());
        var rowGroups = new ArrayList<RowGroupMeta>(groups);
        for (int i = 0; i < groups; i++) {
            rowGroups.add(RowGroupMeta.read(source, streamCount));
        }
        return new BlockFooter(tenant, created, level, replaces, streamCount, streams, rowGroups);
    }
}
