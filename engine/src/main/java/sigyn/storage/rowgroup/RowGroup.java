package sigyn.storage.rowgroup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sigyn.codec.ByteSource;
import sigyn.codec.DamagedException;
import sigyn.model.Direction;
import sigyn.model.Labels;
import sigyn.model.LinePredicate;
import sigyn.model.TimeRange;
import sigyn.storage.port.TemplateRows;
import sigyn.storage.port.TemplateSink;

/// The data part of a row group, opened. Sections are read and checked when something in them is asked for and kept
/// while the group is. Threads may share a group: what two of them read at once is equal.
///
/// Every method throws [CorruptRowGroupException] when what it reads is damaged.
public final class RowGroup {
    private final ColumnSource source;
    private final long identity;
    private final int rows;
    private final long firstTime;
    private final long unit;
    private final GapSequence.Stored times;
    private final NumberSequence.Stored templateIds;
    private final NumberSequence.Stored streamIds;
    private final StoredTemplate[] templates;
    private final StoredMetadata metadata;
    private final @Nullable Column[] pools;
    private final long dataBytes;

    private volatile long @Nullable [] time;
    private volatile int @Nullable [] template;
    private volatile int @Nullable [] position;
    private volatile int @Nullable [] rowAt;
    private volatile int @Nullable [] stream;
    private volatile int @Nullable [] streamByTemplate;

    /// Rows of the group by template, from `offset` on.
    private final class RowsFrom implements Column.Rows {
        private final int offset;

        RowsFrom(int offset) {
            this.offset = offset;
        }

        @Override
        public int row(int k) {
            return rowAt()[offset + k];
        }

        @Override
        public int total() {
            return rows;
        }

        @Override
        public long time(int row) {
            return times()[row];
        }
    }

    private record Later(int count, int kind, Column.Rows rows, Consumer<Column> target) {}

    private RowGroup(byte[] data) {
        var sections = new Sections(data, SectionWriter.DATA_MAGIC, "data part");
        identity = sections.identity();
        dataBytes = data.length;
        source = new ColumnSource(sections);
        int index = sections.index(SectionKind.DIRECTORY);
        byte[] directory = sections.read(index);
        var in = new ByteSource(directory, 0, sections.rawLength(index));
        rows = in.count(RowGroupInput.MAX_ROWS);
        if (rows == 0) {
            throw new CorruptRowGroupException("data part without rows");
        }
        firstTime = in.zigzag();
        unit = in.varint();
        times = new GapSequence.Stored(in, source, rows);
        templateIds = new NumberSequence.Stored(in, source, rows, SectionKind.TEMPLATE_IDS);
        streamIds = new NumberSequence.Stored(in, source, rows, SectionKind.STREAM_IDS);
        var later = new ArrayList<Later>();
        templates = readTemplates(in);
        for (var of : templates) {
            var members = new RowsFrom(of.position);
            for (int v = 0; v < of.columns.length; v++) {
                int variable = v;
                column(in, of.rows, of.kind[v], members, column -> of.columns[variable] = column, later);
            }
        }
        metadata = new StoredMetadata(
                in,
                source,
                rows,
                new RowsFrom(0),
                (from, count, kind, members, target) -> column(from, count, kind, members, target, later));
        pools = readPools(in);
        for (var column : later) {
            column.target()
                    .accept(Column.read(in, source, in.u8(), column.count(), column.kind(), column.rows(), pools));
        }
        if (in.remaining() > 0) {
            throw new CorruptRowGroupException(in.remaining() + " bytes behind the directory");
        }
    }

    private void column(
            ByteSource in, int count, int kind, Column.Rows members, Consumer<Column> target, List<Later> later) {
        int code = in.u8();
        if (code == ColumnKind.DEFERRED) {
            later.add(new Later(count, kind, members, target));
        } else {
            target.accept(Column.read(in, source, code, count, kind, members, new Column[0]));
        }
    }

    private StoredTemplate[] readTemplates(ByteSource in) {
        var read = new StoredTemplate[in.count(rows)];
        int at = 0;
        for (int t = 0; t < read.length; t++) {
            int count = in.count(rows - at);
            int model = in.u8();
            int[] kind = new int[in.count(in.remaining())];
            for (int v = 0; v < kind.length; v++) {
                kind[v] = in.count(Integer.MAX_VALUE);
            }
            int[] piece = new int[kind.length + 2];
            for (int v = 0; v <= kind.length; v++) {
                piece[v + 1] = piece[v] + in.count(in.remaining() - piece[v]);
            }
            int length = piece[kind.length + 1];
            byte[] text = new byte[length + Sections.SLACK];
            System.arraycopy(in.array(), in.skip(length), text, 0, length);
            read[t] = new StoredTemplate(count, model, at, kind, text, piece);
            at += count;
        }
        if (at != rows) {
            throw new CorruptRowGroupException("templates of " + at + " rows in a group of " + rows);
        }
        return read;
    }

