package sigyn.storage.block;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;

/// A block file, version 1: rows of one tenant in row groups. Little-endian; written once, never changed.
///
/// ```
/// FileHeader   64 bytes
///      0     8  magic              "SIGYNBLK"
///      8     2  major version      1; a reader refuses any other
///     10     2  minor version      0; a reader ignores it
///     12     4  zero
///     16     8  required features  bits a reader must know, or refuse the file
///     24     8  number             LE u64, the number in the file's name
///     32    28  zero
///     60     4  crc32c             of bytes 0..60
/// sections     of all row groups, each starting on a multiple of 8 bytes
/// streams      section: the label sets that the file's stream numbers mean
/// footer       section: see BlockFooter
/// Trailer      40 bytes
///      0     8  footer offset
///      8     4  footer stored length
///     12     4  footer raw length
///     16     4  footer crc32c      of its stored bytes
///     20     4  file header crc32c the same as at 60
///     24     2  major version
///     26     2  zero
///     28     4  crc32c             of bytes 0..28 of the trailer
///     32     8  magic              "SIGYNEND"
/// ```
/// A section is found by its [Section] entry in the footer; its checksum covers the stored bytes. Sections of a kind
/// the reader does not know are ignored unless a required feature says otherwise. Everything in a row group is
/// independent of where it stands, so full row groups are copied byte for byte from file to file; only stream numbers
/// are the file's, and they are in the footer.
public final class BlockFormat {
    public static final int HEADER_SIZE = 64;
    public static final int TRAILER_SIZE = 40;
    public static final int MAJOR = 1;
    public static final long KNOWN_FEATURES = 0;

    static final int ALIGNMENT = 8;

    private static final long MAGIC = magic("SIGYNBLK");
    private static final long END_MAGIC = magic("SIGYNEND");

    private BlockFormat() {}

    private static long magic(String text) {
        return Bytes.i64(text.getBytes(StandardCharsets.ISO_8859_1), 0);
    }

    static byte[] header(long number) {
        byte[] header = new byte[HEADER_SIZE];
        Bytes.putI64(header, 0, MAGIC);
        Bytes.putU16(header, 8, MAJOR);
        Bytes.putI64(header, 24, number);
        Bytes.putI32(header, 60, Bytes.crc32c(header, 0, 60));
        return header;
    }

    /// Why these 64 bytes are no header of a file this program can read, or null.
    static @Nullable String headerProblem(byte[] header) {
        if (Bytes.i64(header, 0) != MAGIC) {
            return "no block header at byte 0";
        }
        int crc = Bytes.crc32c(header, 0, 60);
        if (Bytes.i32(header, 60) != crc) {
            return "header crc %08x at byte 60, computed %08x".formatted(Bytes.i32(header, 60), crc);
        }
        if (Bytes.u16(header, 8) != MAJOR) {
            return "version " + Bytes.u16(header, 8) + ", this program reads version " + MAJOR;
        }
        long unknown = Bytes.i64(header, 16) & ~KNOWN_FEATURES;
        return unknown == 0 ? null : "features this program does not know: " + Long.toHexString(unknown);
    }

    /// The last 40 bytes of a file.
    record Trailer(long footerOffset, int footerStored, int footerRaw, int footerCrc, int headerCrc) {
        byte[] write() {
            byte[] out = new byte[TRAILER_SIZE];
            Bytes.putI64(out, 0, footerOffset);
            Bytes.putI32(out, 8, footerStored);
            Bytes.putI32(out, 12, footerRaw);
            Bytes.putI32(out, 16, footerCrc);
            Bytes.putI32(out, 20, headerCrc);
            Bytes.putU16(out, 24, MAJOR);
            Bytes.putI32(out, 28, Bytes.crc32c(out, 0, 28));
            Bytes.putI64(out, 32, END_MAGIC);
            return out;
        }

        static Trailer read(byte[] bytes, String file) {
            if (Bytes.i64(bytes, 32) != END_MAGIC) {
                throw new CorruptBlockException(file, "no trailer at its end: cut short or not finished");
            }
            int crc = Bytes.crc32c(bytes, 0, 28);
            if (Bytes.i32(bytes, 28) != crc) {
                throw new CorruptBlockException(
                        file, "trailer crc %08x, computed %08x".formatted(Bytes.i32(bytes, 28), crc));
            }
            return new Trailer(
                    Bytes.i64(bytes, 0),
                    Bytes.i32(bytes, 8),
                    Bytes.i32(bytes, 12),
                    Bytes.i32(bytes, 16),
                    Bytes.i32(bytes, 20));
        }
    }
}
