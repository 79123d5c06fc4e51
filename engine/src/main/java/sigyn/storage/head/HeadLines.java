package sigyn.storage.head;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sigyn.codec.TextPieces;
import sigyn.storage.block.LineTest;
import sigyn.storage.port.MetadataCodec;

/// Reads lines and metadata of a part; a chunk is unpacked when the first of its rows is asked for. For one thread.
///
/// Rows asked for by time mostly stand in chunks next to each other, so the last few are kept. Where they do not, and a
/// chunk had to be unpacked again and again, all are.
public final class HeadLines {
    private static final int FEW = 8;
    private static final int[] NONE = {};

    private final HeadPart part;
    private final LineChunks chunks;
    /// Chunks of the numbers in `keptNumbers`, by number modulo the length; none when rows come in order of arrival.
    private byte[][] kept;

    private int[] keptNumbers;
    private int unpackings;

    private int lastNumber = -1;
    private byte[] last = new byte[0];
    private byte[] scratch = new byte[0];
    private byte[] bytes = new byte[0];
    private int start;

    /// @param keeps false when rows are asked for in order of arrival
    HeadLines(HeadPart part, LineChunks chunks, boolean keeps) {
        this.part = part;
        this.chunks = chunks;
        this.kept = new byte[keeps ? FEW : 0][];
        this.keptNumbers = keeps ? new int[FEW] : NONE;
        Arrays.fill(keptNumbers, -1);
    }

    /// Moves to a row.
    public void seek(int row) {
        int position = part.position(row);
        bytes = chunk(LineChunks.chunkOf(position));
        start = LineChunks.offsetOf(position);
    }

    /// The chunk that a row is in, by number.
    public int chunkOf(int row) {
        return LineChunks.chunkOf(part.position(row));
    }

    /// What the chunk of a row may hold; null while it is being filled. For rows in order of arrival.
    public @Nullable TextPieces pieces(int row) {
        var chunk = chunks.chunk(chunkOf(row));
        if (!chunk.isPacked()) {
            return null;
        }
        var known = chunk.pieces();
        return known == null ? chunks.makePieces(chunk, unpacked(row)) : known;
    }

    /// False when no line of the chunk of a row passes, which is full. For rows in order of arrival.
    public boolean mayPass(LineTest test, int row) {
        return test.mayPass(unpacked(row), 0, chunks.chunk(chunkOf(row)).rawLength());
    }

    /// The names of the metadata of all rows in the chunk of a row, or null when there may be more than those before
    /// row `count`. For rows in order of arrival.
    public @Nullable Set<String> keys(int row, int count) {
        int number = chunkOf(row);
        if (number >= chunkOf(count - 1)) {
            return null;
        }
        var chunk = chunks.chunk(number);
        var known = chunk.keys();
        if (known == null) {
            known = keysOf(row, number);
            chunk.keep(known);
        }
        return known;
    }

    private Set<String> keysOf(int row, int number) {
        int at = row;
        while (at > 0 && chunkOf(at - 1) == number) {
            at--;
        }
        var names = new HashSet<String>();
        int from = 0;
        int length = 0;
        for (; chunkOf(at) == number; at++) {
            seek(at);
            int start = this.start + part.lineLength(at);
            int more = part.metadataLength(at);
            if (more != length || !Arrays.equals(bytes, from, from + length, bytes, start, start + more)) {
                var pairs = MetadataCodec.decode(bytes, start, more);
                for (int i = 0; i < pairs.size(); i++) {
                    names.add(pairs.name(i));
                }
                from = start;
                length = more;
            }
        }
        return Set.copyOf(names);
    }

    private byte[] unpacked(int row) {
        int number = chunkOf(row);
        if (number != lastNumber || last != scratch) {
            last = next(number);
            lastNumber = number;
        }
        return last;
    }

    private byte[] chunk(int number) {
        if (number == lastNumber) {
            return last;
        }
        last = kept.length == 0 ? next(number) : kept(number);
        lastNumber = number;
        return last;
    }

    private byte[] next(int number) {
        var chunk = chunks.chunk(number);
        if (!chunk.isPacked()) {
            return chunk.bytes();
        }
        if (scratch.length < chunk.rawLength()) {
            scratch = new byte[chunk.rawLength()];
        }
        chunk.unpack(scratch, 0);
        return scratch;
    }

    private byte[] kept(int number) {
        int place = number % kept.length;
        if (keptNumbers[place] == number) {
            return kept[place];
        }
        var chunk = chunks.chunk(number);
        if (!chunk.isPacked()) {
            return chunk.bytes();
        }
        if (kept.length == FEW && ++unpackings > 2 * Math.max(FEW, chunks.count())) {
            kept = new byte[2 * Math.max(FEW, chunks.count())][];
            keptNumbers = new int[kept.length];
            Arrays.fill(keptNumbers, -1);
            place = number % kept.length;
        }
        if (kept[place] == null || kept[place].length < chunk.rawLength()) {
            kept[place] = new byte[chunk.rawLength()];
        }
        chunk.unpack(kept[place], 0);
        keptNumbers[place] = number;
        return kept[place];
    }

    /// Where the row's line is, its metadata directly behind it.
    public byte[] bytes() {
        return bytes;
    }

    public int start() {
        return start;
    }
}
