package sigyn.codec;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4Compressor;
import io.airlift.compress.v3.lz4.Lz4Decompressor;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import io.airlift.compress.v3.zstd.ZstdNativeCompressor;

/// The two general compressors: Zstandard for what is kept, LZ4 for what is soon replaced. Both are native code
/// (called through the foreign function interface) where the library has it for this machine, else Java with the same
/// format.
public final class Compression {
    /// The level of Zstandard that takes the least time.
    public static final int FASTEST = 1;

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

    public static int lz4(byte[] from, int offset, int length, ByteSink sink) {
        var compressor = Lz4Compressor.create();
        int max = compressor.maxCompressedLength(length);
        sink.reserve(max);
        int n = compressor.compress(from, offset, length, sink.array(), sink.size(), max);
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
