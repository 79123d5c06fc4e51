package sigyn.storage.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpareFilesTest {
    @TempDir
    Path directory;

    @Test
    void aFileThatIsBeingMadeGoesWithTheOthers() throws Exception {
        var spares = new SpareFiles(directory, 16 << 20, 1);
        boolean unfinished;
        do {
            var making = Thread.ofPlatform().start(() -> spares.provide(spares.releases()));
            while (files().isEmpty() && making.isAlive()) {
                Thread.onSpinWait();
            }
            // a file that is unfinished stays so while the lock is held
            synchronized (spares) {
                assertEquals(1, files().size());
                unfinished = spares.bytes() == 0;
                spares.release();
            }
            making.join();
        } while (!unfinished);
        assertEquals(List.of(), files());
        assertEquals(0, spares.bytes());
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.toList();
        }
    }
}
