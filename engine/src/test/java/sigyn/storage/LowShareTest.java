package sigyn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import sigyn.codec.ByteSink;
import sigyn.storage.wal.Wal;
import sigyn.storage.wal.WalEntry;

/// What a store does in the background makes way for requests: Linux knows it by the nice values of threads.
class LowShareTest {
    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(60)
    void sealingAndUpkeepMakeWay() throws Exception {
        int own = nice(read(Path.of("/proc/thread-self/stat")));
        int nicer = Math.min(19, own + 5);
        try (var _ = Storage.open(folder, Clock.systemUTC())) {
            Map<String, Integer> nice;
            do {
                nice = niceByThread();
            } while (nice.getOrDefault("seal-0", 0) != nicer || nice.getOrDefault("storage-upkeep", 0) != nicer);
            assertThat(nice).containsEntry("wal-writer", own);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(60)
    void readingTheLogAfterAStartMakesWay() throws Exception {
        int own = nice(read(Path.of("/proc/thread-self/stat")));
        int nicer = Math.min(19, own + 5);
        try (var wal = wal()) {
            var entry = WalEntry.of(new ByteSink(16), 0, new ByteSink(16), "task");
            wal.submit(entry);
            assertThat(entry.await()).isNull();
        }
        var nice = new ConcurrentHashMap<String, Integer>();
        Runnable note = () -> nice.put(Thread.currentThread().getName(), nice(read(Path.of("/proc/thread-self/stat"))));
        try (var wal = wal()) {
            var replay = new LogReplay<>(
                    wal,
                    folder.resolve("quarantine"),
                    _ -> {
                        note.run();
                        return note;
                    },
                    _ -> {},
                    new Damages());
            replay.start();
            replay.await();
        }
        assertThat(nice).containsOnly(Map.entry("wal-read", nicer), Map.entry("wal-replay", nicer));
    }

    private Wal<String> wal() throws IOException {
        return Wal.open(folder.resolve("wal"), 1 << 20, 0, group -> group.forEach(WalEntry::complete));
    }

    private static Map<String, Integer> niceByThread() throws IOException {
        var nice = new HashMap<String, Integer>();
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            for (var thread : threads.toList()) {
                String stat = read(thread.resolve("stat"));
                if (!stat.isEmpty()) {
                    nice.put(read(thread.resolve("comm")).strip(), nice(stat));
                }
            }
        }
        return nice;
    }

    /// Nothing when the thread has ended.
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    /// The 19th field; the second, in parentheses, may hold blanks.
    private static int nice(String stat) {
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
    }
}
