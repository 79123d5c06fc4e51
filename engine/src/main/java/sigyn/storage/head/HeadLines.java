package sigyn.storage.head;

/// Reads lines and metadata of a part; a chunk is unpacked when the first of its rows is asked for, and kept. For one
/// thread.
public final class HeadLines {
    private final HeadPart part;
    private final LineChunks chunks;
    private byte[][] unpacked = new byte[16][];
    private byte[] bytes = new byte[0];
    private int start;

    HeadLines(HeadPart part, LineChunks chunks) {
        this.part = part;
        this.chunks = chunks;
    }

    /// Moves to a row.
    public void seek(int row) {
        int position = part.position(row);
        bytes = chunk(LineChunks.chunkOf(position));
        start = LineChunks.offsetOf(position);
    }

    private byte[] chunk(int number) {
        if (number < unpacked.length && unpacked[number] != null) {
            return unpacked[number];
        }
        var chunk = chunks.chunk(number);
        if (!chunk.isPacked()) {
            return chunk.bytes();
        }
        if (number >= unpacked.length) {
            unpacked = java.util.Arrays.copyOf(unpacked, Math.max(unpacked.length * 2, number + 1));
        }
        byte[] raw = new byte[chunk.rawLength()];
        chunk.unpack(raw, 0);
        unpacked[number] = raw;
        return raw;
    }

    /// Where the row's line is, its metadata directly behind it.
    public byte[] bytes() {
        return bytes;
    }

    public int start() {
        return start;
    }
}
