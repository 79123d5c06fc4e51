package sigyn.server.ingest;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.snappy.SnappyDecompressor;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import sigyn.model.SigynException;

/// Unpacks bodies, counting: what is larger than allowed is a [TooLargeException] before it is in memory.
final class Bodies {
    private static final int SOME = 64 << 10;

    private Bodies() {}

    /// The unpacked body; encodings are `gzip`, `deflate` without a zlib header, or none (empty).
    static InputStream unpack(InputStream body, String encoding, long mostPacked, long mostUnpacked)
            throws IOException {
        var packed = new Bounded(body, mostPacked);
        return switch (encoding) {
            case "" -> packed;
            case "gzip" -> new Bounded(new GZIPInputStream(packed, 16 << 10), mostUnpacked);
            case "deflate" -> new Bounded(new InflaterInputStream(packed, new Inflater(true)), mostUnpacked);
            case "zstd" -> new Bounded(new ZstdInputStream(packed), mostUnpacked);
            case "lz4" -> new Bounded(new Lz4FrameInput(packed), mostUnpacked);
            default ->
                throw SigynException.badRequest(
                        "Content-Encoding " + sigyn.model.GoQuote.quote(encoding) + " not supported");
        };
    }

    /// What a snappy block says that it holds, 0 when that is nonsense.
    static long snappyLength(Message packed) {
        if (packed.length() == 0) {
            return 0;
        }
        try {
            return Math.clamp(
                    SnappyDecompressor.create().getUncompressedLength(packed.bytes(), 0), 0, 64L * packed.length());
        } catch (MalformedInputException | IndexOutOfBoundsException | IllegalArgumentException e) {
            return 0;
        }
    }

    /// The first `length` of some bytes.
    record Message(byte[] bytes, int length) {}

    /// All bytes of a stream, in `room` when they fit. What is too large is refused before it is in one piece.
    static Message readAll(InputStream in, byte[] room) throws IOException {
        byte[] bytes = room.length > 0 ? room : new byte[SOME];
        int length = in.readNBytes(bytes, 0, bytes.length);
        if (length < bytes.length) {
            return new Message(bytes, length);
        }
        byte[] rest = in.readAllBytes();
        if (rest.length == 0) {
            return new Message(bytes, length);
        }
        byte[] whole = Arrays.copyOf(bytes, Math.addExact(length, rest.length));
        System.arraycopy(rest, 0, whole, length, rest.length);
        return new Message(whole, whole.length);
    }

    /// The bytes inside a snappy block, in `room` when they fit.
    static Message snappy(Message packed, long mostUnpacked, byte[] room) {
        byte[] block = packed.bytes();
        try {
            var snappy = SnappyDecompressor.create();
            int length = snappy.getUncompressedLength(block, 0);
            if (length > mostUnpacked) {
                throw new TooLargeException("message of " + length + " bytes exceeds limit " + mostUnpacked);
            }
            // A copy of 64 bytes takes 3, so no block holds more than some 22 times its own size.
            if (packed.length() == 0 || length < 0 || length > 64L * packed.length()) {
                throw SigynException.badRequest("snappy: corrupt input");
            }
            byte[] out = length <= room.length ? room : new byte[length];
            return new Message(out, snappy.decompress(block, 0, packed.length(), out, 0, length));
        } catch (MalformedInputException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw SigynException.badRequest("snappy: corrupt input");
        }
    }

    /// Fails when more than `most` bytes come.
    private static final class Bounded extends FilterInputStream {
        private final long most;
        private long seen;

        Bounded(InputStream in, long most) {
            super(in);
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int n = super.read(to, offset, length);
            count(Math.max(0, n));
            return n;
        }

        private void count(int n) {
            seen += n;
            if (seen > most) {
                throw new TooLargeException("compressed message size " + seen + " exceeds limit " + most);
            }
        }
    }
}
