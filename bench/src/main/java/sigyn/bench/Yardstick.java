package sigyn.bench;

import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

/// How fast this machine is at the moment, by what has nothing to do with any log server: a general compressor on the
/// same bytes, reads of memory that wait for each other, and small writes that are forced to disk.
final class Yardstick {
    private static final int LEVEL = 1;
    private static final int BODIES = 200;
    private static final int CHAIN_BYTES = 64 << 20;
    private static final int READS = 2_000_000;
    private static final int FORCED_BYTES = 64 << 10;
    private static final int FORCES = 300;

    private Yardstick() {}

    /// Megabytes a CPU second of one thread, over some bodies of a workload.
    static double zstd(Path workload) throws IOException {
        var threads = ManagementFactory.getThreadMXBean();
        var snappy = new SnappyJavaDecompressor();
        var zstd = ZstdCompressor.create(LEVEL);
        long nanos = 0;
        long bytes = 0;
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(workload), 1 << 20))) {
            for (int i = 0; i < BODIES; i++) {
                byte[] body = new byte[in.readInt()];
                in.readFully(body);
                byte[] raw = new byte[snappy.getUncompressedLength(body, 0)];
                snappy.decompress(body, 0, body.length, raw, 0, raw.length);
                byte[] out = new byte[zstd.maxCompressedLength(raw.length)];
                long start = threads.getCurrentThreadCpuTime();
                zstd.compress(raw, 0, raw.length, out, 0, out.length);
                nanos += threads.getCurrentThreadCpuTime() - start;
                bytes += raw.length;
            }
        } catch (EOFException e) {
            // a small workload
            return bytes * 1e3 / nanos;
        }
        return bytes * 1e3 / nanos;
    }

    /// Nanoseconds of one read in a chain of them that goes through 64 MB without order.
    static double memoryNanos() {
        int[] next = new int[CHAIN_BYTES / Integer.BYTES];
        for (int i = 0; i < next.length; i++) {
            next[i] = i;
        }
        // Sattolo's shuffle leaves one cycle.
        var random = new Random(1);
        for (int i = next.length - 1; i > 0; i--) {
            int other = random.nextInt(i);
            int swapped = next[i];
            next[i] = next[other];
            next[other] = swapped;
        }
        int at = follow(next, 0);
        long start = System.nanoTime();
        int end = follow(next, at);
        long nanos = System.nanoTime() - start;
        // Looked at, so that the reads are not left out.
        if (end == at) {
            throw new AssertionError("a cycle of " + READS + " reads");
        }
        return (double) nanos / READS;
    }

    private static int follow(int[] next, int from) {
        int at = from;
        for (int i = 0; i < READS; i++) {
            at = next[at];
        }
        return at;
    }

    /// Median and 99th percentile of writing 64 KB over a file in `folder` and forcing them to disk.
    record Disk(double p50Millis, double p99Millis) {
        static Disk of(Path folder) throws IOException {
            double[] millis = new double[FORCES];
            var random = new Random(1);
            byte[] bytes = new byte[FORCED_BYTES];
            Path file = Files.createTempFile(folder, "yardstick", null);
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (int i = 0; i < FORCES; i++) {
                    write(channel, bytes, i);
                }
                channel.force(true);
                for (int i = 0; i < FORCES; i++) {
                    random.nextBytes(bytes);
                    long start = System.nanoTime();
                    write(channel, bytes, i);
                    channel.force(false);
                    millis[i] = (System.nanoTime() - start) / 1e6;
                }
            } finally {
                Files.delete(file);
            }
            Arrays.sort(millis);
            return new Disk(millis[FORCES / 2], millis[FORCES * 99 / 100]);
        }

        private static void write(FileChannel channel, byte[] bytes, int place) throws IOException {
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer, (long) place * FORCED_BYTES + buffer.position());
            }
        }
    }
}
