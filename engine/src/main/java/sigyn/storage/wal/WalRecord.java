package sigyn.storage.wal;

import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;
import sigyn.codec.DamagedException;

/// A whole record read back from a segment: its checksums hold. Whose batch it is and of which streams can be read
/// without its rows.
public record WalRecord(Kind kind, long seq, byte[] bytes, int offset, int length) {
    static final int PARTS_HEADER_SIZE = 12;
    /// A byte of LZ4 stands for 255 at most.
    private static final long MOST_PER_BYTE = 255;

    /// What a record's payload is.
    public enum Kind {
        /// Written by versions before 3, as is the next.
        BATCH(1),
        BATCH_LZ4(2),
        BATCH_PARTS(3);

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

    /// What stands before a batch's rows, not compressed; empty in kinds that have all in the [#body()].
    public byte[] head() {
        return kind == Kind.BATCH_PARTS ? part(storedHead(), PARTS_HEADER_SIZE, rawHead()) : new byte[0];
    }

    /// The rows of a batch, not compressed.
    public byte[] body() {
        return switch (kind) {
            case BATCH -> java.util.Arrays.copyOfRange(bytes, offset, offset + length);
            case BATCH_LZ4 -> part(length - 4, 4, length < 4 ? -1 : Bytes.i32(bytes, offset));
            case BATCH_PARTS -> {
                int head = storedHead();
                int at = PARTS_HEADER_SIZE + head;
                yield part(length - at, at, head < 0 ? -1 : Bytes.i32(bytes, offset + 8));
            }
        };
    }

    private int rawHead() {
        return length < PARTS_HEADER_SIZE ? -1 : Bytes.i32(bytes, offset);
    }

    private int storedHead() {
        int stored = length < PARTS_HEADER_SIZE ? -1 : Bytes.i32(bytes, offset + 4);
        return stored > length - PARTS_HEADER_SIZE ? -1 : stored;
    }

    /// What is stored in as many bytes as it has is not compressed; in kinds before 3 all of it is.
    private byte[] part(int stored, int at, int raw) {
        if (stored < 0 || raw < 0 || raw > MOST_PER_BYTE * stored) {
            throw new DamagedException("a part of " + raw + " bytes in " + stored);
        }
        byte[] part = new byte[raw];
        if (stored == raw && kind == Kind.BATCH_PARTS) {
            System.arraycopy(bytes, offset + at, part, 0, raw);
        } else {
            Compression.unlz4(bytes, offset + at, stored, part, 0, raw);
        }
        return part;
    }
}
