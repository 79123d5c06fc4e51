package sigyn.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import sigyn.codec.Bytes;
import sigyn.codec.DamagedException;

/// Goes through the records of one segment from its start, header by header, and reads the payloads that are wanted.
/// The segment may be written meanwhile: only its first `end` bytes are looked at. When its file becomes another one
/// meanwhile, it is called damaged.
final class SegmentReader implements AutoCloseable {
    private static final int WINDOW = 8 << 10;

    private final Path file;
    private final FileChannel channel;
    private final long end;
    private final byte[] window = new byte[WINDOW];
    private long windowStart;
    private int windowLength;
    private int mark;
    private long at = WalSegment.HEADER_SIZE;

    private SegmentReader(Path file, FileChannel channel, long end) {
        this.file = file;
        this.channel = channel;
        this.end = end;
    }

    static SegmentReader open(Path directory, long number, long end) throws IOException {
        Path file = WalSegment.path(directory, number);
        var reader = new SegmentReader(file, FileChannel.open(file, StandardOpenOption.READ), end);
        try {
            byte[] header = new byte[WalSegment.HEADER_SIZE];
            reader.copy(0, header, header.length);
            String wrong = WalSegment.headerProblem(header, number);
            if (wrong != null) {
                throw new DamagedException("wal segment " + file + ": " + wrong);
            }
            reader.mark = WalSegment.mark(header);
            return reader;
        } catch (IOException | DamagedException e) {
            reader.close();
            throw e;
        }
    }

    /// The place of the first record; -1 when the segment has none.
    long firstSeq() throws IOException {
        return end < WalSegment.HEADER_SIZE + WalSegment.RECORD_HEADER_SIZE ? -1 : Bytes.i64(header(at), 16);
    }

    /// The next record that stands at `from` or behind it; null at the end.
    @Nullable
    WalRecord next(long from) throws IOException {
        while (at < end) {
            byte[] header = header(at);
            int length = Bytes.i32(header, 8);
            if (length < 0 || length > WalSegment.MAX_PAYLOAD) {
                throw damaged();
            }
            long record = at;
            at += WalSegment.RECORD_HEADER_SIZE + length;
            if (Bytes.i64(header, 16) < from) {
                continue;
            }
            byte[] bytes = new byte[WalSegment.RECORD_HEADER_SIZE + length];
            copy(record, bytes, bytes.length);
            WalRecord found = WalSegment.recordAt(bytes, 0, mark);
            if (found == null) {
                throw damaged();
            }
            return found;
        }
        return null;
    }

    private byte[] header(long position) throws IOException {
        byte[] header = new byte[WalSegment.RECORD_HEADER_SIZE];
        copy(position, header, header.length);
        if (Bytes.i32(header, 0) != WalSegment.RECORD_MAGIC
                || Bytes.i32(header, 24) != mark
                || Bytes.i32(header, 28) != Bytes.crc32c(header, 0, 28)) {
            throw damaged();
        }
        return header;
    }

    private DamagedException damaged() {
        return new DamagedException("wal segment " + file + " cannot be read at byte " + at);
    }

    private void copy(long position, byte[] to, int length) throws IOException {
        if (position + length > end) {
            throw damaged();
        }
        if (length > WINDOW / 2) {
            read(position, ByteBuffer.wrap(to, 0, length));
            return;
        }
        if (position < windowStart || position + length > windowStart + windowLength) {
            windowStart = position;
            windowLength = (int) Math.min(WINDOW, end - position);
            read(position, ByteBuffer.wrap(window, 0, windowLength));
        }
        System.arraycopy(window, (int) (position - windowStart), to, 0, length);
    }

    private void read(long position, ByteBuffer buffer) throws IOException {
        long from = position;
        while (buffer.hasRemaining()) {
            int n = channel.read(buffer, from);
            if (n < 0) {
                throw damaged();
            }
            from += n;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
