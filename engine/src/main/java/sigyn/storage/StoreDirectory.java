package sigyn.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import sigyn.storage.wal.Wal;

/// The directory of a store: made durably, and held by one process at a time.
final class StoreDirectory {
    private StoreDirectory() {}

    /// Creates a directory and what leads to it; a name counts once the directory above it is synced.
    static void create(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent == null) {
            return;
        }
        if (!Files.isDirectory(directory)) {
            create(parent);
            Files.createDirectories(directory);
            Wal.syncDirectory(parent);
        } else if (Files.isReadable(parent)) {
            Wal.syncDirectory(parent);
        }
    }

    static FileChannel lock(Path directory) throws IOException {
        var channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another process has it open");
        }
        return channel;
    }
}
