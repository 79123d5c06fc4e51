package sigyn.storage.wal;

import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;
import sigyn.codec.Compression;
import sigyn.codec.DamagedException;

/// A whole record read back from a segment: its checksums hold.
public record WalRecord(Kind kind, long seq, byte[] bytes, int offset, int length) {
    /// What a record's payload is.
    public enum Kind {
        BATCH(1),
        BATCH_LZ4(2);

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

    /// The batch, not compressed.
    public byte[] payload() {
        return switch (kind) {
            case BATCH -> java.util.Arrays.copyOfRange(bytes, offset, offset + length);
            case BATCH_LZ4 -> {
                int raw = length < 4 ? -1 : Bytes.i32(bytes, offset);
                if (raw < 0 || raw > WalSegment.MAX_PAYLOAD) {
                    throw new DamagedException("a compressed record of " + raw + " bytes");
                }
                byte[] payload = new byte[raw];
                Compression.unlz4(bytes, offset + 4, length - 4, payload, 0, raw);
                yield payload;
            }
        };
    }
}
