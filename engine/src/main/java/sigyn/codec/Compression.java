package sigyn.codec;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4Compressor;
import io.airlift.compress.v3.lz4.Lz4Decompressor;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import io.airlift.compress.v3.zstd.ZstdNativeCompressor;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The two general compressors: Zstandard for what is kept, LZ4 for what is soon replaced. Both are native code
/// (called through the foreign function interface) where the library has it for this machine, else Java with the same
/// format.
public final class Compression {
    /// The level of Zstandard that takes the least time.
    public static final int FASTEST = 1;

    private static final int PACKED_FROM = 1024;
    /// A byte of LZ4 stands for 255 at most.
    private static final long MOST_PER_BYTE = 255;
    /// As many as were busy at once; each has 16 KB of native memory that only the collector would free.
    private static final ConcurrentLinkedQueue<Lz4Compressor> IDLE = new ConcurrentLinkedQueue<>();

    private Compression() {}

    /// Appends `length` bytes compressed with Zstandard at its fastest; returns the compressed length.
    public static int zstd(byte[] from, int offset, int length, ByteSink sink) {
        return zstd(from, offset, length, FASTEST, sink);
    }

    /// Appends `length` bytes as one frame of Zstandard; returns its length. Java code has one level for all.
    public static int zstd(byte[] from, int offset, int length, int level, ByteSink sink) {
        var compressor = ZstdNativeCompressor.isEnabled() ? new ZstdNativeCompressor(level) : ZstdCompressor.create();
        int max = compressor.maxCompressedLength(length);
        sink.reserve(max);
        int n = compressor.compress(from, offset, length, sink.array(), sink.size(), max);
        sink.advance(n);
        return n;
    }

    /// Fills `to` at `at` with exactly `rawLength` bytes, from one frame of Zstandard or several back to back.
    public static void unzstd(byte[] from, int offset, int length, byte[] to, int at, int rawLength) {
        int n;
        try {
            n = ZstdDecompressor.create().decompress(from, offset, length, to, at, rawLength);
        } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new DamagedException("not zstd: " + e.getMessage(), e);
        }
        if (n != rawLength) {
            throw new DamagedException("zstd of " + n + " bytes, expected " + rawLength);
        }
    }

    /// Appends `length` bytes compressed with LZ4, or as they are where those are few or do not get fewer.
    public static void pack(byte[] from, int offset, int length, ByteSink sink) {
        int start = sink.size();
        if (length < PACKED_FROM || lz4(from, offset, length, sink) >= length) {
            sink.truncate(start);
            sink.write(from, offset, length);
        }
    }

    /// False when `stored` bytes of LZ4 cannot stand for `rawLength`: nobody should ask memory for them.
    public static boolean mayHold(int stored, int rawLength) {
        return stored >= 0 && rawLength >= 0 && rawLength <= MOST_PER_BYTE * stored;
    }

    /// Fills `to` at `at` with the `rawLength` bytes of which [#pack] made `stored`.
    public static void unpack(byte[] from, int offset, int stored, byte[] to, int at, int rawLength) {
        if (stored == rawLength) {
            System.arraycopy(from, offset, to, at, stored);
        } else {
            unlz4(from, offset, stored, to, at, rawLength);
        }
    }

    private static int lz4(byte[] from, int offset, int length, ByteSink sink) {
        var idle = IDLE.poll();
        var compressor = idle == null ? Lz4Compressor.create() : idle;
        int max = compressor.maxCompressedLength(length);
        sink.reserve(max);
        int n = compressor.compress(from, offset, length, sink.array(), sink.size(), max);
        IDLE.add(compressor);
        sink.advance(n);
        return n;
    }

    public static void unlz4(byte[] from, int offset, int length, byte[] to, int at, int rawLength) {
        int n;
        try {
            n = Lz4Decompressor.create().decompress(from, offset, length, to, at, rawLength);
        } catch (MalformedInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new DamagedException("not lz4: " + e.getMessage(), e);
        }
        if (n != rawLength) {
            throw new DamagedException("lz4 of " + n + " bytes, expected " + rawLength);
        }
    }
}
