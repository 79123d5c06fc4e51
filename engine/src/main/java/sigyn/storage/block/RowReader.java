package sigyn.storage.block;

import org.jspecify.annotations.Nullable;
import sigyn.codec.BitPack;
import sigyn.codec.ByteSink;
import sigyn.codec.DamagedException;

/// Reads rows of one row group; belongs to one thread. Damage found on the way is a [CorruptBlockException].
public final class RowReader {
    /// Rows that callers ask for at a time, at most.
    public static final int BATCH = 4096;

    private final RowGroup group;
    private final ByteSink bytes = new ByteSink(64 << 10);
    private final int[] lineStart = new int[BATCH];
    private final int[] lineLength = new int[BATCH];
    private final int[] metadataStart = new int[BATCH];
    private final int[] metadataLength = new int[BATCH];
    private @Nullable TimeColumn time;
    private @Nullable FrameColumn lines;
    private @Nullable FrameColumn metadata;

    RowReader(RowGroup group) {
        this.group = group;
    }

    private TimeColumn time() {
        var column = time;
        if (column == null) {
            column = new TimeColumn(group.required(RowGroupEncoder.TIME), group.rows());
            time = column;
        }
        return column;
    }

    private FrameColumn lines() {
        var column = lines;
        if (column == null) {
            column = new FrameColumn(group.required(RowGroupEncoder.LINES), group.rows());
            lines = column;
        }
        return column;
    }

    private @Nullable FrameColumn metadata() {
        if (metadata == null && group.metadataBytes() > 0) {
            metadata = new FrameColumn(group.required(RowGroupEncoder.METADATA), group.rows());
        }
        return metadata;
    }

    public long[] times() {
        try {
            return time().all();
        } catch (DamagedException e) {
            throw new CorruptBlockException(group.file(), e.getMessage() + "", e);
        }
    }

    /// The first row whose time is at least `from`.
    public int lowerBound(long from) {
        try {
            return time().lowerBound(from);
        } catch (DamagedException e) {
            throw new CorruptBlockException(group.file(), e.getMessage() + "", e);
        }
    }

    /// The group's stream number of each row.
    public int[] streams() {
        byte[] section = group.required(RowGroupEncoder.STREAM);
        int[] ordinals = new int[group.rows()];
        if (section.length == 0 || section[0] < 0 || section[0] > 32) {
            throw new CorruptBlockException(group.file(), "a stream section without a width");
        }
        try {
            BitPack.read(section, 1, ordinals.length, section[0], section.length, ordinals, 0);
        } catch (DamagedException e) {
            throw new CorruptBlockException(group.file(), e.getMessage() + "", e);
        }
        for (int ordinal : ordinals) {
            if (ordinal >= group.streamCount()) {
                throw new CorruptBlockException(group.file(), "stream " + ordinal + " of " + group.streamCount());
            }
        }
        return ordinals;
    }

    /// Keeps those of `rows[0..n)`, ascending, whose line passes; returns how many.
    public int filter(int[] rows, int n, LineTest test) {
        try {
            var column = lines();
            int kept = 0;
            for (int i = 0; i < n; i++) {
                int row = rows[i];
                column.load(row);
                int start = column.start(row);
                if (test.test(column.bytes(), start, start + column.length(row))) {
                    rows[kept++] = row;
                }
            }
            return kept;
        } catch (DamagedException e) {
            throw new CorruptBlockException(group.file(), e.getMessage() + "", e);
        }
    }

    /// Fetches lines and metadata of `rows[0..n)`, at most [#BATCH]; valid until the next call.
    public void materialise(int[] rows, int n, boolean wantLines, boolean wantMetadata) {
        try {
            bytes.clear();
            copy(wantLines ? lines() : null, rows, n, lineStart, lineLength);
            copy(wantMetadata ? metadata() : null, rows, n, metadataStart, metadataLength);
        } catch (DamagedException e) {
            throw new CorruptBlockException(group.file(), e.getMessage() + "", e);
        }
    }

    private void copy(@Nullable FrameColumn column, int[] rows, int n, int[] starts, int[] lengths) {
        for (int i = 0; i < n; i++) {
            starts[i] = bytes.size();
            if (column == null) {
                lengths[i] = 0;
            } else {
                column.load(rows[i]);
                lengths[i] = column.length(rows[i]);
                bytes.write(column.bytes(), column.start(rows[i]), lengths[i]);
            }
        }
    }

    /// All rows, with the tenant's stream numbers.
    public Rows toRows() {
        long[] times = times();
        int[] ordinals = streams();
        var rows = new Rows(times.length, (int) Math.min(1 << 26, group.lineBytes() + group.metadataBytes()));
        int[] wanted = new int[BATCH];
        for (int from = 0; from < times.length; from += BATCH) {
            int n = Math.min(BATCH, times.length - from);
            for (int i = 0; i < n; i++) {
                wanted[i] = from + i;
            }
            materialise(wanted, n, true, true);
            for (int i = 0; i < n; i++) {
                rows.add(
                        group.stream(ordinals[from + i]),
                        times[from + i],
                        bytes.array(),
                        lineStart[i],
                        lineLength[i],
                        metadataStart[i],
                        metadataLength[i]);
            }
        }
        return rows;
    }

    public byte[] bytes() {
        return bytes.array();
    }

    public int[] lineStart() {
        return lineStart;
    }

    public int[] lineLength() {
        return lineLength;
    }

    public int[] metadataStart() {
        return metadataStart;
    }

    public int[] metadataLength() {
        return metadataLength;
    }
}
