package sigyn.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
    @Test
    void whatManySendersFindAtOnceIsSaidOnce() throws Exception {
        int senders = 4;
        int kinds = 100_000;
        var said = new ConcurrentLinkedQueue<String>();
        var diagnostics = new Diagnostics(said::add);
        var together = new CyclicBarrier(senders);
        try (var threads = Executors.newFixedThreadPool(senders)) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < senders; i++) {
                running.add(threads.submit(() -> {
                    together.await();
                    // Who is behind has less to do and catches up, so they stay side by side.
                    for (int kind = 0; kind < kinds; kind++) diagnostics.say("status " + kind, "status " + kind);
                    return null;
                }));
            }
            for (var one : running) one.get();
        }
        assertThat(said).hasSize(kinds).doesNotHaveDuplicates();
    }
}
