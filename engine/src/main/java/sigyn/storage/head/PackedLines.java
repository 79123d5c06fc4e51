package sigyn.storage.head;

import java.util.Arrays;

/// Lines and metadata of some rows of one part as the log holds them: compressed with LZ4, or as they are where they
/// take `stored == raw` bytes. The first of the rows that is added brings all of them into the part.
public final class PackedLines {
    final byte[] bytes;
    final int from;
    final int stored;
    final int raw;
    /// The chunk of the part that these have become, -1 before.
    int chunk = -1;

    public PackedLines(byte[] bytes, int from, int stored, int raw) {
        this.bytes = bytes;
        this.from = from;
        this.stored = stored;
        this.raw = raw;
    }

    byte[] copy() {
        return Arrays.copyOfRange(bytes, from, from + stored);
    }
}
