package sigyn.storage.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import sigyn.codec.BufferPool;
import sigyn.codec.ByteSink;
import sigyn.codec.Compression;
import sigyn.codec.TextPieces;

/// Bytes in order of arrival, in chunks that are compressed with LZ4: once they are full, or as they came. A position
/// is `chunk << 16 | offset`; what is longer than a chunk has one of its own, which counts as several.
///
/// One writer. Any thread may read what a position names that was published to it.
final class LineChunks {
    private static final int BITS = 16;
    private static final int CHUNK = 1 << BITS;
    private static final int SMALLEST = 4 << 10;
    private static final byte[] NOTHING = new byte[0];
    private static final BufferPool SCRATCH = new BufferPool();

    static final class Chunk {
        private final byte[] bytes;
        private final int from;
        private final int stored;
        /// -1 while the chunk is as it came, and may grow.
        private final int rawLength;
        /// Of a packed chunk, once a search had to unpack it.
        private volatile @Nullable TextPieces pieces;
        /// Names of the metadata of its rows, once somebody asked.
        private volatile @Nullable Set<String> keys;

        Chunk(byte[] bytes, int from, int stored, int rawLength) {
            this.bytes = bytes;
            this.from = from;
            this.stored = stored;
            this.rawLength = rawLength;
        }

        /// What came, from the first byte on. Only where it is not packed.
        byte[] bytes() {
            return bytes;
        }

        int rawLength() {
            return rawLength;
        }

        boolean isPacked() {
            return rawLength >= 0;
        }

        /// Bytes of an array of its own.
        int memory() {
            return isPacked() && stored < bytes.length ? 0 : bytes.length;
        }

        void unpack(byte[] to, int at) {
            Compression.unpack(bytes, from, stored, to, at, rawLength);
        }

        @Nullable
        TextPieces pieces() {
            return pieces;
        }

        @Nullable
        Set<String> keys() {
            return keys;
        }

        void keep(Set<String> found) {
            keys = found;
        }
    }

    private final SpareMemory spare;
    /// Packed chunks stand in slabs, one behind the other, once there are many; null before.
    private byte @Nullable [] slab;

    private int slabUsed;
    private final ArrayList<byte[]> slabs = new ArrayList<>();
    private @Nullable Chunk[] chunks = new Chunk[4];
    private int count;
    private int open = -1;
    private int used;
    private long memory;
    private long raw;
    /// Added to by readers.
    private final AtomicLong piecesMemory = new AtomicLong();
    /// The chunk that [#holds] looked into last.
    private int unpacked = -1;

    private byte[] unpackedBytes = NOTHING;

    LineChunks(SpareMemory spare) {
        this.spare = spare;
    }

    /// Adds bytes and returns their position.
    int add(byte[] bytes, int from, int size) {
        if (open < 0 || size > CHUNK - used || used == CHUNK) {
            begin(size);
        }
        byte[] chunk = room(size);
        System.arraycopy(bytes, from, chunk, used, size);
        int position = open << BITS | used;
        used += size;
        raw += size;
        return position;
    }

    /// Adds what is compressed already as a chunk of its own, unless it was before, and returns the position of what
    /// begins at `from` in its batch.
    int add(PackedLines packed, int from) {
        if (packed.chunk < 0) {
            close();
            open = take(packed.raw());
            put(packed(packed.packed(), packed.from(), packed.stored(), packed.raw()));
            raw += packed.raw();
            packed.chunk = open;
            open = -1;
        }
        return (packed.chunk << BITS) + from - packed.start();
    }

    /// Begins small, and where a chunk came to little because others came compressed: so will this one.
    private void begin(int size) {
        close();
        open = take(size);
        int room = used > CHUNK / 2 ? CHUNK : SMALLEST;
        used = 0;
        put(new Chunk(new byte[Math.max(size, room)], 0, 0, -1));
    }

    /// Takes the numbers of a chunk that holds `size` bytes and returns the first.
    private int take(int size) {
        int slots = Math.max(1, (size + CHUNK - 1) >>> BITS);
        while (count + slots > chunks.length) {
            chunks = Arrays.copyOf(chunks, chunks.length * 2);
        }
        int number = count;
        count += slots;
        return number;
    }

