package sigyn.storage.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import sigyn.codec.BitPack;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;

/// Turns rows into the sections of a row group.
///
/// ```
/// TIME      see TimeColumn
/// STREAM    width u8, then the group's stream number of each row, bit-packed
/// COUNTS    per stream of the group, varints: rows, bytes of lines and metadata, first time - the group's first time,
///           last time - first time
/// LINES     see FrameColumn
/// METADATA  see FrameColumn; missing when no row has any
/// ```
final class RowGroupEncoder {
    static final int TIME = 1;
    static final int STREAM = 2;
    static final int COUNTS = 3;
    static final int LINES = 4;
    static final int METADATA = 5;

    private RowGroupEncoder() {}

    /// The bytes of a row group and its entry for the footer, whose offset is still 0 and whose stream numbers are
    /// the numbers in `rows`.
    record Encoded(ByteSink bytes, RowGroupMeta meta) {}

    static Encoded encode(Rows rows, long cluster, long firstSeq, long lastSeq) {
        int n = rows.count();
        if (n == 0) {
            throw new IllegalArgumentException("a row group without rows");
        }
        int[] streams = distinct(rows);
        var out = new ByteSink(rows.byteCount() / 8 + 1024);
        var sections = new ArrayList<Section>();
        var scratch = new ByteSink();

        TimeColumn.write(scratch, rows);
        section(out, sections, TIME, scratch);
        long[] ordinal = new long[n];
        var counts = new Counts(streams.length);
        long lineBytes = 0;
        long metadataBytes = 0;
        for (int row = 0; row < n; row++) {
            int k = Arrays.binarySearch(streams, rows.stream(row));
            ordinal[row] = k;
            counts.add(k, rows.time(row), rows.lineLength(row) + rows.metadataLength(row));
            lineBytes += rows.lineLength(row);
            metadataBytes += rows.metadataLength(row);
        }
        int width = BitPack.width(streams.length - 1L);
        scratch.u8(width);
        BitPack.write(scratch, ordinal, 0, n, width);
        section(out, sections, STREAM, scratch);
        counts.write(scratch, rows.time(0));
        section(out, sections, COUNTS, scratch);
        FrameColumn.write(scratch, n, rows.bytes(), new FrameColumn.Slice() {
            @Override
            public int start(int row) {
                return rows.lineStart(row);
            }

            @Override
            public int length(int row) {
                return rows.lineLength(row);
            }
        });
        section(out, sections, LINES, scratch);
        if (metadataBytes > 0) {
            FrameColumn.write(scratch, n, rows.bytes(), new FrameColumn.Slice() {
                @Override
                public int start(int row) {
                    return rows.metadataStart(row);
                }

                @Override
                public int length(int row) {
                    return rows.metadataLength(row);
                }
            });
            section(out, sections, METADATA, scratch);
        }
        var meta = new RowGroupMeta(
                0,
                out.size(),
                cluster,
                firstSeq,
                lastSeq,
                n,
                lineBytes,
                metadataBytes,
                rows.time(0),
                rows.time(n - 1),
                sections,
                streams);
        return new Encoded(out, meta);
    }

    private static int[] distinct(Rows rows) {
        int max = 0;
        for (int row = 0; row < rows.count(); row++) {
            max = Math.max(max, rows.stream(row));
        }
        var seen = new java.util.BitSet(max + 1);
        for (int row = 0; row < rows.count(); row++) {
            seen.set(rows.stream(row));
        }
        return seen.stream().toArray();
    }

    private static void section(ByteSink out, List<Section> sections, int kind, ByteSink content) {
        out.align(BlockFormat.ALIGNMENT);
        int crc = Bytes.crc32c(content.array(), 0, content.size());
        sections.add(new Section(kind, Section.AS_IS, out.size(), content.size(), content.size(), crc));
        out.write(content.array(), 0, content.size());
        content.clear();
    }

    /// Rows, bytes and time span of each stream of a row group.
    static final class Counts {
        final long[] rows;
        final long[] bytes;
        final long[] first;
        final long[] last;

        Counts(int streams) {
            rows = new long[streams];
            bytes = new long[streams];
            first = new long[streams];
            last = new long[streams];
        }

        void add(int stream, long time, long size) {
            if (rows[stream]++ == 0) {
                first[stream] = time;
            }
            last[stream] = time;
            bytes[stream] += size;
        }

        void write(ByteSink sink, long start) {
            for (int i = 0; i < rows.length; i++) {
                sink.varint(rows[i]);
                sink.varint(bytes[i]);
                sink.varint(first[i] - start);
                sink.varint(last[i] - first[i]);
            }
        }

        static Counts read(byte[] section, int streams, long start) {
            var source = new sigyn.codec.ByteSource(section);
            var counts = new Counts(streams);
            for (int i = 0; i < streams; i++) {
                counts.rows[i] = source.varint();
                counts.bytes[i] = source.varint();
                counts.first[i] = start + source.varint();
                counts.last[i] = counts.first[i] + source.varint();
            }
            source.expectEnd();
            return counts;
        }
    }
}
