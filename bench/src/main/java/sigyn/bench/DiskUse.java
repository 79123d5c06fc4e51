package sigyn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Bytes and number of the files in a data directory; the write-ahead log is counted apart.
record DiskUse(long bytes, int files, long logBytes) {
    static DiskUse of(Path data) throws IOException {
        long bytes = 0;
        long logBytes = 0;
        int files = 0;
        try (var walk = Files.walk(data)) {
            for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
                try {
                    long size = Files.size(file);
                    if (isLog(data.relativize(file))) {
                        logBytes += size;
                    } else {
                        bytes += size;
                        files++;
                    }
                } catch (NoSuchFileException _) {
                    // removed by the server since the folder was listed
                }
            }
        }
        return new DiskUse(bytes, files, logBytes);
    }

    private static boolean isLog(Path file) {
        for (Path part : file) {
            if (part.toString().equals("wal")) {
                return true;
            }
        }
        return false;
    }
}