    private @Nullable Column[] readPools(ByteSource in) {
        var pools = new @Nullable Column[in.count(in.remaining())];
        var none = new RowsFrom(0);
        for (int i = 0; i < pools.length; i++) {
            int count = in.count(Integer.MAX_VALUE);
            int code = count == 0 ? ColumnKind.TEXT : in.u8();
            if (code != ColumnKind.NUMBER && code != ColumnKind.HEX && code != ColumnKind.TEXT) {
                throw new CorruptRowGroupException("pool of kind " + code);
            }
            if (count == 0) {
                continue;
            }
            pools[i] = Column.read(in, source, code, count, Tokens.WORD, none, new Column[0]);
        }
        return pools;
    }

    /// Opens a data part, which must not change as long as the group is used.
    public static RowGroup open(byte[] data) {
        return checked(() -> new RowGroup(data));
    }

    /// Whatever indexes leave their arrays because of damage that checksums did not show is reported as damage.
    static <T> T checked(Supplier<T> read) {
        try {
            return read.get();
        } catch (DamagedException
                | IndexOutOfBoundsException
                | NegativeArraySizeException
                | ArithmeticException
                | NullPointerException e) {
            throw new CorruptRowGroupException("data part: " + e, e);
        }
    }

    public int rows() {
        return rows;
    }

    /// True when this is the data of the group that a summary is of.
    public boolean belongsTo(RowGroupSummary summary) {
        return summary.identity() == identity && summary.rows() == rows;
    }

    /// Times of all rows, ascending. Not to be changed.
    public long[] times() {
        long[] known = time;
        if (known == null) {
            long[] read = times.read();
            long now = firstTime;
            for (int i = 0; i < rows; i++) {
                now += read[i] * unit;
                read[i] = now;
            }
            time = read;
            return read;
        }
        return known;
    }

    /// Template of each row. Not to be changed.
    public int[] templateIds() {
        int[] known = template;
        if (known == null) {
            known = templateIds.readIndexes(templates.length);
            template = known;
        }
        return known;
    }

    /// Stream of each row. Not to be changed.
    public int[] streams() {
        int[] known = stream;
        if (known == null) {
            int[] byTemplate = streamsByTemplate();
            known = byTemplate;
            if (!streamIds.isConstant()) {
                int[] at = positions();
                int[] read = new int[rows];
                for (int i = 0; i < rows; i++) {
                    read[i] = byTemplate[at[i]];
                }
                known = read;
            }
            stream = known;
        }
        return known;
    }

    /// Stream of each row by template.
    int[] streamsByTemplate() {
        int[] known = streamByTemplate;
        if (known == null) {
            known = streamIds.readIndexes(Integer.MAX_VALUE);
            streamByTemplate = known;
        }
        return known;
    }

    /// Bytes that the group holds in memory: the data part it was opened on and what has been read of it.
    public long held() {
        long held = dataBytes + source.held() + metadata.held();
        held += (time == null ? 0 : 8L * rows)
                + (template == null ? 0 : 4L * rows)
                + (position == null ? 0 : 4L * rows);
        held += (rowAt == null ? 0 : 4L * rows) + (stream == null ? 0 : 4L * rows);
        held += streamByTemplate == null ? 0 : 4L * rows;
        for (var of : templates) {
            held += 200L + of.text.length;
            for (var column : of.columns) {
                held += 100 + column.held();
            }
        }
        for (var pool : pools) {
            held += pool == null ? 0 : pool.held();
        }
        return held;
    }

    /// Place of each row among rows by template.
    int[] positions() {
        int[] known = position;
        if (known == null) {
            int[] of = templateIds();
            int[] next = new int[templates.length];
            for (int t = 0; t < next.length; t++) {
                next[t] = templates[t].position;
            }
            int[] read = new int[rows];
            for (int i = 0; i < rows; i++) {
                read[i] = next[of[i]]++;
            }
            for (int t = 0; t < next.length; t++) {
                if (next[t] != templates[t].position + templates[t].rows) {
                    throw new CorruptRowGroupException("template " + t + " has " + (next[t] - templates[t].position)
                            + " rows, its columns " + templates[t].rows);
                }
            }
            position = read;
            return read;
        }
        return known;
    }

