package sigyn.server.ingest;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/// Unpacks the LZ4 frame format (magic `04 22 4d 18`); checksums are not compared. Blocks may refer to the 64 KB before
/// them only when each block stands alone, which is what OpenTelemetry's exporters write; linked blocks are refused.
final class Lz4FrameInput extends InputStream {
    private static final int MAGIC = 0x184d2204;

    private final InputStream in;
    private final Lz4JavaDecompressor lz4 = new Lz4JavaDecompressor();
    private byte[] block = {};
    private int at;
    private int end;
    private int largest;
    private boolean blockChecksums;
    private boolean started;
    private boolean finished;

    Lz4FrameInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        while (at == end) {
            if (!nextBlock()) {
                return -1;
            }
        }
        int n = Math.min(length, end - at);
        System.arraycopy(block, at, to, offset, n);
        at += n;
        return n;
    }

    private boolean nextBlock() throws IOException {
        if (!started) {
            header();
        }
        if (finished) {
            return false;
        }
        int size = le32();
        if (size == 0) {
            finished = true;
            return false;
        }
        boolean plain = size < 0;
        size &= 0x7fffffff;
        if (size > largest) {
            throw new ZipException("lz4: block of " + size + " bytes");
        }
        byte[] packed = in.readNBytes(size);
        if (packed.length < size) {
            throw new EOFException();
        }
        at = 0;
        if (plain) {
            block = packed;
            end = size;
        } else {
            block = new byte[largest];
            try {
                end = lz4.decompress(packed, 0, size, block, 0, largest);
            } catch (MalformedInputException e) {
                throw new ZipException("lz4: " + e.getMessage());
            }
        }
        if (blockChecksums) {
            le32();
        }
        return true;
    }

    private void header() throws IOException {
        started = true;
        if (le32() != MAGIC) {
            throw new ZipException("lz4: bad magic number");
        }
        int flags = in.read();
        int descriptor = in.read();
        if (descriptor < 0) {
            throw new EOFException();
        }
        if ((flags & 0x20) == 0) {
            throw new ZipException("lz4: linked blocks are not supported");
        }
        blockChecksums = (flags & 0x10) != 0;
        int skip = 1 + ((flags & 0x08) != 0 ? 8 : 0) + ((flags & 0x01) != 0 ? 4 : 0);
        in.skipNBytes(skip);
        largest = switch (descriptor >> 4 & 7) {
            case 4 -> 64 << 10;
            case 5 -> 256 << 10;
            case 6 -> 1 << 20;
            default -> 4 << 20;
        };
    }

    private int le32() throws IOException {
        byte[] four = in.readNBytes(4);
        if (four.length < 4) {
            throw new EOFException();
        }
        return four[0] & 0xff | (four[1] & 0xff) << 8 | (four[2] & 0xff) << 16 | four[3] << 24;
    }
}
