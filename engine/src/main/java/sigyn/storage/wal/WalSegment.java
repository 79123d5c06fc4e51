package sigyn.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;

/// One file of the write-ahead log, `wal-<number, 16 hex digits>.log`: a header and records without gaps. Behind them
/// may stand what the file held in an earlier use ([SpareFiles]).
///
/// ```
/// header, 32 bytes
///      0     8  magic          "SIGYNWAL"
///      8     2  version        LE u16   5
///     10     6  zero
///     16     8  number         LE u64   the number in the file's name
///     24     4  mark           LE u32   random, stands in every record; zero before version 4
///     28     4  crc32c         LE u32   of bytes 0..28
///
/// record, 32 bytes and the payload
///      0     4  magic          "SREC"
///      4     1  kind           4 batch with its lines apart; before version 5: 3 batch in two parts; before version 3:
///                              1 batch, 2 batch compressed with LZ4 (payload starts with its raw length, LE u32)
///      5     1  group          1 for the first record of a group: all before it was synced when it was written
///      6     2  zero
///      8     4  length         LE u32   bytes of the payload
///     12     4  payload crc32c LE u32
///     16     8  seq            LE u64   position in the log; grows from record to record, with holes
///     24     4  mark           LE u32   the segment's: what was written to the file in another use, or by somebody
///                                       into a line, is no record. Before version 4 the low half of its number
///     28     4  header crc32c  LE u32   of bytes 0..28
///
/// batch with its lines apart
///      0        lines, head, body: head and body each compressed with LZ4, or as it is where it takes as many bytes
///    end-16  4  head           LE u32   bytes of what comes before the rows
///    end-12  4  stored head    LE u32   bytes it takes here
///    end-8   4  body           LE u32   bytes of what describes the rows
///    end-4   4  stored body    LE u32   bytes it takes here; what is left are lines
///
/// batch in two parts
///      0     4  head           LE u32   bytes of what comes before the rows
///      4     4  stored head    LE u32   bytes it takes here
///      8     4  body           LE u32   bytes of the rows
///     12        head, body     each compressed with LZ4, or as it is where it takes as many bytes as it has
/// ```
/// Records are synced in groups. What cannot be read in the last group is a torn write: it was never acknowledged, and
/// the file is cut there. What cannot be read with a whole group behind it is damage: it is reported and skipped.
/// Version 1 told no groups apart; there any whole record behind makes it damage.
public final class WalSegment {
    static final int HEADER_SIZE = 32;
    static final int RECORD_HEADER_SIZE = 32;
    static final int VERSION = 5;
    private static final int VERSION_WITHOUT_MARK = 3;
    private static final int VERSION_WITHOUT_GROUPS = 1;
    static final long MAGIC = magic("SIGYNWAL");
    static final int RECORD_MAGIC = (int) magic("SREC\0\0\0\0");
    static final int MAX_PAYLOAD = 1 << 30;
    /// What is read at once passes through a buffer outside the heap, which the thread keeps.
    private static final int READ_SIZE = 1 << 20;

    private WalSegment() {}

