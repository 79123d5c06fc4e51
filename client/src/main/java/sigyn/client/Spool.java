package sigyn.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Batches on disk while the server is away: one file per batch, written whole and never changed, in one folder per
/// client. A folder whose lock nobody holds was left behind by a process that died; whoever opens the directory next
/// delivers it, under the ids the batches had, so that a server that knows ids stores nothing twice.
///
/// ```
/// offset  size  field
///      0     4  magic    "SGSP"
///      4     2  version  LE u16  1
///      6     2  gzipped  LE u16  1 when the body is compressed
///      8     4  lines    LE u32
///     12     4  idSize   LE u32
///     16     4  bodySize LE u32
///     20     4  crc32c   LE u32  of bytes 0..20, id and body
///     24        id (UTF-8), body
/// ```
///
/// A file is written beside its place and moved there, so it is whole even when the process is killed; it is not forced
/// to disk, so a power cut may lose the last ones.
final class Spool implements AutoCloseable {
    private static final int MAGIC = 0x50534753;
    private static final int HEADER = 24;
    private static final int MAX_BODY = 1 << 30;

    private final ClientConfig.SpoolConfig config;
    private final Path folder;
    private final Counters counters;
    private final Diagnostics diagnostics;
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private final List<Claim> claims = new ArrayList<>();
    private long bytes;
    private long lines;
    private long next;

    /// One file. The number of lines is known without reading the body.
    record Entry(Path file, int lines, long bytes) {}

    private record Claim(Path folder, FileChannel channel, FileLock lock) {}

    Spool(ClientConfig.SpoolConfig config, String instance, Counters counters, Diagnostics diagnostics)
            throws IOException {
        this.config = config;
        this.counters = counters;
        this.diagnostics = diagnostics;
        Files.createDirectories(config.directory());
        folder = config.directory().resolve(instance);
        adopt();
        Files.createDirectories(folder);
        if (!claim(folder)) throw new IOException("the spool folder " + folder + " is in use");
    }

    synchronized long lines() {
        return lines;
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Puts a batch on disk; the oldest ones make way.
    ///
    /// @throws IOException when the disk does not take it; nothing has changed then
    synchronized void store(Batch batch) throws IOException {
        byte[] id = batch.id.getBytes(StandardCharsets.UTF_8);
        var image = ByteBuffer.allocate(HEADER + id.length + batch.body.length).order(ByteOrder.LITTLE_ENDIAN);
        image.putInt(MAGIC).putShort((short) 1).putShort((short) (batch.gzipped ? 1 : 0));
        image.putInt(batch.lines).putInt(id.length).putInt(batch.body.length);
        image.putInt(crc(image, id, batch.body)).put(id).put(batch.body).flip();
        var file = folder.resolve("%016d.batch".formatted(next++));
        var draft = folder.resolve("draft");
        try (var out = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (image.hasRemaining()) out.write(image);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        push(new Entry(file, batch.lines, image.limit()));
        while (bytes > config.bytes() && waiting.size() > 1) {
            var oldest = waiting.removeFirst();
            counters.dropped(DropReason.SPOOL, oldest.lines());
            remove(oldest);
        }
    }

    /// Takes the oldest entry out of the order; null when there is none. [#remove] or [#putBack] follows.
    synchronized @Nullable Entry claimOldest() {
        return waiting.pollFirst();
    }

    synchronized void putBack(Entry entry) {
        waiting.addFirst(entry);
    }

    /// Forgets a claimed entry and deletes its file.
    synchronized void remove(Entry entry) {
        bytes -= entry.bytes();
        lines -= entry.lines();
        try {
            Files.deleteIfExists(entry.file());
        } catch (IOException e) {
            diagnostics.say("spool", "cannot delete " + entry.file() + ": " + e);
        }
    }

    /// @throws IOException when the file is torn, changed or gone
    static Batch read(Entry entry) throws IOException {
        var image = ByteBuffer.wrap(Files.readAllBytes(entry.file())).order(ByteOrder.LITTLE_ENDIAN);
        check(image, entry.file());
        byte[] id = new byte[image.getInt(12)];
        byte[] body = new byte[image.getInt(16)];
        image.get(HEADER, id).get(HEADER + id.length, body);
        if (crc(image, id, body) != image.getInt(20)) throw new IOException(entry.file() + ": wrong checksum");
        boolean gzipped = image.getShort(6) == 1;
        return new Batch(new String(id, StandardCharsets.UTF_8), new byte[0], entry.lines(), 0, body, gzipped);
    }

    /// Releases the folders; an empty one is deleted, the rest is for the next process.
    @Override
    public synchronized void close() {
        for (var claim : claims) release(claim);
        claims.clear();
    }

    private void push(Entry entry) {
        waiting.addLast(entry);
        bytes += entry.bytes();
        lines += entry.lines();
    }

    /// Takes over the folders of processes that are gone.
    private void adopt() throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(config.directory(), Files::isDirectory)) {
            for (var left : folders) if (claim(left)) adopt(left);
        }
    }

