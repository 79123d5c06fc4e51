package sigyn.server;

import io.airlift.compress.v3.lz4.Lz4NativeDecompressor;
import io.airlift.compress.v3.snappy.SnappyNativeDecompressor;
import io.airlift.compress.v3.zstd.ZstdNativeDecompressor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;

/// Native code comes in archives and is unpacked to files before the system loads it: to a folder of this process,
/// which is removed as soon as all is loaded. The system needs the files no more then, and a process that is killed
/// after its start leaves none behind.
final class UnpackedLibraries {
    private static final Logger LOG = LoggerFactory.getLogger(UnpackedLibraries.class);

    /// By which libraries are told where to unpack.
    private static final List<String> FOLDERS = List.of("aircompressor.tmpdir", "org.sqlite.tmpdir");

    private static final AtomicReference<@Nullable Path> FOLDER = new AtomicReference<>();

    private UnpackedLibraries() {}

    /// To be called before anything is loaded. Where somebody chose a folder, that is used, and left as it is.
    static void begin() {
        if (FOLDERS.stream().anyMatch(property -> System.getProperty(property) != null)) {
            return;
        }
        try {
            Path folder = Files.createTempDirectory("sigyn-native-");
            FOLDERS.forEach(property -> System.setProperty(property, folder.toString()));
            FOLDER.set(folder);
        } catch (IOException e) {
            LOG.warn("native code is unpacked to the system's temporary folder: {}", e.toString());
        }
    }

    /// Loads what is not loaded yet, and removes the folder.
    ///
    /// @param sqlite whether the process may need SQLite
    static void finish(boolean sqlite) {
        LOG.debug(
                "native code: Zstandard {}, LZ4 {}, Snappy {}",
                ZstdNativeDecompressor.isEnabled(),
                Lz4NativeDecompressor.isEnabled(),
                SnappyNativeDecompressor.isEnabled());
        try {
            if (sqlite) {
                SQLiteJDBCLoader.initialize();
            }
        } catch (Exception e) {
            LOG.warn("SQLite's native code cannot be loaded: {}", e.toString());
        }
        remove();
    }

    /// Removes the folder; what is unpacked after that goes to the system's temporary folder. A process that ends while
    /// it starts may be in the middle of unpacking: that stays, without a word.
    static void remove() {
        Path folder = FOLDER.getAndSet(null);
        if (folder == null) {
            return;
        }
        FOLDERS.forEach(System::clearProperty);
        try {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.delete(folder);
        } catch (IOException e) {
            LOG.debug("unpacked native code stays: {}", e.toString());
        }
    }
}