    private static long magic(String text) {
        return Bytes.i64(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), 0);
    }

    static Path path(Path directory, long number) {
        return directory.resolve("wal-%016x.log".formatted(number));
    }

    /// The number in a segment's name, or -1 for any other file.
    static long number(Path file) {
        String name = file.getFileName().toString();
        if (!name.matches("wal-[0-9a-f]{16}\\.log")) {
            return -1;
        }
        return Long.parseUnsignedLong(name, 4, 20, 16);
    }

    static byte[] header(long number, int mark) {
        byte[] header = new byte[HEADER_SIZE];
        Bytes.putI64(header, 0, MAGIC);
        Bytes.putU16(header, 8, VERSION);
        Bytes.putI64(header, 16, number);
        Bytes.putI32(header, 24, mark);
        Bytes.putI32(header, 28, Bytes.crc32c(header, 0, 28));
        return header;
    }

    /// Fills in the 32 bytes before a payload whose checksum is known.
    static void recordHeader(
            byte[] record, WalRecord.Kind kind, boolean firstOfGroup, int length, int payloadCrc, long seq, int mark) {
        Bytes.putI32(record, 0, RECORD_MAGIC);
        record[4] = (byte) kind.code();
        record[5] = (byte) (firstOfGroup ? 1 : 0);
        Bytes.putI32(record, 8, length);
        Bytes.putI32(record, 12, payloadCrc);
        Bytes.putI64(record, 16, seq);
        Bytes.putI32(record, 24, mark);
        Bytes.putI32(record, 28, Bytes.crc32c(record, 0, 28));
    }

    /// What a segment holds: its records in order are given to `sink`; what is wrong with it comes back in words. The
    /// valid bytes are followed by a torn write, or by what is left of an earlier use of the file.
    public record Reading(
            long records, long lastSeq, long validBytes, long tornBytes, long leftoverBytes, List<String> damage) {}

    @FunctionalInterface
    public interface RecordSink {
        void accept(WalRecord record);
    }

    /// Reads a whole segment. A file of another kind or of a newer version is damage as a whole.
    public static Reading read(Path file, RecordSink sink) throws IOException {
        var damage = new ArrayList<String>();
        byte[] bytes;
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > Integer.MAX_VALUE - 16) {
                return new Reading(0, 0, 0, 0, 0, List.of("wal segment " + file + ": " + size + " bytes are too many"));
            }
            bytes = new byte[(int) size];
            int at = 0;
            for (int n = 0; n >= 0 && at < bytes.length; at += Math.max(n, 0)) {
                n = channel.read(ByteBuffer.wrap(bytes, at, Math.min(READ_SIZE, bytes.length - at)));
            }
        }
        String wrong = headerProblem(bytes, number(file));
        if (wrong != null) {
            if (!Files.exists(file)) {
                throw new NoSuchFileException(file.toString(), null, "became another segment while it was read");
            }
            boolean empty = true;
            for (byte b : bytes) {
                empty &= b == 0;
            }
            if (empty || bytes.length <= HEADER_SIZE) {
                return new Reading(0, 0, 0, bytes.length, 0, List.of());
            }
            damage.add("wal segment " + file + ": " + wrong);
            if (!wrong.startsWith("header")) {
                return new Reading(0, 0, 0, 0, 0, damage);
            }
        }
        return records(file, bytes, sink, damage);
    }

    /// A place in the log that no record of the segment is behind. Records of a segment are numbered without holes, so
    /// the first one and the file's length tell; only when the first one is damaged the file is read.
    static long lastSeqAtMost(Path file) throws IOException {
        byte[] start = new byte[HEADER_SIZE + RECORD_HEADER_SIZE];
        long size;
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            size = channel.size();
            var buffer = ByteBuffer.wrap(start);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
        }
        if (size <= HEADER_SIZE) {
            return 0;
        }
        int at = HEADER_SIZE;
        if (Bytes.i32(start, at) == RECORD_MAGIC && Bytes.i32(start, at + 28) == Bytes.crc32c(start, at, 28)) {
            return Bytes.i64(start, at + 16) + size / RECORD_HEADER_SIZE;
        }
        return read(file, _ -> {}).lastSeq();
    }

    private static Reading records(Path file, byte[] bytes, RecordSink sink, List<String> damage) {
        int mark = mark(bytes);
        int at = Math.min(HEADER_SIZE, bytes.length);
        long records = 0;
        long lastSeq = 0;
        while (at < bytes.length) {
            WalRecord record = recordAt(bytes, at, mark);
            if (record == null) {
                int next = nextRecord(bytes, at + 1, mark);
                if (next < 0 || !hasWholeGroup(bytes, next, mark)) {
                    int rest = bytes.length - at;
                    boolean torn = next >= 0 || isOfThisUse(bytes, at, mark);
                    return new Reading(records, lastSeq, at, torn ? rest : 0, torn ? 0 : rest, damage);
                }
                damage.add("wal segment " + file + ": bytes " + at + " to " + next + " are damaged and skipped");
                at = next;
                continue;
            }
            sink.accept(record);
            records++;
            lastSeq = record.seq();
            at += RECORD_HEADER_SIZE + record.length();
        }
        return new Reading(records, lastSeq, at, 0, 0, damage);
    }

    /// What the segment's records bear; where the header does not say so, what its first whole record bears.
    static int mark(byte[] bytes) {
        if (isHeaderWhole(bytes)) {
            return Bytes.u16(bytes, 8) <= VERSION_WITHOUT_MARK ? Bytes.i32(bytes, 16) : Bytes.i32(bytes, 24);
        }
        for (int at = HEADER_SIZE; at <= bytes.length - RECORD_HEADER_SIZE; at++) {
            if (bytes[at] == (byte) RECORD_MAGIC && recordAt(bytes, at, Bytes.i32(bytes, at + 24)) != null) {
                return Bytes.i32(bytes, at + 24);
            }
        }
        return 0;
    }

    /// True when what cannot be read at `at` was meant to be a record of this segment: one of the two things by which
    /// it is known still stands there. What is left of an earlier use is zero, or bears another mark under a right
    /// checksum, or is the inside of something.
    private static boolean isOfThisUse(byte[] bytes, int at, int mark) {
        if (bytes.length - at < RECORD_HEADER_SIZE || Bytes.u16(bytes, 8) <= VERSION_WITHOUT_MARK) {
            return true;
        }
        return Bytes.i32(bytes, at + 24) == mark
                || Bytes.i32(bytes, at) == RECORD_MAGIC && Bytes.i32(bytes, at + 28) != Bytes.crc32c(bytes, at, 28);
    }

    private static boolean isHeaderWhole(byte[] bytes) {
        return bytes.length >= HEADER_SIZE
                && Bytes.i64(bytes, 0) == MAGIC
                && Bytes.i32(bytes, 28) == Bytes.crc32c(bytes, 0, 28);
    }

    static @Nullable String headerProblem(byte[] bytes, long number) {
        if (bytes.length < HEADER_SIZE) {
            return "shorter than a header: " + bytes.length + " bytes";
        }
        if (Bytes.i64(bytes, 0) != MAGIC) {
            return "header magic is wrong";
        }
        if (Bytes.i32(bytes, 28) != Bytes.crc32c(bytes, 0, 28)) {
            return "header checksum is wrong";
        }
        int version = Bytes.u16(bytes, 8);
        if (version < VERSION_WITHOUT_GROUPS || version > VERSION) {
            return "version " + version + ", this program knows " + VERSION;
        }
        if (Bytes.i64(bytes, 16) != number) {
            return "number " + Bytes.i64(bytes, 16) + " under the name of " + number;
        }
        return null;
    }

    static @Nullable WalRecord recordAt(byte[] bytes, int at, int mark) {
        if (bytes.length - at < RECORD_HEADER_SIZE || Bytes.i32(bytes, at) != RECORD_MAGIC) {
            return null;
        }
        int length = Bytes.i32(bytes, at + 8);
        if (Bytes.i32(bytes, at + 24) != mark
                || Bytes.i32(bytes, at + 28) != Bytes.crc32c(bytes, at, 28)
                || length < 0
                || length > bytes.length - at - RECORD_HEADER_SIZE) {
            return null;
        }
        int payload = at + RECORD_HEADER_SIZE;
        if (Bytes.crc32c(bytes, payload, length) != Bytes.i32(bytes, at + 12)) {
            return null;
        }
        WalRecord.Kind kind = WalRecord.Kind.of(bytes[at + 4]);
        return kind == null ? null : new WalRecord(kind, Bytes.i64(bytes, at + 16), bytes, payload, length);
    }

    private static int nextRecord(byte[] bytes, int from, int mark) {
        for (int at = from; at <= bytes.length - RECORD_HEADER_SIZE; at++) {
            if (bytes[at] == (byte) RECORD_MAGIC && recordAt(bytes, at, mark) != null) {
                return at;
            }
        }
        return -1;
    }

    /// True when a group begins at or behind the whole record at `from`.
    private static boolean hasWholeGroup(byte[] bytes, int from, int mark) {
        if (Bytes.u16(bytes, 8) == VERSION_WITHOUT_GROUPS) {
            return true;
        }
        for (int at = from; at >= 0; ) {
            WalRecord record = recordAt(bytes, at, mark);
            if (record == null) {
                at = nextRecord(bytes, at + 1, mark);
            } else if (bytes[at + 5] != 0) {
                return true;
            } else {
                at += RECORD_HEADER_SIZE + record.length();
                at = at < bytes.length ? at : -1;
            }
        }
        return false;
    }

    /// Cuts what follows the last whole record and makes that durable.
    static void cut(Path file, long validBytes) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(validBytes);
            channel.force(true);
        }
    }

    /// Numbers of the segments in a directory, ascending.
    static List<Long> list(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(WalSegment::number).filter(n -> n >= 0).sorted().toList();
        }
    }
}
