package sigyn.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;

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
    private static final long WATCH_MILLIS = 100;

    static {
        // Kept open between pushes; read once in the life of a process.
        System.setProperty("http.maxConnections", "64");
    }

    /// As fast as the server takes them.
    static Replay run(URI push, Path workload, int connections, ServerProcess server)
            throws IOException, InterruptedException {
        return run(push, workload, connections, server, Double.MAX_VALUE);
    }

    /// At most `megabytesPerSecond` of raw lines, in even steps.
    static Replay run(URI push, Path workload, int connections, ServerProcess server, double megabytesPerSecond)
            throws IOException, InterruptedException {
        var facts = Workload.Facts.read(Path.of(workload + ".meta"));
        long bodies = bodies(workload);
        double nanosPerBody = facts.rawBytes() / 1e6 / bodies / megabytesPerSecond * 1e9;
        var queue = new ArrayBlockingQueue<byte[]>(connections * 2);
        var latencies = new ConcurrentLinkedQueue<Long>();
        var errors = new ConcurrentSkipListMap<String, Long>();
        var peak = new long[1];
        double cpu = server.cpuSeconds();
        URL url = push.toURL();
        long start = System.nanoTime();
        var watch = Thread.ofPlatform().daemon(true).start(() -> watch(server, peak));
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < connections; i++) {
            threads.add(Thread.ofPlatform().start(() -> send(url, queue, latencies, errors)));
        }
        long sent = 0;
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(workload), 1 << 20))) {
            while (true) {
                byte[] body = new byte[in.readInt()];
                in.readFully(body);
                long due = start + (long) (sent++ * nanosPerBody);
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                queue.put(body);
            }
        } catch (EOFException e) {
            queue.put(END);
        }
        for (var thread : threads) {
            thread.join();
        }
        double wall = (System.nanoTime() - start) / 1e9;
        watch.interrupt();
        watch.join();
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IOException("nothing was answered: " + errors);
        }
        return new Replay(
                wall,
                server.cpuSeconds() - cpu,
                facts.rawBytes() / 1e6,
                facts.lines(),
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                server.residentMegabytes(),
                peak[0],
                new TreeMap<>(errors));
    }

    private static long bodies(Path workload) throws IOException {
        long count = 0;
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(workload), 1 << 20))) {
            while (true) {
                in.skipNBytes(in.readInt());
                count++;
            }
        } catch (EOFException e) {
            return count;
        }
    }

    private static void watch(ServerProcess server, long[] peak) {
        try {
            while (true) {
                peak[0] = Math.max(peak[0], server.residentMegabytes());
                Thread.sleep(WATCH_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(
            URL push,
            ArrayBlockingQueue<byte[]> queue,
            ConcurrentLinkedQueue<Long> latencies,
            ConcurrentSkipListMap<String, Long> errors) {
        try {
            while (true) {
                byte[] body = queue.take();
                if (body == END) {
                    queue.put(END);
                    return;
                }
                push(push, body, latencies, errors);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void push(
            URL push, byte[] body, ConcurrentLinkedQueue<Long> latencies, ConcurrentSkipListMap<String, Long> errors)
            throws InterruptedException {
        try {
            for (int attempt = 0; attempt < MAX_RETRIES; attempt++) {
                long start = System.nanoTime();
                var answer = Answer.to(push, body);
                latencies.add(System.nanoTime() - start);
                if (answer.status() / 100 == 2) {
                    return;
                }
                errors.merge(
                        answer.status() + " "
                                + answer.text().lines().findFirst().orElse(""),
                        1L,
                        Long::sum);
                if (answer.status() != 429 && answer.status() < 500) {
                    return;
                }
                Thread.sleep(RETRY_MILLIS);
            }
        } catch (IOException e) {
            errors.merge(e.toString(), 1L, Long::sum);
        }
    }

    /// Of one push, sent and read by the thread that asks: handing it on between threads took a client a quarter of two
    /// processors at 50 MB/s.
    private record Answer(int status, String text) {
        static Answer to(URL push, byte[] body) throws IOException {
            var connection = (HttpURLConnection) push.openConnection();
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/x-protobuf");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            try (var out = connection.getOutputStream()) {
                out.write(body);
            }
            int status = connection.getResponseCode();
            try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(status, in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    double rawMegabytesPerCpuSecond() {
        return rawMegabytes / cpuSeconds;
    }

    double linesPerCpuSecond() {
        return lines / cpuSeconds;
    }
}
