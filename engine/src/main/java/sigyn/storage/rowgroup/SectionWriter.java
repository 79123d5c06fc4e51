package sigyn.storage.rowgroup;

import java.util.zip.CRC32C;
import sigyn.codec.ByteSink;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;

/// Collects sections and puts their table in front.
///
/// ```
/// offset  size  field
///      0     4  magic            "SgRG" data part, "SgRP" prune part
///      4     2  version          1
///      6     2  sections         n
///      8     4  required         feature bits a reader must know; else it refuses
///     12     4  optional         feature bits a reader may ignore
///     16     8  identity         the same in both parts of a group, different between groups
///     24  16 n  table
///  24+16n     4  crc32c          of everything before
///  28+16n        the sections, back to back in the order of the table
///
/// table entry
///      0     2  kind             see SectionKind; unknown kinds are skipped
///      2     1  version          of the section's content, 1
///      3     1  codec            0 none, 1 zstd, one frame or several back to back
///      4     4  raw length
///      8     4  stored length
///     12     4  crc32c           of the stored bytes
/// ```
/// Little-endian throughout. Nothing depends on where the part lies in a file.
final class SectionWriter {
    static final int DATA_MAGIC = 0x47526753;
    static final int PRUNE_MAGIC = 0x50526753;
    static final int VERSION = 1;
    static final int HEADER = 24;
    static final int ENTRY = 16;
    static final int CODEC_NONE = 0;
    static final int CODEC_ZSTD = 1;

    /// Level of the kinds that are not compressed.
    static final int AS_IS = 0;

    /// Sections below this size are not worth a frame of their own.
    private static final int SMALL = 48;

    private final ByteSink table = new ByteSink(1024);
    private final ByteSink body = new ByteSink(1 << 20);
    private int sections;

    /// Adds a section of `length` bytes, compressed when that saves a fortieth or more.
    void add(SectionKind kind, byte[] bytes, int from, int length) {
        add(kind, bytes, from, new int[] {from + length});
    }

    /// Adds a section of bytes from `from` on, each part up to the next of `ends` compressed for itself.
    void add(SectionKind kind, byte[] bytes, int from, int[] ends) {
        int at = body.size();
        int length = ends[ends.length - 1] - from;
        int codec = CODEC_NONE;
        if (length >= SMALL && kind.level != AS_IS) {
            int start = from;
            for (int end : ends) {
                Compression.zstd(bytes, start, end - start, kind.level, body);
                start = end;
            }
            if (body.size() - at < length - length / 40) {
                codec = CODEC_ZSTD;
            } else {
                body.truncate(at);
            }
        }
        if (codec == CODEC_NONE) {
            body.write(bytes, from, length);
        }
        int stored = body.size() - at;
        var crc = new CRC32C();
        crc.update(body.array(), at, stored);
        table.u16(kind.code);
        table.u8(1);
        table.u8(codec);
        table.i32(length);
        table.i32(stored);
        table.i32((int) crc.getValue());
        sections++;
    }

    void add(SectionKind kind, ByteSink sink) {
        add(kind, sink.array(), 0, sink.size());
    }

    /// The finished part; the writer is empty again.
    byte[] finish(int magic, long identity) {
        if (sections > 0xffff) {
            throw new IllegalArgumentException(sections + " sections in a row group");
        }
        int tableEnd = HEADER + table.size();
        byte[] out = new byte[tableEnd + 4 + body.size()];
        Bytes.putI32(out, 0, magic);
        Bytes.putU16(out, 4, VERSION);
        Bytes.putU16(out, 6, sections);
        Bytes.putI64(out, 16, identity);
        System.arraycopy(table.array(), 0, out, HEADER, table.size());
        var crc = new CRC32C();
        crc.update(out, 0, tableEnd);
        Bytes.putI32(out, tableEnd, (int) crc.getValue());
        System.arraycopy(body.array(), 0, out, tableEnd + 4, body.size());
        table.clear();
        body.clear();
        sections = 0;
        return out;
    }
}
