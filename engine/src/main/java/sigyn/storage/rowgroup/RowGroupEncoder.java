package sigyn.storage.rowgroup;

import java.util.SplittableRandom;
import sigyn.codec.BinaryFuse8;
import sigyn.codec.ByteSink;
import sigyn.codec.Hash64;

/// Turns rows into a row group. Keeps its scratch memory for the next one; one thread at a time.
///
/// ```
/// section DIRECTORY
///   varint   rows
///   zigzag   time of the first row, nanoseconds
///   varint   unit: all distances between rows are multiples of it
///   distance of each row to the row before in units, see GapSequence
///   numbers  template of each row (TEMPLATE_IDS)
///   numbers  stream of each row, rows by template (STREAM_IDS)
///   the line set, see LineSetEncoder
///   metadata, see MetadataEncoder
///   varint   pools
///   for each pool: varint values, the column if there are any
///   the columns that were deferred
/// ```
/// "Rows by template" is the order of the line set's columns: all rows of template 0, then of template 1, ...; streams
/// and metadata mostly depend on the log statement, so neighbours in this order are alike.
public final class RowGroupEncoder {
    private final SectionWriter sections = new SectionWriter();
    private final ColumnBytes bytes = new ColumnBytes();
    private final ByteSink directory = new ByteSink(1 << 16);
    private final FilterKeys filters = new FilterKeys();
    private final BinaryFuse8.Builder fuse = new BinaryFuse8.Builder();
    private final MetadataEncoder metadata = new MetadataEncoder();
    private final Distinct distinct = new Distinct();
    private long[] numbers = new long[0];
    private final LineSetEncoder.Encodings encodings;
    private LineSetEncoder lines;

    public RowGroupEncoder() {
        this(LineSetEncoder.Encodings.ALL);
    }

    RowGroupEncoder(LineSetEncoder.Encodings encodings) {
        this.encodings = encodings;
        lines = newLines(encodings);
    }

    private LineSetEncoder newLines(LineSetEncoder.Encodings which) {
        // templates are told apart by a hash that nobody outside can aim at
        return new LineSetEncoder(bytes, filters, which, new SplittableRandom().nextLong());
    }

    /// Encodes rows, decodes the result and compares it with the rows before it is handed out.
    ///
    /// @throws AssertionError when the result differs even with the plainest encodings: a defect
    public EncodedRowGroup encode(RowGroupInput in) {
        var group = encodeUnverified(in);
        if (Verification.firstDifference(in, group) < 0) {
            return group;
        }
        // two templates with one hash, or a defect of an encoding: whole lines depend on neither
        lines = newLines(new LineSetEncoder.Encodings(false, false));
        try {
            group = encodeUnverified(in);
        } finally {
            lines = newLines(encodings);
        }
        int row = Verification.firstDifference(in, group);
        if (row >= 0) {
            throw new AssertionError("row " + row + " of " + in.rows() + " does not survive encoding");
        }
        return group;
    }

    /// [#encode] without the check, for measurements.
    public EncodedRowGroup encodeUnverified(RowGroupInput in) {
        directory.clear();
        filters.begin();
        bytes.begin(sections);
        var lineSet = new ByteSink(1 << 16);
        int[] template = lines.encode(in, lineSet);
        var rest = new ByteSink(1 << 12);
        metadata.encode(in, lines.order(), lines.columns(), bytes, rest);
        lines.columns().finish(in.rows(), rest);
        writeRows(in, template, lines.order());
        directory.write(lineSet.array(), 0, lineSet.size());
        directory.write(rest.array(), 0, rest.size());
        bytes.finish();
        sections.add(SectionKind.DIRECTORY, directory);
        long identity = Hash64.of(in.timestamp()[0], directory.array(), 0, directory.size());
        byte[] data = sections.finish(SectionWriter.DATA_MAGIC, identity);
        writePrune(in);
        return new EncodedRowGroup(data, sections.finish(SectionWriter.PRUNE_MAGIC, identity));
    }

    private void writeRows(RowGroupInput in, int[] template, int[] order) {
        int n = in.rows();
        long[] timestamp = in.timestamp();
        long unit = 0;
        for (int i = 1; i < n; i++) {
            unit = gcd(unit, timestamp[i] - timestamp[i - 1]);
        }
        if (numbers.length < n) {
            numbers = new long[n];
        }
        numbers[0] = 0;
        for (int i = 1; i < n; i++) {
            numbers[i] = unit == 0 ? 0 : Long.divideUnsigned(timestamp[i] - timestamp[i - 1], unit);
        }
        directory.varint(n);
        directory.zigzag(timestamp[0]);
        directory.varint(unit);
        GapSequence.write(numbers, n, distinct, directory, bytes);
        for (int i = 0; i < n; i++) {
            numbers[i] = template[i];
        }
        NumberSequence.write(numbers, n, false, SectionKind.TEMPLATE_IDS, directory, bytes);
        for (int i = 0; i < n; i++) {
            numbers[i] = in.stream()[order[i]];
        }
        NumberSequence.write(numbers, n, false, SectionKind.STREAM_IDS, directory, bytes);
    }

    private static long gcd(long a, long b) {
        while (b != 0) {
            long rest = Long.remainderUnsigned(a, b);
            a = b;
            b = rest;
        }
        return a;
    }

    private void writePrune(RowGroupInput in) {
        var summary = new ByteSink(256);
        RowGroupSummary.write(in, metadata.levels, filters, summary);
        sections.add(SectionKind.SUMMARY, summary);
        var pages = new ByteSink(1024);
        RowGroupSummary.writePages(in, pages);
        sections.add(SectionKind.TIME_PAGES, pages);
        var streams = new ByteSink(1024);
        RowGroupSummary.writeStreams(in, distinct, streams);
        sections.add(SectionKind.STREAMS, streams);
        addFilter(SectionKind.TRIGRAMS, filters.trigramKeys());
        addFilter(SectionKind.TOKENS, filters.tokenKeys());
    }

    private void addFilter(SectionKind kind, long[] keys) {
        byte[] filter = fuse.build(keys, keys.length);
        sections.add(kind, filter, 0, filter.length);
    }
}
