package sigyn.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sigyn.codec.Bytes;

/// The segment that is being written: over what a spare file holds, or growing where there is none.
final class SegmentWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);
    private static final SecureRandom MARKS = new SecureRandom();

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer;
    private final long number;
    private final int mark;
    private final byte[] recordHeader = new byte[WalSegment.RECORD_HEADER_SIZE];
    /// Of the file that is written over, 0 without one.
    private final long spareBytes;
    private long bytes = WalSegment.HEADER_SIZE;

    private SegmentWriter(Path file, FileChannel channel, ByteBuffer buffer, long number, int mark, long spareBytes) {
        this.spareBytes = spareBytes;
        this.file = file;
        this.channel = channel;
        this.buffer = buffer;
        this.number = number;
        this.mark = mark;
    }

    /// Begins a segment; once this returns its name and header are on disk.
    ///
    /// @param spare a file to write over, which is gone whatever happens; null for a new one
    /// @param buffer for what is on its way to the file, the writer's alone
    static SegmentWriter begin(Path directory, long number, @Nullable Path spare, ByteBuffer buffer)
            throws IOException {
        Path file = WalSegment.path(directory, number);
        int mark = MARKS.nextInt();
        try {
            var channel = open(file, spare);
            long spareBytes;
            try {
                spareBytes = channel.size();
                var header = ByteBuffer.wrap(WalSegment.header(number, mark));
                while (header.hasRemaining()) {
                    channel.write(header);
                }
                channel.force(true);
                if (spare != null) {
                    Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE);
                }
                Wal.syncDirectory(directory);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            return new SegmentWriter(file, channel, buffer, number, mark, spareBytes);
        } catch (IOException e) {
            SpareFiles.remove(file);
            if (spare != null) {
                SpareFiles.remove(spare);
            }
            throw e;
        }
    }

    private static FileChannel open(Path file, @Nullable Path spare) throws IOException {
        return spare == null
                ? FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
                : FileChannel.open(spare, StandardOpenOption.WRITE);
    }

    long number() {
        return number;
    }

    /// Bytes that are on disk.
    long bytes() {
        return bytes;
    }

    /// Bytes of the file, those of a spare one that are not written over yet among them.
    long fileBytes() {
        return Math.max(bytes, spareBytes);
    }

    /// Writes a group and syncs it. Entries get their places in the log, from `seq` on.
    ///
    /// @return bytes written
    <T> long append(List<WalEntry<T>> group, long seq) throws IOException {
        buffer.clear();
        long written = 0;
        long next = seq;
        for (var entry : group) {
            entry.seq = next++;
            boolean first = entry == group.getFirst();
            WalSegment.recordHeader(recordHeader, entry.kind, first, entry.length, entry.crc, entry.seq, mark);
            put(recordHeader, 0, recordHeader.length);
            put(entry.payload, 0, entry.length);
            written += entry.size();
        }
        drain();
        channel.force(false);
        bytes += written;
        return written;
    }

    /// Writes records of another segment as one group and syncs it.
    void repeat(Collection<WalRecord> records) throws IOException {
        buffer.clear();
        boolean first = true;
        for (var record : records) {
            int crc = Bytes.crc32c(record.bytes(), record.offset(), record.length());
            WalSegment.recordHeader(recordHeader, record.kind(), first, record.length(), crc, record.seq(), mark);
            put(recordHeader, 0, recordHeader.length);
            put(record.bytes(), record.offset(), record.length());
            bytes += record.size();
            first = false;
        }
        drain();
        channel.force(false);
    }

    private void put(byte[] from, int start, int length) throws IOException {
        int at = start;
        while (at < start + length) {
            if (!buffer.hasRemaining()) {
                drain();
            }
            int n = Math.min(start + length - at, buffer.remaining());
            buffer.put(from, at, n);
            at += n;
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /// Removes the segment, which nobody knows of yet.
    void abandon() {
        bytes = WalSegment.HEADER_SIZE;
        end();
    }

    /// Ends the segment behind what is on disk. What stands behind that is cut, an earlier use of the file or a group
    /// that nobody was told of, as far as that works: reading knows both for what they are.
    void end() {
        try (channel) {
            if (channel.size() > bytes) {
                channel.truncate(bytes);
            }
        } catch (IOException e) {
            LOG.debug("segment {} is longer than what was acknowledged: {}", file, e.toString());
        }
        if (bytes == WalSegment.HEADER_SIZE) {
            SpareFiles.remove(file);
        }
    }
}
