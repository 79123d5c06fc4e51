package sigyn.storage.rowgroup;

import java.util.Arrays;
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

    private final byte[] part;
    private final String what;
    private final long identity;
    private final @Nullable SectionKind[] kind;
    private final int[] codec;
    private final int[] raw;
    private final int[] stored;
    private final int[] crc;
    private final int[] offset;

    Sections(byte[] part, int magic, String what) {
        this.part = part;
        this.what = what;
        int size = part.length;
        if (size < SectionWriter.HEADER + 4) {
            throw new CorruptRowGroupException(what + " of " + size + " bytes is shorter than its header");
        }
        if (Bytes.i32(part, 0) != magic) {
            throw new CorruptRowGroupException(
                    "%s starts with %08x, expected %08x".formatted(what, Bytes.i32(part, 0), magic));
        }
        int version = Bytes.u16(part, 4);
        if (version != SectionWriter.VERSION) {
            throw new CorruptRowGroupException(what + " has version " + version + ", this program reads 1");
        }
        int required = Bytes.i32(part, 8);
        if (required != 0) {
            throw new CorruptRowGroupException(
                    what + " needs features this program does not have: bits " + Integer.toHexString(required));
        }
        identity = Bytes.i64(part, 16);
        int n = Bytes.u16(part, 6);
        int tableEnd = SectionWriter.HEADER + n * SectionWriter.ENTRY;
        if (size < tableEnd + 4) {
            throw new CorruptRowGroupException(what + " of " + size + " bytes ends inside its table of " + n);
        }
        check(what + " header", Bytes.crc32c(part, 0, tableEnd), Bytes.i32(part, tableEnd));
        kind = new @Nullable SectionKind[n];
        codec = new int[n];
        raw = new int[n];
        stored = new int[n];
        crc = new int[n];
        offset = new int[n];
        long at = tableEnd + 4L;
        for (int i = 0; i < n; i++) {
            int entry = SectionWriter.HEADER + i * SectionWriter.ENTRY;
            kind[i] = SectionKind.of(Bytes.u16(part, entry));
            int contentVersion = part[entry + 2];
            if (kind[i] != null && contentVersion != 1) {
                throw new CorruptRowGroupException(what + " has section " + kind[i] + " in version " + contentVersion);
            }
            codec[i] = part[entry + 3];
            raw[i] = Bytes.i32(part, entry + 4);
            stored[i] = Bytes.i32(part, entry + 8);
            crc[i] = Bytes.i32(part, entry + 12);
            offset[i] = (int) at;
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
        int from = offset[index];
        int length = stored[index];
        check(what + " section " + kind[index] + " at " + from, Bytes.crc32c(part, from, length), crc[index]);
        return switch (codec[index]) {
            case SectionWriter.CODEC_NONE -> {
                if (raw[index] != length) {
                    throw new CorruptRowGroupException(
                            what + " section " + kind[index] + " is " + length + " bytes, not " + raw[index]);
                }
                byte[] out = new byte[length + SLACK];
                System.arraycopy(part, from, out, 0, length);
                yield out;
            }
            case SectionWriter.CODEC_ZSTD -> {
                try {
                    byte[] out = new byte[raw[index] + SLACK];
                    Compression.unzstd(part, from, length, out, 0, raw[index]);
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

    private static void check(String where, int found, int expected) {
        if (found != expected) {
            throw new CorruptRowGroupException("%s: crc32c %08x, stored %08x".formatted(where, found, expected));
        }
    }
}
