package sigyn.storage.block;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;
import sigyn.codec.DamagedException;

/// A row group of an open block: what its footer entry says, and its sections on demand, checked at every read.
public final class RowGroup {
    private final String file;
    private final MemorySegment bytes;
    private final RowGroupMeta meta;
    /// The tenant's number of each stream, by the group's own number.
    private final int[] streams;
    private volatile RowGroupEncoder.@Nullable Counts counts;
    private volatile boolean damaged;

    RowGroup(String file, MemorySegment bytes, RowGroupMeta meta, int[] streams) {
        this.file = file;
        this.bytes = bytes;
        this.meta = meta;
        this.streams = streams;
    }

    static RowGroup inMemory(RowGroupEncoder.Encoded encoded) {
        var bytes = MemorySegment.ofArray(encoded.bytes().array())
                .asSlice(0, encoded.bytes().size());
        return new RowGroup("in memory", bytes, encoded.meta(), encoded.meta().streams());
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

    public long metadataBytes() {
        return meta.metadataBytes();
    }

    public long storedLength() {
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

    RowGroupEncoder.Counts counts() {
        var known = counts;
        if (known == null) {
            byte[] section = required(RowGroupEncoder.COUNTS);
            try {
                known = RowGroupEncoder.Counts.read(section, streams.length, meta.minTime());
            } catch (DamagedException e) {
                throw new CorruptBlockException(file, "stream counts: " + e.getMessage(), e);
            }
            counts = known;
        }
        return known;
    }

    public long streamRows(int ordinal) {
        return counts().rows[ordinal];
    }

    public long streamBytes(int ordinal) {
        return counts().bytes[ordinal];
    }

    public long streamMinTime(int ordinal) {
        return counts().first[ordinal];
    }

    public long streamMaxTime(int ordinal) {
        return counts().last[ordinal];
    }

    public RowReader reader() {
        return new RowReader(this);
    }

    byte[] required(int kind) {
        byte[] section = optional(kind);
        if (section == null) {
            throw new CorruptBlockException(file, "a row group without section " + kind);
        }
        return section;
    }

    /// A section's bytes, uncompressed, or null when the group has none of the kind.
    byte @Nullable [] optional(int kind) {
        for (var section : meta.sections()) {
            if (section.kind() == kind) {
                return read(section);
            }
        }
        return null;
    }

    private byte[] read(Section section) {
        long length = bytes.byteSize();
        if (section.offset() < 0
                || section.stored() < 0
                || section.raw() < 0
                || section.offset() > length - section.stored()) {
            throw new CorruptBlockException(file, "section " + section + " outside its row group of " + length);
        }
        byte[] stored = bytes.asSlice(section.offset(), section.stored()).toArray(ValueLayout.JAVA_BYTE);
        int crc = Bytes.crc32c(stored, 0, stored.length);
        if (crc != section.crc()) {
            throw new CorruptBlockException(
                    file,
                    "section %d at byte %d: crc %08x, stored %08x"
                            .formatted(section.kind(), meta.offset() + section.offset(), crc, section.crc()));
        }
        if (section.codec() == Section.AS_IS) {
            return stored;
        }
        byte[] raw = new byte[section.raw()];
        Compression.unzstd(stored, 0, stored.length, raw, 0, raw.length);
        return raw;
    }

    byte[] storedBytes() {
        for (var section : meta.sections()) {
            read(section);
        }
        return bytes.toArray(ValueLayout.JAVA_BYTE);
    }

    RowGroupMeta metaWithTenantStreams() {
        return meta.at(meta.offset(), Arrays.copyOf(streams, streams.length));
    }

    @Override
    public String toString() {
        return file + " row group at " + meta.offset() + ", " + meta.rows() + " rows";
    }
}
