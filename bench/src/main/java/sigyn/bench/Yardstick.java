package sigyn.bench;

import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// How fast this machine is at the moment: what a general compressor reaches on the same bytes.
final class Yardstick {
    private static final int LEVEL = 1;
    private static final int BODIES = 200;

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
}
