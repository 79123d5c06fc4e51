package sigyn.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM in the middle of pushing: a clean end, an answer for whoever was being served, and after the next start
/// every acknowledged line once.
class ShutdownTest {
    private static final int SENDERS = 8;
    private static final int LINES = 5;

    @TempDir
    Path temp;

    @Test
    void whatWasAcknowledgedStaysAndTheRestIsToldToComeAgain() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Queue<String> ends = new ConcurrentLinkedQueue<>();
        var warm = new CountDownLatch(SENDERS * 5);
        var sigyn = SigynProcess.up(temp.resolve("data"), Map.of());
        var senders = new ArrayList<Thread>();
        for (int s = 0; s < SENDERS; s++) {
            int sender = s;
            senders.add(Thread.ofVirtual().start(() -> ends.add(pushUntilRefused(sigyn, sender, acknowledged, warm))));
        }
        assertThat(warm.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(sigyn.terminate()).as(sigyn.output()).isZero();
        for (var sender : senders) {
            sender.join();
        }
        assertThat(ends).hasSize(SENDERS).allMatch(end -> end.equals("503") || end.equals("refused"));
        assertThat(ends).as("those who were being served are told").contains("503");

        try (var again = SigynProcess.up(temp.resolve("data"), Map.of())) {
            var found = new ArrayList<String>();
            for (int sender = 0; sender < SENDERS; sender++) {
                again.lines("{job=\"stop\", sender=\"" + sender + "\"}").forEach(line -> found.add(line.text()));
            }
            assertThat(new TreeSet<>(found)).containsAll(acknowledged);
            assertThat(found).doesNotHaveDuplicates();
        }
    }

    @Test
    void aRequestEndsTheProcessAsASignalDoes() throws Exception {
        var sigyn = SigynProcess.up(temp.resolve("asked"), Map.of());
        assertThat(sigyn.push("{\"streams\":[{\"stream\":{\"job\":\"asked\"},\"values\":[[\""
                        + System.currentTimeMillis() + "000000\",\"line\"]]}]}"))
                .isEqualTo(204);
        assertThat(sigyn.get(sigyn.logs("/ingester/shutdown?flush=true&delete_ring_tokens=false"))
                        .statusCode())
                .isEqualTo(204);
        assertThat(sigyn.awaitEnd()).as(sigyn.output()).isZero();
        try (var again = SigynProcess.up(temp.resolve("asked"), Map.of())) {
            assertThat(again.lines("{job=\"asked\"}")).hasSize(1);
        }
    }

    private static String pushUntilRefused(
            SigynProcess sigyn, int sender, Set<String> acknowledged, CountDownLatch warm) {
        for (int n = 0; n < 4_900; n += LINES) {
            var lines = new ArrayList<String>();
            var values = new ArrayList<String>();
            long now = System.currentTimeMillis();
            for (int i = n; i < n + LINES; i++) {
                lines.add("sender " + sender + " line " + i);
                values.add("[\"" + now + String.format("%06d", i) + "\",\"" + lines.getLast() + "\"]");
            }
            String body = "{\"streams\":[{\"stream\":{\"job\":\"stop\",\"sender\":\"" + sender + "\"},\"values\":"
                    + List.of(String.join(",", values)) + "}]}";
            try {
                int status = sigyn.push(body);
                if (status != 204) {
                    return Integer.toString(status);
                }
                acknowledged.addAll(lines);
                warm.countDown();
            } catch (ConnectException e) {
                return "refused";
            } catch (IOException e) {
                return "cut: " + e;
            } catch (InterruptedException e) {
                return "interrupted";
            }
        }
        return "never told";
    }
}
