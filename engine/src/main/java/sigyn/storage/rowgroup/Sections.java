package sigyn.storage.rowgroup;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;
import sigyn.codec.DamagedException;

/// One part of a row group, opened: the table is read and checked at once, each section when it is asked for.
final class Sections {
    /// Zero bytes behind every section's array, so that loops may read eight bytes at its last offset.
    static final int SLACK = 16;

    /// Raw bytes that one section may hold; a larger number in a table is damage.
    private static final int MAX_RAW = 1 << 30;

    private final MemorySegment part;
    private final String what;
    private final long identity;
    private final @Nullable SectionKind[] kind;
    private final int[] codec;
    private final int[] raw;
    private final int[] stored;
    private final int[] crc;
    private final long[] offset;

    Sections(MemorySegment part, int magic, String what) {
        this.part = part;
        this.what = what;
        long size = part.byteSize();
        if (size < SectionWriter.HEADER + 4) {
            throw new CorruptRowGroupException(what + " of " + size + " bytes is shorter than its header");
        }
        byte[] header = copy(0, SectionWriter.HEADER);
        if (Bytes.i32(header, 0) != magic) {
            throw new CorruptRowGroupException(
                    "%s starts with %08x, expected %08x".formatted(what, Bytes.i32(header, 0), magic));
        }
        int version = Bytes.u16(header, 4);
        if (version != SectionWriter.VERSION) {
            throw new CorruptRowGroupException(what + " has version " + version + ", this program reads 1");
        }
        int required = Bytes.i32(header, 8);
        if (required != 0) {
            throw new CorruptRowGroupException(
                    what + " needs features this program does not have: bits " + Integer.toHexString(required));
        }
        identity = Bytes.i64(header, 16);
        int n = Bytes.u16(header, 6);
        int tableEnd = SectionWriter.HEADER + n * SectionWriter.ENTRY;
        if (size < tableEnd + 4) {
            throw new CorruptRowGroupException(what + " of " + size + " bytes ends inside its table of " + n);
        }
        byte[] table = copy(0, tableEnd + 4);
        var sum = new CRC32C();
        sum.update(table, 0, tableEnd);
        check(what + " header", (int) sum.getValue(), Bytes.i32(table, tableEnd));
        kind = new @Nullable SectionKind[n];
        codec = new int[n];
        raw = new int[n];
        stored = new int[n];
        crc = new int[n];
        offset = new long[n];
        long at = tableEnd + 4L;
        for (int i = 0; i < n; i++) {
            int entry = SectionWriter.HEADER + i * SectionWriter.ENTRY;
            kind[i] = SectionKind.of(Bytes.u16(table, entry));
            int contentVersion = table[entry + 2];
            if (kind[i] != null && contentVersion != 1) {
                throw new CorruptRowGroupException(what + " has section " + kind[i] + " in version " + contentVersion);
            }
            codec[i] = table[entry + 3];
            raw[i] = Bytes.i32(table, entry + 4);
            stored[i] = Bytes.i32(table, entry + 8);
            crc[i] = Bytes.i32(table, entry + 12);
            offset[i] = at;
            if (raw[i] < 0 || raw[i] > MAX_RAW || stored[i] < 0) {
                throw new CorruptRowGroupException(what + " has section " + kind[i] + " of length " + raw[i]);
            }
            at += stored[i];
        }
        if (at != size) {
            throw new CorruptRowGroupException(what + " of " + size + " bytes, its table says " + at);
        }
    }

    long identity() {
        return identity;
    }

    int count() {
        return kind.length;
    }

    @Nullable
    SectionKind kind(int index) {
        return kind[index];
    }

    int rawLength(int index) {
        return raw[index];
    }

    int storedLength(int index) {
        return stored[index];
    }

    /// Index of the only section of a kind.
    int index(SectionKind wanted) {
        for (int i = 0; i < kind.length; i++) {
            if (kind[i] == wanted) {
                return i;
            }
        }
        throw new CorruptRowGroupException(what + " has no section " + wanted);
    }

    /// The content of a section, checked, with [#SLACK] zero bytes behind it.
    byte[] read(int index) {
        byte[] bytes = copy(offset[index], stored[index]);
        var sum = new CRC32C();
        sum.update(bytes, 0, stored[index]);
        check(what + " section " + kind[index] + " at " + offset[index], (int) sum.getValue(), crc[index]);
        return switch (codec[index]) {
            case SectionWriter.CODEC_NONE -> {
                if (raw[index] != stored[index]) {
                    throw new CorruptRowGroupException(
                            what + " section " + kind[index] + " is " + stored[index] + " bytes, not " + raw[index]);
                }
                yield bytes;
            }
            case SectionWriter.CODEC_ZSTD -> {
                try {
                    byte[] out = new byte[raw[index] + SLACK];
                    Compression.unzstd(bytes, 0, stored[index], out, 0, raw[index]);
                    yield out;
                } catch (DamagedException e) {
                    throw new CorruptRowGroupException(what + " section " + kind[index] + ": " + e.getMessage(), e);
                }
            }
            default ->
                throw new CorruptRowGroupException(what + " section " + kind[index] + " has codec " + codec[index]);
        };
    }

    /// [#read] of the only section of a kind, without slack.
    byte[] only(SectionKind wanted) {
        int index = index(wanted);
        return Arrays.copyOf(read(index), raw[index]);
    }

    private byte[] copy(long from, int length) {
        byte[] bytes = new byte[length + SLACK];
        MemorySegment.copy(part, ValueLayout.JAVA_BYTE, from, bytes, 0, length);
        return bytes;
    }

    private static void check(String where, int found, int expected) {
        if (found != expected) {
            throw new CorruptRowGroupException("%s: crc32c %08x, stored %08x".formatted(where, found, expected));
        }
    }
}
