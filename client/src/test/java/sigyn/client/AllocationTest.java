package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A call makes no garbage, so that no thread pays for a collection because it logs.
class AllocationTest {
    /// Some 300 bytes for each page of 32 KiB.
    private static final double PAGES = 2;
    /// A page for whatever the printing thread has taken, one line at the least.
    private static final double PAGE_PER_LINE = 400;

    /// Interpreted, because the compiler removes objects that do not leave a call, but does not promise to.
    @Test
    void aWarmCallLeavesNothingOnTheHeap() throws Exception {
        var settings = Map.of("LOKI_URL", "http://127.0.0.1:9", "LOKI_QUEUE_EVENTS", "1000");
        var services =
                List.of(Path.of("src", "main", "services", "systemlogger").toString());
        var jvm = List.of("-Xint", "-Dslf4j.provider=sigyn.client.slf4j.SigynServiceProvider");
        try (var fork = Fork.start(jvm, settings, services, Allocations.class, "2000", "10")) {
            assertThat(fork.await()).isZero();
            var made = new HashMap<String, Double>();
            fork.out()
                    .lines()
                    .filter(line -> line.startsWith("BYTES "))
                    .map(line -> line.split(" "))
                    .forEach(words -> made.put(words[1], Double.valueOf(words[2])));
            assertThat(made.remove("console")).isLessThan(PAGE_PER_LINE);
            assertThat(made)
                    .containsOnlyKeys(
                            "room",
                            "room-fields",
                            "full",
                            "full-fields",
                            "full-label",
                            "drop-oldest",
                            "logback",
                            "log4j",
                            "jul",
                            "slf4j",
                            "system")
                    .allSatisfy((kind, bytes) -> assertThat(bytes).isLessThan(PAGES));
        }
    }
}
