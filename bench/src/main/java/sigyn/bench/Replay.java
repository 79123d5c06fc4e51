package sigyn.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;

/// Pushes the bodies of a [Workload] over some connections and says what it cost the server.
record Replay(
        double wallSeconds,
        double cpuSeconds,
        double rawMegabytes,
        long lines,
        double p50Millis,
        double p99Millis,
        long residentMegabytes,
        long peakResidentMegabytes,
        Map<String, Long> errors) {
    private static final int MAX_RETRIES = 100;
    private static final long RETRY_MILLIS = 100;
    private static final byte[] END = new byte[0];

    static Replay run(URI push, Path workload, int connections, ServerProcess server)
            throws IOException, InterruptedException {
        var facts = Workload.Facts.read(Path.of(workload + ".meta"));
        var queue = new ArrayBlockingQueue<byte[]>(connections * 2);
        var latencies = new ConcurrentLinkedQueue<Long>();
        var errors = new ConcurrentSkipListMap<String, Long>();
        double cpu = server.cpuSeconds();
        long start = System.nanoTime();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < connections; i++) {
            threads.add(Thread.ofPlatform().start(() -> send(push, queue, latencies, errors)));
        }
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(workload), 1 << 20))) {
            while (true) {
                byte[] body = new byte[in.readInt()];
                in.readFully(body);
                queue.put(body);
            }
        } catch (EOFException e) {
            queue.put(END);
        }
        for (var thread : threads) {
            thread.join();
        }
        double wall = (System.nanoTime() - start) / 1e9;
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Replay(
                wall,
                server.cpuSeconds() - cpu,
                facts.rawBytes() / 1e6,
                facts.lines(),
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                server.residentMegabytes(),
                server.peakResidentMegabytes(),
                new TreeMap<>(errors));
    }

    private static void send(
            URI push,
            ArrayBlockingQueue<byte[]> queue,
            ConcurrentLinkedQueue<Long> latencies,
            ConcurrentSkipListMap<String, Long> errors) {
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (true) {
                byte[] body = queue.take();
                if (body == END) {
                    queue.put(END);
                    return;
                }
                for (int attempt = 0; attempt < MAX_RETRIES; attempt++) {
                    long start = System.nanoTime();
                    var request = HttpRequest.newBuilder(push)
                            .header("Content-Type", "application/x-protobuf")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build();
                    var response = client.send(request, HttpResponse.BodyHandlers.ofString());
                    latencies.add(System.nanoTime() - start);
                    if (response.statusCode() / 100 == 2) {
                        break;
                    }
                    errors.merge(
                            response.statusCode() + " "
                                    + response.body().lines().findFirst().orElse(""),
                            1L,
                            Long::sum);
                    if (response.statusCode() != 429 && response.statusCode() < 500) {
                        break;
                    }
                    Thread.sleep(RETRY_MILLIS);
                }
            }
        } catch (IOException e) {
            errors.merge(e.toString(), 1L, Long::sum);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    double rawMegabytesPerCpuSecond() {
        return rawMegabytes / cpuSeconds;
    }
}