    /// The row at each place among rows by template.
    int[] rowAt() {
        int[] known = rowAt;
        if (known == null) {
            int[] at = positions();
            int[] read = new int[rows];
            for (int i = 0; i < rows; i++) {
                read[at[i]] = i;
            }
            rowAt = read;
            return read;
        }
        return known;
    }

    /// Number of templates.
    public int templates() {
        return templates.length;
    }

    /// All rows of template `t`, from 0 to [#templates]; rows point to it by [#templateIds].
    public TemplateRows template(int t, List<Labels> streams) {
        int[] all = new int[templates[t].rows];
        for (int k = 0; k < all.length; k++) {
            all[k] = k;
        }
        return new LineTemplate(this, templates[t], all, streams);
    }

    /// Materialises every line in row order into a buffer that is overwritten, and returns the bytes of all lines: what
    /// a query pays at most.
    public long decodeAll() {
        return checked(() -> {
            int[] of = templateIds();
            int[] at = positions();
            long longest = 0;
            for (var each : templates) {
                longest = Math.max(longest, each.maxLength());
            }
            byte[] out = new byte[Math.toIntExact(Math.max(longest + Sections.SLACK, 1 << 16))];
            int room = out.length - (int) longest - Sections.SLACK;
            long total = 0;
            int used = 0;
            for (int i = 0; i < rows; i++) {
                var each = templates[of[i]];
                int end = each.write(at[i] - each.position, out, used);
                total += end - used;
                used = end > room ? 0 : end;
            }
            return total;
        });
    }

    StoredTemplate[] stored() {
        return templates;
    }

    /// False when no row has structured metadata of a key that `matters`.
    public boolean mayHaveMetadata(Predicate<String> matters) {
        if (metadata.isEmpty()) {
            return false;
        }
        for (byte[] key : metadata.keys()) {
            if (matters.test(new String(key, StandardCharsets.UTF_8))) {
                return true;
            }
        }
        return metadata.column(metadata.keys().size()) != null;
    }

    StoredMetadata metadata() {
        return metadata;
    }

    /// Reads every section and checks its sum; what a scrub does.
    public void readAllSections() {
        source.readAll();
    }

    /// All rows.
    public RowSelection all() {
        return RowSelection.all(rows);
    }

    /// The rows of some streams in a time range whose lines pass all predicates, exactly. `streams` has an element for
    /// each local stream id; null means all streams.
    public RowSelection select(List<LinePredicate> lines, boolean @Nullable [] streams, TimeRange range) {
        return select(lines, streams, range, () -> {});
    }

    /// @param check run now and then; ends the search by throwing
    public RowSelection select(
            List<LinePredicate> lines, boolean @Nullable [] streams, TimeRange range, Runnable check) {
        return checked(() -> LineSearch.select(this, lines, streams, range, check));
    }

    /// Shows the rows of [#select] template by template and gives back those that `sink` asks for.
    public RowSelection select(
            List<LinePredicate> lines,
            boolean @Nullable [] wanted,
            TimeRange range,
            List<Labels> streams,
            TemplateSink sink,
            Runnable check)
            throws InterruptedException {
        var chosen = checked(() -> LineSearch.byTemplate(this, lines, wanted, range, check));
        var asked = new RowBits(rows);
        for (int t = 0; t < chosen.length; t++) {
            int[] of = chosen[t];
            if (of.length > 0) {
                var template = new LineTemplate(this, templates[t], of, streams);
                int position = templates[t].position;
                for (int k : sink.accept(template)) {
                    asked.set(rowAt()[position + k]);
                }
            }
        }
        return new RowSelection(asked);
    }

    /// How many rows of the whole group have lines that pass all predicates; cheaper than selecting them.
    public int count(List<LinePredicate> lines) {
        return checked(() -> LineSearch.count(this, lines));
    }

    /// Hands out selected rows in time order, or against it. `streams` is what local stream ids point into.
    public RowReader read(
            RowSelection selection,
            Direction direction,
            boolean needsLines,
            boolean needsMetadata,
            List<Labels> streams) {
        return new RowReader(this, selection, direction, needsLines, needsMetadata, streams);
    }
}
