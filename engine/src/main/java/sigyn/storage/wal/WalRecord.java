package sigyn.storage.wal;

import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;
import sigyn.codec.DamagedException;

/// A whole record read back from a segment: its checksums hold. Whose batch it is and of which streams can be read
/// without its rows.
public record WalRecord(Kind kind, long seq, byte[] bytes, int offset, int length) {
    static final int PARTS_HEADER_SIZE = 12;
    static final int LINES_TRAILER_SIZE = 16;

    /// What a record's payload is.
    public enum Kind {
        /// Written by versions before 3, as is the next.
        BATCH(1),
        BATCH_LZ4(2),
        /// Written by versions before 5.
        BATCH_PARTS(3),
        BATCH_LINES(4);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static @Nullable Kind of(int code) {
            for (var kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    /// Bytes in the file.
    int size() {
        return WalSegment.RECORD_HEADER_SIZE + length;
    }

    /// What stands before a batch's rows, not compressed; empty in kinds that have all in the [#body()].
    public byte[] head() {
        return switch (kind) {
            case BATCH, BATCH_LZ4 -> new byte[0];
            case BATCH_PARTS -> part(storedHead(0, PARTS_HEADER_SIZE), PARTS_HEADER_SIZE, field(0));
            case BATCH_LINES -> part(storedHead(trailer(), LINES_TRAILER_SIZE), linesLength(), field(trailer()));
        };
    }

    /// The rows of a batch, not compressed; without their lines where these stand apart.
    public byte[] body() {
        return switch (kind) {
            case BATCH -> java.util.Arrays.copyOfRange(bytes, offset, offset + length);
            case BATCH_LZ4 -> part(length - 4, 4, length < 4 ? -1 : Bytes.i32(bytes, offset));
            case BATCH_PARTS -> {
                int at = PARTS_HEADER_SIZE + storedHead(0, PARTS_HEADER_SIZE);
                yield part(length - at, at, field(8));
            }
            case BATCH_LINES -> {
                int stored = field(trailer() + 12);
                yield part(stored, trailer() - stored, field(trailer() + 8));
            }
        };
    }

    /// Bytes of the lines, which begin the payload where they stand apart.
    public int linesLength() {
        return switch (kind) {
            case BATCH, BATCH_LZ4, BATCH_PARTS -> 0;
            case BATCH_LINES -> {
                long lines = (long) trailer() - storedHead(trailer(), LINES_TRAILER_SIZE) - field(trailer() + 12);
                if (lines < 0 || lines > trailer()) {
                    throw new DamagedException("lines of " + lines + " bytes");
                }
                yield (int) lines;
            }
        };
    }

    private int trailer() {
        return length - LINES_TRAILER_SIZE;
    }

    /// A number of the header or trailer, which begin with the sizes of the head.
    private int field(int at) {
        int value = at < 0 || at > length - 4 ? -1 : Bytes.i32(bytes, offset + at);
        if (value < 0) {
            throw new DamagedException("a size of " + value + " at " + at + " of " + length);
        }
        return value;
    }

    private int storedHead(int at, int around) {
        int stored = field(at + 4);
        if (stored > length - around) {
            throw new DamagedException("a head of " + stored + " bytes in " + length);
        }
        return stored;
    }

    /// What is stored in as many bytes as it has is not compressed; in kinds before 3 all of it is.
    private byte[] part(int stored, int at, int raw) {
        if (at < 0 || at > length - stored || !Compression.mayHold(stored, raw)) {
            throw new DamagedException("a part of " + raw + " bytes in " + stored);
        }
        byte[] part = new byte[raw];
        if (kind == Kind.BATCH_LZ4) {
            Compression.unlz4(bytes, offset + at, stored, part, 0, raw);
        } else {
            Compression.unpack(bytes, offset + at, stored, part, 0, raw);
        }
        return part;
    }
}