    private byte[] room(int size) {
        byte[] chunk = chunk(open).bytes;
        if (chunk.length - used >= size) {
            return chunk;
        }
        byte[] wider = Arrays.copyOf(chunk, Math.min(CHUNK, Math.max(chunk.length * 4, used + size)));
        put(new Chunk(wider, 0, 0, -1));
        return wider;
    }

    private void put(Chunk chunk) {
        var before = chunks[open];
        memory += chunk.memory() - (before == null ? 0 : before.memory());
        chunks[open] = chunk;
    }

    /// A chunk of what [Compression#pack] made. As long as there is little it has an array of its own.
    private Chunk packed(byte[] bytes, int from, int stored, int rawLength) {
        if (memory < SpareMemory.SLAB || stored > SpareMemory.SLAB / 4) {
            return new Chunk(Arrays.copyOfRange(bytes, from, from + stored), 0, stored, rawLength);
        }
        byte[] to = slab;
        if (to == null || stored > to.length - slabUsed) {
            to = spare.slab();
            slab = to;
            slabUsed = 0;
            memory += to.length;
            slabs.add(to);
        }
        System.arraycopy(bytes, from, to, slabUsed, stored);
        var chunk = new Chunk(to, slabUsed, stored, rawLength);
        slabUsed += stored;
        return chunk;
    }

    /// Compresses the open chunk. Who reads it meanwhile has either form.
    private void close() {
        if (open < 0) {
            return;
        }
        byte[] bytes = chunk(open).bytes;
        var packed = new ByteSink(SCRATCH.take());
        Compression.pack(bytes, 0, used, packed);
        put(packed(packed.array(), 0, packed.size(), used));
        SCRATCH.give(packed.array());
        open = -1;
    }

    /// Gives slabs to other parts: nobody reads any more.
    void retire() {
        slabs.forEach(spare::give);
        slabs.clear();
        chunks = new Chunk[0];
    }

    long memory() {
        return memory + piecesMemory.get();
    }

    /// Bytes that [#unpack] gives.
    long rawBytes() {
        return raw;
    }

    /// @param raw what the chunk holds
    TextPieces makePieces(Chunk chunk, byte[] raw) {
        var made = new TextPieces(raw, chunk.rawLength);
        chunk.pieces = made;
        piecesMemory.addAndGet(TextPieces.MEMORY);
        return made;
    }

    /// Numbers of chunks that are taken, as far as this thread can see.
    int count() {
        return count;
    }

    Chunk chunk(int number) {
        var chunk = chunks[number];
        if (chunk == null) {
            throw new IllegalStateException("no chunk begins at " + number);
        }
        return chunk;
    }

    static int chunkOf(int position) {
        return position >>> BITS;
    }

    static int offsetOf(int position) {
        return position & CHUNK - 1;
    }

    /// True when these bytes stand at a position. Writer only.
    boolean holds(int position, byte[] bytes, int from, int size) {
        int number = chunkOf(position);
        var chunk = chunk(number);
        byte[] raw = chunk.bytes;
        if (chunk.isPacked()) {
            if (unpacked != number) {
                unpackedBytes = new byte[chunk.rawLength];
                chunk.unpack(unpackedBytes, 0);
                unpacked = number;
            }
            raw = unpackedBytes;
        }
        int at = offsetOf(position);
        return Arrays.equals(raw, at, at + size, bytes, from, from + size);
    }

    /// Puts all bytes into `to` and returns where each chunk begins there, for [#place].
    int[] unpack(byte[] to) {
        int[] start = new int[count];
        int at = 0;
        for (int number = 0; number < count; number++) {
            start[number] = at;
            var chunk = chunks[number];
            if (chunk == null) {
                continue;
            }
            if (chunk.isPacked()) {
                chunk.unpack(to, at);
                at += chunk.rawLength;
            } else {
                System.arraycopy(chunk.bytes, 0, to, at, used);
                at += used;
            }
        }
        return start;
    }

    static int place(int position, int[] chunkStart) {
        return chunkStart[chunkOf(position)] + offsetOf(position);
    }
}
