package sigyn.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// Bytes and number of the files in a data directory; the write-ahead log is counted apart.
record DiskUse(long bytes, int files, long logBytes) {
    static DiskUse of(Path data) throws IOException {
        var sum = new Sum(data);
        Files.walkFileTree(data, sum);
        return new DiskUse(sum.bytes, sum.files, sum.logBytes);
    }

    private static final class Sum extends SimpleFileVisitor<Path> {
        private final Path data;
        private long bytes;
        private int files;
        private long logBytes;

        Sum(Path data) {
            this.data = data;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (isLog(data.relativize(file))) {
                logBytes += attributes.size();
            } else {
                bytes += attributes.size();
                files++;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException && !file.equals(data)) {
                // removed by the server since the folder was listed
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
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
