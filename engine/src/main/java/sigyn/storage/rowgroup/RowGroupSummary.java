package sigyn.storage.rowgroup;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import sigyn.codec.BinaryFuse8;
import sigyn.codec.ByteSink;
import sigyn.codec.ByteSource;
import sigyn.codec.DamagedException;
import sigyn.model.LinePredicate;
import sigyn.model.TimeRange;

/// The prune part of a row group, read: counts, bounds and filters. Enough to answer many questions, and to tell for
/// most needles that no line can hold them, without the data part. Immutable.
///
/// ```
/// section SUMMARY
///   varint   rows
///   zigzag   time of the first row, varint distance of the last to it
///   varint   bytes of lines, varint bytes of metadata
///   varint   length of the shortest line, of the longest
///   shape of the tokens, see FilterKeys
///   varint   levels; each: varint length, UTF-8, varint rows; values of the metadata key "detected_level"
/// section TIME_PAGES
///   for each page of 512 rows but the first: varint distance of its first time to that of the page before
/// section STREAMS
///   varint   streams; each: varint id minus the id before, varint rows, varint bytes of lines and metadata,
///            varint distance of its first time to the group's, varint distance of its last to its first
/// ```
public final class RowGroupSummary {
    /// Rows of one page of the time index.
    public static final int PAGE = 512;

    private final long identity;
    private final int rows;
    private final long minTime;
    private final long maxTime;
    private final long lineBytes;
    private final long metadataBytes;
    private final int shortestLine;
    private final int longestLine;
    private final FilterKeys.Shape shape;
    private final Map<String, Integer> levels = new TreeMap<>();
    private final long[] pageTime;
    private final int[] stream;
    private final int[] streamRows;
    private final long[] streamBytes;
    private final long[] streamMin;
    private final long[] streamMax;
    private final byte[] trigrams;
    private final byte[] tokens;

    private RowGroupSummary(Sections sections) {
        identity = sections.identity();
        var in = new ByteSource(sections.only(SectionKind.SUMMARY));
        rows = in.count(RowGroupInput.MAX_ROWS);
        minTime = in.zigzag();
        maxTime = minTime + in.varint();
        lineBytes = in.varint();
        metadataBytes = in.varint();
        shortestLine = in.count(Integer.MAX_VALUE);
        longestLine = in.count(Integer.MAX_VALUE);
        shape = FilterKeys.Shape.read(in);
        int levelCount = in.count(1 << 16);
        for (int i = 0; i < levelCount; i++) {
            String level = in.text();
            levels.put(level, in.count(rows));
        }
        pageTime = readPages(new ByteSource(sections.only(SectionKind.TIME_PAGES)));
        var streams = new ByteSource(sections.only(SectionKind.STREAMS));
        int n = streams.count(rows);
        stream = new int[n];
        streamRows = new int[n];
        streamBytes = new long[n];
        streamMin = new long[n];
        streamMax = new long[n];
        int id = 0;
        for (int i = 0; i < n; i++) {
            id += streams.count(Integer.MAX_VALUE - id);
            stream[i] = id;
            streamRows[i] = streams.count(rows);
            streamBytes[i] = streams.varint();
            streamMin[i] = minTime + streams.varint();
            streamMax[i] = streamMin[i] + streams.varint();
        }
        trigrams = filter(sections, SectionKind.TRIGRAMS);
        tokens = filter(sections, SectionKind.TOKENS);
    }

    private long[] readPages(ByteSource in) {
        long[] times = new long[(rows + PAGE - 1) / PAGE];
        long time = minTime;
        for (int i = 0; i < times.length; i++) {
            if (i > 0) {
                time += in.varint();
            }
            times[i] = time;
        }
        return times;
    }

    private static byte[] filter(Sections sections, SectionKind kind) {
        byte[] filter = sections.only(kind);
        if (!BinaryFuse8.isValid(filter)) {
            throw new CorruptRowGroupException("prune part: section " + kind + " is no filter");
        }
        return filter;
    }

    /// Reads a prune part; keeps no reference to it.
    ///
    /// @throws CorruptRowGroupException when it is damaged
    public static RowGroupSummary open(byte[] prune) {
        try {
            return new RowGroupSummary(new Sections(prune, SectionWriter.PRUNE_MAGIC, "prune part"));
        } catch (DamagedException | IndexOutOfBoundsException e) {
            throw new CorruptRowGroupException("prune part: " + e.getMessage(), e);
        }
    }

