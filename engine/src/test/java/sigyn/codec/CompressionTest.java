package sigyn.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.compress.v3.zstd.ZstdNativeCompressor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Machines for which there is no native code read and write the same files.
class CompressionTest {
    private static final int FILES = 40;

    @TempDir
    Path directory;

    @Test
    void javaCodeAndNativeCodeReadEachOther() throws Exception {
        var random = new SplittableRandom(1);
        for (int i = 0; i < FILES; i++) {
            byte[] raw = bytes(random, 1 << random.nextInt(18));
            Files.write(file(directory, i, "raw"), raw);
            write(directory, i, raw);
        }

        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dio.airlift.compress.v3.disable-native=true",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutNativeCode.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();

        for (int i = 0; i < FILES; i++) {
            assertReads(directory, i, Files.readAllBytes(file(directory, i, "raw")));
        }
    }

    static final class WithoutNativeCode {
        private WithoutNativeCode() {}

        public static void main(String[] args) throws IOException {
            assertThat(ZstdNativeCompressor.isEnabled()).isFalse();
            var directory = Path.of(args[0]);
            for (int i = 0; i < FILES; i++) {
                byte[] raw = Files.readAllBytes(file(directory, i, "raw"));
                assertReads(directory, i, raw);
                write(directory, i, raw);
            }
        }
    }

    private static Path file(Path directory, int i, String kind) {
        return directory.resolve(i + "." + kind);
    }

    /// Words of a text, some of them noise.
    private static byte[] bytes(RandomGenerator random, int length) {
        var text = new StringBuilder();
        boolean noise = random.nextInt(4) == 0;
        while (text.length() < length) {
            text.append(noise || random.nextInt(8) == 0 ? Long.toHexString(random.nextLong()) : "level=info msg=");
        }
        return text.toString().getBytes(US_ASCII);
    }

    /// Zstandard in two frames, and what [Compression#pack] makes.
    private static void write(Path directory, int i, byte[] raw) throws IOException {
        var sink = new ByteSink();
        Compression.zstd(raw, 0, raw.length / 3, sink);
        Compression.zstd(raw, raw.length / 3, raw.length - raw.length / 3, 3, sink);
        Files.write(file(directory, i, "zstd"), sink.toByteArray());
        sink.clear();
        Compression.pack(raw, 0, raw.length, sink);
        Files.write(file(directory, i, "packed"), sink.toByteArray());
    }

    private static void assertReads(Path directory, int i, byte[] raw) throws IOException {
        byte[] read = new byte[raw.length];
        byte[] zstd = Files.readAllBytes(file(directory, i, "zstd"));
        Compression.unzstd(zstd, 0, zstd.length, read, 0, read.length);
        assertThat(read).isEqualTo(raw);
        Arrays.fill(read, (byte) 0);
        byte[] packed = Files.readAllBytes(file(directory, i, "packed"));
        Compression.unpack(packed, 0, packed.length, read, 0, read.length);
        assertThat(read).isEqualTo(raw);
    }
}