    private void adopt(Path left) throws IOException {
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> batches = Files.newDirectoryStream(left, "*.batch")) {
            batches.forEach(files::add);
        }
        files.sort(null);
        for (var file : files) {
            try (var in = FileChannel.open(file)) {
                var header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
                int got = 0;
                while (header.hasRemaining() && got >= 0) got = in.read(header);
                header.flip();
                checkHeader(header, file);
                push(new Entry(file, header.getInt(8), in.size()));
                counters.enqueued(header.getInt(8));
            } catch (IOException e) {
                diagnostics.say("spool", "a batch left behind cannot be read: " + e.getMessage());
                Files.deleteIfExists(file);
            }
        }
    }

    private boolean claim(Path owned) {
        try {
            var channel = FileChannel.open(owned.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = null;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                // Another client of this process owns it.
            }
            if (lock == null) {
                channel.close();
                return false;
            }
            claims.add(new Claim(owned, channel, lock));
            return true;
        } catch (IOException e) {
            diagnostics.say("spool", "cannot lock " + owned + ": " + e);
            return false;
        }
    }

    private void release(Claim claim) {
        try {
            boolean empty;
            try (DirectoryStream<Path> batches = Files.newDirectoryStream(claim.folder(), "*.batch")) {
                empty = !batches.iterator().hasNext();
            }
            if (empty) {
                Files.deleteIfExists(claim.folder().resolve("draft"));
                Files.deleteIfExists(claim.folder().resolve("lock"));
                Files.deleteIfExists(claim.folder());
            }
            claim.lock().release();
            claim.channel().close();
        } catch (IOException e) {
            diagnostics.say("spool", "cannot release " + claim.folder() + ": " + e);
        }
    }

    private static void check(ByteBuffer image, Path file) throws IOException {
        checkHeader(image, file);
        long expected = (long) HEADER + image.getInt(12) + image.getInt(16);
        if (image.limit() != expected) {
            throw new IOException(file + ": " + image.limit() + " bytes instead of " + expected);
        }
    }

    private static void checkHeader(ByteBuffer header, Path file) throws IOException {
        if (header.limit() < HEADER) throw new IOException(file + ": shorter than its header");
        if (header.getInt(0) != MAGIC || header.getShort(4) != 1) throw new IOException(file + ": not a spooled batch");
        boolean sane = header.getInt(8) >= 0
                && header.getInt(12) >= 0
                && header.getInt(12) < 1024
                && header.getInt(16) >= 0
                && header.getInt(16) < MAX_BODY;
        if (!sane) throw new IOException(file + ": impossible sizes");
    }

    private static int crc(ByteBuffer image, byte[] id, byte[] body) {
        var crc = new CRC32C();
        crc.update(image.duplicate().position(0).limit(20));
        crc.update(id);
        crc.update(body);
        return (int) crc.getValue();
    }
}