    static void write(RowGroupInput in, Map<String, Integer> levels, FilterKeys filters, ByteSink out) {
        long lines = 0;
        long metadata = 0;
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        for (int i = 0; i < in.rows(); i++) {
            int length = in.lineLength()[i];
            lines += length;
            metadata += in.metadataLength()[i];
            shortest = Math.min(shortest, length);
            longest = Math.max(longest, length);
        }
        out.varint(in.rows());
        out.zigzag(in.timestamp()[0]);
        out.varint(in.timestamp()[in.rows() - 1] - in.timestamp()[0]);
        out.varint(lines);
        out.varint(metadata);
        out.varint(shortest);
        out.varint(longest);
        filters.writeShape(out);
        out.varint(levels.size());
        levels.forEach((level, count) -> {
            out.text(level);
            out.varint(count);
        });
    }

    static void writePages(RowGroupInput in, ByteSink out) {
        for (int i = PAGE; i < in.rows(); i += PAGE) {
            out.varint(in.timestamp()[i] - in.timestamp()[i - PAGE]);
        }
    }

    static void writeStreams(RowGroupInput in, Distinct distinct, ByteSink out) {
        int n = in.rows();
        long[] numbers = distinct.numbers(n);
        for (int i = 0; i < n; i++) {
            numbers[i] = in.stream()[i];
        }
        distinct.ofNumbers(numbers, n, n);
        int streams = distinct.count;
        long[] bytes = new long[streams];
        int[] lastRow = new int[streams];
        for (int i = 0; i < n; i++) {
            int of = distinct.id[i];
            bytes[of] += in.lineLength()[i] + in.metadataLength()[i];
            lastRow[of] = i;
        }
        for (int of = 0; of < streams; of++) {
            numbers[of] = numbers[distinct.first[of]] << 32 | of;
        }
        Arrays.sort(numbers, 0, streams);
        out.varint(streams);
        long before = 0;
        for (int i = 0; i < streams; i++) {
            int of = (int) numbers[i];
            long first = in.timestamp()[distinct.first[of]];
            out.varint((numbers[i] >>> 32) - before);
            out.varint(distinct.rows[of]);
            out.varint(bytes[of]);
            out.varint(first - in.timestamp()[0]);
            out.varint(in.timestamp()[lastRow[of]] - first);
            before = numbers[i] >>> 32;
        }
    }

    /// Equal to the data part's if the two belong together.
    long identity() {
        return identity;
    }

    public int rows() {
        return rows;
    }

    public long minTime() {
        return minTime;
    }

    public long maxTime() {
        return maxTime;
    }

    /// Bytes of all lines.
    public long lineBytes() {
        return lineBytes;
    }

    /// Bytes of all metadata.
    public long metadataBytes() {
        return metadataBytes;
    }

    /// Rows by value of `detected_level` in their metadata; rows without it are in none.
    public Map<String, Integer> levels() {
        return Collections.unmodifiableMap(levels);
    }

    /// Streams that have rows here.
    public int streams() {
        return stream.length;
    }

    /// Id of the `i`-th stream; ids ascend.
    public int streamId(int i) {
        return stream[i];
    }

    public int streamRows(int i) {
        return streamRows[i];
    }

    /// Bytes of lines and metadata.
    public long streamBytes(int i) {
        return streamBytes[i];
    }

    public long streamMinTime(int i) {
        return streamMin[i];
    }

    public long streamMaxTime(int i) {
        return streamMax[i];
    }

    /// Time of the first row of page `i`, rows `i * PAGE` and on.
    public long pageTime(int i) {
        return pageTime[i];
    }

    public int pages() {
        return pageTime.length;
    }

    /// A row that is at or before the first row at or after `time`, at most a page before it.
    int rowBefore(long time) {
        int page = Arrays.binarySearch(pageTime, time);
        // several pages may begin with the same time
        while (page > 0 && pageTime[page - 1] == time) {
            page--;
        }
        page = page < 0 ? -page - 2 : page - 1;
        return Math.max(0, page) * PAGE;
    }

    FilterKeys.Shape shape() {
        return shape;
    }

    int shortestLine() {
        return shortestLine;
    }

    int longestLine() {
        return longestLine;
    }

    boolean mayHaveTrigram(int folded) {
        return BinaryFuse8.mayContain(trigrams, FilterKeys.trigramKey(folded));
    }

    boolean mayHaveToken(long hash) {
        return BinaryFuse8.mayContain(tokens, hash);
    }

    /// False when no row in the range can pass all of the predicates; true promises nothing.
    public boolean mayMatch(Iterable<LinePredicate> lines, TimeRange range) {
        if (!range.overlaps(minTime, maxTime)) {
            return false;
        }
        for (var line : lines) {
            if (!NeedleRouter.mayMatch(line, this)) {
                return false;
            }
        }
        return true;
    }
}
