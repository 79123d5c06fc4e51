package sigyn.storage.head;

/// Lines and metadata of rows of a batch that go to one part, as [sigyn.codec.Compression#pack] made them for the log.
/// The first of the rows that is added brings all of them into the part.
public final class PackedLines {
    private final int start;
    private final byte[] packed;
    private final int from;
    private final int stored;
    private final int raw;
    /// The chunk of the part that these have become, -1 before.
    int chunk = -1;

    /// @param start where in the batch's bytes the first row begins
    /// @param packed has `stored` bytes at `from`, which stand for `raw`
    public PackedLines(int start, byte[] packed, int from, int stored, int raw) {
        this.start = start;
        this.packed = packed;
        this.from = from;
        this.stored = stored;
        this.raw = raw;
    }

    int start() {
        return start;
    }

    int raw() {
        return raw;
    }

    /// Where the compressed bytes are, `stored` of them from `from` on.
    byte[] packed() {
        return packed;
    }

    int from() {
        return from;
    }

    int stored() {
        return stored;
    }
}
