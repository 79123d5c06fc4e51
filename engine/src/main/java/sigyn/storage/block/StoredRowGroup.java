package sigyn.storage.block;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;
import sigyn.codec.DamagedException;
import sigyn.storage.rowgroup.CorruptRowGroupException;
import sigyn.storage.rowgroup.RowGroup;
import sigyn.storage.rowgroup.RowGroupSummary;
import sigyn.storage.rowgroup.WholeRows;

/// A row group where it lies in an open block: what the footer says of it, its summary once somebody asked, and its
/// rows on demand. Whatever is damaged is a [CorruptBlockException].
public final class StoredRowGroup {
    /// Sections of a row group: its rows, and what tells whether they need be read. See `sigyn.storage.rowgroup`.
    static final int DATA = 1;

    static final int PRUNE = 2;

    private static final AtomicLong NEXT = new AtomicLong();

    private final long id = NEXT.incrementAndGet();
    private final String file;
    private final MemorySegment bytes;
    private final RowGroupMeta meta;
    /// The tenant's number of each stream, by the group's own number.
    private final int[] streams;
    private volatile @Nullable RowGroupSummary summary;
    private volatile boolean damaged;

    StoredRowGroup(String file, MemorySegment bytes, RowGroupMeta meta, int[] streams) {
        this.file = file;
        this.bytes = bytes;
        this.meta = meta;
        this.streams = streams;
    }

    /// Different for each row group that was opened while the process runs.
    public long id() {
        return id;
    }

    public String file() {
        return file;
    }

    public long minTime() {
        return meta.minTime();
    }

    public long maxTime() {
        return meta.maxTime();
    }

    public int rows() {
        return meta.rows();
    }

    public long lineBytes() {
        return meta.lineBytes();
    }

    /// Bytes of lines and metadata.
    public long rawBytes() {
        return meta.lineBytes() + meta.metadataBytes();
    }

    public long storedBytes() {
        return meta.length();
    }

    public long cluster() {
        return meta.cluster();
    }

    public long firstSeq() {
        return meta.firstSeq();
    }

    public long lastSeq() {
        return meta.lastSeq();
    }

    /// How many streams have rows here.
    public int streamCount() {
        return streams.length;
    }

    /// True when one of these of the tenant's streams has rows here.
    public boolean hasAny(BitSet wanted) {
        for (int stream : streams) {
            if (wanted.get(stream)) {
                return true;
            }
        }
        return false;
    }

    /// The tenant's number of the group's stream `ordinal`.
    public int stream(int ordinal) {
        return streams[ordinal];
    }

    /// True once some section failed its check; the rest of the store goes on without this group.
    public boolean isDamaged() {
        return damaged;
    }

    public void markDamaged() {
        damaged = true;
    }

    /// True when [#summary] has nothing to read.
    public boolean isSummarized() {
        return summary != null;
    }

    public RowGroupSummary summary() {
        var known = summary;
        if (known == null) {
            known = checked(() -> RowGroupSummary.open(section(PRUNE)));
            if (known.rows() != meta.rows() || known.streams() != streams.length) {
                throw new CorruptBlockException(file, "a summary of another row group");
            }
            summary = known;
        }
        return known;
    }

    public long streamRows(int ordinal) {
        return summary().streamRows(ordinal);
    }

    public long streamBytes(int ordinal) {
        return summary().streamBytes(ordinal);
    }

    public long streamMinTime(int ordinal) {
        return summary().streamMinTime(ordinal);
    }

    public long streamMaxTime(int ordinal) {
        return summary().streamMaxTime(ordinal);
    }

    /// Opens the rows for one thread.
    public RowGroup open() {
        return checked(() -> {
            var group = RowGroup.open(section(DATA));
            if (!group.belongsTo(summary())) {
                throw new CorruptBlockException(file, "rows of another row group");
            }
            return group;
        });
    }

    /// Runs something that reads rows; says damage with the file's name.
    public <T> T checked(Supplier<T> read) {
        try {
            return read.get();
        } catch (CorruptRowGroupException | DamagedException e) {
            throw new CorruptBlockException(file, "row group at byte " + meta.offset() + ": " + e.getMessage(), e);
        }
    }

    /// All rows, with the tenant's stream numbers.
    public Rows toRows() {
        return checked(() -> {
            var group = open();
            long[] times = group.times();
            int[] ordinals = group.streams();
            var whole = new WholeRows(group);
            var rows = new Rows(times.length, (int) Math.min(1 << 26, rawBytes()));
            for (int row = 0; row < times.length; row++) {
                whole.read(row);
                rows.add(
                        stream(ordinals[row]),
                        times[row],
                        whole.bytes(),
                        0,
                        whole.lineLength(),
                        whole.lineLength(),
                        whole.metadataLength());
            }
            return rows;
        });
    }

    private byte[] section(int kind) {
        for (var section : meta.sections()) {
            if (section.kind() == kind) {
                return read(section);
            }
        }
        throw new CorruptBlockException(file, "a row group without section " + kind);
    }

    private byte[] read(Section section) {
        expectWithin(section);
        byte[] stored = new byte[section.stored()];
        copy(bytes.asSlice(section.offset(), section.stored()), stored);
        check(section, stored, 0);
        return stored;
    }

    private void expectWithin(Section section) {
        long length = bytes.byteSize();
        if (section.codec() != Section.AS_IS
                || section.offset() < 0
                || section.stored() < 0
                || section.offset() > length - section.stored()) {
            throw new CorruptBlockException(file, section + " is no part of a row group of " + length + " bytes");
        }
    }

    private void check(Section section, byte[] copy, int from) {
        int crc = Bytes.crc32c(copy, from, section.stored());
        if (crc != section.crc()) {
            throw new CorruptBlockException(
                    file,
                    "section %d at byte %d: crc %08x, stored %08x"
                            .formatted(section.kind(), meta.offset() + section.offset(), crc, section.crc()));
        }
    }

    /// Bytes in the file.
    public int length() {
        return Math.toIntExact(bytes.byteSize());
    }

    /// Puts the group's bytes as they stand in the file at the beginning of `copy`, checked.
    void copyChecked(byte[] copy) {
        copyAsIs(copy);
        for (var section : meta.sections()) {
            expectWithin(section);
            check(section, copy, (int) section.offset());
        }
    }

    /// The same, damaged or not.
    public void copyAsIs(byte[] copy) {
        copy(bytes, copy);
    }

    /// What is copied need not stay in the process's memory too; the system keeps it if it has room.
    private static void copy(MemorySegment part, byte[] copy) {
        MemorySegment.copy(part, ValueLayout.JAVA_BYTE, 0, copy, 0, (int) part.byteSize());
        if (part.isMapped()) {
            part.unload();
        }
    }

    RowGroupMeta metaWithTenantStreams() {
        return meta.at(meta.offset(), streams.clone());
    }

    @Override
    public String toString() {
        return file + " row group at " + meta.offset() + ", " + meta.rows() + " rows";
    }
}
